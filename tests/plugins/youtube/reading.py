"""How these tests read a channel: as the core does, into a store in memory."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from aggregator.conformance.kit import PlatformKit
from aggregator.conformance.store import Store
from aggregator.conformance.world import offline_context
from aggregator.contract import (
    Account,
)
from plugins.youtube.platform import YouTube

from .world import ACCOUNT, SECRETS, Scene

NOW = PlatformKit.now


class Reader:
    """A store and the turns that fill it."""

    def __init__(self, scene: Scene, account: Account = ACCOUNT, **secrets: str) -> None:
        self.scene, self.account, self.store = scene, account, Store()
        self.secrets = secrets or {"api_key": SECRETS["api_key"]}
        self.requests: list[str] = []

    def ctx(self, **more):
        ctx = offline_context(
            self.scene.kit_world(), platform=YouTube(), account=self.account, known=self.store.known,
            **{"now": self.scene.now, "secrets": self.secrets, **more},
        )  # fmt: skip
        self.requests = ctx.http.requests
        return ctx

    def pull(self, **more) -> Reader:
        return self._take(YouTube().pull_since(self.account, self.store.cursor, self.ctx(**more)))

    def reread(self, *videos: str) -> Reader:
        threads = [thread for thread in self.store.threads() if not videos or thread.ref.external_id in videos]
        return self._take(YouTube().pull_threads(self.account, threads, self.ctx()))

    def _take(self, events) -> Reader:
        self.events = []
        for event in events:
            self.events.append(event)
            self.store.take(event)
        return self

    def asked(self, what: str) -> list[dict[str, str]]:
        parts = [urlsplit(one.url) for one in self.requests]
        return [{k: v[0] for k, v in parse_qs(one.query).items()} for one in parts if one.path.endswith(what)]
