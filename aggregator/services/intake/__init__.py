"""The intake: facts, cursor and everything derived from them, in one transaction."""

from aggregator.services.intake.intake import Intake
from aggregator.services.intake.records import LeaseLost, Rules, Source, Tally

__all__ = ["Intake", "LeaseLost", "Rules", "Source", "Tally"]
