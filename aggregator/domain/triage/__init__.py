"""Triage: which kind of message, whose it is, how soon, how surely, and why. Pure: word lists, packaged weights, and what one
kabupaten taught."""

from aggregator.domain.triage.decide import DEFAULT_THRESHOLD
from aggregator.domain.triage.engine import Lessons, Triage
from aggregator.domain.triage.records import (
    NOWHERE,
    Because,
    Candidate,
    Context,
    Place,
    Reason,
    UnitProfile,
    Urgency,
    Verdict,
)

__all__ = [
    "DEFAULT_THRESHOLD", "NOWHERE", "Because", "Candidate", "Context", "Lessons", "Place", "Reason", "Triage",
    "UnitProfile", "Urgency", "Verdict",
]  # fmt: skip
