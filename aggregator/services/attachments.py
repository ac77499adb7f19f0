"""Files beside an item: photos and PDFs, kept in the data folder under their SHA-256 and shown only to who may see the item.

Evidence (a photo of what was done) is held against all earlier evidence: a photo used before is kept, but said to be one."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import Connection, func, insert, select

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.services.acts.act import Act, ActDesk
from aggregator.services.errors import NotFound, Refused
from aggregator.services.inbox.confidential import note_look
from aggregator.services.inbox.scope import may_see_item, takes_part
from aggregator.services.pictures import Kept, distance, kept_of
from aggregator.services.units import Units
from aggregator.storage.db import Database
from aggregator.storage.ids import id_of
from aggregator.storage.tables import attachments, items

MOST_FILES = 10  # an item
NOTE, EVIDENCE = "note", "evidence"
ALIKE = 6  # of 64 spots may differ between two savings of one photo
_UNSAFE = re.compile(r"[^\w .()+-]+", re.UNICODE)
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that may be shown."""

    path: Path
    name: str
    media_type: str


class Attachments(ActDesk):
    """Takes files in and gives them out."""

    def __init__(self, database: Database, units: Units, folder: Path, clock: Clock) -> None:
        super().__init__(database, units, timedelta(), clock)
        self._folder = folder

    def attach(self, viewer: Viewer, code: str, name: str, content: bytes, purpose: str) -> bool:
        """Put a file beside the item; whether it is evidence that was used before. A note's file comes from whoever may see
        the item, evidence from who works on it. Raises NotFound, or Refused for what cannot be kept."""
        self._may_attach(viewer, code, purpose)
        kept = kept_of(content, name)
        digest = sha256(kept.content).hexdigest()
        self._write(digest, kept.content)  # before the row: a file without one does no harm, a row without one would
        with self._seen(viewer, code) as act:
            _must_have_room(act.connection, act.item["id"])
            look = kept.look if purpose == EVIDENCE else None
            earlier = _seen_before(act.connection, look) if look is not None else None
            row_id = self._insert(act, _safe(name), kept, digest, purpose, look, earlier)
            act.tell(
                "attached", {"text": _safe(name), "file": row_id, "purpose": purpose, "reused": earlier is not None}
            )
            return earlier is not None

    def open(self, viewer: Viewer, code: str, attachment_id: int) -> Opened:
        """A file to show; NotFound when there is none or its item is not for this viewer. A look at one of a confidential
        item is noted."""
        with self._database.read() as connection:
            item = connection.execute(select(items).where(items.c.id == id_of(code))).mappings().one_or_none()
            if item is None or not may_see_item(connection, viewer, item):
                raise NotFound
            here = (attachments.c.id == attachment_id) & (attachments.c.item_id == item["id"])
            row = connection.execute(select(attachments).where(here)).mappings().one_or_none()
        if row is None or not self._path(row["sha256"]).is_file():
            raise NotFound
        if item["confidential"]:
            with self._database.write() as connection:
                note_look(connection, viewer, item["id"], self._clock())
        return Opened(self._path(row["sha256"]), row["name"], row["media_type"])

    def _may_attach(self, viewer: Viewer, code: str, purpose: str) -> None:
        """Asked before the file is opened: a stranger's file is not even looked at."""
        with self._database.read() as connection:
            item = connection.execute(select(items).where(items.c.id == id_of(code))).mappings().one_or_none()
            if item is None or not may_see_item(connection, viewer, item):
                raise NotFound
            works = viewer.may_work(item["unit_id"]) or takes_part(connection, viewer.work_ids, item["id"])
            if purpose not in (NOTE, EVIDENCE) or (purpose == EVIDENCE and not works):
                raise Refused("Bukti penanganan hanya bisa dilampirkan oleh unit yang menangani butir ini.")
            _must_have_room(connection, item["id"])

    def _insert(
        self, act: Act, name: str, kept: Kept, digest: str, purpose: str, look: int | None, earlier: int | None
    ) -> int:
        row = {"item_id": act.item["id"], "purpose": purpose, "name": name, "media_type": kept.media_type,
               "size": len(kept.content), "sha256": digest, "look": look, "resembles": earlier,
               "person_id": act.viewer.person_id, "at": act.now}  # fmt: skip
        result = act.connection.execute(insert(attachments).values(row))
        return int(result.inserted_primary_key[0])  # type: ignore[index]  # one key

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    def _write(self, digest: str, content: bytes) -> None:
        """Whole or not at all, and once for the same bytes."""
        path = self._path(digest)
        if path.is_file():
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=path.parent, delete=False) as draft:  # readable by its owner only
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).replace(path)


def _must_have_room(connection: Connection, item_id: int) -> None:
    held = select(func.count()).select_from(attachments).where(attachments.c.item_id == item_id)
    if connection.execute(held).scalar_one() >= MOST_FILES:
        raise Refused(f"Butir ini sudah punya {MOST_FILES} lampiran, jumlah yang paling banyak.")


def _seen_before(connection: Connection, look: int) -> int | None:
    """The earliest evidence that looks the same; its numbers alone are read, along an index."""
    evidence = select(attachments.c.id, attachments.c.look).where(
        attachments.c.look.is_not(None), attachments.c.purpose == EVIDENCE
    )
    alike = (row.id for row in connection.execute(evidence) if distance(row.look, look) <= ALIKE)
    return min(alike, default=None)


def _safe(name: str) -> str:
    """A name that is only a name: no folder, no control character, no trick of writing direction."""
    plain = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, ending = _UNSAFE.sub("_", plain.encode("utf-8", "replace").decode()).strip(" .").rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}"[:_LONGEST_NAME] or "berkas"
