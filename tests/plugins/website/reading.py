"""How these tests read a site: as the core does, into a store in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from aggregator.conformance.store import Store
from aggregator.conformance.world import OfflineHttp, World, offline_context
from aggregator.contract import Account, Checkpoint, Event
from plugins.website.platform import Website

BASE = "https://dinas.contoh.go.id"
NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
CASSETTES = Path(__file__).with_name("cassettes")


def account(**settings: str) -> Account:
    return Account(key="dinas.contoh.go.id", url=BASE + "/", settings=settings)


class Reading:
    """A store, and the calls and events of its last turn."""

    def __init__(self, **settings: str) -> None:
        self.store, self.account = Store(), account(**settings)
        self.urls: list[str] = []
        self.events: list[Event] = []

    def pull(self, world: World, **more) -> Reading:
        ctx = self.context(world, **more)
        return self._take(Website().pull_since(self.account, self.store.cursor, ctx), ctx)

    def threads(self, world: World, **more) -> Reading:
        ctx = self.context(world, **more)
        return self._take(Website().pull_threads(self.account, self.store.threads(), ctx), ctx)

    def context(self, world: World, **more):
        return offline_context(
            world,
            platform=Website(),
            account=self.account,
            known=self.store.known,
            held=self.store.held(),
            **{"now": NOW, **more},
        )

    @property
    def calls(self) -> int:
        return len(self.urls)

    @property
    def driver(self) -> str:
        return self.store.cursor.data["driver"]

    def shown(self) -> dict[str, tuple[str, str, str | None, str]]:
        """id -> (text, author, parent, time) of the comments that stand."""
        return {
            one: (message.text, message.author.name, message.parent_id, message.created_at.isoformat())
            for one, message in self.store.messages.items()
            if message.kind != "post" and one not in self.store.gone
        }

    def _take(self, events, ctx) -> Reading:
        self.events = []
        try:
            for event in events:
                self.events.append(event)
                self.store.take(event)
        finally:
            http = ctx.http
            assert isinstance(http, OfflineHttp)
            self.urls = [request.url for request in http.requests]
        return self

    def last_checkpoint(self) -> Checkpoint:
        return [event for event in self.events if isinstance(event, Checkpoint)][-1]
