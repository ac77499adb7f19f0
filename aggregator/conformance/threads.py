"""Old threads: read whole, and a message that vanished is a Tombstone, that and nothing else."""

from __future__ import annotations

from aggregator.conformance.base import KitBase, first, must
from aggregator.conformance.store import Store
from aggregator.contract import Capability, Kind, OpenThread, Tombstone


class Threads(KitBase):
    """pull_threads; a plugin without THREADS is held to raising Permanent by the records' clause."""

    def test_threads_are_read_whole(self) -> None:
        if self.can(Capability.THREADS):
            filled = self.filled()
            for thread in filled.threads():
                half = frozenset(sorted(thread.known)[::2])
                piece = OpenThread(ref=thread.ref, known=half, whole=False)
                for asked in (thread, OpenThread(ref=thread.ref), piece):
                    self._read_whole(filled, asked)

    def test_threads_show_what_changed(self) -> None:
        if not self.can(Capability.THREADS):
            return
        store, target = self.filled(), self.filled()
        self.pull(self.changed_world(), target)
        inside = {thread.ref.external_id for thread in store.threads()}
        turn = self.read_threads(self.changed_world(), store)
        must(not turn.error, "threads", f"reading changed threads ended in {turn.error!r}.")
        due = {
            one
            for one, message in target.messages.items()
            if one in self.appeared and message.thread.external_id in inside and message.kind is not Kind.POST
        }
        must(
            due <= store.shown(),
            "threads",
            f"{first(due - store.shown())} is new in a thread and was not read.",
        )
        must(
            not set(self.vanished) - store.gone,
            "threads",
            f"no Tombstone for {first(set(self.vanished) - store.gone)}.",
        )
        self.buries_only(store, self.vanished, "a changed page")

    def test_threads_cut_short_bury_nothing(self) -> None:
        if not self.can(Capability.THREADS):
            return
        most = self.read_threads(self.changed_world(), self.filled()).calls
        for calls in range(most):
            store = self.filled()
            self.read_threads(self.changed_world(), store, calls=calls)
            self.buries_only(store, self.vanished, f"a budget of {calls} calls")

    def test_threads_deletions_are_claimed_and_seen(self) -> None:
        store = self.filled()
        turn = self.pull(self.changed_world(), store)
        if not self.can(Capability.DELETIONS):
            buried = any(isinstance(event, Tombstone) for event in turn.events)
            must(not buried, "threads", "pull_since yields Tombstones, but DELETIONS is not claimed.")
            return
        must(self.vanished, "threads", "DELETIONS is claimed: name an id in vanished.")
        if self.can(Capability.THREADS):
            self.read_threads(self.changed_world(), store)
        unburied = set(self.vanished) - store.gone
        must(not unburied, "threads", f"no Tombstone for {first(unburied)}.")
        self.buries_only(store, self.vanished, "pull_since")

    def test_threads_edits_are_seen(self) -> None:
        if not self.can(Capability.EDITS):
            return
        must(self.edited, "threads", "EDITS is claimed: name an id and its new text in edited.")
        store = self.filled()
        self.pull(self.changed_world(), store)
        if self.can(Capability.THREADS):
            self.read_threads(self.changed_world(), store)
        for one, text in self.edited.items():
            must(self.message(one, store).text == text, "threads", f"the edit of {one!r} was not read.")

    def _read_whole(self, filled: Store, asked: OpenThread) -> None:
        store = Store()
        turn = self.read_threads(self.world(), store, [asked])
        must(not turn.error, "threads", f"reading a thread again ended in {turn.error!r}.")
        key = asked.ref.external_id
        held = [message for message in filled.messages.values() if message.thread.external_id == key]
        due = {message.external_id for message in held if message.kind is not Kind.POST}
        due = due if asked.whole else due & asked.known
        missing, other = (
            due - store.messages.keys(),
            store.messages.keys() - {one.external_id for one in held},
        )
        must(not missing, "threads", f"{first(missing)} missing; read threads whole, nested replies included.")
        must(not other, "threads", f"{first(other)} is not in the thread that was asked for.")
        self.buries_only(store, (), "an unchanged page")
        same = all(filled.messages[one] == message for one, message in store.messages.items())
        must(same, "threads", "pull_threads and pull_since read the same message differently.")
