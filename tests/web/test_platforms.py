"""The platforms page: apps whose secrets never come back, logins, allowances, webhook addresses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from aggregator.contract import Credential
from aggregator.services.allowances import GLANCE, allowance_of
from aggregator.storage.tables import glances
from tests.web.consenting import APP, SECRET, log_in_there
from tests.web.site import Site, one, soup
from tests.web.test_connect import CHOSEN
from tests.web.test_queue import counted

PATH = "/platform/simpang"


def text_of(site: Site, path: str = "/platform", who: str = "kominfo") -> str:
    return " ".join(site.visitor(who).page(path).select_one("main").text.split())  # type: ignore[union-attr]


def test_every_platform_that_is_read_is_there(crossing: Site) -> None:
    page = crossing.visitor("pengembang").page("/platform")
    named = {str(link["href"]).rpartition("/")[2] for link in page.select(".platform h3 a")}
    assert named == {source.id for source in crossing.demo.core.sources.values() if source.polls}
    assert "plugin versi 2.5.0" in page.text


def test_the_webhooks_address_is_there_to_be_copied(crossing: Site) -> None:
    for path in ("/platform", PATH):
        field = one(crossing.visitor("kominfo").page(path), "#kait-simpang")
        assert field["value"] == "https://sahut.contoh.example/kait/simpang" and field.has_attr("readonly")
    assert not crossing.visitor("kominfo").page("/platform/website").select("#kait-website")


def test_todays_allowance_names_its_greatest_user(crossing: Site) -> None:
    core, visitor = crossing.demo.core, crossing.visitor("kominfo")
    visitor.post(log_in_there(visitor), {"unit:pupr": CHOSEN, "unit:dinkes": "Dinas Kesehatan"})
    ids = {row.title: row.id for row in core.registry.accounts(crossing.demo.people["kominfo"])}
    mine = allowance_of(core.host.platforms["simpang"].info, GLANCE, core.clock())
    for account_id, units in ((GLANCE, 500), (ids["Dinkes Contoh"], 300), (ids["Dinas PUPR Kab. Contoh"], 12)):
        core.allowances.spent(mine, account_id, units)
    words = text_of(crossing, PATH)
    assert "Jatah hari ini 812 dari 1.000" in words and "terbanyak Dinkes Contoh (300)" in words
    bar = one(visitor.page(PATH), "progress")
    assert (bar["value"], bar["max"]) == ("812", "1000")


def test_an_allowance_of_each_account_shows_the_greatest(site: Site) -> None:
    core = site.demo.core
    info = core.host.platforms["website"].info
    for short, units in (("PUPR", 40), ("Dinkes", 7)):
        account = site.demo.accounts[short]
        core.allowances.spent(allowance_of(info, account, core.clock()), account, units)
    words = text_of(site, "/platform/website")
    assert "akun terbanyak 40 dari" in words and "terbanyak PUPR" in words and "2 akun dibaca" in words


def test_the_last_glance_is_told(crossing: Site) -> None:
    now = crossing.demo.core.clock()
    seen = {"platform": "simpang", "login_id": 0, "next_at": now, "looked": 40, "calls": 3, "last_success_at": now}
    with crossing.demo.core.database.write() as connection:
        connection.execute(insert(glances).values(seen | {"problem": "Izin kurang."}))
    for path in ("/platform", PATH):
        words = text_of(crossing, path)
        assert "40 akun dengan 3 panggilan" in words and "Izin kurang." in words


def test_the_list_costs_the_same_however_many_accounts(crossing: Site) -> None:
    visitor, core = crossing.visitor("kominfo"), crossing.demo.core
    visitor.page("/platform")
    with counted(core) as before:
        visitor.page("/platform")
    visitor.post(log_in_there(visitor), {"unit:pupr": CHOSEN, "unit:dinkes": "Dinas Kesehatan"})
    log_in_there(visitor)
    with counted(core) as after:
        visitor.page("/platform")
    assert len(after) == len(before) <= 10


def test_an_apps_secret_is_kept_and_never_shown_again(crossing: Site) -> None:
    for who in ("kominfo", "pengembang"):
        for path in ("/platform", PATH):
            assert SECRET not in crossing.visitor(who).get(path).text
    field = one(crossing.visitor("kominfo").page(PATH), "#s_client_secret")
    assert field["placeholder"] == "tersimpan" and not field.has_attr("value")
    visitor = crossing.visitor("kominfo")
    changed = {"s_client_id": "aplikasi-2", "s_client_secret": "", "s_wilayah": "timur"}
    assert visitor.post(f"{PATH}/aplikasi", changed).status_code == 302
    kept = crossing.demo.core.logins.app_values("simpang")
    assert kept == APP | {"client_id": "aplikasi-2", "wilayah": "timur"}
    assert one(visitor.page(PATH), "#s_wilayah option[selected]").text == "timur"


def test_a_fault_is_told_at_its_field_and_echoes_no_secret(crossing: Site) -> None:
    visitor = crossing.visitor("kominfo")
    wrong = {"s_client_id": "", "s_client_secret": "rahasia-baru", "s_wilayah": "selatan"}
    answer = visitor.post(f"{PATH}/aplikasi", wrong)
    page = soup(answer)
    assert answer.status_code == 422 and "rahasia-baru" not in answer.text
    assert "wajib" in one(page, "#s_client_id-fault").text
    assert "salah satu" in one(page, "#s_wilayah-fault").text
    assert crossing.demo.core.logins.app_values("simpang") == APP


def test_a_token_that_is_renewed_by_itself_has_no_date_for_people(crossing: Site) -> None:
    core, kominfo = crossing.demo.core, crossing.demo.people["kominfo"]
    soon, later = (core.clock() + timedelta(**length) for length in ({"hours": 1}, {"days": 40}))
    short = core.logins.add(kominfo, "simpang", Credential(secrets={}, title="Pendek", expires_at=soon))
    core.logins.add(kominfo, "simpang", Credential(secrets={}, title="Panjang", expires_at=later))
    words = text_of(crossing, PATH)
    assert "Pendek 0 akun diperbarui sendiri" in words
    assert "Panjang 0 akun berakhir 12 Desember, 40 hari lagi" in words
    core.logins.put_off(short, None, "Izinnya dicabut.")
    words = text_of(crossing, PATH)
    assert "Pendek 0 akun berakhir 2 November, hari ini" in words and "Izinnya dicabut." in words


def test_a_login_is_forgotten_with_its_secrets(crossing: Site) -> None:
    core, visitor = crossing.demo.core, crossing.visitor("kominfo")
    visitor.post(log_in_there(visitor), {"unit:pupr": CHOSEN})
    form = one(visitor.page(PATH), "main details form")
    assert "1 akun berhenti dibaca" in form.text
    assert visitor.post(str(form["action"])).status_code == 302
    assert core.logins.list(crossing.demo.people["kominfo"]) == ()
    assert "Belum ada yang menghubungkan akun Simpang" in text_of(crossing, PATH)
    account = next(row for row in core.registry.accounts(crossing.demo.people["kominfo"]) if row.platform == "simpang")
    assert account.state == "auth_expired"
    assert visitor.page(f"/akun/{account.id}").select_one("a[href='/hubungkan/simpang']")


@pytest.mark.parametrize("who", ["operator", "bupati"])
def test_nobody_else_touches_it(crossing: Site, who: str) -> None:
    visitor = crossing.visitor(who)
    assert visitor.get("/platform").status_code == 403
    assert visitor.post(f"{PATH}/aplikasi", {"s_client_id": "x"}).status_code == 403
    assert visitor.post(f"{PATH}/login/1/lupakan").status_code == 403


def test_an_unknown_platform_is_not_found(site: Site) -> None:
    visitor = site.visitor("kominfo")
    for path in ("/platform/tidak-ada", "/platform/file"):
        assert visitor.get(path).status_code == 404
    assert visitor.post("/platform/tidak-ada/aplikasi").status_code == 404
