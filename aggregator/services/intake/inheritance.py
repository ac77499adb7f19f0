"""A reply is about what it replies to: "masih belum, min" says nothing alone, but the conversation does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from aggregator.domain.triage import Verdict
from aggregator.services.intake.facts import Stored
from aggregator.services.intake.records import Source
from aggregator.storage.bulk import rows_where_in

_LEVELS = 4
_ABOVE = (
    "SELECT m.external_id, m.parent_external_id, i.unit_id FROM messages m "
    "LEFT JOIN items i ON i.id = m.id WHERE m.account_id = ?"
)
Above = tuple[str | None, int | None]  # the parent's external id, the unit its item went to


def inherited_units(
    connection: Connection, source: Source, stored: Sequence[Stored], verdicts: Mapping[str, Verdict]
) -> dict[str, int]:
    """For replies that triage is unsure of: the unit that has what they reply to, by the reply's external id."""
    wanted = {
        e.message.external_id
        for e in stored
        if not e.official and e.message.parent_id and _unsure(verdicts[e.message.external_id])
    }
    if not wanted:
        return {}
    above = {e.message.external_id: (e.message.parent_id, _unit_of(e, verdicts)) for e in stored}
    for _ in range(_LEVELS):
        missing = {parent for parent, _ in above.values() if parent is not None and parent not in above}
        found = {
            row[0]: (row[1], row[2])
            for row in rows_where_in(connection, _ABOVE, (source.account_id,), "m.external_id", missing)
        }
        if not found:
            break
        above |= found
    units = {external_id: _nearest(external_id, above) for external_id in wanted}
    return {external_id: unit for external_id, unit in units.items() if unit is not None}


def _unsure(verdict: Verdict) -> bool:
    return verdict.needs_someone and not (verdict.sure and verdict.unit_id is not None)


def _unit_of(entry: Stored, verdicts: Mapping[str, Verdict]) -> int | None:
    verdict = None if entry.official else verdicts[entry.message.external_id]
    return verdict.unit_id if verdict is not None and verdict.sure else None


def _nearest(external_id: str, above: Mapping[str, Above]) -> int | None:
    parent = above[external_id][0]
    for _ in range(2 * _LEVELS):
        if parent is None or parent not in above:
            return None
        parent, unit = above[parent]
        if unit is not None:
            return unit
    return None
