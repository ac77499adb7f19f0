"""Cursor: whatever happens between two events, nothing is lost and little is read twice."""

from __future__ import annotations

from collections.abc import Callable

from aggregator.conformance.base import CRASH_POINTS, KitBase, first, must, spread
from aggregator.conformance.store import Store, reread
from aggregator.conformance.world import World
from aggregator.contract import Capability, Checkpoint, Cursor, Message, Tombstone


class Cursors(KitBase):
    """Checkpoints of pull_since, and what a pull from each of them still finds."""

    def test_cursor_ends_the_pull(self) -> None:
        events = self.pull(self.world(), Store()).events
        kinds = [type(event) for event in events]
        must(Checkpoint in kinds, "cursor", "a pull that reaches its end must yield a Checkpoint.")
        after = kinds[len(kinds) - kinds[::-1].index(Checkpoint) :]
        must(
            not {Message, Tombstone} & set(after),
            "cursor",
            "messages after the last Checkpoint are not covered.",
        )

    def test_cursor_is_small_and_plain(self) -> None:
        for event in self.pull(self.world(), Store()).events:
            if isinstance(event, Checkpoint):
                must(reread(event.cursor) == event.cursor, "cursor", "cursor data must survive JSON unchanged.")

    def test_cursor_does_not_grow_with_what_was_read(self) -> None:
        store = self.filled()
        data = str(store.cursor and store.cursor.data)
        inside = [one for one in store.messages if len(one) >= 3 and one in data]
        must(
            len(inside) <= 5,
            "cursor",
            f"the cursor lists {len(inside)} ids; it grows with every comment. Ask ctx.known.",
        )

    def test_cursor_makes_the_second_pull_cheaper(self) -> None:
        store = Store()
        once = self.pull(self.world(), store)
        again = self.pull(self.world(), store)
        must(not again.error, "cursor", f"the second pull ended in {again.error!r}.")
        must(again.calls <= once.calls, "cursor", f"second pull: {again.calls} calls, first: {once.calls}.")
        must(
            store.shown() == set(self.expected),
            "cursor",
            "the second pull of the same world changed what is known.",
        )
        must(
            not once.calls > 2 or again.calls < once.calls,
            "cursor",
            "the second pull reads everything again; stop at the overlap.",
        )

    def test_cursor_sees_what_is_new(self) -> None:
        must(self.appeared, "cursor", "write changed_world() and the ids that appeared in it.")
        store = self.filled()
        before = store.shown()
        turn = self.pull(self.changed_world(), store)
        must(not turn.error, "cursor", f"pulling the changed world ended in {turn.error!r}.")
        must(not store.unreadable, "cursor", "an ordinary item of the changed world became Unreadable.")
        fresh = store.shown() - before
        must(fresh & set(self.appeared), "cursor", "a pull from the cursor finds nothing of what appeared.")
        if store.replies_included or not self.can(Capability.THREADS):
            lost = set(self.appeared) - fresh
            must(
                not lost,
                "cursor",
                f"{first(lost)} appeared and was not read (replies_included promises replies too).",
            )
        must(
            fresh <= set(self.appeared),
            "cursor",
            f"{first(fresh - set(self.appeared))} was read but never appeared.",
        )

    def test_cursor_full_reads_everything_again(self) -> None:
        store = self.filled()
        anew = Store()
        anew.cursor = store.cursor
        self.pull(self.world(), anew, full=True)
        missing = set(self.expected) - anew.shown()
        must(
            not missing,
            "cursor",
            f"with ctx.full the cursor must be ignored; {first(missing)} not read again.",
        )

    def test_cursor_survives_a_crash_at_every_event(self) -> None:
        count = len(self.pull(self.world(), Store()).events)
        for stop in spread(count, CRASH_POINTS):
            for keep_facts in (True, False):
                self._crash(Store, self.world, stop, keep_facts)

    def test_cursor_survives_a_crash_while_the_page_changes(self) -> None:
        count = len(self.pull(self.changed_world(), self.filled()).events)
        filled = self.filled()
        for stop in spread(count, CRASH_POINTS):
            for keep_facts in (True, False):
                self._crash(filled.copy, self.changed_world, stop, keep_facts)

    def test_cursor_that_is_strange_starts_anew(self) -> None:
        for version in (-1, 10_000):
            store = Store()
            old = Cursor(version=version, data={"strange": [1, None, "x"]})
            store.cursor = self.platform().upgrade_cursor(old)
            self.catch_up(self.world(), store)
            missing = set(self.expected) - store.shown()
            must(not missing, "cursor", f"after upgrade_cursor of an unknown version {first(missing)} is lost.")

    def _crash(self, start: Callable[[], Store], world: Callable[[], World], stop: int, keep_facts: bool) -> None:
        store = start()
        self.pull(world(), store, stop=stop)
        if not keep_facts:
            store.lose_power()
        self.catch_up(self.changed_world(), store)
        missing = self.later() - store.shown()
        lost = f"crash after event {stop}, then a pull from the last Checkpoint: {first(missing)} lost"
        must(not missing, "cursor", f"{lost}; yield a Checkpoint only where everything older is out.")
        self.buries_only(store, self.vanished, f"after a crash at event {stop}")
