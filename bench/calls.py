"""Calls: what a quiet cycle costs on every platform, measured through the whole house (engine, glancer, line, ledger)
on pretended platforms, beside the least that the platform allows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from pathlib import Path

from sqlalchemy import func, select

from aggregator.app import build_app
from aggregator.config import Settings
from aggregator.contract import Capability, Credential
from aggregator.domain.access import Role
from aggregator.fakes.world import Place
from aggregator.storage.tables import allowances
from bench.places import account_line, talk
from tests.fakes.clock import SteppableClock
from tests.platforms.stage import Stage

MOST = 1.2  # times the least
_LONG_AGO = timedelta(days=20)
_SETTLING = (8, 8, 240, 240)  # hours between the readings before


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Accounts that are looked at together, with `posts` posts each. `a_call` is how many accounts (or, with
    `by_posts`, posts) one call or unit can ask for; 0: any number. `calls` is the least an account costs."""

    platform: str
    accounts: int = 1
    posts: int = 3
    face: str | None = None
    calls: int = 1
    a_call: int = 1
    by_posts: bool = False
    counts: str = "calls"  # or "units" of the allowance

    @property
    def name(self) -> str:
        what = f"{self.platform} {self.face or ''}".strip()
        return f"{what}, {self.accounts} × {self.posts} posts, {self.counts}"

    @property
    def least(self) -> int:
        """What one quiet cycle of all these accounts costs at least."""
        asked = self.accounts * (self.posts if self.by_posts else 1)
        return self.calls * (1 if not self.a_call else ceil(asked / self.a_call))


# What the platforms' own documentation allows at best.
CASES = (
    Case(platform="facebook", accounts=60, counts="units"),
    Case(platform="facebook", accounts=120, a_call=50),
    Case(platform="instagram", accounts=3),
    Case(platform="youtube", accounts=7, posts=20, a_call=50, by_posts=True, counts="units"),
    Case(platform="tiktok", accounts=3),
    Case(platform="opensid", accounts=2, face="natra", calls=2),
    Case(platform="opensid", accounts=2, face="esensi", calls=2),
    Case(platform="opensid", accounts=2, face="json", calls=2),
    Case(platform="opendk", accounts=2, calls=2),
    Case(platform="google_business", accounts=130, posts=1, a_call=50),
    Case(platform="threads", accounts=3, calls=2),
    Case(platform="x", accounts=3),
    Case(platform="rss_news", accounts=2),
    Case(platform="telegram", accounts=20, a_call=0),
    Case(platform="website", accounts=2, face="wordpress"),
    Case(platform="website", accounts=2, face="blogger"),
    Case(platform="website", accounts=2, face="disqus"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the cycles took together."""

    case: Case
    cycles: int
    calls: int
    units: int
    failed: int

    @property
    def ratio(self) -> float:
        taken = self.calls if self.case.counts == "calls" else self.units
        return taken / self.cycles / self.case.least

    @property
    def holds(self) -> bool:
        return self.ratio <= MOST and not self.failed

    def __str__(self) -> str:
        taken = (self.calls if self.case.counts == "calls" else self.units) / self.cycles
        return (
            f"  {self.case.name:<44} {taken:>7.2f} a cycle of {self.case.least:>4} = {self.ratio:5.2f} (≤ {MOST}) "
            f"{'ok' if self.holds else 'SHORT'}   n={self.cycles}, {self.calls} calls, {self.units} units, "
            f"{self.failed} failed"
        )


def measure(stage: Stage, case: Case, cycles: int) -> Cost:
    """Open the accounts, read them until they are known, then count what quiet cycles take."""
    places = [_furnished(stage, case, number) for number in range(1, case.accounts + 1)]
    if case.platform == "google_business":
        _log_in(stage, places)
    pace = stage.app.host.platforms[case.platform].info.pace
    glances = Capability.GLANCE in stage.app.host.platforms[case.platform].info.capabilities
    for hours in _SETTLING:
        stage.glance(case.platform)
        _pull(stage, places)
        stage.clock.step(hours=hours)
    stage.glance(case.platform)
    calls, units = stage.internet.calls.total(), _units(stage)
    failed = 0
    for _ in range(cycles):
        stage.clock.step(seconds=1.1 * (pace.glance_every if glances else pace.every).total_seconds())
        failed += _look(stage, case) if glances else _pull(stage, places)
    return Cost(
        case=case, cycles=cycles, calls=stage.internet.calls.total() - calls, units=_units(stage) - units,
        failed=failed,
    )  # fmt: skip


def _furnished(stage: Stage, case: Case, number: int) -> Place:
    """An account where nothing has happened for long, and every question was answered."""
    place = stage.open_line(account_line(case.platform, number, case.face))
    for said in talk(stage.world, place, stage.clock() - _LONG_AGO, posts=case.posts, comments=1):
        if case.platform not in ("opendk", "rss_news"):
            stage.world.answer(said, "Sudah diperbaiki, Pak.", said.at + timedelta(minutes=3))
    return place


def _log_in(stage: Stage, places: Sequence[Place]) -> None:
    """One person's login reads all of them, as the platform wants it."""
    people, platform = stage.app.people, places[0].platform
    people.add("diskominfo", "Diskominfo", Role.DISKOMINFO, None, "kata-sandi-uji")
    credential = Credential(secrets=stage.internet.skins[platform].secrets(places[0]))
    login_id = stage.app.logins.add(people.find("diskominfo"), platform, credential)
    for place in places:
        stage.change(place, login_id=login_id)


def _pull(stage: Stage, places: Sequence[Place]) -> int:
    """Pull every account as the workers do; how many did not end well."""
    for place in places:
        stage.change(place, next_pull_at=stage.clock())
    ends = [stage.app.engine.run_pull(stage.ids[place.key], only_due=True) for place in places]
    return sum(end.outcome != "ok" for end in ends)


def _look(stage: Stage, case: Case) -> int:
    """Make the glance; how many accounts it did not look at, or found changed."""
    quiet = {key for seen in stage.glance(case.platform) for key in seen.quiet}
    return case.accounts - len(quiet)


def _units(stage: Stage) -> int:
    with stage.app.database.read() as connection:
        return int(connection.execute(select(func.coalesce(func.sum(allowances.c.units), 0))).scalar_one())


def run(cycles: int = 24) -> Iterator[str]:
    """The report's lines."""
    yield "Calls of a quiet cycle:"
    for case in CASES:
        clock = SteppableClock()
        with tempfile.TemporaryDirectory() as place, Stage.opened(clock) as stage:
            settings = Settings(data_dir=Path(place), stand_in=stage.origin, host_gap_seconds=0)
            app = build_app(settings, clock=clock)
            stage.begin(app)
            yield str(measure(stage, case, cycles))
            app.close()
