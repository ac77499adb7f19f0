"""The bell, the list, what reaches me, and the links in messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregator.services.telling.board import PAGE
from tests.fakes.mailbox import running_mailbox
from tests.telling.house import Telling
from tests.telling.test_contacts import SUBSCRIPTION
from tests.web.site import Site, Visitor, one, soup
from tests.web.test_queue import counted


@pytest.fixture
def told(site: Site) -> Iterator[Telling]:
    with running_mailbox() as box:
        house = Telling(site.demo, box)
        site.demo.core.telling.channels.prepare()
        yield house


def titles(visitor: Visitor, path: str = "/pemberitahuan") -> list[str]:
    return [link.text for link in visitor.page(path).select(".told h2 a")]


def device(visitor: Visitor, method: str, body: str, *, token: bool = True) -> int:
    head = {"X-CSRFToken": visitor.form_token()} if token else {}
    answer = visitor.client.open("/pemberitahuan/perangkat", method=method, data=body, headers=head)
    return answer.status_code


def test_the_bell_counts_what_is_unread(site: Site, told: Telling) -> None:
    operator = site.visitor("operator")
    assert not one(operator.page("/antrean"), ".bell").select(".count")
    for number in range(3):
        told.announce("operator", f"k{number}")
    told.announce("kominfo", "theirs")
    bell = one(operator.page("/antrean"), ".bell")
    assert one(bell, ".count").text == "3" and "3 belum terbaca" in bell.text
    operator.post("/pemberitahuan/terbaca")
    assert not one(operator.page("/antrean"), ".bell").select(".count")
    assert one(site.visitor("kominfo").page("/antrean"), ".bell .count").text == "1"


def test_the_bell_stops_counting_at_a_hundred(site: Site, told: Telling) -> None:
    for number in range(105):
        told.announce("operator", f"k{number}")
    assert one(site.visitor("operator").page("/antrean"), ".bell .count").text == "99+"


def test_the_bell_is_one_look_into_an_index(site: Site, told: Telling) -> None:
    visitor = site.visitor("operator")
    visitor.page("/kata-sandi")
    with counted(site.demo.core) as statements:
        visitor.page("/kata-sandi")
    asked = [text for text in statements if "notices" in text]
    assert len(asked) == 1
    with site.demo.core.database.read() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT count(*) FROM (SELECT 1 FROM notices WHERE person_id = 1 AND read_at IS NULL LIMIT 100)"
        ).fetchall()
    assert any("ix_notices_unread" in str(row) for row in plan)


def test_the_list_goes_on_page_by_page(site: Site, told: Telling) -> None:
    for number in range(PAGE + 5):
        told.announce("operator", f"k{number}", kind="triage", n=number + 30)
    visitor = site.visitor("operator")
    page = visitor.page("/pemberitahuan")
    first = [link.text for link in page.select(".told h2 a")]
    second = titles(visitor, str(one(page, ".pager a")["href"]))
    assert (len(first), len(second)) == (PAGE, 5) and len({*first, *second}) == PAGE + 5
    assert (
        titles(visitor, "/pemberitahuan?sebelum=1") == []
        and titles(visitor, "/pemberitahuan?sebelum=x' OR 1=1") == first
    )


def test_opening_a_notice_marks_it_read_and_leads_there(site: Site, told: Telling) -> None:
    notice = told.announce("operator", item_id=told.item("c3"))
    visitor = site.visitor("operator")
    answer = visitor.get(f"/pemberitahuan/{notice}")
    assert answer.status_code == 302 and answer.location == f"/butir/{site.demo.codes['c3']}"
    assert titles(visitor, "/pemberitahuan?tab=baru") == [] and len(titles(visitor)) == 1
    assert site.visitor("kominfo").get(f"/pemberitahuan/{notice}").status_code == 404
    assert visitor.get(f"/pemberitahuan/{2**70}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "data", "where"),
    [
        ("triage", {"n": 30}, "/triase"),
        ("login", {"account_id": 1}, "/akun/1"),
        ("login", {"n": 3}, "/akun"),
        ("arrived", {"unit_id": 1, "n": 2}, "/antrean?unit=1"),
        ("late", {"unit_id": 1, "n": 2}, "/antrean?tab=late&unit=1"),
        ("trial", {}, "/pemberitahuan"),
    ],
)
def test_where_notices_lead(site: Site, told: Telling, kind: str, data: dict[str, object], where: str) -> None:
    notice = told.announce("kominfo", kind=kind, **data)
    assert site.visitor("kominfo").get(f"/pemberitahuan/{notice}").location == where


def test_a_confidential_item_shows_nothing_in_the_list(site: Site, told: Telling) -> None:
    told.announce("kominfo", unit="Dinas PUPR", item_kind="complaint", item_id=told.item("c3"))
    told.change("c3", confidential=True)
    assert titles(site.visitor("kominfo")) == ["Ada butir rahasia yang menunggu Anda"]


# -- links in messages -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("act", "data"), [("ambil", {}), ("kembalikan", {"reason": "Ini milik Dinas Perhubungan."})])
def test_a_link_in_a_message_asks_once_more_after_log_in(
    site: Site, told: Telling, act: str, data: dict[str, str]
) -> None:
    path = f"/butir/{site.demo.codes['c3']}/{act}"
    visitor = site.visitor()
    answer = visitor.get(path)
    target = parse_qs(urlsplit(answer.location).query)["lanjut"][0]
    assert (answer.status_code, target) == (302, path)
    assert visitor.log_in("operator", lanjut=target).location == path, "the target is kept"
    before = site.demo.core.inbox.item(site.demo.people["operator"], site.demo.codes["c3"])
    page = visitor.page(path)
    after = site.demo.core.inbox.item(site.demo.people["operator"], site.demo.codes["c3"])
    assert after.revision == before.revision, "looking does nothing"
    form = one(page, "main form[action$='" + act + "']")
    sent = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")} | data
    assert visitor.client.post(str(form["action"]), data=sent).status_code == 302
    with site.demo.core.database.read() as connection:
        kinds = connection.exec_driver_sql("SELECT kind FROM events ORDER BY id DESC LIMIT 1").scalars().all()
    assert kinds == [{"ambil": "claimed", "kembalikan": "returned"}[act]]


def test_a_link_to_what_is_not_mine_or_done_offers_no_act(site: Site, told: Telling) -> None:
    told.change("c3", unit_id=site.demo.units["Dinkes"])
    path = f"/butir/{site.demo.codes['c3']}/ambil"
    assert site.visitor("operator").get(path).status_code == 404
    assert site.visitor("bupati").get(path).status_code in (403, 404)
    told.change("c3", unit_id=site.demo.units["PUPR"], state="answered", waiting=False)
    page = site.visitor("operator").page(path)
    assert not page.select("main form") and "tidak lagi menunggu" in page.text


def test_other_acts_have_no_link(site: Site, told: Telling) -> None:
    assert site.visitor("operator").get(f"/butir/{site.demo.codes['c3']}/tutup").status_code in (404, 405)


# -- what reaches me ---------------------------------------------------------------------------------------------------


def test_choices_are_kept_as_ticked(site: Site, told: Telling) -> None:
    visitor = site.visitor("operator")
    page = visitor.page("/pemberitahuan/saya")
    ticked = {str(box["value"]) for box in page.select("input[name=pilih][checked]")}
    assert {"late app", "late email"} <= ticked and "answered email" not in ticked
    wanted = (ticked - {"late email"}) | {"answered email"}
    data = {"pilih": [*wanted, "nonsense", "a b c"], "start": "21:30", "end": "05:00", "zone": "Asia/Makassar"}
    assert visitor.post("/pemberitahuan/saya", data).status_code == 302
    page = visitor.page("/pemberitahuan/saya")
    assert {str(box["value"]) for box in page.select("input[name=pilih][checked]")} == wanted
    assert [field["value"] for field in page.select("input[type=time]")] == ["21:30", "05:00"]
    assert one(page, "option[selected]").text == "WITA"


@pytest.mark.parametrize("wrong", [{"start": "25:00"}, {"end": ""}, {"zone": "Europe/Paris"}])
def test_a_refused_form_keeps_what_was_ticked(site: Site, told: Telling, wrong: dict[str, str]) -> None:
    data = {"pilih": ["late email"], "start": "21:00", "end": "05:00", "zone": "Asia/Jakarta"} | wrong
    answer = site.visitor("operator").post("/pemberitahuan/saya", data)
    assert answer.status_code == 422
    page = soup(answer)
    assert page.select(".fault, .fault-box")
    if "zone" not in wrong:
        assert [str(box["value"]) for box in page.select("input[name=pilih][checked]")] == ["late email"]


def test_adding_an_address_by_the_pages(site: Site, told: Telling) -> None:
    visitor = site.visitor("operator")
    assert visitor.post("/pemberitahuan/alamat/email", {"address": "x"}).status_code == 422
    assert visitor.post("/pemberitahuan/alamat/email", {"address": "rina@kab.example"}).status_code == 302
    told.work()
    contact = site.demo.core.telling.contacts.of(site.demo.people["operator"])[-1].id
    code = next(word for word in str(told.mailbox.letters[-1]["Subject"]).split() if word.isdigit())
    refused = visitor.post(f"/pemberitahuan/alamat/{contact}/kode", {"code": "x"})
    assert refused.status_code == 422 and "tidak cocok" in refused.text
    assert visitor.post(f"/pemberitahuan/alamat/{contact}/kode", {"code": code}).status_code == 302
    assert "Terhubung" in visitor.page("/pemberitahuan/saya").text
    assert site.visitor("kominfo").post(f"/pemberitahuan/alamat/{contact}/hapus").status_code == 404
    assert visitor.post(f"/pemberitahuan/alamat/{contact}/hapus").status_code == 302
    assert visitor.post("/pemberitahuan/alamat/pigeon", {"address": "x"}).status_code == 422


def test_a_browser_subscribes_and_leaves(site: Site, told: Telling) -> None:
    visitor = site.visitor("operator")
    key = visitor.get("/pemberitahuan/perangkat").get_json()["key"]
    assert len(key) == 87
    body = json.dumps(SUBSCRIPTION)
    assert device(visitor, "POST", body, token=False) == 400, "not without the form token"
    assert device(visitor, "POST", body) == 204
    assert "peramban lain" in visitor.page("/pemberitahuan/saya").text
    assert device(visitor, "DELETE", body, token=False) == 400
    assert device(visitor, "DELETE", body) == 204 and device(visitor, "DELETE", body) == 204
    assert "peramban lain" not in visitor.page("/pemberitahuan/saya").text


@pytest.mark.parametrize(
    "body", ["", "{}", "x" * 10_000, json.dumps(SUBSCRIPTION | {"endpoint": "https://10.0.0.1:6379/x"})]
)
def test_what_is_no_subscription_is_refused_in_words(site: Site, told: Telling, body: str) -> None:
    visitor = site.visitor("operator")
    head = {"X-CSRFToken": visitor.form_token()}
    answer = visitor.client.post("/pemberitahuan/perangkat", data=body, headers=head)
    assert answer.status_code == 422 and answer.get_json()["error"]


def test_a_stranger_subscribes_nothing(site: Site, told: Telling) -> None:
    stranger = site.visitor()
    token = stranger.form_token("/masuk")
    for method in ("POST", "DELETE"):
        answer = stranger.client.open(
            "/pemberitahuan/perangkat", method=method, data="{}", headers={"X-CSRFToken": token}
        )
        assert answer.status_code == 401


# -- the media ---------------------------------------------------------------------------------------------------------


def test_diskominfo_sets_a_medium_up_and_tries_it(site: Site, told: Telling) -> None:
    visitor = site.visitor("kominfo")
    assert "Surel" in visitor.page("/saluran").text
    page = visitor.page("/saluran/email")
    assert one(page, "input[name=s_sender]")["value"] == "sahut@kab.example"
    saved = visitor.post(
        "/saluran/email", {"s_host": "127.0.0.1", "s_sender": "baru@kab.example", "s_port": str(told.mailbox.port)}
    )
    assert saved.status_code == 302
    assert visitor.post("/saluran/email/coba").status_code == 302
    assert told.work() == ["sent"] and str(told.mailbox.letters[-1]["Subject"]) == "Percobaan dari Sahut"
    assert "baru@kab.example" in str(told.mailbox.letters[-1]["From"])
    tiles = [tile.text for tile in visitor.page("/saluran/email").select(".tiles dd")]
    assert tiles == ["2", "1", "0", "0"]


def test_a_secret_is_never_shown_again(site: Site, told: Telling) -> None:
    visitor = site.visitor("kominfo")
    visitor.post("/saluran/email", {"s_password": "kata-rahasia-1", "s_host": "127.0.0.1", "s_sender": "a@kab.example"})
    page = visitor.get("/saluran/email").text
    assert "kata-rahasia-1" not in page and "tersimpan" in page
    assert site.demo.core.telling.channels.lent("email")["password"] == "kata-rahasia-1"
    visitor.post("/saluran/email", {"s_host": "127.0.0.1", "s_sender": "a@kab.example"})
    assert site.demo.core.telling.channels.lent("email")["password"] == "kata-rahasia-1"


def test_a_trial_without_an_address_says_what_to_do(site: Site, told: Telling) -> None:
    visitor = site.visitor("kominfo")
    visitor.post("/saluran/telegram", {"s_token": "123456:AAabcdefghijklmnop", "s_bot": "UjiBot"})
    answer = visitor.post("/saluran/telegram/coba")
    assert answer.status_code == 422 and "belum terhubung" in answer.text
    assert visitor.get("/saluran/merpati").status_code == 404


def test_a_bot_that_reads_comments_is_not_used_for_notices(site: Site, told: Telling) -> None:
    core, kominfo = site.demo.core, site.demo.people["kominfo"]
    core.logins.keep_app(kominfo, "telegram", {"bot_token": "123456:AAabcdefghijklmnop"})
    answer = site.visitor("kominfo").post(
        "/saluran/telegram", {"s_token": "123456:AAabcdefghijklmnop", "s_bot": "UjiBot"}
    )
    assert answer.status_code == 422 and "sudah dipakai" in answer.text


@pytest.mark.parametrize("who", ["operator", "bupati", "pengembang"])
def test_media_are_diskominfos_alone(site: Site, told: Telling, who: str) -> None:
    assert site.visitor(who).get("/saluran").status_code == 403


def test_the_session_that_ended_loses_no_target(site: Site, told: Telling) -> None:
    notice = told.announce("operator", item_id=told.item("c3"))
    visitor = site.visitor("operator")
    told.clock.step(hours=timedelta(hours=13).total_seconds() / 3600)
    answer = visitor.get(f"/pemberitahuan/{notice}")
    assert answer.location.endswith(f"/masuk?lanjut=/pemberitahuan/{notice}")
