"""The people who work with Sahut, as Diskominfo's admins see them: the list, one person, and what is changed on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, case, delete, func, or_, select, true, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.services.errors import NotFound, Refused
from aggregator.services.people.audit import PersonMoment, moments, note
from aggregator.services.people.passwords import NONE
from aggregator.services.people.registering import Newcomer, check_email_free, checked, cleaned_login, taken_meanwhile
from aggregator.services.people.sessions import IDLE, LONGEST, end_sessions
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.tables import invitations, items, people, second_factors, sessions, sso_subjects

PAGE = 50
ACTIVE, INVITED, LEFT = "active", "invited", "left"
_STATES = {
    ACTIVE: people.c.active & (people.c.password_hash != NONE),
    INVITED: people.c.active & (people.c.password_hash == NONE),
    LEFT: ~people.c.active,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person in the list. `state`: active, invited (no password chosen yet), left."""

    id: int
    login: str
    name: str
    role: str
    unit: str | None
    email: str | None
    state: str
    has_factor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffList:
    """A page of people by name; `after` is where the next page begins, None at the end. `counts`: people by state."""

    rows: tuple[PersonRow, ...]
    counts: dict[str, int]
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person: what is known of them, what opens their door, what they hold, and what was done about them."""

    person: PersonRow
    unit_id: int | None
    confidential: bool
    created_at: datetime
    link_until: datetime | None
    devices: int
    has_sso: bool
    held: int
    moments: tuple[PersonMoment, ...]


class Staff:
    """Reads and changes what is known of people."""

    def __init__(self, database: Database, units: Units, clock: Clock) -> None:
        self._database = database
        self._units = units
        self._clock = clock

    def list(
        self,
        viewer: Viewer,
        *,
        state: str = ACTIVE,
        role: str | None = None,
        search: str = "",
        after: int | None = None,
    ) -> StaffList:
        """People of one state, narrowed by role and by words of name, login, e-mail or unit."""
        _may_manage(viewer)
        wanted = and_(_STATES[state], people.c.role == role if role else true(), self._matching(search))
        statement = _PEOPLE.where(wanted, _behind(after)).order_by(people.c.name, people.c.id).limit(PAGE + 1)
        with self._database.read() as connection:
            counts = _counts(connection)
            found = connection.execute(statement).mappings().all()
        rows = tuple(self._row(row) for row in found[:PAGE])
        return StaffList(rows=rows, counts=counts, after=rows[-1].id if len(found) > PAGE else None)

    def person(self, viewer: Viewer, person_id: int) -> PersonPage:
        """Everything about one person; NotFound when there is none."""
        _may_manage(viewer)
        now = self._clock()
        with self._database.read() as connection:
            row = connection.execute(_page_of(person_id, now)).mappings().one_or_none()
            if row is None:
                raise NotFound
            done = moments(connection, person_id)
        return PersonPage(
            person=self._row(row),
            unit_id=row["unit_id"],
            confidential=row["confidential"],
            created_at=row["created_at"],
            link_until=row["link_until"],
            devices=row["devices"],
            has_sso=bool(row["subjects"]),
            held=row["held"],
            moments=done,
        )

    def id_of(self, login: str) -> int:
        """A person's id by login, also of one who left; raises Refused when there is none."""
        with self._database.read() as connection:
            found = connection.execute(select(people.c.id).where(people.c.login == cleaned_login(login)))
            person_id = found.scalar_one_or_none()
        if person_id is None:
            raise Refused(f"Pengguna “{login}” tidak ada.")
        return int(person_id)

    def change(self, viewer: Viewer, person_id: int, now_known: Newcomer, *, confidential: bool) -> None:
        """Change what is known of a person; the login stays. `confidential`: named for the confidential items of their
        units. A new role or unit puts them out: they log in again as who they are now."""
        _may_manage(viewer)
        tidy = checked(now_known)
        values = {
            "name": tidy.name, "role": tidy.role.value, "unit_id": tidy.unit_id, "email": tidy.email,
            "confidential": confidential,
        }  # fmt: skip
        with self._database.write() as connection:
            before = _locked(connection, person_id)
            changed = {key: value for key, value in values.items() if before[key] != value}
            if person_id == viewer.person_id and "role" in changed:
                raise Refused("Anda tidak dapat mengubah peran diri sendiri. Mintalah rekan admin lain.")
            if not changed:
                return
            check_email_free(connection, tidy.email, but=person_id)
            with taken_meanwhile():
                connection.execute(update(people).where(people.c.id == person_id).values(changed))
            if changed.keys() & {"role", "unit_id"}:
                end_sessions(connection, person_id)
            told = {key: [before[key], value] for key, value in changed.items() if key != "email"}
            note(connection, person_id, "changed", viewer.person_id, self._clock(), fields=sorted(changed), **told)

    def unbind(self, viewer: Viewer, person_id: int) -> None:
        """Forget who a person is at the issuer of single sign-on: the next visit is known by its e-mail again."""
        _may_manage(viewer)
        with self._database.write() as connection:
            if connection.execute(delete(sso_subjects).where(sso_subjects.c.person_id == person_id)).rowcount:
                note(connection, person_id, "sso_unbound", viewer.person_id, self._clock())

    def _matching(self, search: str) -> ColumnElement[bool]:
        words = search.replace("\x00", "").encode("utf-8", "replace").decode().strip().casefold()[:100]
        if not words:
            return true()
        units = [unit.id for unit in self._units.all() if words in f"{unit.name} {unit.short_name or ''}".casefold()]
        columns = (people.c.name, people.c.login, people.c.email)
        return or_(
            *(func.lower(column).contains(words, autoescape=True) for column in columns), people.c.unit_id.in_(units)
        )

    def _row(self, row: RowMapping) -> PersonRow:
        state = LEFT if not row["active"] else INVITED if row["password_hash"] == NONE else ACTIVE
        return PersonRow(
            id=row["id"],
            login=row["login"],
            name=row["name"],
            role=row["role"],
            unit=self._units.name(row["unit_id"]),
            email=row["email"],
            state=state,
            has_factor=row["confirmed_at"] is not None,
        )


_PEOPLE = select(people, second_factors.c.confirmed_at).outerjoin_from(
    people, second_factors, second_factors.c.person_id == people.c.id
)


def _behind(after: int | None) -> ColumnElement[bool]:
    """People who come after this one in the order of names."""
    if after is None:
        return true()
    name = select(people.c.name).where(people.c.id == after).scalar_subquery()
    return or_(people.c.name > name, and_(people.c.name == name, people.c.id > after))


def _counts(connection: Connection) -> dict[str, int]:
    state = case((_STATES[LEFT], LEFT), (_STATES[INVITED], INVITED), else_=ACTIVE)
    rows = connection.execute(select(state, func.count()).select_from(people).group_by(state))
    return dict.fromkeys(_STATES, 0) | {row[0]: row[1] for row in rows}


def _page_of(person_id: int, now: datetime):  # type: ignore[no-untyped-def]  # SQLAlchemy's type of it is unreadable
    link = select(func.max(invitations.c.expires_at)).where(
        invitations.c.person_id == person_id, invitations.c.expires_at > now
    )
    live = (sessions.c.seen_at > now - IDLE) & (sessions.c.created_at > now - LONGEST)
    devices = select(func.count()).select_from(sessions).where(sessions.c.person_id == person_id, live)
    held = select(func.count()).select_from(items).where(items.c.claimed_by == person_id, items.c.waiting)
    subjects = select(func.count()).select_from(sso_subjects).where(sso_subjects.c.person_id == person_id)
    return _PEOPLE.where(people.c.id == person_id).add_columns(
        link.scalar_subquery().label("link_until"),
        devices.scalar_subquery().label("devices"),
        held.scalar_subquery().label("held"),
        subjects.scalar_subquery().label("subjects"),
    )


def _locked(connection: Connection, person_id: int) -> RowMapping:
    row = connection.execute(select(people).where(people.c.id == person_id).with_for_update()).mappings().one_or_none()
    if row is None:
        raise NotFound
    return row


def _may_manage(viewer: Viewer) -> None:
    if not viewer.administers:
        raise NotFound
