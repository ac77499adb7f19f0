"""The model behind the planner: how loud accounts are, when people write, and what reading each platform costs."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from random import Random

_WAKES = timedelta(hours=-1)  # 06.00 WIB, counted from midnight UTC
_AWAKE = timedelta(hours=17)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """How much is said at an account: comments and posts a day, and the percent of all accounts that are so."""

    name: str
    percent: int
    comments: float
    posts: float


ACTIVITIES = (
    Activity(name="loud", percent=2, comments=300, posts=5),
    Activity(name="busy", percent=8, comments=20, posts=2),
    Activity(name="calm", percent=30, comments=1, posts=0.5),
    Activity(name="silent", percent=60, comments=1 / 30, posts=0.1),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What reading one platform takes. `share` of a hundred accounts are there; a quiet `pull` takes so many calls and one
    more for every `page` of new comments, a re-read `thread` so many for every hundred comments; a glance looks `at_once`
    at so many accounts a call, each for `look` units, at `most` in all (0: no bound); an `inspect` takes so many calls."""

    platform: str
    share: float
    pull: float = 1
    page: float = 100
    at_once: float = 50
    look: float = 1
    most: float = 0
    thread: float = 1
    inspect: float = 1


@cache
def costs() -> Mapping[str, Cost]:
    """By platform, as `plan.csv` tells; a platform that is not there costs what the defaults say."""
    text = (files("aggregator.domain") / "plan.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    named = (
        ({name: float(value) for name, value in row.items() if name != "platform"}, row["platform"]) for row in rows
    )
    return {platform: Cost(platform=platform, **numbers) for numbers, platform in named}


def cost_of(platform: str) -> Cost:
    return costs().get(platform) or Cost(platform=platform, share=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One account of the plan; `login` says with whose glance it is looked at."""

    platform: str
    activity: Activity
    login: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPlan:
    """What the week brought one platform. Times are in seconds; `used` is of the fullest day, of the allowance's greatest
    user where each account has its own; `missed` are accounts that were read later than their target even once."""

    platform: str
    accounts: int
    target_busy: float
    target_silent: float
    late_95: float
    late_worst: float
    readings_a_day: float
    used: int
    limit: int
    shared: bool
    exceeded: int
    missed: int
    worker_share: float

    @property
    def holds(self) -> bool:
        return not self.missed and not self.exceeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole week; shares are of the workers' time."""

    accounts: int
    days: float
    workers: int
    platforms: tuple[PlatformPlan, ...]
    worker_share: float
    errand_share: float

    @property
    def holds(self) -> bool:
        return all(one.holds for one in self.platforms)


def mix(platforms: Iterable[str], accounts: int) -> Iterator[Planned]:
    """So many accounts, spread over the platforms and over loud and silent ones as the model says."""
    chosen = {name: share for name in sorted(platforms) if (share := cost_of(name).share)}
    total = sum(chosen.values())
    for name, share in chosen.items():
        count = max(1, round(accounts * share / total))
        for number in range(count):
            yield Planned(platform=name, activity=_activity_at((number + 0.5) / count * 100))


def _activity_at(percentile: float) -> Activity:
    for activity in ACTIVITIES:
        percentile -= activity.percent
        if percentile <= 0:
            return activity
    return ACTIVITIES[-1]


def activity_of(comments_a_day: float) -> Activity:
    """A measured account as the model sees it: with its own comments, and posts in proportion."""
    nearest = min(ACTIVITIES, key=lambda one: abs(one.comments - comments_a_day))
    return Activity(name=nearest.name, percent=0, comments=max(comments_a_day, 1 / 365), posts=nearest.posts)


def next_comment(after: datetime, activity: Activity, chance: Random) -> datetime:
    """When the next comment is written: people sleep from 23.00 to 06.00 WIB."""
    waking = _AWAKE / _DAY * 86_400 / activity.comments
    return awake(after, timedelta(seconds=chance.expovariate(1 / waking)))


def awake(moment: datetime, wait: timedelta) -> datetime:
    """The moment after so much time in which people are awake."""
    morning = moment.replace(hour=0, minute=0, second=0, microsecond=0) + _WAKES
    while morning + _DAY <= moment:
        morning += _DAY
    begins = max(moment, morning)
    left = morning + _AWAKE - begins
    if left <= timedelta(0):
        begins, left, morning = morning + _DAY, _AWAKE, morning + _DAY
    if wait < left:
        return begins + wait
    days, rest = divmod(wait - left, _AWAKE)
    return morning + _DAY * (days + 1) + rest
