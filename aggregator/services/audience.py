"""Who is there for a unit: the people whose rights reach it. For notices, and for whoever may open a confidential item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text

from aggregator.domain.access import Right, Role, right_at, rights_on_tree
from aggregator.services.units import Units
from aggregator.storage.db import to_micros

_PEOPLE = text(
    'SELECT p.id, p.login, p.name, p.role, p.unit_id, p.confidential, g.unit_id AS granted, g."right" FROM people p '
    "LEFT JOIN grants g ON g.person_id = p.id AND g.from_at <= :now AND (g.until_at IS NULL OR g.until_at > :now) "
    "WHERE p.active ORDER BY p.name, p.id"
)
_NEAR = "WHERE p.active AND (p.unit_id IN :path OR p.id IN (SELECT person_id FROM grants WHERE unit_id IN :path))"
_PEOPLE_NEAR = text(_PEOPLE.text.replace("WHERE p.active", _NEAR)).bindparams(bindparam("path", expanding=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person with a right at the unit that was asked for. `own`: the right lies on a unit, it is not everywhere's."""

    id: int
    login: str
    name: str
    role: Role
    right: Right
    own: bool


class Audience:
    """Everybody with their rights as they are at one moment: one statement, then any number of units. `around`: only who
    has a right that lies on this unit or above it, which spares reading all the others."""

    def __init__(self, connection: Connection, units: Units, now: datetime, *, around: int | None = None) -> None:
        at = {"now": to_micros(now)}
        near = around is not None
        rows = connection.execute(_PEOPLE_NEAR, at | {"path": list(units.path(around))}).all() if near else None
        rows = connection.execute(_PEOPLE, at).all() if rows is None else rows
        self._units = units
        self._people = [(rows[0], _nodes(rows)) for rows in (list(group) for _, group in groupby(rows, lambda r: r.id))]

    def of(self, unit_id: int | None, at_least: Right, *, confidential: bool = False) -> list[Member]:
        """People with at least this right at a unit (None: at what no unit has yet), by name; of a confidential item only
        those who are named for all of its unit."""
        path = self._units.path(unit_id)
        found = []
        for person, nodes in self._people:
            role = Role(person.role)
            right = right_at(role, nodes, path)
            if right >= max(at_least, Right.READ) and (person.confidential or not confidential):
                own = any(unit in nodes for unit in path)
                found.append(
                    Member(id=person.id, login=person.login, name=person.name, role=role, right=right, own=own)
                )
        return found


def _nodes(rows: Sequence[Row[Any]]) -> dict[int, Right]:
    granted = ((row.granted, Right(row.right)) for row in rows if row.granted is not None)
    return rights_on_tree(Role(rows[0].role), rows[0].unit_id, granted)
