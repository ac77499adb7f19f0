"""First triage: which kind of message, which unit, how surely, and why. Pure rules over packaged word
lists."""

from aggregator.domain.triage.engine import SURE_AT, Triage
from aggregator.domain.triage.records import Candidate, UnitProfile, Verdict

__all__ = ["SURE_AT", "Candidate", "Triage", "UnitProfile", "Verdict"]
