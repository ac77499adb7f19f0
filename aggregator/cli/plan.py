"""`sahut bench plan`: whether every account is read in time, without a platform's limit being exceeded, before anybody
has to wait a week to see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy import func, select

from aggregator.app import App, load_plugins
from aggregator.cli.figures import triage_figures
from aggregator.cli.session import Session, pass_session, say_json
from aggregator.contract import PlatformInfo
from aggregator.domain.plan import ACTIVITIES, Plan, Planned, PlatformPlan, activity_of, mix
from aggregator.services.accounts import POLLED_STATES
from aggregator.services.sources import source_of
from aggregator.storage.tables import accounts, messages
from aggregator.sync.planner import CALL, JOB, Planner

_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)  # any week is like this one
_MEASURED = timedelta(days=30)
_HEAD = (
    f"{'platform':<16} {'accounts':>8} {'target':>13} {'late 95 %':>9} {'worst':>7} {'readings':>9} {'units used':>11} "
    f"{'of':>7} {'over':>5} {'missed':>6} {'workers':>7}"
)


@click.group()
def bench() -> None:
    """What this installation can be expected to bear."""


@bench.command()
@click.option("--accounts", "count", type=click.IntRange(1, 50_000), default=2_000, show_default=True)
@click.option("--days", type=click.FloatRange(0.1, 60), default=7.0, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True)
@click.option("--mine", is_flag=True, help="The registered accounts, as loud as they were in the last 30 days.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@pass_session
def plan(session: Session, count: int, days: float, workers: int, mine: bool, as_json: bool) -> None:
    """Simulate days of reading with the real rules: every account in time, no limit exceeded? Exit code 1 if not."""
    infos = session.app.host.platforms if mine else load_plugins(session.settings).platforms
    polled = {name: one.info for name, one in infos.items() if source_of(one).polls}
    planned = list(_registered(session.app, polled)) if mine else list(mix(polled, count))
    if not planned:
        raise click.UsageError("no account is registered yet")
    result = Planner(polled, planned, _MONDAY, workers=workers).run(days)
    if as_json:
        say_json({"holds": result.holds, "plan": result})
    else:
        for line in report(result, modelled=not mine):
            click.echo(line)
    raise click.exceptions.Exit(0 if result.holds else 1)


def _registered(app: App, polled: Mapping[str, PlatformInfo]) -> Iterator[Planned]:
    since = app.clock() - _MEASURED
    of_late = (messages.c.created_at >= since) & (messages.c.kind != "post")
    said = select(messages.c.account_id, func.count().label("said")).where(of_late).group_by(messages.c.account_id)
    counted = said.subquery()
    rows = select(accounts.c.platform, accounts.c.login_id, func.coalesce(counted.c.said, 0).label("said"))
    joined = rows.select_from(accounts.outerjoin(counted, counted.c.account_id == accounts.c.id))
    with app.database.read() as connection:
        for row in connection.execute(joined.where(accounts.c.state.in_(POLLED_STATES))):
            if row.platform in polled:
                activity = activity_of(row.said / _MEASURED.days)
                yield Planned(platform=row.platform, activity=activity, login=row.login_id or 0)


def report(result: Plan, *, modelled: bool) -> Iterator[str]:
    """The plan as lines; the last says whether it holds."""
    yield f"{result.accounts} accounts, {result.days:g} days, {result.workers} workers"
    if modelled:
        kinds = (f"{one.percent} % {one.name} ({one.comments:.3g} comments a day)" for one in ACTIVITIES)
        yield f"  model: {', '.join(kinds)}; people sleep from 23.00 to 06.00"
    yield f"  a call takes {CALL.total_seconds()} s, a job {JOB.total_seconds()} s more"
    yield _HEAD
    yield from (_line(one) for one in result.platforms)
    yield f"workers busy {result.worker_share:.0%}, the errands' one {result.errand_share:.0%}"
    over, missed = sum(one.exceeded for one in result.platforms), sum(one.missed for one in result.platforms)
    yield f"limits exceeded {over}, accounts not read within their target {missed}: {'ok' if result.holds else 'SHORT'}"


def _line(one: PlatformPlan) -> str:
    target = f"{_span(one.target_busy)}–{_span(one.target_silent)}"
    whose = f"{one.limit:,}" if one.shared else f"{one.limit:,}*"
    return (
        f"{one.platform:<16} {one.accounts:>8,} {target:>13} {_span(one.late_95):>9} {_span(one.late_worst):>7} "
        f"{one.readings_a_day:>9,.0f} {one.used:>11,} {whose:>7} {one.exceeded:>5} {one.missed:>6} {one.worker_share:>7.1%}"
    )


def _span(seconds: float) -> str:
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "m")):
        if seconds >= 1.5 * size or (seconds >= size and seconds % size < 0.1 * size):
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"


bench.add_command(triage_figures)

COMMANDS = [bench]
