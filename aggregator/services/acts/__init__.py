"""What people do with an item. One act = one transaction = one event, whatever its subject."""

from __future__ import annotations

from aggregator.services.acts.answers import UNDO
from aggregator.services.acts.approvals import Approvals
from aggregator.services.acts.endings import Endings
from aggregator.services.acts.handing_on import HandingOn
from aggregator.services.acts.notes import Notes

__all__ = ["UNDO", "Acts"]


class Acts(HandingOn, Approvals, Endings, Notes):
    """Everything a person can do with an item."""
