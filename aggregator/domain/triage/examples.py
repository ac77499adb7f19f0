"""What learning is given: decisions about texts. Apart from `training`, which needs a heavy library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.domain.triage.records import NOWHERE, Context

LEAST_EXAMPLES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A decision: the text where it stood, and the unit it belongs to (None: a body outside the kabupaten)."""

    text: str
    unit_id: int | None
    at: datetime | None = None
    context: Context = NOWHERE


class TooFew(Exception):
    """There is not enough to learn from yet."""
