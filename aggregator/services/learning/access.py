"""Who may teach triage."""

from __future__ import annotations

from aggregator.domain.access import Viewer
from aggregator.services.errors import NotFound


def must_sort(viewer: Viewer) -> None:
    """Raises NotFound for whoever does not sort: of these rooms they learn nothing."""
    if not viewer.sorts:
        raise NotFound
