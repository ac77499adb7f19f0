"""How sure triage must be before it routes by itself: one threshold for all units, and own ones where Diskominfo set them."""

from __future__ import annotations

from sqlalchemy import delete, insert

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.services.errors import Refused
from aggregator.services.learning.access import must_sort
from aggregator.storage.db import Database
from aggregator.storage.tables import thresholds

EVERY_UNIT = 0
LOWEST, HIGHEST = 0.5, 1.0


class Thresholds:
    """Reads come with everything else that was taught (`taught.lessons`); here they are set."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def set(self, viewer: Viewer, unit_id: int, at_least: float | None) -> None:
        """Set a unit's threshold (0: of all that have none of their own); None takes its own away. 1.01 never routes by
        itself. Refused outside 0.5 to 1."""
        must_sort(viewer)
        if at_least is not None and not LOWEST <= at_least <= HIGHEST + 0.01:
            raise Refused("Batas keyakinan antara 50 % dan 100 %.")
        with self._database.write() as connection:
            connection.execute(delete(thresholds).where(thresholds.c.unit_id == unit_id))
            if at_least is not None:
                row = {
                    "unit_id": unit_id,
                    "at_least": at_least,
                    "changed_by": viewer.person_id,
                    "changed_at": self._clock(),
                }
                connection.execute(insert(thresholds).values(row))
