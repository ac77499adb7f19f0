"""What people do with an item. One act = one transaction = one event, whatever its subject."""

from __future__ import annotations

from aggregator.services.acts.answers import UNDO
from aggregator.services.acts.approvals import Approvals
from aggregator.services.acts.endings import Endings
from aggregator.services.acts.following import Following
from aggregator.services.acts.handing_on import HandingOn
from aggregator.services.acts.merging import Merging
from aggregator.services.acts.notes import Notes
from aggregator.services.acts.sharing import Sharing
from aggregator.services.acts.waiting import Waiting
from aggregator.services.acts.writing import WRITING, Writing, writes

__all__ = ["UNDO", "WRITING", "Acts", "writes"]


class Acts(Sharing, Merging, Writing, Following, Waiting, HandingOn, Approvals, Endings, Notes):
    """Everything a person can do with an item."""
