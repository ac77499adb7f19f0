"""Hubungkan akun: explained first, consented to at the platform, chosen afterwards; each step for one person only."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fakes.clock import SteppableClock
from tests.web.consenting import log_in_there, simpang_accounts, state_of
from tests.web.site import Site, one, soup

CHOSEN = "Dinas Pekerjaan Umum dan Penataan Ruang"


def test_it_is_explained_before_anything_is_asked(crossing: Site) -> None:
    page = crossing.visitor("operator").page("/hubungkan/simpang")
    assert "Kata sandi Anda tidak pernah sampai ke Sahut" in page.text and "bukan akun pribadi" in page.text
    link = one(page, "main a.btn-primary")
    assert link["href"] == "/hubungkan/simpang/mulai" and not page.select("main form")


def test_the_way_out_names_our_callback_and_a_state(crossing: Site) -> None:
    address = urlsplit(crossing.visitor("operator").get("/hubungkan/simpang/mulai").location)
    asked = parse_qs(address.query)
    assert address.hostname == "simpang.example" and asked["client_id"] == ["aplikasi-1"]
    assert asked["redirect_uri"] == ["https://sahut.contoh.example/hubungkan/kembali/"]
    assert len(asked["state"][0]) >= 32


def test_without_an_app_it_says_who_can_help(site: Site) -> None:
    for path in ("/hubungkan/facebook", "/hubungkan/facebook/mulai"):
        for person, words in (("operator", "Mintalah Diskominfo"), ("kominfo", "Isi pengaturan aplikasinya")):
            answer = site.visitor(person).get(path)
            assert answer.status_code in (200, 422) and words in answer.text, path


def test_a_platform_without_consent_has_no_such_page(site: Site) -> None:
    assert site.visitor("kominfo").get("/hubungkan/website").status_code == 404
    assert site.visitor("kominfo").get("/hubungkan/tidak-ada/mulai").status_code == 404


@pytest.mark.parametrize("path", ["/hubungkan/kembali/", "/hubungkan/kembali"])
@pytest.mark.parametrize("name", ["code", "auth_code"])
def test_coming_back_leads_to_the_choice(crossing: Site, path: str, name: str) -> None:
    visitor = crossing.visitor("operator")
    answer = visitor.get(path, query_string={"state": state_of(visitor), name: "kode-baik"})
    assert answer.status_code == 302 and answer.location.startswith("/hubungkan/pilih/")


def test_a_consent_is_for_one_person_once_and_not_for_long(crossing: Site, clock: SteppableClock) -> None:
    mine, theirs = crossing.visitor("operator"), crossing.visitor("kominfo")
    state = state_of(mine)
    assert theirs.get(f"/hubungkan/kembali/?state={state}&code=kode-baik").status_code == 422
    assert mine.get(f"/hubungkan/kembali/?state={state}&code=kode-baik").status_code == 302
    again = mine.get(f"/hubungkan/kembali/?state={state}&code=kode-baik")
    assert again.status_code == 422 and "sudah tidak berlaku" in again.text
    late = state_of(mine)
    clock.step(minutes=16)
    assert mine.get(f"/hubungkan/kembali/?state={late}&code=kode-baik").status_code == 422
    assert mine.get("/hubungkan/kembali/?state=karangan&code=kode-baik").status_code == 422
    assert len(crossing.demo.core.logins.list(crossing.demo.people["kominfo"])) == 1


def test_who_refuses_is_told_so_politely_and_may_try_again(crossing: Site) -> None:
    visitor = crossing.visitor("operator")
    state = state_of(visitor)
    query = {"state": state, "error": "access_denied", "error_description": "<b>Transfer money to 123</b>"}
    answer = visitor.get("/hubungkan/kembali/", query_string=query)
    assert answer.status_code == 422 and "Izin tidak diberikan" in answer.text
    assert "money" not in answer.text, "anybody can write words into a link"
    assert one(soup(answer), "main a.btn-primary")["href"] == "/hubungkan/simpang"
    assert visitor.get(f"/hubungkan/kembali/?state={state}&code=kode-baik").status_code == 422, "that state is spent"


def test_a_dead_code_is_told_in_the_plugins_words(crossing: Site) -> None:
    visitor = crossing.visitor("operator")
    answer = visitor.get(f"/hubungkan/kembali/?state={state_of(visitor)}&code=mati")
    assert answer.status_code == 422 and "Kode izin ini sudah tidak berlaku." in answer.text


def test_diskominfo_connects_what_its_name_already_tells(crossing: Site) -> None:
    visitor = crossing.visitor("kominfo")
    path = log_in_there(visitor)
    page = visitor.page(path)
    typed = {str(field["name"]): str(field["value"]) for field in page.select("input[name^='unit:']")}
    assert typed == {"unit:pupr": CHOSEN, "unit:dinkes": "Dinas Kesehatan", "unit:warung": ""}
    assert "rahasia" not in str(page), "tokens stay here"
    answer = visitor.post(path, typed)
    assert answer.status_code == 302 and "2 akun dihubungkan" in visitor.page(answer.location).text
    assert simpang_accounts(crossing) == {
        "https://simpang.example/pupr": ("Dinas PUPR Kab. Contoh", CHOSEN),
        "https://simpang.example/dinkes": ("Dinkes Contoh", "Dinas Kesehatan"),
    }
    assert [row.accounts for row in crossing.demo.core.logins.list(crossing.demo.people["kominfo"])] == [2]


def test_what_is_registered_is_offered_again_where_it_is(crossing: Site) -> None:
    visitor = crossing.visitor("kominfo")
    visitor.post(log_in_there(visitor), {"unit:pupr": CHOSEN})
    path = log_in_there(visitor)
    box = one(visitor.page(path), "input[type=checkbox]")
    assert (box["name"], box["value"]) == ("unit:pupr", CHOSEN) and box.has_attr("checked")
    assert visitor.post(path, {"unit:pupr": CHOSEN}).status_code == 302
    assert len(simpang_accounts(crossing)) == 1


def test_an_operator_chooses_among_their_own_units(crossing: Site) -> None:
    crossing_kominfo = crossing.visitor("kominfo")
    crossing_kominfo.post(log_in_there(crossing_kominfo), {"unit:dinkes": "Dinas Kesehatan"})
    visitor = crossing.visitor("operator")
    path = log_in_there(visitor)
    page = visitor.page(path)
    assert [option["value"] for option in page.select("#unit-unit option")] == [CHOSEN]
    assert "Sudah terdaftar pada unit lain" in page.text and not page.select("input[name='unit:dinkes']")
    answer = visitor.post(path, {"unit:warung": "Dinas Kesehatan", "unit:dinkes": CHOSEN, "unit:pupr": CHOSEN})
    assert answer.status_code == 422 and "Unit itu tidak ada" in one(soup(answer), ".fault").text
    assert list(simpang_accounts(crossing)) == ["https://simpang.example/dinkes"], "all or nothing"
    assert visitor.post(path, {"unit:pupr": CHOSEN, "unit:dinkes": CHOSEN}).status_code == 302
    assert simpang_accounts(crossing)["https://simpang.example/dinkes"][1] == "Dinas Kesehatan", "not taken over"


def test_nothing_chosen_is_told_at_the_form(crossing: Site) -> None:
    visitor = crossing.visitor("operator")
    answer = visitor.post(log_in_there(visitor), {"unit:pupr": "", "unit:tidak-ada": CHOSEN})
    assert answer.status_code == 422 and "sedikitnya satu akun" in one(soup(answer), "[role=alert]").text
    assert simpang_accounts(crossing) == {}


def test_a_login_is_its_persons_own(crossing: Site) -> None:
    path = log_in_there(crossing.visitor("kominfo"))
    assert crossing.visitor("operator").get(path).status_code == 404
    assert crossing.visitor("operator").post(path, {"unit:pupr": CHOSEN}).status_code == 404


def test_an_address_of_such_a_platform_is_offered_to_be_connected(crossing: Site) -> None:
    page = crossing.visitor("operator").page("/akun/tambah?address=https://simpang.example/pupr&platform=simpang")
    assert one(page, ".box a.btn-primary")["href"] == "/hubungkan/simpang"
    assert [option.text for option in page.select("select[name=s_jenis] option")] == ["Pilih", "halaman", "grup"]
    assert not one(page, "details.act").has_attr("open"), "by hand is the second way"


def test_an_account_tells_its_login_and_warns_before_the_end(crossing: Site, clock: SteppableClock) -> None:
    visitor = crossing.visitor("kominfo")
    visitor.post(log_in_there(visitor), {"unit:pupr": CHOSEN})
    core = crossing.demo.core
    account = next(row for row in core.registry.accounts(crossing.demo.people["kominfo"]) if row.platform == "simpang")
    ends = clock() + timedelta(days=11)
    with core.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE accounts SET credential_expires_at = ? WHERE id = ?",
            (int(ends.timestamp() * 1_000_000), account.id),
        )
    page = visitor.page(f"/akun/{account.id}")
    assert "11 hari lagi" in one(page, ".box-warn").text and "Rina" in one(page, ".public").text
    assert page.select_one("a.btn[href='/hubungkan/simpang']")
    listed = visitor.page("/akun?tampil=masalah")
    assert "izin berakhir" in listed.text and "11 hari lagi" in listed.text
    assert "11 hari lagi" in visitor.page("/platform").text
    clock.step(days=-4)
    assert not visitor.page(f"/akun/{account.id}").select(".box-warn")
