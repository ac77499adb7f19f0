"""A small kabupaten: four units, three people, two accounts and a conversation under each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select

from aggregator.app import App
from aggregator.contract import Author, Kind, Message, ThreadRef
from aggregator.domain.access import Role, Viewer
from aggregator.services.intake import Source
from aggregator.services.units import UnitRow, import_units
from aggregator.storage.ids import code_of
from aggregator.storage.tables import accounts, messages

PASSWORD = "kata-sandi-uji"  # of everyone here
UNITS = (
    UnitRow(
        name="Dinas Pekerjaan Umum dan Penataan Ruang",
        kind="dinas",
        short_name="PUPR",
        affairs="jalan;drainase;jembatan",
    ),
    UnitRow(name="Dinas Kesehatan", kind="dinas", short_name="Dinkes", affairs="puskesmas;rumah sakit;imunisasi"),
    UnitRow(
        name="Dinas Komunikasi dan Informatika",
        kind="dinas",
        short_name="Diskominfo",
        affairs="internet;informasi publik",
    ),
    UnitRow(name="Kecamatan Sukamaju", kind="kecamatan", affairs="ktp;kependudukan"),
)
# external id, thread, parent, author id, author, minutes ago, text
CONVERSATION = (
    ("p1", "p1", None, "kantor", "Dinas PUPR", 600, "Perbaikan Jalan Melati dimulai pekan ini."),
    ("c1", "p1", None, "warga-1", "Siti Aminah", 540, "Jalan Kenanga berlubang parah, kapan diperbaiki?"),
    ("c2", "p1", "c1", "kantor", "Dinas PUPR", 500, "Jalan Kenanga diperbaiki hari Kamis, Bu."),
    (
        "c3",
        "p1",
        None,
        "warga-2",
        "Budi Santoso",
        450,
        "Drainase di depan pasar tersumbat, air meluap ke jalan.",
    ),
    ("c4", "p1", None, "warga-3", "Wati", 400, "Lampu jalan di Gang Mawar mati sudah seminggu."),
    ("c5", "p1", "c4", "kantor", "Dinas PUPR", 390, "Terima kasih laporannya, kami teruskan."),
    ("c6", "p1", None, "warga-4", "Joko", 60, "Mantap, terima kasih PUPR!"),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """What was furnished: ids by short name, a viewer for each login, the items' public codes by external id."""

    core: App
    units: dict[str, int]
    people: dict[str, Viewer]
    accounts: dict[str, int]
    codes: dict[str, str]


def furnish(core: App) -> Demo:
    """Fill an empty house through its own services."""
    import_units(core.database, UNITS, core.clock())
    core.units.forget()
    units = {unit.short_name or unit.name: unit.id for unit in core.units.all()}
    people = {
        "operator": (Role.OPERATOR, units["PUPR"]),
        "kominfo": (Role.DISKOMINFO, units["Diskominfo"]),
        "bupati": (Role.LEADER, None),
    }
    for login, (role, unit_id) in people.items():
        core.people.add(login, login.title(), role, unit_id, PASSWORD)
    placed = {short: _account(core, short, units[short]) for short in ("PUPR", "Dinkes")}
    _talk(core, placed["PUPR"], units["PUPR"])
    core.search_index.catch_up()
    return Demo(core, units, {login: core.people.find(login) for login in people}, placed, _codes(core))


def _account(core: App, short: str, unit_id: int) -> int:
    key = f"{short.lower()}.contoh.example"
    row = {"platform": "website", "key": key, "url": f"https://{key}/", "unit_id": unit_id}
    with core.database.write() as connection:
        result = connection.execute(
            insert(accounts).values(row | {"title": short, "next_pull_at": core.clock(), "created_at": core.clock()})
        )
        return int(result.inserted_primary_key[0])  # type: ignore[index]  # one key


def _talk(core: App, account_id: int, unit_id: int) -> None:
    now = core.clock()
    records = [
        Message(
            external_id=external_id,
            kind=Kind.POST if external_id == thread else Kind.COMMENT,
            thread=ThreadRef(
                external_id=thread,
                url=f"https://pupr.contoh.example/{thread}",
                title="Perbaikan Jalan Melati",
            ),
            author=Author(external_id=author_id, name=author),
            text=text,
            created_at=now - timedelta(minutes=minutes),
            parent_id=parent,
            url=f"https://pupr.contoh.example/{thread}#{external_id}",
        )
        for external_id, thread, parent, author_id, author, minutes, text in CONVERSATION
    ]
    core.intake.store(Source(account_id=account_id, platform="website", unit_id=unit_id, own_host=True), records, now)


def _codes(core: App) -> dict[str, str]:
    with core.database.read() as connection:
        return {
            row.external_id: code_of(row.id)
            for row in connection.execute(select(messages.c.external_id, messages.c.id))
        }
