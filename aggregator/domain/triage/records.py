"""What triage is told about a unit, and what it says about a text."""

from __future__ import annotations

from dataclasses import dataclass


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
class Candidate:
    """One unit that may be responsible; the probabilities of all units and of nobody add up to 1."""

    unit_id: int
    probability: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a text is, who is responsible and why.

    kind: complaint, question, aspiration, criticism, praise, spam or other.
    unit_id: the best unit, None when nothing points to one or it is nobody's in the kabupaten (`outside`).
    candidates: at most three, best first. confidence: 0..1, the measured share of right units at this score.
    sure: confident enough to be routed without a person. reasons: short Bahasa Indonesia phrases for
    officers.
    """

    kind: str
    needs_someone: bool
    unit_id: int | None
    candidates: tuple[Candidate, ...]
    topic: str | None
    confidence: float
    sure: bool
    reasons: tuple[str, ...]
    outside: bool
