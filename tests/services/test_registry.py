"""Official accounts: added once, their secrets never seen again, who speaks for them known also in hindsight."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from aggregator.contract import Author, Kind, Message, ThreadRef
from aggregator.domain.access import Role, Viewer
from aggregator.services.errors import NotFound, Refused
from aggregator.services.inbox import Filter
from aggregator.services.intake import Source
from aggregator.services.ledger import counted, recounted
from aggregator.storage.tables import accounts, metadata, pulls, quarantine
from tests.fakes.demo import Demo
from tests.fakes.viewers import viewer_of

URL = "https://baru.contoh.example/"
SECRET = "abcd EFGH 1234 ijkl"


def viewer(demo: Demo, role: Role, short: str | None = None) -> Viewer:
    unit = demo.units[short] if short else None
    return viewer_of(role, unit)


def dump(demo: Demo) -> str:
    with demo.core.database.read() as connection:
        return "\n".join(
            repr(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(table.select())
        )


def test_an_account_is_added_once_however_its_address_is_written(demo: Demo) -> None:
    registry, unit = demo.core.registry, demo.units["Dinkes"]
    new = registry.add(None, URL, unit)
    row = registry.account(viewer(demo, Role.DISKOMINFO), new).account
    assert (row.platform, row.unit_id, row.state, row.next_pull_at, row.held) == (
        "website",
        unit,
        "active",
        demo.core.clock(),
        0,
    )
    for same in (URL, "baru.contoh.example", "http://BARU.contoh.example/"):
        with pytest.raises(Refused, match=rf"nomor {new}\b"):
            registry.add(None, same, unit)


@pytest.mark.parametrize(
    ("address", "more", "word"),
    [
        ("bukan alamat", {}, "tidak dikenali"),
        ("", {}, "tidak dikenali"),
        (URL, {"platform": "file"}, "bukan alamat file"),
        (URL, {"settings": {"warna": "biru"}}, "warna tidak dikenal"),
        (URL, {"settings": {"official_users": "x" * 20_001}}, "terlalu panjang"),
    ],
)
def test_what_cannot_be_added_leaves_nothing(demo: Demo, address: str, more: dict[str, object], word: str) -> None:
    before = dump(demo)
    with pytest.raises(Refused, match=word):
        demo.core.registry.add(None, address, demo.units["PUPR"], **more)  # type: ignore[arg-type]
    assert dump(demo) == before


def test_the_unit_must_exist(demo: Demo) -> None:
    with pytest.raises(Refused, match="Unit itu tidak ada"):
        demo.core.registry.add(None, URL, 999)


def test_who_may_add_an_account(demo: Demo) -> None:
    registry, unit = demo.core.registry, demo.units["PUPR"]
    for who in (viewer(demo, Role.LEADER), viewer(demo, Role.OPERATOR, "Dinkes"), viewer(demo, Role.OPERATOR)):
        with pytest.raises(NotFound):
            registry.add(who, URL, unit)
    for number, who in enumerate(
        (viewer(demo, Role.OPERATOR, "PUPR"), viewer(demo, Role.DISKOMINFO), viewer(demo, Role.DEVELOPER))
    ):
        assert registry.add(who, f"https://situs{number}.contoh.example", unit)


def test_accounts_are_those_of_ones_units(demo: Demo) -> None:
    registry, ids = demo.core.registry, demo.accounts
    for role in (Role.DISKOMINFO, Role.LEADER, Role.DEVELOPER):
        assert {row.id for row in registry.accounts(viewer(demo, role))} == set(ids.values())
    operator = viewer(demo, Role.OPERATOR, "PUPR")
    assert [row.id for row in registry.accounts(operator)] == [ids["PUPR"]]
    assert [row.id for row in registry.accounts(viewer(demo, Role.LEADER), unit=demo.units["Dinkes"])] == [
        ids["Dinkes"]
    ]
    assert registry.accounts(viewer(demo, Role.OPERATOR)) == ()
    for call in (registry.account, registry.read_now):
        with pytest.raises(NotFound):
            call(operator, ids["Dinkes"])
    with pytest.raises(NotFound):
        registry.change_settings(operator, ids["Dinkes"], {"username": "x"})
    with pytest.raises(NotFound):
        registry.change_settings(viewer(demo, Role.LEADER), ids["PUPR"], {"username": "x"})


def test_a_secret_is_used_but_never_shown_again(demo: Demo) -> None:
    core = demo.core
    new = core.registry.add(None, URL, demo.units["PUPR"], settings={"username": "operator", "app_password": SECRET})
    page = core.registry.account(viewer(demo, Role.DISKOMINFO), new)
    shown = {setting.name: setting for setting in page.settings}
    assert (shown["app_password"].value, shown["app_password"].has_value) == (None, True)
    assert (shown["username"].value, shown["official_users"].has_value) == ("operator", False)
    assert SECRET not in dump(demo) + repr(page)
    with core.database.read() as connection:
        assert core.accounts.secrets(connection, new) == {"app_password": SECRET}


def test_settings_change_one_by_one_and_an_empty_secret_stays(demo: Demo) -> None:
    core, who, account = demo.core, viewer(demo, Role.DISKOMINFO), demo.accounts["PUPR"]
    core.registry.change_settings(who, account, {"username": "operator", "app_password": SECRET, "timezone": "WITA"})
    with core.database.write() as connection:
        ill = {
            "state": "blocked",
            "problem": "Kata sandi salah.",
            "failures": 4,
            "next_pull_at": core.clock() + timedelta(days=1),
        }
        connection.execute(update(accounts).where(accounts.c.id == account).values(ill))
    core.registry.change_settings(who, account, {"username": " lain ", "app_password": "", "timezone": ""})
    page = core.registry.account(who, account)
    assert {s.name: s.value for s in page.settings if s.value} == {"username": "lain"}
    assert (page.account.state, page.account.problem, page.account.next_pull_at) == ("active", None, core.clock())
    with core.database.read() as connection:
        assert core.accounts.secrets(connection, account) == {"app_password": SECRET}
    with pytest.raises(Refused, match="tidak dikenal"):
        core.registry.change_settings(who, account, {"warna": "biru"})


@pytest.mark.parametrize("named", ["warga-2", "Budi Santoso", "lain, BUDI SANTOSO ,x"])
def test_who_turns_out_to_be_the_office_needs_no_answer(demo: Demo, named: str) -> None:
    core, who = demo.core, viewer(demo, Role.DISKOMINFO)
    codes = {row.code for row in core.inbox.page(who, Filter(tab="all")).rows}
    assert demo.codes["c3"] in codes
    core.registry.change_settings(who, demo.accounts["PUPR"], {"official_users": named})
    assert {row.code for row in core.inbox.page(who, Filter(tab="all")).rows} == codes - {demo.codes["c3"]}
    with pytest.raises(NotFound):
        core.inbox.item(who, demo.codes["c3"])
    entries = {entry.external_id: entry for entry in core.inbox.item(who, demo.codes["c4"]).entries}
    assert (entries["c3"].official, entries["c1"].official) == (True, False)
    with core.database.read() as connection:
        assert counted(connection) == recounted(connection)
    assert {how for _, how in core.registry.account(who, demo.accounts["PUPR"]).officials} >= {"setting"}


def test_read_now_lets_the_next_tick_read(demo: Demo) -> None:
    core, who, account = demo.core, viewer(demo, Role.OPERATOR, "PUPR"), demo.accounts["PUPR"]
    with core.database.write() as connection:
        connection.execute(update(accounts).values(next_pull_at=core.clock() + timedelta(hours=9)))
    core.clock.step(minutes=1)  # type: ignore[attr-defined]  # the tests' own clock
    core.registry.read_now(who, account)
    assert core.registry.account(who, account).account.next_pull_at == core.clock()


def test_the_ledger_and_what_stays_out(demo: Demo) -> None:
    core, account = demo.core, demo.accounts["PUPR"]
    with core.database.write() as connection:
        for number in range(40):
            report = {
                "account_id": account,
                "purpose": "pull",
                "started_at": core.clock(),
                "outcome": "ok",
                "fetched": number,
                "new": number,
            }
            connection.execute(insert(pulls).values(report))
        for key, tries in (("x", 3), ("y", 2)):
            row = {"account_id": account, "external_id": key, "reason": "key missing", "tries": tries}
            connection.execute(insert(quarantine).values(row | {"first_at": core.clock(), "last_at": core.clock()}))
    page = core.registry.account(viewer(demo, Role.DISKOMINFO), account)
    assert [row.fetched for row in page.pulls] == list(range(39, 9, -1))
    assert page.quarantine == (("x", "key missing", 3),)


def test_an_address_means_nothing_or_something(demo: Demo) -> None:
    assert [key.platform for key in demo.core.registry.candidates(" https://dinas.contoh.go.id ")] == ["website"]
    with pytest.raises(Refused):
        demo.core.registry.candidates("nama saja")
    plugins = {row.id: row for row in demo.core.registry.plugins(viewer(demo, Role.DEVELOPER))}
    assert plugins["website"].ok and plugins["file"].ok


def test_an_account_known_from_files_is_read_from_now_on(demo: Demo) -> None:
    """An office imports first and connects later: the same account, the same messages, no second item."""
    core, who = demo.core, viewer(demo, Role.DISKOMINFO)
    (key,) = core.registry.candidates(URL)
    source = core.imports.source_for(key, demo.units["PUPR"], "file")
    spoken = Message(
        external_id="5", kind=Kind.COMMENT, thread=ThreadRef(external_id="9"), author=Author(external_id=None, name="Warga"),
        text="Jalan rusak, kapan diperbaiki?", created_at=core.clock() - timedelta(hours=1),
    )  # fmt: skip
    core.intake.store(source, [spoken], core.clock())
    with pytest.raises(Refused, match="berkas"):
        core.registry.read_now(who, source.account_id)
    again = core.registry.add(None, URL, demo.units["Dinkes"], settings={"username": "operator"})
    row = core.registry.account(who, again).account
    assert (again, row.state, row.unit_id, row.held, row.next_pull_at) == (
        source.account_id,
        "active",
        demo.units["Dinkes"],
        1,
        core.clock(),
    )
    api = Source(account_id=again, platform="website", unit_id=row.unit_id, own_host=True)
    assert core.intake.store(api, [spoken], core.clock()).duplicate == 1
    with pytest.raises(Refused, match="sudah terdaftar"):
        core.registry.add(None, URL, demo.units["Dinkes"])
