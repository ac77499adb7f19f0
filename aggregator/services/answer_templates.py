"""Templates of answers: written by who works for a unit, approved by who may manage it, out of use after their date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.answer_templates import VARIABLES, unknown_variables
from aggregator.domain.unit_rules import Approval
from aggregator.services.acts.typed import clean
from aggregator.services.answer_rules import rule_for
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.tables import answer_templates, people

_LONGEST_TITLE, _LONGEST_TEXT = 80, 8_000
_LISTED = 500
_WRITERS, _APPROVERS = people.alias("writers"), people.alias("approvers")
_SELECT = select(answer_templates, _WRITERS.c.name.label("writer"), _APPROVERS.c.name.label("approver")).select_from(
    answer_templates.outerjoin(_WRITERS, _WRITERS.c.id == answer_templates.c.written_by).outerjoin(
        _APPROVERS, _APPROVERS.c.id == answer_templates.c.approved_by
    )
)
_CHANGED = "Templat ini baru saja diubah orang lain. Lihat isinya sekarang, lalu coba lagi."


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a person typed. `unit_id` None: for every unit."""

    title: str
    text: str
    unit_id: int | None
    topic: str | None
    handoff: bool
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateView:
    """A template as pages show it. state: proposed, approved, expired or retired."""

    id: int
    unit_id: int | None
    unit: str
    topic: str | None
    title: str
    text: str
    handoff: bool
    state: str
    expires_on: date | None
    writer: str | None
    approver: str | None
    revision: int
    may_edit: bool
    may_approve: bool


class AnswerTemplates:
    """A changed template is a proposal again, until someone who may manage its unit approves it."""

    def __init__(self, database: Database, units: Units, clock: Clock, zone: tzinfo) -> None:
        self._database = database
        self._units = units
        self._clock = clock
        self._zone = zone

    def page(self, viewer: Viewer) -> tuple[TemplateView, ...]:
        """Every template the viewer's units may use, proposals first, those out of use last."""
        statement = _SELECT.order_by(answer_templates.c.title, answer_templates.c.id).limit(_LISTED)
        with self._database.read() as connection:
            rows = list(connection.execute(statement).mappings())
        shown = [self._view(row, viewer) for row in rows if self._concerns(viewer, row["unit_id"])]
        order = {"proposed": 0, "approved": 1, "expired": 2, "retired": 3}
        return tuple(sorted(shown, key=lambda one: order[one.state]))

    def one(self, viewer: Viewer, template_id: int) -> TemplateView:
        """Raises NotFound."""
        with self._database.read() as connection:
            return self._view(self._row(connection, viewer, template_id), viewer)

    def save(self, viewer: Viewer, template_id: int, revision: int, wording: Wording) -> int:
        """Keep a new (id 0) or changed template as a proposal; its id."""
        values = self._checked(viewer, wording) | {
            "state": "proposed", "written_by": viewer.person_id, "approved_by": None, "approved_at": None,
            "changed_at": self._clock(),
        }  # fmt: skip
        with self._database.write() as connection:
            if not template_id:
                key = connection.execute(insert(answer_templates).values(values)).inserted_primary_key
                return int(key[0])  # type: ignore[index]  # one key
            row = self._row(connection, viewer, template_id)
            if not self._may_write(viewer, row["unit_id"]):
                raise NotFound
            self._change(connection, template_id, revision, values)
            return template_id

    def approve(self, viewer: Viewer, template_id: int, revision: int) -> None:
        """Let it be used. Where answers need a second person, so do templates."""
        with self._database.write() as connection:
            row = self._managed(connection, viewer, template_id)
            rule = rule_for(connection, self._units, row["unit_id"])
            if rule.approval is not Approval.NONE and row["written_by"] == viewer.person_id:
                raise Refused("Anda yang menulis templat ini. Mintalah orang lain menyetujuinya.")
            approved = {"state": "approved", "approved_by": viewer.person_id, "approved_at": self._clock()}
            self._change(connection, template_id, revision, approved)

    def retire(self, viewer: Viewer, template_id: int, revision: int) -> None:
        """Take it out of use; it is kept."""
        with self._database.write() as connection:
            self._managed(connection, viewer, template_id)
            self._change(connection, template_id, revision, {"state": "retired", "changed_at": self._clock()})

    def _checked(self, viewer: Viewer, wording: Wording) -> dict[str, Any]:
        title, body = clean(wording.title), clean(wording.text)
        if not title or len(title) > _LONGEST_TITLE:
            raise Refused(f"Beri judul pendek, paling panjang {_LONGEST_TITLE} huruf.")
        if not body or len(body) > _LONGEST_TEXT:
            raise Refused(f"Tulis isi templat, paling panjang {_LONGEST_TEXT} huruf.")
        unknown = unknown_variables(body)
        if unknown:
            there = ", ".join(f"{{{name}}}" for name in VARIABLES)
            raise Refused(f"{{{unknown[0]}}} tidak dikenal. Yang ada: {there}.")
        if not self._may_write(viewer, wording.unit_id):
            raise Refused("Anda tidak bekerja untuk unit itu. Pilih unit Anda sendiri.")
        if wording.expires_on is not None and wording.expires_on < self._today():
            raise Refused("Tanggal berakhirnya sudah lewat.")
        return {
            "title": title, "text": body, "unit_id": wording.unit_id, "topic": clean(wording.topic)[:80].casefold() or None,
            "handoff": wording.handoff, "expires_on": wording.expires_on,
        }  # fmt: skip

    def _may_write(self, viewer: Viewer, unit_id: int | None) -> bool:
        exists = unit_id is None or self._units.exists(unit_id)
        return exists and (viewer.may_work(unit_id) if unit_id is not None else viewer.administers)

    def _concerns(self, viewer: Viewer, unit_id: int | None) -> bool:
        """Templates of every unit, of one's own, and of those above it whose templates one uses."""
        if unit_id is None or viewer.may_see(unit_id):
            return True
        return viewer.unit_id is not None and unit_id in self._units.path(viewer.unit_id)

    def _row(self, connection: Connection, viewer: Viewer, template_id: int) -> RowMapping:
        row = connection.execute(_SELECT.where(answer_templates.c.id == template_id)).mappings().one_or_none()
        if row is None or not self._concerns(viewer, row["unit_id"]):
            raise NotFound
        return row

    def _managed(self, connection: Connection, viewer: Viewer, template_id: int) -> RowMapping:
        row = self._row(connection, viewer, template_id)
        if not _may_manage(viewer, row["unit_id"]):
            raise NotFound
        return row

    def _change(self, connection: Connection, template_id: int, revision: int, values: dict[str, Any]) -> None:
        mine = (answer_templates.c.id == template_id) & (answer_templates.c.revision == revision)
        changed = connection.execute(update(answer_templates).where(mine).values(values | {"revision": revision + 1}))
        if changed.rowcount != 1:
            raise Conflict(_CHANGED)

    def _view(self, row: RowMapping, viewer: Viewer) -> TemplateView:
        unit_id, expires_on = row["unit_id"], row["expires_on"]
        expired = row["state"] == "approved" and expires_on is not None and expires_on < self._today()
        shown = {
            name: row[name] for name in ("id", "topic", "title", "text", "expires_on", "writer", "approver", "revision")
        }
        return TemplateView(
            **shown,
            unit_id=unit_id,
            unit="Semua unit" if unit_id is None else self._units.name(unit_id) or "Unit yang sudah tidak ada",
            handoff=bool(row["handoff"]),
            state="expired" if expired else row["state"],
            may_edit=self._may_write(viewer, unit_id),
            may_approve=_may_manage(viewer, unit_id),
        )

    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()


def _may_manage(viewer: Viewer, unit_id: int | None) -> bool:
    return viewer.may_manage(unit_id) if unit_id is not None else viewer.administers
