"""One pull of one account, from its lease to its report: events in, batches out. Whatever happens, the report says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import structlog

from aggregator.contract import Platform
from aggregator.services.accounts import PullAccount, PullEnd
from aggregator.services.allowances import allowance_of
from aggregator.sync.endings import Ending, no_plugin, refused_before
from aggregator.sync.turn import Desk, Progress, Turn

_ONE_BY_ONE = timedelta(minutes=1)

log = structlog.get_logger(__name__)


class Engine:
    """Runs pulls. Stateless between them: everything it needs is in the database."""

    def __init__(self, desk: Desk, platforms: Mapping[str, Platform]) -> None:
        self._desk = desk
        self._platforms = platforms

    def run_pull(self, account_id: int, *, full: bool = False, only_due: bool = False) -> PullEnd | None:
        """Pull one account; None when another worker has it (or, with `only_due`, it is not due).

        A person who asks (not `only_due`) is served at once, whatever a breaker or an earlier wait says.
        """
        desk = self._desk
        account = desk.accounts.begin(account_id, desk.clock(), only_due=only_due)
        if account is None:
            return None
        progress = Progress()
        ending = self._pull(account, progress, full=full, only_due=only_due)
        return self._finish(account, progress, ending)

    def _pull(self, account: PullAccount, progress: Progress, *, full: bool, only_due: bool) -> Ending:
        platform = self._platforms.get(account.platform)
        if platform is None:
            return no_plugin()
        desk = self._desk
        if only_due and self._stumbles(platform, account):
            return Ending("postponed", "Platform ini sedang tersendat; dicoba satu per satu.", _ONE_BY_ONE)
        refusal = (
            refused_before(platform.info, account.id, desk.fuses, desk.allowances, desk.clock()) if only_due else None
        )
        return refusal or Turn(self._desk, platform, account, progress, full=full, asked=not only_due).run()

    def _stumbles(self, platform: Platform, account: PullAccount) -> bool:
        """Whether the platform just failed and another worker tries it: one at a time, so that time-outs of one
        platform never hold all workers."""
        desk, name = self._desk, platform.info.id
        return desk.fuses.stumbled(name) and desk.accounts.another_pulls(name, account.id, desk.clock())

    def _finish(self, account: PullAccount, progress: Progress, ending: Ending) -> PullEnd:
        now = self._desk.clock()
        platform = self._platforms.get(account.platform)
        end = ending.pull_end(account, platform, progress.tally, progress.census, progress.calls, now)
        self._desk.accounts.end(account, end, now)
        if platform is not None:
            self._book(account, platform, progress, ending)
        log.info("pull_ended", account=account.id, platform=account.platform, outcome=end.outcome, calls=end.calls,
                 fetched=end.tally.fetched, new=end.tally.new)  # fmt: skip
        return end

    def _book(self, account: PullAccount, platform: Platform, progress: Progress, ending: Ending) -> None:
        now = self._desk.clock()
        allowance = allowance_of(platform.info, account.id, now)
        self._desk.allowances.spent(allowance, account.id, progress.units)
        if until := ending.waits_until(now):
            self._desk.allowances.wait(allowance.name, until)
        ending.book(self._desk.fuses, platform, now)
