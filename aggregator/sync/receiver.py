"""Webhooks: believed for their signature only, kept at once, worked off by a job. A push makes reading faster and
never replaces it: what it misses, the next pull finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import structlog

from aggregator.contract import Capability, Platform, PlatformError, PushEvent, PushRequest
from aggregator.services.accounts import AccountStore
from aggregator.services.logins import Logins
from aggregator.services.pushes import Kept, PushBook
from aggregator.sync.turn import Desk, where_of

log = structlog.get_logger(__name__)


class Receiver:
    """Takes webhook calls in, and works them off."""

    def __init__(self, desk: Desk, book: PushBook, logins: Logins, platforms: Mapping[str, Platform]) -> None:
        self._desk = desk
        self._book = book
        self._logins = logins
        self._platforms = platforms

    def challenge(
        self, platform_id: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes = b""
    ) -> str | None:
        """What to say to a platform that checks the address; None when it is none, or its token is wrong."""
        platform = self._pushing(platform_id)
        if platform is None:
            return None
        try:
            return platform.challenge(self._request(platform_id, "GET", headers, query, body))
        except Exception as bug:  # the fence: anyone may ask anything here
            log.warning("plugin_bug", platform=platform_id, error=type(bug).__name__, where=where_of(bug))
            return None

    def accept(self, platform_id: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes) -> bool:
        """Keep a call whose signature is right; False when it is not."""
        platform = self._pushing(platform_id)
        if platform is None:
            return False
        request = self._request(platform_id, "POST", headers, query, body)
        try:
            for _ in platform.receive(request):
                break  # the first event, or the end: the signature was right
        except PlatformError as error:
            if error.code != "malformed":
                return False
        except Exception as bug:  # the fence: anyone may post anything here
            log.warning("plugin_bug", platform=platform_id, error=type(bug).__name__, where=where_of(bug))
            return False
        self._book.keep(platform_id, request)
        return True

    def work(self, push_id: int) -> int:
        """Work off one kept call; how many events it held."""
        kept = self._book.begin(push_id, self._desk.clock())
        if kept is None:
            return 0
        platform = self._pushing(kept.platform)
        if platform is None:
            self._book.done(kept.id, "Plugin untuk platform ini belum terpasang.")
            return 0
        request = replace(
            self._request(kept.platform, kept.method, kept.headers, kept.query, kept.body), now=kept.received_at
        )
        try:
            events = list(platform.receive(request))
        except PlatformError as error:
            self._book.done(kept.id, error.message)
            return 0
        self._apply(platform, kept, events)
        self._book.done(kept.id)
        return len(events)

    def _apply(self, platform: Platform, kept: Kept, events: list[PushEvent]) -> None:
        accounts: AccountStore = self._desk.accounts
        now = self._desk.clock()
        for event in events:
            account = accounts.by_key(kept.platform, event.account_key)
            if account is None:
                continue  # an office that is not registered here
            if event.event is not None:
                self._desk.intake.store(account.source(own_host=platform.info.own_host), [event.event], now)
            else:
                accounts.read_soon(account.id, event.thread, now)

    def _pushing(self, platform_id: str) -> Platform | None:
        platform = self._platforms.get(platform_id)
        return platform if platform and Capability.PUSH in platform.info.capabilities else None

    def _request(
        self, platform_id: str, method: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
    ) -> PushRequest:
        return PushRequest(
            method=method,
            headers={name.lower(): value for name, value in headers.items()},
            query=dict(query),
            body=body,
            secrets=self._logins.app_values(platform_id),
            now=self._desk.clock(),
        )
