"""How a pull ends and what follows from it: the account's state, its next turn, and what is booked on whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.contract import Platform, PlatformError, RateLimited
from aggregator.domain.pace import PROBE, after_failure, next_pull
from aggregator.services.accounts import PullAccount, PullEnd
from aggregator.services.fuses import Fuses
from aggregator.services.intake import Tally

_DEFAULT_WAIT = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(hours=24)
_GONE_AFTER = 3  # failures in a row


@dataclass(frozen=True, slots=True)
class Ending:
    """The outcome of a pull; `wait` is how long the platform asked us to stay away."""

    outcome: str
    problem: str | None = None
    wait: timedelta | None = None

    def pull_end(
        self,
        account: PullAccount,
        platform: Platform | None,
        tally: Tally,
        census: int | None,
        calls: int,
        now: datetime,
    ) -> PullEnd:
        failed = self.outcome not in ("ok", "partial", "rate_limited", "lease_lost", "postponed")
        failures = account.failures + 1 if failed else 0 if self.outcome in ("ok", "partial") else account.failures
        return PullEnd(
            outcome=self.outcome,
            tally=tally,
            calls=calls,
            census=census,
            next_pull_at=self._next(account, platform, tally, failures, now),
            failures=failures,
            state=self._state(account, failures),
            problem=self.problem,
        )

    def _state(self, account: PullAccount, failures: int) -> str:
        if self.outcome == "gone" and failures >= _GONE_AFTER:
            return "gone"
        if self.outcome == "auth_expired" and account.secrets:  # a site read without a login has none to expire
            return "auth_expired"
        if self.outcome == "permanent":
            return "blocked"
        succeeded = self.outcome in ("ok", "partial") and account.state != "paused"
        return "active" if succeeded else account.state  # a passing trouble tells nothing new

    def _next(
        self, account: PullAccount, platform: Platform | None, tally: Tally, failures: int, now: datetime
    ) -> datetime:
        if self.outcome == "ok" and platform is not None:
            return next_pull(now, platform.info.pace.every, now if tally.new else account.last_new_at)
        if self.outcome == "partial":
            return now + timedelta(minutes=1)
        if self.wait is not None:
            return now + min(self.wait, _LONGEST_WAIT)
        if self.outcome == "malformed":
            return now + PROBE
        if self.outcome == "permanent" or (failures >= _GONE_AFTER and self.outcome == "gone"):
            return now + _LONGEST_WAIT
        return after_failure(now, max(1, failures))

    def book(self, fuses: Fuses, account: PullAccount, platform: Platform, calls: int, now: datetime) -> None:
        """Book the calls, and a fault of the plugin (not of one site among many) on its breaker."""
        blocked = now + self.wait if self.outcome == "rate_limited" and self.wait else None
        if calls or blocked:
            fuses.spent(credential_of(platform, account), calls, now, blocked)
        if self.outcome == "plugin_bug":
            fuses.plugin_failed(platform.info.id, self.outcome, now)
        elif self.outcome == "malformed" and not platform.info.own_host:
            fuses.plugin_failed(platform.info.id, self.outcome, now, at_once=True)
        elif self.outcome in ("ok", "partial"):
            fuses.plugin_worked(platform.info.id)


def ending_of(error: PlatformError) -> Ending:
    """What an error of the contract means for the account."""
    if isinstance(error, RateLimited):
        wait = timedelta(seconds=error.retry_after) if error.retry_after is not None else _DEFAULT_WAIT
        return Ending(error.code, error.message, wait)
    return Ending(error.code, error.message)


def refused_before(platform: Platform, account: PullAccount, fuses: Fuses, now: datetime) -> Ending | None:
    """Why a scheduled pull does not even start; None when it may."""
    until = fuses.open_until(platform.info.id, now)
    if until is not None:
        return Ending("postponed", "Plugin platform ini sedang bermasalah; dicoba lagi sejam sekali.", until - now)
    left, blocked = fuses.calls_left(credential_of(platform, account), platform.info.pace.calls_per_day, now)
    if blocked is not None:
        return Ending("postponed", "Platform meminta kita menunggu.", blocked - now)
    if left <= 0:
        return Ending("postponed", "Jatah pembacaan hari ini sudah habis; dilanjutkan besok.", _until_tomorrow(now))
    return None


def no_plugin() -> Ending:
    """The account's platform has no plugin here (any more); its messages stay."""
    return Ending("no_plugin", "Plugin untuk platform ini belum terpasang.", _LONGEST_WAIT)


def credential_of(platform: Platform, account: PullAccount) -> str:
    """What the daily allowance of calls is counted on."""
    return f"{platform.info.id}:{account.id}"


def _until_tomorrow(now: datetime) -> timedelta:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - now
