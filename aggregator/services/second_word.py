"""The lists of what waits for a second person: answers to approve, ends to verify."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text

from aggregator.domain.access import Viewer
from aggregator.domain.workflow import WAITING
from aggregator.services.inbox.privacy import handles, shown
from aggregator.services.inbox.scope import Condition, items_of, scope_of
from aggregator.services.units import Units
from aggregator.storage.db import Database, from_micros
from aggregator.storage.ids import code_of

LISTED = 100
_EXCERPT = 220
_WAITING = ", ".join(f"'{state.value}'" for state in sorted(WAITING))
_OUTLIVED = (
    "NOT EXISTS (SELECT 1 FROM events e WHERE e.item_id = c.item_id AND e.at > c.asked_at "
    "AND e.kind IN ('answered', 'reopened', 'confirmed'))"
)
_APPROVALS = (
    "SELECT i.id, i.unit_id, i.kind, m.text, m.author_name, p.name AS asker, c.asked_by, c.asked_at, r.text AS words, "
    "NULL AS end_kind FROM approvals c JOIN items i ON i.id = c.item_id JOIN messages m ON m.id = i.id "
    "LEFT JOIN people p ON p.id = c.asked_by LEFT JOIN replies r ON r.item_id = i.id AND r.state = 'pending' "
    f"WHERE c.verdict IS NULL AND i.state IN ({_WAITING})"
)
_CLOSURES = (
    "SELECT i.id, i.unit_id, i.kind, m.text, m.author_name, p.name AS asker, c.asked_by, c.asked_at, c.reason AS words, "
    "c.kind AS end_kind FROM closures c JOIN items i ON i.id = c.item_id JOIN messages m ON m.id = i.id "
    "LEFT JOIN people p ON p.id = c.asked_by "
    f"WHERE c.verdict IS NULL AND i.state IN ({_WAITING}, 'answered') AND {_OUTLIVED}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One item that waits. `words`: the answer that was written, or why it shall end; `end`: how. `mine`: the viewer asked
    for it and somebody else decides."""

    code: str
    kind: str
    unit: str | None
    excerpt: str
    author: str
    asker: str | None
    asked_at: datetime
    words: str
    end: str | None
    mine: bool


class SecondWord:
    """One statement a list; the oldest first, a hundred at most."""

    def __init__(self, database: Database, units: Units) -> None:
        self._database = database
        self._units = units

    def approvals(self, viewer: Viewer) -> tuple[Waiting, ...]:
        """Answers that this person may approve, and their own that wait for others."""
        return self._list(_APPROVALS, viewer, _managed(viewer))

    def closures(self, viewer: Viewer) -> tuple[Waiting, ...]:
        """Ends that this person may verify, and their own that wait for others."""
        return self._list(_CLOSURES, viewer, ("1 = 1", {}) if viewer.sorts else _managed(viewer))

    def _list(self, statement: str, viewer: Viewer, decides: Condition) -> tuple[Waiting, ...]:
        seen, parameters = items_of(viewer)
        mine, more = decides
        where = f"{statement} AND {seen} AND ({mine} OR c.asked_by = :me) ORDER BY c.asked_at, c.id LIMIT {LISTED}"
        told: dict[str, Any] = parameters | more | {"me": viewer.person_id}
        with self._database.read() as connection:
            return tuple(self._row(row, viewer) for row in connection.execute(text(where), told))

    def _row(self, row: Any, viewer: Viewer) -> Waiting:
        said = shown(row.text, open_to_viewer=handles(viewer, row.unit_id))
        return Waiting(
            code=code_of(row.id),
            kind=row.kind,
            unit=self._units.name(row.unit_id),
            excerpt=said if len(said) <= _EXCERPT else said[: _EXCERPT - 1] + "…",
            author=row.author_name,
            asker=row.asker,
            asked_at=from_micros(row.asked_at),
            words=row.words or "",
            end=row.end_kind,
            mine=row.asked_by == viewer.person_id,
        )


def _managed(viewer: Viewer) -> Condition:
    """The condition on items of units that the person manages, beside one on what they see."""
    condition, names = scope_of(replace(viewer, unit_ids=viewer.manage_ids), "i.unit_id")
    return condition.replace(":scope", ":managed"), {
        name.replace("scope", "managed"): one for name, one in names.items()
    }
