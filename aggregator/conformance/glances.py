"""Glance: many accounts for few calls, and never a word about one that was not looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from aggregator.conformance.base import KitBase, Turn, first, must
from aggregator.conformance.store import Store
from aggregator.conformance.world import World
from aggregator.contract import Account, Capability, Checkpoint, Cursor, GlancedAccount, Glimpse


class Glances(KitBase):
    """glance(). `glanced` are accounts of one login that `world` shows, the kit's own among them; `glance_calls` is
    what one quiet glance at all of them may cost."""

    glanced: ClassVar[Sequence[Account]] = ()
    glance_calls: ClassVar[int] = 1

    def test_glance_after_a_pull_is_quiet_and_cheap(self) -> None:
        if not self.can(Capability.GLANCE):
            return
        must(self.account().key in self._keys(), "glance", "GLANCE is claimed: name the accounts in glanced.")
        seen = self._after_pulls(self.world())
        _, cursor = self._settled(self.world(), seen)
        turn = self._glance(self.world(), seen, cursor)
        must(not turn.error, "glance", f"an unharmed world ended in {turn.error!r}.")
        looked = {one.account_key for one in _glimpses(turn)}
        must(looked <= self._keys(), "glance", f"{first(looked - self._keys())} was not asked for.")
        loud = {one.account_key for one in _glimpses(turn) if one.changed}
        must(not loud, "glance", f"nothing is new at {first(loud)} since its pull.")
        cheap = turn.calls <= self.glance_calls
        must(cheap, "glance", f"{turn.calls} calls for a quiet glance; {self.glance_calls} must do.")

    def test_glance_sees_what_changed(self) -> None:
        if self.can(Capability.GLANCE):
            seen = self._after_pulls(self.world())
            _, cursor = self._settled(self.world(), seen)
            turn = self._glance(self.changed_world(), seen, cursor)
            told = {one.account_key for one in _glimpses(turn) if one.changed or one.event}
            must(self.account().key in told, "glance", "something new appeared at the account and was not noticed.")

    def test_glance_within_no_budget_says_nothing(self) -> None:
        if self.can(Capability.GLANCE):
            turn = self._glance(self.world(), self._after_pulls(self.world()), None, calls=0)
            must(not _glimpses(turn) and not turn.overspent, "glance", "without a call, nothing was looked at.")

    def _keys(self) -> set[str]:
        return {account.key for account in self.glanced}

    def _after_pulls(self, world: World) -> list[GlancedAccount]:
        """Every account with the bookmark that its pull left."""
        return [
            GlancedAccount(account=account, cursor=self._pulled(world, account), secrets=self.secrets)
            for account in self.glanced
        ]

    def _pulled(self, world: World, account: Account) -> Cursor | None:
        plugin, store = self.platform(), Store()
        for _ in range(2):
            ctx = self.context(world, store)
            self.run(ctx, lambda ctx=ctx: plugin.pull_since(account, store.cursor, ctx), store)  # type: ignore[misc]  # bound per turn
        return store.cursor

    def _settled(self, world: World, seen: Sequence[GlancedAccount]) -> tuple[Turn, Cursor | None]:
        """A first glance only learns where it stands; its bookmark is what the next one starts from."""
        turn = self._glance(world, seen, None)
        marks = [event.cursor for event in turn.result or () if isinstance(event, Checkpoint)]
        return turn, marks[-1] if marks else None

    def _glance(
        self, world: World, seen: Sequence[GlancedAccount], cursor: Cursor | None, calls: int | None = None
    ) -> Turn:
        ctx = self.context(world, calls=calls)
        return self.call(ctx, lambda _: list(self.platform().glance(seen, cursor, ctx)))


def _glimpses(turn: Turn) -> list[Glimpse]:
    return [event for event in turn.result or () if isinstance(event, Glimpse)]
