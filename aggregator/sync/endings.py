"""How a pull ends and what follows from it: the account's state, its next turn, and what is booked on whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.contract import Platform, PlatformError, PlatformInfo, RateLimited
from aggregator.domain.pace import PROBE, after_failure, next_pull, with_jitter
from aggregator.services.accounts import PullAccount, PullEnd
from aggregator.services.allowances import Allowance, Allowances, allowance_of
from aggregator.services.fuses import Fuses
from aggregator.services.intake import Tally

_DEFAULT_WAIT = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(hours=24)
_SHARE_GROWS = timedelta(hours=1)
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
            state=self._state(account, failures, own_host=platform is None or platform.info.own_host),
            problem=self.problem,
        )

    def _state(self, account: PullAccount, failures: int, *, own_host: bool) -> str:
        if self.outcome == "gone" and failures >= _GONE_AFTER:
            return "gone"
        # A site that is read without a login has none to expire, whatever the app's keys for other sites are.
        if self.outcome == "auth_expired" and (account.logs_in or (account.secrets and not own_host)):
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
            return now + with_jitter(min(self.wait, _LONGEST_WAIT))
        if self.outcome == "malformed":
            return now + PROBE
        if self.outcome == "permanent" or (failures >= _GONE_AFTER and self.outcome == "gone"):
            return now + _LONGEST_WAIT
        return after_failure(now, max(1, failures))

    def book(self, fuses: Fuses, platform: Platform, now: datetime) -> None:
        """Book a fault of the plugin, or of its platform (not of one site among many), on its breaker."""
        own_host = platform.info.own_host
        if self.outcome == "plugin_bug" or (self.outcome == "transient" and not own_host):
            fuses.plugin_failed(platform.info.id, self.outcome, now)
        elif self.outcome == "malformed" and not own_host:
            fuses.plugin_failed(platform.info.id, self.outcome, now, at_once=True)
        elif self.outcome in ("ok", "partial"):
            fuses.plugin_worked(platform.info.id)

    def waits_until(self, now: datetime) -> datetime | None:
        """Until when the platform asked everyone of this allowance to stay away."""
        return now + min(self.wait, _LONGEST_WAIT) if self.outcome == "rate_limited" and self.wait else None


def ending_of(error: PlatformError) -> Ending:
    """What an error of the contract means for the account."""
    if isinstance(error, RateLimited):
        wait = timedelta(seconds=error.retry_after) if error.retry_after is not None else _DEFAULT_WAIT
        return Ending(error.code, error.message, wait)
    return Ending(error.code, error.message)


def refused_before(
    info: PlatformInfo, account_id: int, fuses: Fuses, ledger: Allowances, now: datetime
) -> Ending | None:
    """Why a scheduled reading does not even start; None when it may."""
    until = fuses.open_until(info.id, now)
    if until is not None:
        return Ending("postponed", "Platform ini sedang bermasalah; dicoba lagi sejam sekali.", until - now)
    allowance = allowance_of(info, account_id, now)
    waits = ledger.waits_until(allowance.name, now)
    if waits is not None:
        return Ending("postponed", "Platform meminta kita menunggu.", waits - now)
    if ledger.left(allowance, account_id) <= 0:
        return _spent(allowance, now)
    return None


def _spent(allowance: Allowance, now: datetime) -> Ending:
    """Of a shared allowance more opens in the course of the day; of its own an account waits for the next."""
    rest = allowance.ends - now
    shared = ":" not in allowance.name
    return Ending(
        "postponed",
        "Jatah pembacaan akun ini sudah habis; dilanjutkan nanti.",
        min(rest, _SHARE_GROWS) if shared else rest,
    )


def no_plugin() -> Ending:
    """The account's platform has no plugin here (any more); its messages stay."""
    return Ending("no_plugin", "Plugin untuk platform ini belum terpasang.", _LONGEST_WAIT)
