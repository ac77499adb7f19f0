"""Accounts and plugins: the coverage ledger, settings whose secrets never come back, adding by address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from aggregator.contract import AccountKey, AccountSnapshot
from aggregator.services.errors import Refused
from aggregator.storage.tables import pulls, quarantine
from tests.web.site import Site, Visitor, one, soup

SECRET = "rahasia-kenari-7Qx"


def pull(site: Site, **counts: object) -> None:
    """One line in the ledger of the PUPR account."""
    now = site.demo.core.clock()
    row = {
        "account_id": site.demo.accounts["PUPR"],
        "purpose": "pull",
        "started_at": now,
        "finished_at": now + timedelta(seconds=7),
    }
    with site.demo.core.database.write() as connection:
        connection.execute(insert(pulls).values(row | counts))


def secret_field(visitor: Visitor, path: str) -> tuple[str, dict[str, str]]:
    """The name of the form's secret field, and the other fields as they stand."""
    form = one(visitor.page(path), "form.settings")
    plain = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[type=text]")}
    return str(one(form, "input[type=password]")["name"]), plain


def test_the_ledger_shows_every_count_and_adds_up(site: Site) -> None:
    pull(
        site,
        outcome="partial",
        calls=3,
        fetched=1234,
        new=1000,
        duplicate=200,
        edited=20,
        deleted=10,
        rejected=4,
        items=900,
        census=2000,
        held=1990,
        problem="Waktu habis.",
    )
    page = site.visitor("pengembang").page(f"/akun/{site.demo.accounts['PUPR']}")
    row = one(page, ".ledger tbody tr")
    counts = [int(cell.text.replace(".", "")) for cell in row.select("td.num")[:8]]
    assert counts == [1234, 1000, 200, 20, 10, 4, 900, 3] and counts[0] == sum(counts[1:6])
    assert "Sebagian" in row.text and "Waktu habis." in row.text and "1.990 / 2.000" in row.text


def test_quarantine_is_listed_by_what_is_known(site: Site) -> None:
    row = {
        "account_id": site.demo.accounts["PUPR"],
        "external_id": "k-13",
        "reason": "waktu tidak terbaca",
        "tries": 3,
    }
    with site.demo.core.database.write() as connection:
        connection.execute(
            insert(quarantine).values(row | {"first_at": site.demo.core.clock(), "last_at": site.demo.core.clock()})
        )
    page = site.visitor("kominfo").page(f"/akun/{site.demo.accounts['PUPR']}")
    assert "k-13 waktu tidak terbaca, 3 kali dicoba" in " ".join(
        one(page, "[aria-labelledby=karantina-judul]").text.split()
    )


def test_a_secret_is_kept_and_never_shown_again(site: Site) -> None:
    visitor, path = site.visitor("kominfo"), f"/akun/{site.demo.accounts['PUPR']}"
    name, plain = secret_field(visitor, path)
    answer = visitor.post(f"{path}/pengaturan", plain | {name: SECRET})
    assert answer.status_code == 302
    for role in ("kominfo", "operator", "pengembang"):
        page = site.visitor(role).get(path)
        assert SECRET not in page.text and "Sudah diisi" in page.text
    visitor.post(f"{path}/pengaturan", plain | {name: ""})
    assert "Sudah diisi" in visitor.get(path).text, "left empty, the old one stays"


def test_a_fault_elsewhere_does_not_echo_the_secret(site: Site) -> None:
    visitor, path = site.visitor("kominfo"), f"/akun/{site.demo.accounts['PUPR']}"
    name, plain = secret_field(visitor, path)
    answer = visitor.post(f"{path}/pengaturan", dict.fromkeys(plain, "x" * 5_000) | {name: SECRET})
    assert answer.status_code == 422 and SECRET not in answer.text
    assert "Isian terlalu panjang" in answer.text


def test_read_now_only_moves_the_due_time(site: Site) -> None:
    visitor, account = site.visitor("operator"), site.demo.accounts["PUPR"]
    assert visitor.post(f"/akun/{account}/baca").status_code == 302
    row = site.demo.core.registry.account(site.demo.people["kominfo"], account).account
    assert row.next_pull_at == site.demo.core.clock()
    assert site.visitor("bupati").post(f"/akun/{account}/baca").status_code == 403


def test_add_by_address(site: Site) -> None:
    visitor = site.visitor("kominfo")
    path = "/akun/tambah?address=https://dishub.contoh.example/berita&platform=website"
    page = visitor.page(path)
    assert "dishub.contoh.example" in one(page, ".found").text
    data = {"address": "https://dishub.contoh.example/berita", "platform": "website"}
    assert "Pilih unit" in visitor.post("/akun/tambah", data).text
    answer = visitor.post("/akun/tambah", data | {"unit_id": site.demo.units["Dinkes"]})
    assert answer.status_code == 302
    assert "dishub.contoh.example" in visitor.page(answer.location).text
    again = visitor.post("/akun/tambah", data | {"unit_id": site.demo.units["Dinkes"]})
    assert again.status_code == 422 and "sudah terdaftar" in one(soup(again), "[role=alert]").text


def test_an_unknown_address_is_told_plainly(site: Site) -> None:
    answer = site.visitor("kominfo").get("/akun/tambah?address=bukan+alamat")
    assert answer.status_code == 422 and one(soup(answer), "[role=alert]").text.strip()


def test_a_plugins_own_words_stand_at_the_field(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "Ini profil pribadi. Mintalah alamat Halaman kantornya."

    def refuse(_: str) -> list[AccountKey]:
        raise Refused(words)

    monkeypatch.setattr(site.demo.core.registry, "candidates", refuse)
    answer = site.visitor("kominfo").get("/akun/tambah?address=https://facebook.com/budi")
    field = one(soup(answer), "#alamat")
    assert answer.status_code == 422 and field["aria-invalid"] == "true" and field["value"].endswith("/budi")
    assert words in one(soup(answer), "#alamat-fault").text and "alamat-fault" in field["aria-describedby"]


def test_an_operator_adds_only_for_their_own_units(site: Site) -> None:
    visitor = site.visitor("operator")
    page = visitor.page("/akun/tambah?address=https://dishub.contoh.example&platform=website")
    assert [o["value"] for o in page.select("#unit_id option")] == ["", str(site.demo.units["PUPR"])]
    data = {
        "address": "https://dishub.contoh.example",
        "platform": "website",
        "unit_id": site.demo.units["Dinkes"],
    }
    assert visitor.post("/akun/tambah", data).status_code == 422
    assert "dishub" not in site.visitor("kominfo").page("/akun").text


def test_the_list_separates_what_needs_a_person(site: Site) -> None:
    with site.demo.core.database.write() as connection:
        connection.exec_driver_sql("UPDATE accounts SET problem = 'Kata sandi ditolak.' WHERE title = 'Dinkes'")
    page = site.visitor("kominfo").page("/akun?tampil=masalah")
    assert "Kata sandi ditolak." in page.text
    assert "Tidak ada yang cocok" in site.visitor("kominfo").page("/akun?cari=tidakada").text


def test_the_public_face_is_shown_as_it_was_seen(site: Site) -> None:
    core, account = site.demo.core, site.demo.accounts["PUPR"]
    assert not site.visitor("kominfo").page(f"/akun/{account}").select(".public"), "nothing was seen yet"
    seen = AccountSnapshot(
        exists=True,
        active=True,
        last_post_at=core.clock() - timedelta(hours=3),
        posts_30d=42,
        followers=12_345,
        verified=False,
        reads="komentar artikel",
        problem="Kosong padahal ada 12 komentar.",
    )
    core.snapshots.keep(account, seen, core.clock())
    for who in ("operator", "bupati", "pengembang"):
        page = site.visitor(who).page(f"/akun/{account}")
        told = {row.dt.text: row.dd.text for row in page.select(".public div")}  # type: ignore[union-attr]
        assert told == {
            "Keadaan": "ada dan aktif",
            "Kiriman terakhir": "3 jam lalu",
            "Kiriman per hari, 30 hari terakhir": "1,4",
            "Pengikut": "12.345",
            "Terverifikasi": "belum",
            "Yang terbaca": "komentar artikel",
        }
        assert "Kosong padahal ada 12 komentar." in page.text


def test_plugins_say_why_one_is_left_out(site: Site) -> None:
    page = site.visitor("pengembang").page("/plugin")
    for row in site.demo.core.registry.plugins(site.demo.people["kominfo"]):
        assert row.id in page.text and (row.reason or "") in page.text
