"""What triage is told about units and messages, and what it says about a text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import IntEnum, StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProfile:
    """A unit as the registry knows it today.

    `kind` is a free lower-case word (opd, bagian, kecamatan, kelurahan, desa, bumd, upt, sekolah, puskesmas
    ...).
    `affairs` are words for what the unit is responsible for; they outrank what its name suggests.
    """

    id: int
    name: str
    short_name: str | None
    kind: str
    parent_id: int | None
    affairs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A name by which citizens say where something is; it lies in the kecamatan, kelurahan or desa `unit_id`."""

    name: str
    kind: str
    unit_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where a message stands. Everything may be unknown. `said_at` is local time; `replies_to` is the text above it."""

    account_id: int | None = None
    account_unit_id: int | None = None
    platform: str | None = None
    thread_title: str | None = None
    replies_to: str | None = None
    said_at: datetime | None = None

    def at(self, zone: tzinfo) -> Context:
        """The same with its time as clocks show it there."""
        return self if self.said_at is None else replace(self, said_at=self.said_at.astimezone(zone))


NOWHERE = Context()


class Because(StrEnum):
    """What a reason rests on; pages choose the chip's icon by it."""

    WORD = "word"
    NAME = "name"  # the unit was called by its name
    PLACE = "place"
    ACCOUNT = "account"
    THREAD = "thread"  # the post it stands under, or the talk above it
    RULE = "rule"  # the kabupaten's own rule
    LEARNED = "learned"  # earlier decisions of the officers
    PLUGIN = "plugin"
    NOISE = "noise"  # why nobody needs to answer
    URGENCY = "urgency"
    DOUBT = "doubt"  # what speaks against, or what is missing


@dataclass(frozen=True, slots=True)
class Reason:
    """One short phrase in Bahasa Indonesia for officers, and what it rests on."""

    because: Because
    text: str


class Urgency(IntEnum):
    """How soon someone must look: the clock and the order of the queue follow it."""

    ORDINARY = 0
    SOON = 1
    DANGER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One unit that may be responsible; the probabilities of all units and of nobody add up to 1."""

    unit_id: int
    probability: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a text is, who is responsible and why.

    kind: complaint, question, aspiration, criticism, praise, spam or other.
    unit_id: the best unit, None when nothing points to one or it is nobody's in the kabupaten (`outside`, then `body`
    names who is responsible where that is known).
    candidates: at most three, best first. confidence: 0..1, the measured share of right units at this score.
    sure: confident enough to be routed without a person; `rule` is the name of the kabupaten's own rule that decided.
    place_unit_id: the kecamatan, kelurahan or desa it speaks of; `unclear_place` when a name fits several.
    confidential: may accuse an official or tell of a victim: never routed by itself.
    sp4n: the SP4N class it would have, as a suggestion.
    """

    kind: str
    needs_someone: bool
    unit_id: int | None
    candidates: tuple[Candidate, ...]
    topic: str | None
    confidence: float
    sure: bool
    reasons: tuple[Reason, ...]
    outside: bool
    body: str | None = None
    rule: str | None = None
    place_unit_id: int | None = None
    unclear_place: str | None = None
    urgency: Urgency = Urgency.ORDINARY
    confidential: bool = False
    sp4n: str = ""
