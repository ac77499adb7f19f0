"""What people leave beside an item: notes, a look at personal data, and who may open a confidential one."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from aggregator.domain.access import Viewer
from aggregator.services.acts.act import Act, ActDesk
from aggregator.services.acts.following import people_called
from aggregator.services.acts.typed import required
from aggregator.services.errors import Refused
from aggregator.services.inbox.privacy import UNMASKED
from aggregator.services.inbox.scope import is_named
from aggregator.services.watching import drop_blind_watchers
from aggregator.storage.tables import item_viewers, people


class Notes(ActDesk):
    """Acts that leave the item's place and state as they are."""

    def note(self, viewer: Viewer, code: str, text: str) -> None:
        """Leave a note for colleagues; whoever may see the item may, and who is called by @name in it is told."""
        with self._seen(viewer, code) as act:
            said = required(text, "Catatan masih kosong.")
            called = people_called(act, self._units, said)
            act.announce("mentioned", called, {"by": viewer.name}, happening="noted")
            act.tell("noted", {"text": said})

    def unmask(self, viewer: Viewer, code: str) -> None:
        """Show the personal data of this item to the viewer for a while; that they looked is noted, for good."""
        with self._seen(viewer, code) as act:
            act.tell(UNMASKED, {})

    # -- confidential items ----------------------------------------------------------------------------------------

    def make_confidential(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """From now on only named people open it; who says so must be one of them, or nobody could take it back."""
        with self._act(viewer, code, revision) as act:
            if act.item["confidential"]:
                raise Refused("Butir ini sudah rahasia.")
            act.change("hidden", {"confidential": True}, {"reason": required(reason)})
            if not viewer.confidential:
                self._name(act, viewer.person_id)
            item_id, unit_id = act.item["id"], act.item["unit_id"]
            drop_blind_watchers(act.connection, self._units, act.now, item_id, unit_id, confidential=True)

    def make_open(self, viewer: Viewer, code: str, revision: int, reason: str) -> None:
        """Whoever sees its unit's items sees it again."""
        with self._act(viewer, code, revision) as act:
            _must_be_confidential(act)
            act.change("unhidden", {"confidential": False}, {"reason": required(reason)})

    def name_person(self, viewer: Viewer, code: str, login: str) -> None:
        """Let one more person open this confidential item."""
        with self._act(viewer, code, None) as act:
            _must_be_confidential(act)
            person = act.connection.execute(
                select(people.c.id, people.c.name, people.c.role).where(
                    people.c.login == login.strip().lower(), people.c.active
                )
            ).one_or_none()
            if person is None or person.role == "developer":
                raise Refused(f"Pengguna “{login.strip()}” tidak ada atau tidak boleh membaca laporan warga.")
            if is_named(act.connection, person.id, act.item["id"]):
                raise Refused(f"{person.name} sudah ditunjuk.")
            self._name(act, person.id)
            act.tell("named", {"person": person.name})

    def unname_person(self, viewer: Viewer, code: str, person_id: int) -> None:
        """Take that back."""
        with self._act(viewer, code, None) as act:
            here = (item_viewers.c.item_id == act.item["id"]) & (item_viewers.c.person_id == person_id)
            if act.connection.execute(delete(item_viewers).where(here)).rowcount:
                name = act.connection.execute(select(people.c.name).where(people.c.id == person_id)).scalar_one()
                act.tell("unnamed", {"person": name})

    def _name(self, act: Act, person_id: int | None) -> None:
        row = {"item_id": act.item["id"], "person_id": person_id, "named_by": act.viewer.person_id, "named_at": act.now}
        act.connection.execute(insert(item_viewers).values(row))


def _must_be_confidential(act: Act) -> None:
    if not act.item["confidential"]:
        raise Refused("Butir ini tidak rahasia.")
