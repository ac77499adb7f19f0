"""Reading a village as the core would, for tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aggregator.conformance.store import Store
from aggregator.conformance.world import World as KitWorld
from aggregator.conformance.world import offline_context
from aggregator.contract import Account, Message
from plugins.opensid.platform import OpenSid

from .world import ACCOUNT

NOW = datetime(2026, 3, 9, 5, 0, tzinfo=UTC)


class Reading:
    """What the core holds of a village, and the calls that each turn made."""

    def __init__(self, account: Account = ACCOUNT) -> None:
        self.account, self.store = account, Store()
        self.urls: list[str] = []

    def pull(self, world: KitWorld, **more: Any) -> Reading:
        ctx = self._context(world, **more)
        self._take(ctx, OpenSid().pull_since(self.account, self.store.cursor, ctx))
        return self

    def threads(self, world: KitWorld, **more: Any) -> Reading:
        ctx = self._context(world, **more)
        self._take(ctx, OpenSid().pull_threads(self.account, self.store.threads(), ctx))
        return self

    def inspect(self, world: KitWorld) -> Any:
        return OpenSid().inspect(self.account, self._context(world))

    @property
    def shown(self) -> dict[str, Message]:
        return {one: self.store.messages[one] for one in self.store.shown()}

    def _take(self, ctx: Any, events: Any) -> None:
        try:
            for event in events:
                self.store.take(event)
        finally:
            self.urls = [request.url for request in ctx.http.requests]

    def _context(self, world: KitWorld, **more: Any) -> Any:
        store = self.store
        return offline_context(
            world,
            platform=OpenSid(),
            account=self.account,
            known=store.known,
            held=store.held(),
            **{"now": NOW, **more},
        )
