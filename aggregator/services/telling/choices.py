"""What each person wants to be told of, through what, and when not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, insert, select

from aggregator.domain.access import Viewer
from aggregator.domain.telling import APP, KINDS, USUAL_QUIET, wants
from aggregator.services.errors import NotFound, Refused
from aggregator.services.telling.channels import Channels
from aggregator.services.telling.spreader import quiet_of
from aggregator.storage.bulk import execute_many
from aggregator.storage.db import Database
from aggregator.storage.tables import contacts, notice_choices, notice_hours

ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
Cell = tuple[str, str]  # kind, medium


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """A person's matrix: `media` are (name, title), the app's own first; `wanted` the ticked cells. Quiet hours in local
    time of `zone`; equal times mean none."""

    kinds: tuple[str, ...]
    media: tuple[tuple[str, str], ...]
    wanted: frozenset[Cell]
    quiet_from: time
    quiet_until: time
    zone: str


class Choices:
    """Reads and keeps wishes."""

    def __init__(self, database: Database, channels: Channels, zone: ZoneInfo) -> None:
        self._database = database
        self._channels = channels
        self._zone = zone

    def of(self, viewer: Viewer) -> Wishes:
        """The viewer's wishes; what they never chose is as usual for their role."""
        with self._database.read() as connection:
            media = self._media(connection, viewer)
            chosen = self._chosen(connection, viewer)
            row = (
                connection.execute(select(notice_hours).where(notice_hours.c.person_id == viewer.person_id))
                .mappings()
                .one_or_none()
            )
        quiet = quiet_of(row, self._zone) if row else None
        start, end = (quiet.start, quiet.end) if quiet else USUAL_QUIET
        return Wishes(
            kinds=tuple(KINDS),
            media=media,
            wanted=frozenset(
                (kind, medium) for kind in KINDS for medium, _ in media if wants(viewer.role, kind, medium, chosen)
            ),
            quiet_from=start,
            quiet_until=end,
            zone=(quiet.zone if quiet else self._zone).key,
        )

    def keep(self, viewer: Viewer, wanted: Collection[Cell], quiet_from: time, quiet_until: time, zone: str) -> None:
        """Keep the whole matrix as it was ticked; only what differs from the usual is stored, so that a new role brings
        its own usual."""
        if viewer.person_id is None:
            raise NotFound
        if zone not in {*ZONES, self._zone.key}:
            raise Refused("Pilih WIB, WITA atau WIT.")
        with self._database.write() as connection:
            cells = [(kind, medium) for kind in KINDS for medium, _ in self._media(connection, viewer)]
            rows = [
                {"person_id": viewer.person_id, "kind": kind, "medium": medium, "wanted": (kind, medium) in wanted}
                for kind, medium in cells
                if ((kind, medium) in wanted) != wants(viewer.role, kind, medium, {})
            ]
            shown = notice_choices.c.medium.in_(
                {medium for _, medium in cells}
            )  # of a medium not shown, what was stays
            connection.execute(delete(notice_choices).where(notice_choices.c.person_id == viewer.person_id, shown))
            if rows:
                connection.execute(insert(notice_choices), rows)
            execute_many(
                connection, _KEEP_HOURS, [(viewer.person_id, _minutes(quiet_from), _minutes(quiet_until), zone)]
            )

    def _media(self, connection: Connection, viewer: Viewer) -> tuple[tuple[str, str], ...]:
        """The list in Sahut, and the media through which this person is reached: there is nothing to choose of others."""
        mine = select(contacts.c.medium).where(contacts.c.person_id == viewer.person_id).distinct()
        reached = set(connection.execute(mine).scalars())
        ready = self._channels.ready(connection).values()
        return ((APP, "Di Sahut"), *((one.name, one.title) for one in ready if one.name in reached))

    def _chosen(self, connection: Connection, viewer: Viewer) -> dict[Cell, bool]:
        mine = select(notice_choices).where(notice_choices.c.person_id == viewer.person_id)
        return {(row.kind, row.medium): row.wanted for row in connection.execute(mine)}


_KEEP_HOURS = (
    "INSERT INTO notice_hours (person_id, quiet_from, quiet_until, zone) VALUES (?, ?, ?, ?) ON CONFLICT (person_id) "
    "DO UPDATE SET quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, zone = excluded.zone"
)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
