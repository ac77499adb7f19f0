"""What people do with an item. One act = one transaction = one event, whatever its subject."""

from __future__ import annotations

from aggregator.services.acts.answers import UNDO, Answers
from aggregator.services.acts.endings import Endings
from aggregator.services.acts.notes import Notes
from aggregator.services.acts.placing import Placing
from aggregator.services.acts.waiting import Waiting

__all__ = ["UNDO", "Acts"]


class Acts(Placing, Answers, Endings, Notes, Waiting):
    """Everything a person can do with an item."""
