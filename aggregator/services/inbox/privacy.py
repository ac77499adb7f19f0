"""Who sees personal data in a citizen's words: the office that handles the item, and whoever opened them just now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from aggregator.domain.access import Viewer
from aggregator.domain.triage.masking import masked
from aggregator.services.inbox.views import Moment

OPENED_FOR = timedelta(minutes=15)
UNMASKED = "unmasked"


def handles(viewer: Viewer, unit_id: int | None) -> bool:
    """Whether the viewer's own office has the item. Those who work for every unit handle none."""
    return viewer.work_ids is not None and viewer.may_work(unit_id)


def opened(viewer: Viewer, timeline: Iterable[Moment], now: datetime) -> bool:
    """Whether the viewer asked, and was noted, to see the personal data of this item just now."""
    return any(
        moment.kind == UNMASKED and moment.who_id == viewer.person_id and moment.at > now - OPENED_FOR
        for moment in timeline
    )


def shown(text: str, *, open_to_viewer: bool) -> str:
    """The words as the viewer may see them."""
    return text if open_to_viewer else masked(text)
