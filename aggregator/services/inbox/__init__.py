"""The inbox: the queue of items and one item with its whole conversation. Reading only."""

from aggregator.services.inbox.inbox import Inbox
from aggregator.services.inbox.views import (
    Candidate,
    Clock,
    Coverage,
    Entry,
    Filter,
    ItemPage,
    Moment,
    Page,
    Proof,
    Reply,
    Row,
    Team,
    UnitCount,
)

__all__ = [
    "Candidate", "Clock", "Coverage", "Entry", "Filter", "Inbox", "ItemPage", "Moment", "Page", "Proof", "Reply", "Row",
    "Team", "UnitCount",
]  # fmt: skip
