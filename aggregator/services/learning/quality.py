"""How good triage is, by what officers decided: accuracy, what it routed by itself, what it confuses, where it drifts.

Every figure comes from one roll-up of the decisions (`_ROLLUP`), so that they agree with each other: it is counted by the
database, and grows with the decisions of twelve weeks, not with the items.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from aggregator.clock import Clock
from aggregator.domain.triage import DEFAULT_THRESHOLD
from aggregator.domain.triage.measures import interval
from aggregator.services.learning.thresholds import EVERY_UNIT
from aggregator.services.units import Units
from aggregator.storage.db import Database, to_micros

WEEKS = 12
_WEEK = timedelta(days=7)
_STEPS = 50  # confidence is rolled up in fiftieths
_LEAST_FOR_A_RATE = 10
_CONFUSIONS = 15
_DRIFT = 0.1
_OFFERED = (0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
_ROLLUP = text(
    "SELECT (e.at - :since) / :week AS week, e.outcome, e.unit_id, e.proposed_outcome, e.proposed_unit_id, e.auto, e.source, "
    f"CAST(COALESCE(e.confidence, 0) * {_STEPS} AS INTEGER) AS step, count(*) AS n "
    "FROM examples e WHERE e.at >= :since AND e.source <> 'imported' GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`; no rate below ten, and never one without its interval."""

    hits: int
    n: int

    @property
    def rate(self) -> float | None:
        return self.hits / self.n if self.n >= _LEAST_FOR_A_RATE else None

    @property
    def bounds(self) -> tuple[float, float]:
        return interval(self.hits, self.n)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a threshold would mean: how much would be routed without a person, and how much of it rightly."""

    at_least: float
    routed: Share
    right: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitQuality:
    """One unit: decisions that were its own, how many triage proposed rightly, and what was routed to it by itself."""

    unit_id: int
    name: str
    proposed: Share
    auto: Share
    threshold: float
    own_threshold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Triage said `said`, officers said `meant`, n times."""

    said: str
    meant: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    begins: datetime
    proposed: Share
    auto: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPage:
    """Everything Diskominfo sees. `noise`: of what was hidden and looked at, how much rightly. `drift`: by how much the
    last two weeks lie below the ten before; None while there is too little, or nothing to say."""

    decided: int
    proposed: Share
    auto: Share
    covered: Share
    noise: Share
    outside: Share
    weeks: tuple[Week, ...]
    units: tuple[UnitQuality, ...]
    confusions: tuple[Confusion, ...]
    threshold: float
    effects: tuple[Effect, ...]
    drift: float | None


@dataclass(frozen=True, slots=True)
class _Cell:
    week: int
    outcome: str
    unit: int | None
    said_outcome: str | None
    said_unit: int | None
    auto: bool
    source: str
    step: int
    n: int

    @property
    def right(self) -> bool:
        return self.outcome == self.said_outcome and self.unit == self.said_unit

    @property
    def about_units(self) -> bool:
        """Whether it tells of routing: which unit, or none of the kabupaten's."""
        return self.source != "reviewed" and self.outcome != "nobody" and self.said_outcome != "nobody"


class Quality:
    """Reads the roll-up once a page."""

    def __init__(self, database: Database, units: Units, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._clock = clock

    def page(self, unit_id: int | None = None) -> QualityPage:
        """The figures of all units; weeks and the effects of thresholds for one, or for all."""
        since = self._clock() - WEEKS * _WEEK
        with self._database.read() as connection:
            cells = _cells(connection, since)
            set_ones = connection.execute(text("SELECT unit_id, at_least FROM thresholds"))
            own: dict[int, float] = {row.unit_id: row.at_least for row in set_ones}
        routing = [cell for cell in cells if cell.about_units]
        general = own.get(EVERY_UNIT, DEFAULT_THRESHOLD)
        concerned = [cell for cell in routing if unit_id in (None, cell.unit, cell.said_unit)]
        noise = [cell for cell in cells if cell.said_outcome == "nobody" and cell.source in ("reviewed", "noise")]
        return QualityPage(
            decided=sum(cell.n for cell in routing),
            proposed=_right(routing),
            auto=_right(cell for cell in routing if cell.auto),
            covered=Share(sum(cell.n for cell in routing if cell.auto), sum(cell.n for cell in routing)),
            noise=Share(_count(cell for cell in noise if cell.outcome == "nobody"), _count(noise)),
            outside=_right(cell for cell in routing if cell.outcome == "outside"),
            weeks=_weeks(concerned, since),
            units=self._by_unit(routing, own, general),
            confusions=self._confusions(routing),
            threshold=own.get(unit_id or EVERY_UNIT, general),
            effects=_effects([c for c in routing if unit_id is None or c.said_unit == unit_id]),
            drift=_drift(_weeks(routing, since)),
        )

    def _by_unit(self, cells: Sequence[_Cell], own: dict[int, float], general: float) -> tuple[UnitQuality, ...]:
        theirs, routed = defaultdict(list), defaultdict(list)
        for cell in cells:
            if cell.unit is not None:
                theirs[cell.unit].append(cell)
            if cell.auto and cell.said_unit is not None:
                routed[cell.said_unit].append(cell)
        rows = [
            UnitQuality(
                unit_id=unit.id,
                name=unit.name,
                proposed=_right(theirs[unit.id]),
                auto=_right(routed[unit.id]),
                threshold=own.get(unit.id, general),
                own_threshold=unit.id in own,
            )
            for unit in self._units.all()
            if unit.id in theirs or unit.id in routed or unit.id in own
        ]
        return tuple(sorted(rows, key=lambda row: (-row.proposed.n, row.name)))

    def _confusions(self, cells: Iterable[_Cell]) -> tuple[Confusion, ...]:
        pairs: Counter[tuple[str, str]] = Counter()
        for cell in cells:
            if not cell.right and cell.outcome != "returned" and cell.said_outcome != "unknown":
                pairs[self._named(cell.said_outcome, cell.said_unit), self._named(cell.outcome, cell.unit)] += cell.n
        return tuple(Confusion(said=said, meant=meant, n=n) for (said, meant), n in pairs.most_common(_CONFUSIONS))

    def _named(self, outcome: str | None, unit_id: int | None) -> str:
        return "bukan kewenangan" if outcome == "outside" else self._units.name(unit_id) or "unit yang sudah tidak ada"


def _cells(connection: Connection, since: datetime) -> list[_Cell]:
    parameters = {"since": to_micros(since), "week": _WEEK // timedelta(microseconds=1)}
    rows = connection.execute(_ROLLUP, parameters)
    return [
        _Cell(min(int(r[0]), WEEKS - 1), r[1], r[2], r[3], r[4], bool(r[5]), r[6], int(r[7]), int(r[8])) for r in rows
    ]


def _count(cells: Iterable[_Cell]) -> int:
    return sum(cell.n for cell in cells)


def _right(cells: Iterable[_Cell]) -> Share:
    cells = list(cells)
    return Share(_count(cell for cell in cells if cell.right), _count(cells))


def _weeks(cells: Sequence[_Cell], since: datetime) -> tuple[Week, ...]:
    def of_week(number: int) -> Week:
        some = [cell for cell in cells if cell.week == number]
        return Week(begins=since + number * _WEEK, proposed=_right(some), auto=_right(c for c in some if c.auto))

    return tuple(map(of_week, range(WEEKS)))


def _effects(cells: Sequence[_Cell]) -> tuple[Effect, ...]:
    """What each threshold would have meant for what was decided since: a unit was proposed, and surely enough."""
    named = [cell for cell in cells if cell.said_outcome == "unit"]
    return tuple(
        Effect(
            at_least=at_least,
            routed=Share(_count(cell for cell in named if cell.step >= at_least * _STEPS), _count(cells)),
            right=_right(cell for cell in named if cell.step >= at_least * _STEPS),
        )
        for at_least in _OFFERED
    )


def _drift(weeks: Sequence[Week]) -> float | None:
    """How far the accuracy of the last two weeks lies below that of the weeks before, when chance does not explain it."""
    before = Share(sum(w.proposed.hits for w in weeks[:-2]), sum(w.proposed.n for w in weeks[:-2]))
    after = Share(sum(w.proposed.hits for w in weeks[-2:]), sum(w.proposed.n for w in weeks[-2:]))
    if before.rate is None or after.rate is None:
        return None
    fell = before.rate - after.rate
    return fell if fell >= _DRIFT and after.bounds[1] < before.rate else None
