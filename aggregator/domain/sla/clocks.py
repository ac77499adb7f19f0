"""The clocks of an item, read from what happened to it: one for each unit and stage. A clock that stops and starts again
(another unit had it meanwhile, an answer was withdrawn) goes on where it stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aggregator.domain.sla.calendar import Hold
from aggregator.domain.sla.profiles import Stage

WAITING_FOR_CITIZEN = "menunggu warga"
ANSWERED = "sudah dijawab"
ENDED = "sudah ditutup"
ELSEWHERE = "tidak di unit ini"
FOLLOWED_UP = "sudah ditindaklanjuti"
VERIFIED = "sudah diteruskan"

_FOLLOW_UPS = frozenset(
    {"claimed", "assigned", "taken_over", "acknowledged", "approval_asked", "answering", "copied", "sent"}
)
_ENDS: Mapping[str, str] = {
    **dict.fromkeys(("answered", "confirmed"), ANSWERED),
    **dict.fromkeys(("closed", "not_ours", "no_answer_needed", "closing_confirmed", "merged", "withdrawn"), ENDED),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of an item. `data` is what its event carries: where it went, when the platform showed the answer."""

    at: datetime
    kind: str
    data: Mapping[str, Any]


@dataclass(slots=True)
class Clock:
    """One clock. Holds are in order and apart; only the last may have no end."""

    unit_id: int | None
    stage: Stage
    started_at: datetime
    holds: list[Hold] = field(default_factory=list)

    @property
    def standing(self) -> Hold | None:
        """What keeps it from running now."""
        return self.holds[-1] if self.holds and self.holds[-1].until is None else None

    @property
    def stopped_at(self) -> datetime | None:
        """When it stopped; None while it runs or only waits for the citizen."""
        hold = self.standing
        return hold.since if hold is not None and hold.reason != WAITING_FOR_CITIZEN else None

    @property
    def waits(self) -> list[Hold]:
        """The holds that put its deadline off: all but the stop at its end."""
        return self.holds if self.stopped_at is None else self.holds[:-1]

    def hold(self, since: datetime, reason: str) -> None:
        """Stand still from then on; a stop takes over from waiting, and the first stop stays."""
        standing = self.standing
        if standing is not None and (standing.reason != WAITING_FOR_CITIZEN or reason == WAITING_FOR_CITIZEN):
            return
        earliest = (self.holds[-1].until or self.holds[-1].since) if self.holds else self.started_at
        since = max(since, earliest)
        if standing is not None:
            self.holds[-1] = Hold(standing.since, since, standing.reason)
        self.holds.append(Hold(since, None, reason))

    def go_on(self, at: datetime) -> None:
        if self.standing is not None:
            self.holds[-1] = Hold(self.standing.since, at, self.standing.reason)


def clocks_of(happenings: Iterable[Happening]) -> list[Clock]:
    """The clocks of one item from its events, oldest first. Times that go back (a machine's clock was wrong) are taken as
    the latest seen before."""
    book = _Book()
    latest: datetime | None = None
    for happening in happenings:
        latest = happening.at if latest is None else max(latest, happening.at)
        book.note(happening, latest)
    return list(book.clocks.values())


class _Book:
    """The clocks so far, and whose the item is."""

    def __init__(self) -> None:
        self.clocks: dict[tuple[int | None, Stage], Clock] = {}
        self._unit: int | None = None

    def note(self, happening: Happening, at: datetime) -> None:
        kind, data = happening.kind, happening.data
        if kind == "opened":
            self._unit = data.get("unit")
            if data.get("state") != "no_answer_needed":
                self._receive(at)
        elif kind in ("routed", "returned", "handed_off"):
            self._hand_over(data.get("to"), at)
        elif kind in ("reopened", "separated"):
            self._receive(at)
        elif kind in _ENDS:
            self._hold_all(_ended_at(data, at), _ENDS[kind])
        elif kind == "waiting":
            self._hold_all(at, WAITING_FOR_CITIZEN)
        elif kind == "resumed":
            self._resume(at)
        elif kind in _FOLLOW_UPS:
            self._follow_up(_ended_at(data, at))

    def _receive(self, at: datetime) -> None:
        """Whoever has the item now: their clocks start, or go on."""
        for stage in (Stage.VERIFY,) if self._unit is None else (Stage.FOLLOW_UP, Stage.FINISH):
            clock = self.clocks.setdefault((self._unit, stage), Clock(self._unit, stage, at))
            if clock.standing is None or clock.standing.reason != FOLLOWED_UP:
                clock.go_on(at)

    def _hand_over(self, unit_id: int | None, at: datetime) -> None:
        self._hold_all(at, ELSEWHERE if self._unit is not None else VERIFIED)
        self._unit = unit_id
        self._receive(at)

    def _follow_up(self, at: datetime) -> None:
        clock = self.clocks.get((self._unit, Stage.FOLLOW_UP))
        if clock is not None:
            clock.hold(at, FOLLOWED_UP)

    def _hold_all(self, at: datetime, reason: str) -> None:
        """The clocks of the unit that has it; those of other units stand already."""
        for clock in self.clocks.values():
            if clock.unit_id == self._unit:
                clock.hold(at, reason)

    def _resume(self, at: datetime) -> None:
        for clock in self.clocks.values():
            if clock.standing is not None and clock.standing.reason == WAITING_FOR_CITIZEN:
                clock.go_on(at)


def _ended_at(data: Mapping[str, Any], at: datetime) -> datetime:
    """When it truly ended, where the event says so: the platform's own time of an answer, when a verified end was asked
    for. Never later than the event."""
    told = data.get("at")
    return min(at, datetime.fromisoformat(told)) if isinstance(told, str) else at
