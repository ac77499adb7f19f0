"""The queue as SQL: one statement for 50 rows, one for all counts, one for coverage, whatever the size of the table.

Rows come in the order of their rank, which is the order of time with urgent ones ahead; search and the list of everything
in the order of their id, which is the order of time. Either way a filter walks an index from its newest end and stops
after a page, so page 60 costs what page 1 does.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, TextClause, text

from aggregator.domain.access import Viewer
from aggregator.domain.workflow import WAITING
from aggregator.services.inbox.finding import Search, excerpt_of, understand, with_spellings
from aggregator.services.inbox.hits import hit_rows, key_of, matching
from aggregator.services.inbox.privacy import handles, shown
from aggregator.services.inbox.scope import Condition, items_of, named_beyond_scope, scope_of, taking_part
from aggregator.services.inbox.views import Coverage, Filter, Row, Sought, UnitCount
from aggregator.services.units import Units
from aggregator.storage.db import from_micros, to_micros
from aggregator.storage.ids import code_of, first_id_at, id_of

PAGE = 50
_READ = 480  # more than is shown: a number that the cut goes through must be seen whole to be masked
_SEARCHED = 6_600  # of a text whose hits are shown
_COLUMNS = (
    "i.id, i.kind, i.topic, substr(m.text, 1, :read), m.author_name, i.platform, t.title, i.unit_id, i.state, "
    "m.created_at, i.due_at, i.late, p.name, m.version, m.deleted_at, i.answer_id, i.waiting, "
    "i.urgency, i.confidential"
)
_JOINS = "JOIN messages m ON m.id = i.id JOIN threads t ON t.id = i.thread_id LEFT JOIN people p ON p.id = i.claimed_by"
_TABS = {
    "open": "i.waiting",
    "mine": "i.waiting AND i.claimed_by = :me",
    "late": "i.late",
    "triage": "i.waiting AND i.unit_id IS NULL",
    "all": "1 = 1",
}
_SUPPORT = "support"  # what other units lead and a unit of the viewer's takes part in: a scope of its own
_FEW = "(i.rank + 0)"  # by rank, but found by what is joined: an index on the rank would be walked to its end
_AGES = {"today": (1, None), "week": (7, None), "month": (30, None), "older": (None, 30)}
_LATE_READ = timedelta(minutes=30)


def queue_rows(
    connection: Connection,
    viewer: Viewer,
    wanted: Filter,
    units: Units,
    now: datetime,
    *,
    before: int | None,
    after: int | None,
) -> tuple[list[Row], bool, Sought | None]:
    """One page of the queue, newest first, whether there is more in the direction asked for, and how a search was
    understood."""
    search = understand(connection, viewer, wanted, units)
    key = key_of(connection) if search else {"all": "i.id", _SUPPORT: _FEW}.get(wanted.tab, "i.rank")
    position = _position(key, before, after)
    conditions = [*_listed(viewer, wanted), *_filters(wanted, now, key), *position]
    conditions += [matching(connection, search.query)] if search else []
    backwards = after is not None and before is None
    where = " AND ".join(condition for condition, _ in conditions)
    parameters = {name: value for _, values in conditions for name, value in values.items()}
    parameters["read"] = _SEARCHED if search else _READ
    order = "ASC" if backwards else "DESC"
    statement = f"SELECT {_COLUMNS} FROM {{source}} {_JOINS} WHERE {where} ORDER BY {key} {order} LIMIT {PAGE + 1}"
    if search:
        marks = " AND ".join(condition for condition, _ in position)
        found = hit_rows(connection, statement, parameters, marks, order, PAGE + 1)
    else:
        found = list(connection.execute(text(statement.format(source="items i")), parameters))
    rows = [_row(row, units, viewer, search) for row in found[:PAGE]]
    sought = with_spellings(search, rows) if search else None
    return (rows[::-1] if backwards else rows), len(found) > PAGE, sought


def _listed(viewer: Viewer, wanted: Filter) -> list[Condition]:
    """What stands under the tab, for this viewer."""
    if wanted.tab == _SUPPORT:
        return [taking_part(viewer)]
    chosen = _TABS.get(wanted.tab, _TABS["open"])
    return [(chosen, {"me": viewer.person_id} if wanted.tab == "mine" else {}), items_of(viewer)]


def _filters(wanted: Filter, now: datetime, key: str) -> list[Condition]:
    asked = {"unit_id": wanted.unit, "platform": wanted.platform or None, "kind": wanted.kind or None}
    conditions = [_equals(column, value) for column, value in asked.items() if value is not None]
    if wanted.same_as is not None:
        same = "i.same_words = (SELECT same_words FROM items WHERE id = :same)"
        conditions.append((same, {"same": id_of(wanted.same_as) or 0}))
    newest, oldest = _AGES.get(wanted.age or "", (None, None))
    if newest is not None:
        conditions.append(("i.id >= :from_id", {"from_id": _id_days_ago(now, newest)}))
        if key == "i.rank":  # a rank is never below its id: the walk may stop there
            conditions.append(("i.rank >= :from_id", {}))
    if oldest is not None:
        conditions.append(("i.id < :to_id", {"to_id": _id_days_ago(now, oldest)}))
    return conditions


def _equals(column: str, value: int | str) -> Condition:
    """A condition that finds nothing, instead of failing, for what the column cannot hold."""
    holds = value.isprintable() if isinstance(value, str) else 0 <= value < 1 << 31
    return (f"i.{column} = :{column}", {column: value}) if holds else ("1 = 0", {})


def _id_days_ago(now: datetime, days: int) -> int:
    return first_id_at(to_micros(now - timedelta(days=days)))


def _position(key: str, before: int | None, after: int | None) -> list[Condition]:
    """Beyond the marked items, in the order of the key. An item's mark is its id, whatever the order."""
    by_rank = "COALESCE((SELECT rank FROM items WHERE id = :{0}), :{0})"
    mark = by_rank if key in ("i.rank", _FEW) else ":{0}"
    conditions: list[Condition] = []
    if before is not None:
        conditions.append((f"{key} < {mark.format('before')}", {"before": before}))
    if after is not None:
        conditions.append((f"{key} > {mark.format('after')}", {"after": after}))
    return conditions


def _row(row: Sequence[Any], units: Units, viewer: Viewer, search: Search | None) -> Row:
    excerpt, hits = excerpt_of(shown(row[3], open_to_viewer=handles(viewer, row[7])), search)
    return Row(
        code=code_of(row[0]),
        kind=row[1],
        topic=row[2],
        excerpt=excerpt,
        hits=hits,
        author=row[4],
        platform=row[5],
        thread_title=shown(row[6] or "", open_to_viewer=handles(viewer, row[7])) or None,
        unit=units.name(row[7]),
        state=row[8],
        created_at=from_micros(row[9]),
        due_at=from_micros(row[10]) if row[10] is not None else None,
        late=bool(row[11]),
        claimed_by=row[12],
        edited=row[13] > 1,
        deleted=row[14] is not None,
        probable=row[15] is not None and bool(row[16]),
        urgency=row[17],
        confidential=bool(row[18]),
    )


_WAITING_LIST = ", ".join(f"'{state.value}'" for state in sorted(WAITING))


def counts_statement(viewer: Viewer) -> tuple[TextClause, dict[str, Any]]:
    """Counts of every unit in scope, from the roll-up; -1 counts what the person took on, -2 what their units take part in."""
    condition, parameters = scope_of(viewer)
    counted = condition if viewer.confidential else f"{condition} AND NOT confidential"
    mine, more = items_of(viewer)
    shared, parts = taking_part(viewer)
    statement = (
        f"SELECT unit_id, sum(CASE WHEN state IN ({_WAITING_LIST}) THEN n ELSE 0 END), "
        "sum(CASE WHEN late THEN n ELSE 0 END), sum(n) "
        f"FROM item_counts WHERE {counted} GROUP BY unit_id "
        f"UNION ALL SELECT -1, count(*), 0, 0 FROM items i WHERE i.claimed_by = :me AND i.waiting AND {mine} "
        f"UNION ALL SELECT -2, count(*), 0, 0 FROM items i WHERE {shared}"
    )
    if viewer.named:  # few: counted as they are, so that a number is what its list shows
        beyond, named = named_beyond_scope(viewer)
        more |= named
        statement += (
            " UNION ALL SELECT COALESCE(i.unit_id, 0), sum(CASE WHEN i.waiting THEN 1 ELSE 0 END), "
            f"sum(CASE WHEN i.late THEN 1 ELSE 0 END), count(*) FROM items i WHERE {beyond} GROUP BY i.unit_id"
        )
    return text(statement), parameters | more | parts | {"me": viewer.person_id}


def counts(connection: Connection, viewer: Viewer, units: Units) -> tuple[dict[str, int], tuple[UnitCount, ...]]:
    """The number on each tab, and what waits in each unit."""
    statement, parameters = counts_statement(viewer)
    tabs = dict.fromkeys((*_TABS, _SUPPORT), 0)
    per_unit: dict[int, tuple[int, int]] = {}
    for unit_id, waiting, late, total in connection.execute(statement, parameters):
        if unit_id < 0:
            tabs["mine" if unit_id == -1 else _SUPPORT] = waiting
            continue
        before = per_unit.get(unit_id, (0, 0))
        per_unit[unit_id] = (before[0] + int(waiting), before[1] + int(late))
        tabs["open"] += int(waiting)
        tabs["late"] += int(late)
        tabs["all"] += int(total)
    tabs["triage"] = per_unit.get(0, (0, 0))[0]
    nothing = (0, 0)
    listed = [u for u in units.all() if viewer.may_see(u.id)]
    return tabs, tuple(
        UnitCount(id=u.id, name=u.name, waiting=per_unit.get(u.id, nothing)[0], late=per_unit.get(u.id, nothing)[1])
        for u in listed
    )


def coverage(connection: Connection, viewer: Viewer, now: datetime) -> Coverage:
    """Which share of the accounts in scope was read in time, and until when all of those were."""
    condition, parameters = scope_of(viewer)
    good = "last_success_at IS NOT NULL AND failures = 0 AND problem IS NULL AND next_pull_at > :late"
    statement = text(
        f"SELECT count(*), sum(CASE WHEN {good} THEN 1 ELSE 0 END), min(CASE WHEN {good} THEN last_success_at END), "
        "sum(CASE WHEN problem IS NOT NULL THEN 1 ELSE 0 END) "
        f"FROM accounts WHERE state NOT IN ('file', 'paused') AND {condition}"
    )
    row = connection.execute(statement, parameters | {"late": to_micros(now - _LATE_READ)}).one()
    return Coverage(
        accounts=row[0],
        read=int(row[1] or 0),
        until=from_micros(row[2]) if row[2] is not None else None,
        problems=int(row[3] or 0),
    )
