"""Agreement with a real WordPress of about 400 public comments: after the first sync, after changes of every sort, and
what a sync costs when nothing is new."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from aggregator.app import App, build_app
from aggregator.config import Settings
from aggregator.services.exports import export_messages
from aggregator.storage.tables import units
from plugins.website.text import soup_of, visible_text
from tests.lab.wordpress import EPOCH, Seeded, WordPressLab

COMMENTS = 400
_SYNCS_TO_AGREE = 6
_HOURS = 3600


class Site:
    """The lab and an installation of Sahut that reads it."""

    def __init__(self, lab: WordPressLab, core: App, account_id: int) -> None:
        self.lab = lab
        self.core = core
        self.account_id = account_id

    def sync(self) -> int:
        """One sync; the calls it took."""
        end = self.core.engine.run_pull(self.account_id)
        assert end is not None and end.succeeded, end
        return end.calls

    def disagreements(self) -> list[str]:
        """Numbers of comments that are missing, too many, or differ in text, author, time or parent."""
        shown = self.lab.public()
        rows = (row for row in export_messages(self.core.database) if row["kind"] != "post" and not row["deleted"])
        held = {row["external_id"]: row for row in rows}
        wrong = [number for number in shown.keys() & held.keys() if not _equal(shown[number], held[number])]
        return sorted([*(shown.keys() ^ held.keys()), *wrong])

    def syncs_to_agree(self) -> int | None:
        """How many syncs until Sahut and the site agree; None when they do not."""
        for count in range(1, _SYNCS_TO_AGREE + 1):
            self.sync()
            if not self.disagreements():
                return count
        return None


def _equal(shown: dict[str, Any], held: dict[str, Any]) -> bool:
    moment = datetime.fromisoformat(shown["date_gmt"]).replace(tzinfo=UTC)
    return (
        held["text"] == visible_text(soup_of(shown["html"]))
        and held["author_name"] == " ".join(shown["author"].split())
        and held["created_at"] == moment
        and (held["parent_external_id"] or "0") == shown["parent"]
    )


def agreement() -> Iterator[str]:
    """The report's lines."""
    with WordPressLab() as lab, tempfile.TemporaryDirectory() as place:
        seeded = lab.seed(COMMENTS)
        core = build_app(Settings(data_dir=Path(place), allow_private_network=True))
        with core.database.write() as connection:
            connection.execute(insert(units).values(name="Dinas PUPR", kind="opd", created_at=core.clock()))
            unit_id = connection.execute(select(units.c.id)).scalar_one()
        site = Site(lab, core, core.registry.add(None, lab.base, unit_id))
        yield from _story(site, seeded)
        core.close()


def _story(site: Site, seeded: Seeded) -> Iterator[str]:
    calls = site.sync()
    yield _line(f"first sync of {len(site.lab.public())} public comments, {calls} calls", not site.disagreements())
    hidden = set(seeded.pending) | set(seeded.hidden)
    held = {row["external_id"] for row in export_messages(site.core.database)}
    yield _line(f"none of {len(hidden)} pending, spam, trashed or private ones stored", not hidden & held)
    quiet = [site.sync() for _ in range(10)]
    yield _line(f"ten syncs with nothing new: {min(quiet)}–{max(quiet)} calls (≤ 2)", max(quiet) <= 2)
    for name, change in (
        ("edits", _edit),
        ("deletions", _delete),
        ("late approvals", _approve),
        ("official replies", _reply),
    ):
        change(site, seeded)
        syncs = site.syncs_to_agree()
        yield _line(f"{name}: agrees after {syncs} syncs", syncs is not None)
    for change in (_edit_more, _swap):
        change(site, seeded)
    syncs = site.syncs_to_agree()
    yield _line(f"an old edit and a deletion hidden by an approval: agrees after {syncs} syncs", syncs is not None)


def _line(said: str, well: bool) -> str:
    return f"  WordPress: {said} {'ok' if well else 'SHORT'}"


def _edit(site: Site, seeded: Seeded) -> None:
    for number in seeded.public[5:8]:
        site.lab.edit(number, f"Diubah: jalan “{number}” masih rusak & gelap")


def _delete(site: Site, seeded: Seeded) -> None:
    for number, status in zip(seeded.public[30:33], ("trash", "spam", "delete"), strict=True):
        site.lab.set_status(number, status)


def _approve(site: Site, seeded: Seeded) -> None:
    for number in seeded.pending[:3]:
        site.lab.set_status(number, "approve")


def _reply(site: Site, seeded: Seeded) -> None:
    said = {"post": seeded.posts[0], "user": seeded.staff, "text": "Petugas sudah menambal lubang itu kemarin sore."}
    site.lab.comments([said | {"at": EPOCH + 900 * _HOURS, "parent": int(seeded.public[0])}])


def _edit_more(site: Site, seeded: Seeded) -> None:
    site.lab.edit(seeded.public[1], "Hanya satu komentar lama yang diubah, tanpa tanda lain")


def _swap(site: Site, seeded: Seeded) -> None:
    site.lab.set_status(seeded.public[40], "trash")
    site.lab.set_status(seeded.pending[4], "approve")
