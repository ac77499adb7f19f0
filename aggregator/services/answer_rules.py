"""What units ask of their answers and ends: kept by Diskominfo, read wherever an answer or an end is decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.unit_rules import EVERY_UNIT, NO_RULE, Approval, End, UnitRule, nearest
from aggregator.services.errors import NotFound, Refused
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.tables import unit_rules

MOST_USES, MOST_DAYS = 100, 365


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as the page lists it; unit_id 0 is every unit."""

    unit_id: int
    unit: str
    rule: UnitRule


def rule_for(connection: Connection, units: Units, unit_id: int | None) -> UnitRule:
    """The rule that counts for a unit now: one statement."""
    path = units.path(unit_id)
    rows = connection.execute(select(unit_rules).where(unit_rules.c.unit_id.in_([*path, EVERY_UNIT]))).mappings()
    return nearest({row["unit_id"]: _rule(row) for row in rows}, path)


class AnswerRules:
    """One rule a unit at most; a unit without one follows the nearest above it."""

    def __init__(self, database: Database, units: Units, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._clock = clock

    def page(self) -> tuple[RuleRow, ...]:
        """Every rule, that of all units first."""
        with self._database.read() as connection:
            rows = list(connection.execute(select(unit_rules)).mappings())
        named = [(row, self._name(row["unit_id"])) for row in rows]
        listed = [RuleRow(row["unit_id"], name, _rule(row)) for row, name in named if name is not None]
        return tuple(sorted(listed, key=lambda one: (one.unit_id != EVERY_UNIT, one.unit)))

    def one(self, unit_id: int) -> UnitRule:
        """The rule that is set for this very unit; the one without demands when there is none."""
        with self._database.read() as connection:
            row = connection.execute(select(unit_rules).where(unit_rules.c.unit_id == unit_id)).mappings().one_or_none()
        return _rule(row) if row is not None else NO_RULE

    def save(self, viewer: Viewer, unit_id: int, rule: UnitRule) -> None:
        """Set the rule of a unit (0: of all that have none). NotFound for who does not administer."""
        values = _columns(self._checked(viewer, unit_id, rule))
        row = values | {"unit_id": unit_id, "changed_by": viewer.person_id, "changed_at": self._clock()}
        with self._database.write() as connection:
            connection.execute(delete(unit_rules).where(unit_rules.c.unit_id == unit_id))
            connection.execute(insert(unit_rules).values(row))

    def drop(self, viewer: Viewer, unit_id: int) -> None:
        """From now on the unit follows the nearest rule above it."""
        must_administer(viewer)
        with self._database.write() as connection:
            connection.execute(delete(unit_rules).where(unit_rules.c.unit_id == unit_id))

    def _checked(self, viewer: Viewer, unit_id: int, rule: UnitRule) -> UnitRule:
        must_administer(viewer)
        if self._name(unit_id) is None:
            raise Refused("Unit itu tidak ada (lagi). Pilih unit lain.")
        if rule.approval is Approval.BY_KIND and not rule.approval_kinds:
            raise Refused("Pilih sedikitnya satu jenis yang jawabannya perlu disetujui.")
        if not (1 <= rule.most_uses <= MOST_USES and 1 <= rule.uses_days <= MOST_DAYS):
            raise Refused(f"Isi 1 sampai {MOST_USES} kali dalam 1 sampai {MOST_DAYS} hari.")
        return rule

    def _name(self, unit_id: int) -> str | None:
        return "Semua unit" if unit_id == EVERY_UNIT else self._units.name(unit_id)


def must_administer(viewer: Viewer) -> None:
    """Raises NotFound for whoever does not look after the settings."""
    if not viewer.administers:
        raise NotFound


def _rule(row: RowMapping) -> UnitRule:
    return UnitRule(
        approval=Approval(row["approval"]),
        approval_kinds=frozenset(_parts(row["approval_kinds"])),
        verified_ends=frozenset(End(part) for part in _parts(row["verified_ends"])),
        most_uses=row["most_uses"],
        uses_days=row["uses_days"],
    )


def _columns(rule: UnitRule) -> dict[str, Any]:
    return {
        "approval": rule.approval.value,
        "approval_kinds": _joined(rule.approval_kinds),
        "verified_ends": _joined(end.value for end in rule.verified_ends),
        "most_uses": rule.most_uses,
        "uses_days": rule.uses_days,
    }


def _parts(kept: str) -> list[str]:
    return [part for part in kept.split(",") if part]


def _joined(parts: Iterable[str]) -> str:
    return ",".join(sorted(parts))
