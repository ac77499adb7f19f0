"""The daily look at an account's public face: evidence for the circular, who speaks for the office, and how long its
credential still lives."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from aggregator.contract import Account, AccountSnapshot, Capability, Platform, PlatformError
from aggregator.services.accounts import KnownAccount
from aggregator.services.snapshots import Snapshots
from aggregator.sync.endings import refused_before
from aggregator.sync.turn import Desk, where_of
from aggregator.sync.visits import Visit, visit

_CALLS = 10
_SECONDS = 60
_TELLING = frozenset({"auth_expired", "permanent", "gone"})  # errors that a person should hear of at once

log = structlog.get_logger(__name__)


class Inspector:
    """Looks at accounts. Stateless between them."""

    def __init__(self, desk: Desk, snapshots: Snapshots, platforms: Mapping[str, Platform], hook: str | None) -> None:
        """`hook` is the address below which webhooks arrive; None where no platform can reach it."""
        self._desk = desk
        self._snapshots = snapshots
        self._platforms = platforms
        self._hook = hook

    def run(self, account_id: int) -> AccountSnapshot | None:
        """Look at one account; None when it could not be looked at now."""
        now = self._desk.clock()
        account = self._desk.accounts.known_account(account_id)
        platform = self._platforms.get(account.platform) if account else None
        if account is None or platform is None:
            return None
        desk = self._desk
        if refused_before(platform.info, account_id, desk.fuses, desk.allowances, now):
            self._snapshots.put_off(account_id, now, None)
            return None
        return self._look(account, platform)

    def _look(self, account: KnownAccount, platform: Platform) -> AccountSnapshot | None:
        desk = self._desk
        public = Account(key=account.key, url=account.url, settings=account.settings)
        try:
            with visit(
                desk, platform, account.secrets, account_id=account.id, account_url=account.url, calls=_CALLS, seconds=_SECONDS
            ) as trip:  # fmt: skip
                seen = platform.inspect(public, trip.context)
                self._subscribe(public, platform, trip)
        except PlatformError as error:
            self._snapshots.put_off(account.id, desk.clock(), error.message if error.code in _TELLING else None)
            return None
        except Exception as bug:  # the fence: a plugin may fail in any way; the others go on
            log.warning("plugin_bug", platform=platform.info.id, account=account.id, error=type(bug).__name__,
                        where=where_of(bug))  # fmt: skip
            self._snapshots.put_off(account.id, desk.clock(), None)
            return None
        self._snapshots.keep(account.id, seen, desk.clock())
        if seen.own_author_ids:
            source = account.source(own_host=platform.info.own_host)
            desk.intake.learn(source, sorted(seen.own_author_ids), "inspected", desk.clock())
        return seen

    def _subscribe(self, public: Account, platform: Platform, trip: Visit) -> None:
        """Ask to be told of this account. Without webhooks everything is read a little later: a refusal is no trouble
        of the account."""
        if not self._hook or Capability.PUSH not in platform.info.capabilities or not trip.budget.allows():
            return
        try:
            platform.subscribe(public, f"{self._hook}/{platform.info.id}", trip.context)
        except PlatformError as error:
            log.warning("subscribe_refused", platform=platform.info.id, error=error.code)
