"""An office with people, built from its services alone: for tests of accounts of people."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pyotp
from sqlalchemy import select

from aggregator.domain.access import Role, Viewer
from aggregator.services.people import (
    Entrance,
    Invitations,
    Leaving,
    Passwords,
    People,
    SecondFactor,
    Sessions,
    SingleSignOn,
    Staff,
    Stage,
    Substitutes,
)
from aggregator.services.units import UnitRow, Units, import_units
from aggregator.storage.crypto import Vault
from aggregator.storage.db import Database
from aggregator.storage.tables import metadata, person_events
from tests.fakes.clock import SteppableClock

PASSWORD = "rahasia-sekali"
KEY = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyMTI="
UNITS = (
    UnitRow(name="Dinas", kind="dinas"),
    UnitRow(name="UPT", kind="upt", parent="Dinas"),
    UnitRow(name="Lain", kind="dinas"),
)


class Office:
    """An admin "rina", an operator "budi" of Dinas, and every service about people."""

    def __init__(self, database: Database, clock: SteppableClock, *, required: bool = False) -> None:
        import_units(database, UNITS, clock())
        self.database, self.clock, self.required = database, clock, required
        self.units = Units(database)
        self.vault = Vault([KEY])
        self.passwords = Passwords()
        self.entrance = Entrance(clock, lambda: self.required)
        self.people = People(database, self.units, self.entrance, self.passwords, clock)
        self.sessions = Sessions(database, clock)
        self.invitations = Invitations(database, self.entrance, self.passwords, clock)
        self.factor = SecondFactor(database, self.vault, self.entrance, clock)
        self.sso = SingleSignOn(database, self.vault, self.entrance, clock)
        self.staff = Staff(database, self.units, clock)
        self.leaving = Leaving(database, clock)
        self.substitutes = Substitutes(database, self.units, ZoneInfo("Asia/Jakarta"), clock)
        self.people.add("rina", "Rina Kusuma", Role.DISKOMINFO, None, PASSWORD)
        self.people.add("budi", "Budi Santoso", Role.OPERATOR, self.unit("Dinas"), PASSWORD, "budi@kabupaten.go.id")

    @property
    def rina(self) -> Viewer:
        return self.people.find("rina")

    @property
    def budi(self) -> Viewer:
        return self.people.find("budi")

    def id(self, login: str) -> int:
        return self.staff.id_of(login)

    def unit(self, name: str) -> int:
        return self.units.find(name).id

    def stage(self, token: str) -> Stage | None:
        standing = self.people.behind(token)
        return standing.stage if standing else None

    def kinds(self, login: str) -> list[str]:
        """What was done about a person, the oldest first."""
        mine = select(person_events.c.kind).where(person_events.c.person_id == self.id(login))
        with self.database.read() as connection:
            return list(connection.execute(mine.order_by(person_events.c.id)).scalars())

    def enrol(self, viewer: Viewer) -> tuple[pyotp.TOTP, tuple[str, ...]]:
        """Set a factor up; the app on the person's telephone and the recovery codes. The time step is spent."""
        app = pyotp.TOTP(self.factor.begin(viewer).key)
        codes = self.factor.confirm(viewer, app.at(self.clock()), "").codes
        self.clock.step(seconds=90)
        return app, codes

    def dump(self) -> str:
        """Everything in the database, as a thief would read it."""
        with self.database.read() as connection:
            return "\n".join(str(row) for table in metadata.sorted_tables for row in connection.execute(table.select()))
