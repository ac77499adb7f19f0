"""Manners: lazy, within the budget, remembering nothing."""

from __future__ import annotations

from typing import Any, cast

from aggregator.conformance.base import KitBase, Turn, first, must, spread
from aggregator.conformance.fence import fenced
from aggregator.conformance.store import Store
from aggregator.conformance.world import OfflineHttp
from aggregator.contract import Capability, Message

BUDGETS = (0, 1, 2, 3)


class Manners(KitBase):
    """How a plugin behaves while it reads."""

    def test_manners_nothing_happens_before_the_first_next(self) -> None:
        ctx, store = self.context(self.world()), self.filled()
        with fenced():
            starts: list[Any] = [self.platform().pull_since(self.frozen_account(), None, ctx)]
            if self.can(Capability.THREADS):
                starts.append(self.platform().pull_threads(self.frozen_account(), store.threads(), ctx))
        must(
            cast(OfflineHttp, ctx.http).calls == 0,
            "manners",
            "calls before the first next(); write a generator.",
        )
        must(
            all(hasattr(one, "close") for one in starts),
            "manners",
            "pulls must be generators: the core closes them.",
        )

    def test_manners_each_page_is_handed_over_at_once(self) -> None:
        whole = self.pull(self.world(), Store())
        must(
            whole.calls >= 2,
            "manners",
            "the world fits on one page, so paging is not tested; make it longer.",
        )
        firsts = next((n for n, event in enumerate(whole.events, 1) if isinstance(event, Message)), 1)
        early = self.pull(self.world(), Store(), stop=firsts)
        lazy = early.calls < whole.calls or whole.calls == 2
        must(lazy, "manners", "all pages are read before the first message is out; yield page by page.")

    def test_manners_budget_is_asked_before_each_call(self) -> None:
        for calls in BUDGETS:
            store = Store()
            for _ in range(3):
                self._within(self.pull(self.world(), store, calls=calls), calls)
            if self.can(Capability.THREADS):
                self._within(self.read_threads(self.world(), self.filled(), calls=calls), calls)

    def test_manners_short_turns_lose_nothing(self) -> None:
        most = self.pull(self.world(), Store()).calls
        for calls in spread(most + 1, 12):
            for turns in (1, 2, 3):
                store = Store()
                for _ in range(turns):
                    self.pull(self.world(), store, calls=calls)
                self.catch_up(self.changed_world(), store)
                self.buries_only(store, self.vanished, f"turns of {calls} calls")
                lost = self.later() - store.shown()
                advice = f"after {turns} turn(s) of {calls} call(s) and a whole one {first(lost)} is lost"
                must(not lost, "manners", f"{advice}; no final Checkpoint when the budget ends.")

    def test_manners_short_turns_get_somewhere(self) -> None:
        store, whole = Store(), self.pull(self.world(), Store()).calls
        small = max(1, min(self.small_turn, whole - 1))
        for _ in range(whole + 10):
            self.pull(self.world(), store, calls=small)
        missing = set(self.expected) - store.shown()
        advice = f"turns of {small} calls never reach {first(missing)}; keep the page in the Cursor."
        must(not missing, "manners", advice)

    def test_manners_an_instance_remembers_nothing(self) -> None:
        plugin = self.platform()
        fresh = self.pull(self.world(), Store()).events
        self.pull(self.world(), Store(), platform=plugin, stop=max(1, len(fresh) // 2))
        self.pull(self.changed_world(), Store(), platform=plugin)
        again = self.pull(self.world(), Store(), platform=plugin).events
        must(
            again == fresh,
            "manners",
            "a used instance reads differently; keep nothing on self or in the module.",
        )

    def test_manners_two_pulls_at_once_do_not_mix(self) -> None:
        plugin, account = self.platform(), self.frozen_account()
        fresh = self.pull(self.world(), Store()).events
        ctxs = [self.context(self.world()) for _ in range(2)]
        with fenced():
            one, other = (plugin.pull_since(account, None, ctx) for ctx in ctxs)
            pairs = list(zip(one, other, strict=False))
        apart = pairs == [(event, event) for event in fresh]
        must(
            apart,
            "manners",
            "two pulls of one instance at a time disturb each other; keep nothing on self.",
        )

    def test_manners_closing_is_always_safe(self) -> None:
        count = len(self.pull(self.world(), Store()).events)
        for stop in spread(count, 30):
            ctx = self.context(self.world())
            with fenced():
                events = cast(Any, self.platform().pull_since(self.frozen_account(), None, ctx))
                for _ in range(stop + 1):
                    next(events)
                made = cast(OfflineHttp, ctx.http).calls
                events.close()
            after = cast(OfflineHttp, ctx.http).calls
            must(after == made, "manners", "calls while being closed; only release in finally.")

    def _within(self, turn: Turn, calls: int) -> None:
        must(
            not turn.overspent,
            "manners",
            f"called beyond a budget of {calls}; ask ctx.budget.allows() first.",
        )
        must(not turn.error, "manners", f"a budget of {calls} calls ended in {turn.error!r}; just stop.")
        must(turn.calls <= calls, "manners", f"{turn.calls} calls within a budget of {calls}.")
