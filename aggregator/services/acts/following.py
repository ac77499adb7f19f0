"""Following an item, and calling colleagues to it."""

from __future__ import annotations

import re

from sqlalchemy import delete, insert, select

from aggregator.domain.access import Viewer
from aggregator.services.acts.act import Act, ActDesk
from aggregator.services.errors import Refused
from aggregator.services.units import Units
from aggregator.services.watching import seers
from aggregator.storage.tables import people, watchers

_CALLED = re.compile(r"(?<![\w@./-])@([a-z0-9][a-z0-9._-]{0,99}(?:@[a-z0-9.-]{1,99})?)", re.IGNORECASE)


class Following(ActDesk):
    """A person's own marks: no event, for nothing happened to the item."""

    def watch(self, viewer: Viewer, code: str) -> None:
        """Be told what becomes of the item; whoever may see it may."""
        with self._seen(viewer, code) as act:
            if viewer.person_id is not None and not _watches(act):
                row = {"item_id": act.item["id"], "person_id": viewer.person_id, "since": act.now}
                act.connection.execute(insert(watchers).values(row))

    def unwatch(self, viewer: Viewer, code: str) -> None:
        """No longer."""
        with self._seen(viewer, code) as act:
            here = (watchers.c.item_id == act.item["id"]) & (watchers.c.person_id == viewer.person_id)
            act.connection.execute(delete(watchers).where(here))


def _watches(act: Act) -> bool:
    here = (watchers.c.item_id == act.item["id"]) & (watchers.c.person_id == act.viewer.person_id)
    return act.connection.execute(select(watchers.c.person_id).where(here)).first() is not None


def people_called(act: Act, units: Units, said: str) -> set[int]:
    """Ids of who is called by @name in a note. Raises Refused, in the same words, for a name that nobody has and for
    somebody who may not see the item."""
    logins = {login.rstrip(".-_").lower() for login in _CALLED.findall(said)}
    if not logins:
        return set()
    wanted = select(people.c.id, people.c.login).where(people.c.login.in_(logins), people.c.active)
    ids = {row.login: row.id for row in act.connection.execute(wanted)}
    item = act.item
    allowed = seers(
        act.connection, units, act.now, item["id"], item["unit_id"], confidential=bool(item["confidential"])
    )
    strangers = sorted(login for login in logins if ids.get(login) not in allowed)
    if strangers:
        raise Refused(
            f"@{strangers[0]} bukan petugas yang bisa membuka butir ini, jadi catatan belum disimpan. Periksa namanya, "
            "atau hapus tanda @ bila itu bukan nama petugas."
        )
    return set(ids.values())
