"""Rights beside those of the role: a substitute (PLT, cuti), a second office. Each has dates and a reason, and stops by
itself: the query behind a session takes only what holds now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, or_, select, update

from aggregator.clock import Clock
from aggregator.domain.access import Right, Role, Viewer
from aggregator.services.errors import NotFound, Refused
from aggregator.services.people.audit import note
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.tables import grants, people

GIVEN = (Right.READ, Right.WORK, Right.MANAGE)
_MOMENT = timedelta(seconds=1)
_LONGEST = timedelta(days=366)
_LONGEST_REASON = 500
SHOWN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRow:
    """A right on a unit and all below it, from the first to the last day, both included. `state`: holds, comes, over."""

    id: int
    unit: str
    right: str
    first: date
    last: date | None
    reason: str
    by: str | None
    state: str


class Substitutes:
    """Gives rights for a time, lists and ends them."""

    def __init__(self, database: Database, units: Units, zone: ZoneInfo, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._zone = zone
        self._clock = clock

    def of(self, viewer: Viewer, person_id: int) -> tuple[GrantRow, ...]:
        """The person's grants, those that hold or come first, the newest first."""
        if not viewer.administers:
            raise NotFound
        now = self._clock()
        statement = (
            select(grants, people.c.name)
            .outerjoin_from(grants, people, people.c.id == grants.c.created_by)
            .where(grants.c.person_id == person_id)
            .order_by(or_(grants.c.until_at.is_(None), grants.c.until_at > now).desc(), grants.c.id.desc())
            .limit(SHOWN)
        )
        with self._database.read() as connection:
            rows = connection.execute(statement).mappings().all()
        return tuple(
            GrantRow(
                id=row["id"],
                unit=self._units.name(row["unit_id"]) or f"Unit {row['unit_id']}",
                right=Right(row["right"]).name.lower(),
                first=self._day(row["from_at"]),
                last=self._day(row["until_at"] - _MOMENT) if row["until_at"] else None,
                reason=row["reason"],
                by=row["name"],
                state=_state(row["from_at"], row["until_at"], now),
            )
            for row in rows
        )

    def give(
        self, viewer: Viewer, person_id: int, unit_id: int, right: Right, first: date, last: date, reason: str
    ) -> None:
        """A right from the beginning of the first day to the end of the last one, in local time. Raises Refused for dates
        that make no sense, a missing reason, or a person who must not read citizens' words."""
        if not viewer.administers or right not in GIVEN:
            raise NotFound
        if not self._units.exists(unit_id):
            raise Refused("Unit itu tidak ada (lagi). Pilih dari daftar yang muncul saat mengetik.")
        self._check_dates(first, last)
        why = reason.replace("\x00", "").encode("utf-8", "replace").decode().strip()[:_LONGEST_REASON]
        if not why:
            raise Refused("Tuliskan alasannya, misalnya: PLT kepala dinas, SK nomor 12.")
        now = self._clock()
        row = {
            "person_id": person_id, "unit_id": unit_id, "right": int(right), "from_at": self._midnight(first),
            "until_at": self._midnight(last + timedelta(days=1)), "reason": why, "created_by": viewer.person_id,
            "created_at": now,
        }  # fmt: skip
        told = {"unit": unit_id, "right": right.name.lower(), "first": first.isoformat(), "last": last.isoformat()}
        with self._database.write() as connection:
            person = connection.execute(
                select(people.c.role, people.c.active).where(people.c.id == person_id)
            ).one_or_none()
            if person is None:
                raise NotFound
            if not person.active or person.role == Role.DEVELOPER.value:
                raise Refused("Orang ini tidak dapat diberi hak atas unit: sudah nonaktif, atau seorang pengembang.")
            connection.execute(insert(grants).values(row))
            note(connection, person_id, "granted", viewer.person_id, now, reason=why, **told)

    def end(self, viewer: Viewer, person_id: int, grant_id: int) -> None:
        """Take a right back now; one that is over stays as it was."""
        if not viewer.administers:
            raise NotFound
        now = self._clock()
        mine = (grants.c.id == grant_id) & (grants.c.person_id == person_id)
        with self._database.write() as connection:
            row = connection.execute(select(grants).where(mine).with_for_update()).mappings().one_or_none()
            if row is None:
                raise NotFound
            if row["until_at"] is not None and row["until_at"] <= now:
                return
            connection.execute(update(grants).where(mine).values(until_at=now))
            note(connection, person_id, "grant_ended", viewer.person_id, now, unit=row["unit_id"])

    def _check_dates(self, first: date, last: date) -> None:
        today = self._clock().astimezone(self._zone).date()
        if last < first:
            raise Refused("Hari terakhir tidak boleh sebelum hari pertama.")
        if last < today:
            raise Refused("Hari terakhirnya sudah lewat.")
        if last - first > _LONGEST:
            raise Refused("Paling lama satu tahun. Bila lebih lama, ubah unit atau perannya.")

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)


def _state(from_at: datetime, until_at: datetime | None, now: datetime) -> str:
    if until_at is not None and until_at <= now:
        return "over"
    return "comes" if from_at > now else "holds"
