"""One item: what its page shows and what can be done from it, all without a script."""

from __future__ import annotations

from dataclasses import replace

import pytest

from aggregator.services.errors import Conflict
from aggregator.services.inbox import ItemPage
from tests.web.site import Site, one, soup
from web.forms.acts import ACTS


def item_of(site: Site, external_id: str) -> ItemPage:
    return site.demo.core.inbox.item(site.demo.people["kominfo"], site.demo.codes[external_id])


def routed(site: Site, external_id: str = "c3") -> str:
    """The code of an item that lies with the operator's unit and waits."""
    page = item_of(site, external_id)
    if page.unit_id != site.demo.units["PUPR"]:
        site.demo.core.acts.route(site.demo.people["kominfo"], page.code, page.revision, site.demo.units["PUPR"])
    return page.code


def test_the_words_stand_largest_and_the_talk_around_them(site: Site) -> None:
    page = site.visitor("operator").page(f"/butir/{routed(site, 'c1')}")
    assert one(page, ".words").text == "Jalan Kenanga berlubang parah, kapan diperbaiki?"
    official = [entry for entry in page.select(".entry") if "Akun resmi" in entry.text]
    assert any("diperbaiki hari Kamis" in entry.text and "Balasan langsung" in entry.text for entry in official)
    assert "Perbaikan Jalan Melati" in one(page, ".context").text
    assert "Dijawab" in one(page, ".item-state").text


def test_an_answer_is_shown_with_its_proof(site: Site) -> None:
    page = site.visitor("bupati").page(f"/butir/{routed(site, 'c1')}")
    proof = one(page, "[aria-labelledby=bukti-judul]")
    assert "Jalan Kenanga diperbaiki hari Kamis" in one(proof, ".snapshot").text
    assert len(one(proof, ".hash").text) == 64 and len(proof.select("time")) == 3
    assert one(proof, "a")["href"] == "https://pupr.contoh.example/p1#c2"


def test_a_leader_reads_and_leaves_notes(site: Site) -> None:
    code = routed(site)
    leader = site.visitor("bupati")
    forms = leader.page(f"/butir/{code}").select("main form[method=post]")
    assert [form["action"] for form in forms] == [f"/butir/{code}/{act}" for act in ("lampiran", "catatan", "ikuti")]
    assert leader.act(code, "catatan", text="Mohon hari ini juga.").status_code == 302
    assert "Mohon hari ini juga." in site.visitor("operator").page(f"/butir/{code}").text
    assert leader.post(f"/butir/{code}/ambil", {"revision": 1}).status_code == 403


def test_claim_and_release(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    assert operator.act(code, "ambil").status_code == 302
    page = operator.page(f"/butir/{code}")
    assert "Anda tangani" in one(page, ".item-state").text and "Anda tangani" in one(page, ".notice").text
    assert len(operator.page("/antrean?tab=mine").select(".row")) == 1
    operator.act(code, "lepas")
    assert not operator.page("/antrean?tab=mine").select(".row")


def test_an_answer_is_written_taken_back_and_written_again(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    operator.act(code, "draf", text="Baru setengah")
    assert one(operator.page(f"/butir/{code}"), "#jawaban-teks").text.strip() == "Baru setengah"
    operator.act(code, "jawab", text="Drainase dibersihkan besok pagi.")
    page = operator.page(f"/butir/{code}")
    assert "Segera dikirim" in one(page, "#kiriman-judul").text and page.select_one("#jawaban-teks") is None
    operator.act(code, "urungkan")
    assert one(operator.page(f"/butir/{code}"), "#jawaban-teks").text.strip() == "Drainase dibersihkan besok pagi."


def test_where_sending_is_possible_one_sends(site: Site) -> None:
    secret = next(setting.name for setting in site.demo.core.sources["website"].settings if setting.secret)
    site.demo.core.registry.change_settings(
        site.demo.people["kominfo"], site.demo.accounts["PUPR"], {secret: "abcd efgh"}
    )
    page = site.visitor("operator").page(f"/butir/{routed(site)}")
    assert one(page, "#jawaban form")["action"].endswith("/jawab#jawaban-atas") and not page.select("[data-copies]")


def test_where_sending_is_impossible_one_copies_and_pastes(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    page = operator.page(f"/butir/{code}")
    assert not item_of(site, "c3").can_answer, "nobody gave Sahut a password for this site"
    assert one(page, "#jawaban form")["action"].endswith("/tempel#jawaban-atas")
    link = one(page, "[data-copies]")
    assert link["href"] == "https://pupr.contoh.example/p1#c3" and "Salin dan buka" in link.text
    assert "belum memberi Sahut izin menjawab" in one(page, "#jawaban-cara").text
    operator.act(code, "tempel", text="Drainase dibersihkan besok.")
    assert "Menunggu terlihat" in one(operator.page(f"/butir/{code}"), "#kiriman-judul").text


def test_what_cannot_be_answered_from_here_says_so_before_one_writes(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = site.demo.core.sources
    assert isinstance(sources, dict)
    monkeypatch.setitem(sources, "website", replace(sources["website"], can_answer=False, answer_limit=280))
    page = site.visitor("operator").page(f"/butir/{routed(site)}")
    form = one(page, "#jawaban form")
    assert "tidak bisa dijawab dari Sahut" in one(form, "#jawaban-cara").text
    assert "Paling panjang 280 huruf" in one(form, "#jawaban-batas").text
    area = one(form, "#jawaban-teks")
    assert area["data-limit"] == "280" and "maxlength" not in area.attrs, "what is pasted is never cut short unseen"
    assert form.select_one("[data-counter=jawaban-teks]")
    before = [str(tag.get("id")) for tag in form.select("#jawaban-cara, #jawaban-batas, #jawaban-teks")]
    assert before == ["jawaban-cara", "jawaban-batas", "jawaban-teks"]


def test_route_to_a_candidate_or_any_unit(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    choice = operator.page(f"/butir/{code}/teruskan?cari=kes&dari=tab%3Dall")
    buttons = choice.select(".unit-button")
    assert [one(button, "b").text for button in buttons] == ["Dinas Kesehatan"]
    answer = operator.act(code, "teruskan", unit_id=buttons[0]["value"], reason="Dekat puskesmas", dari="tab=all")
    assert answer.location == "/antrean?tab=all"
    assert operator.get(f"/butir/{code}").status_code == 404, "it belongs to another unit now"
    story = one(site.visitor("kominfo").page(f"/butir/{code}"), ".timeline").text
    assert "Diteruskan ke Dinas Kesehatan" in story and "Dekat puskesmas" in story


@pytest.mark.parametrize(
    ("act", "state", "says"),
    [
        ("kembalikan", "new", "Dikembalikan ke Diskominfo"),
        ("tutup", "closed", "Ditutup"),
        ("bukan-kewenangan", "not_ours", "Bukan kewenangan"),
        ("tidak-perlu", "no_answer_needed", "Tidak perlu jawaban"),
        ("di-tempat-lain", "answered", "Dijawab"),
    ],
)
def test_ends_need_a_reason_and_tell_it(site: Site, act: str, state: str, says: str) -> None:
    code, operator = routed(site), site.visitor("operator")
    refused = operator.act(code, act, reason="  ")
    assert refused.status_code == 422 and one(soup(refused), f"details[open] #{act}-alasan")
    assert item_of(site, "c3").state != state
    assert operator.act(code, act, reason="Alasan yang jelas").status_code == 302
    assert item_of(site, "c3").state == state
    story = one(site.visitor("kominfo").page(f"/butir/{code}"), ".timeline").text
    assert says in story and "Alasan yang jelas" in story


def test_what_has_ended_can_be_opened_again(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    operator.act(code, "tutup", reason="Sudah selesai")
    operator.act(code, "buka-lagi", reason="Ternyata belum")
    assert item_of(site, "c3").state in ("routed", "working")


def test_a_note_is_for_colleagues(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    operator.act(code, "catatan", text="Sudah dicek\nke lokasi")
    assert "Sudah dicek\nke lokasi" in one(operator.page(f"/butir/{code}"), ".timeline").text


def test_of_two_who_act_at_once_the_second_is_told_and_loses_nothing(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    seen = item_of(site, "c3").revision
    site.visitor("kominfo").act(code, "ambil")
    answer = operator.post(f"/butir/{code}/tutup", {"revision": seen, "reason": "Kalimat yang jangan hilang"})
    assert answer.status_code == 409
    page = soup(answer)
    assert one(page, "textarea").text.strip() == "Kalimat yang jangan hilang"
    assert one(page, "main .btn-primary")["href"] == f"/butir/{code}"
    with pytest.raises(Conflict):
        site.demo.core.acts.close(site.demo.people["operator"], code, seen, "x")


def test_a_refusal_keeps_what_was_typed(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    answer = operator.act(code, "teruskan", unit_id=site.demo.units["PUPR"], reason="Tetap di sini")
    page = soup(answer)
    assert answer.status_code == 422 and "sudah ada di" in one(page, "#teruskan .fault-box").text
    field = page.select_one("#teruskan-alasan")
    assert field is None or field.text.strip() == "Tetap di sini"


@pytest.mark.parametrize(
    "act",
    [name for name in ACTS if name not in ("urungkan", "draf", "draf-otomatis", "catatan", "tunjuk", "batal-tunjuk")],
)
def test_every_act_names_the_revision_its_person_saw(site: Site, act: str) -> None:
    code, operator = routed(site), site.visitor("operator")
    data = {"text": "teks", "reason": "alasan", "unit_id": site.demo.units["Dinkes"], "revision": 10_000}
    assert operator.post(f"/butir/{code}/{act}", data).status_code == 409
    assert operator.post(f"/butir/{code}/{act}", data | {"revision": "abc"}).status_code == 422


def test_unknown_acts_do_not_exist(site: Site) -> None:
    assert site.visitor("operator").post(f"/butir/{routed(site)}/hapus", {"revision": 1}).status_code == 404


def test_in_the_pane_one_stays_in_the_pane(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    part = operator.get(f"/butir/{code}?dari=tab%3Dall", headers={"X-Sahut-Fragment": "1"})
    assert "<html" not in part.text and one(soup(part), "input[name=panel]")["value"] == "1"
    answer = operator.act(code, "ambil", panel="1", dari="tab=all")
    assert answer.location == f"/antrean?tab=all&butir={code}"
    opened = one(operator.page(answer.location), ".row.is-open")
    assert opened["id"] == f"b-{code}"


def test_triage_goes_down_to_an_honest_zero(site: Site) -> None:
    sorter = site.visitor("kominfo")
    for external_id in ("c3", "c4"):
        page = item_of(site, external_id)
        if page.unit_id is not None:
            site.demo.core.acts.give_back(site.demo.people["kominfo"], page.code, page.revision, "Disortir ulang")
    left = int(one(sorter.page("/triase"), ".left b").text)
    assert left >= 2
    first = one(sorter.page("/triase"), ".triage-item")["data-item"]
    skipped = one(sorter.page(f"/triase?lewati={first}"), ".triage-item")["data-item"]
    assert skipped != first
    for remaining in range(left, 0, -1):
        page = sorter.page("/triase")
        assert int(one(page, ".left b").text) == remaining
        code = one(page, ".triage-item")["data-item"]
        answer = sorter.act(str(code), "teruskan", unit_id=site.demo.units["Dinkes"], dari="triase")
        assert answer.location == "/triase"
    empty = sorter.page("/triase")
    assert one(empty, ".left b").text == "0" and "0 menunggu" in one(empty, ".empty-title").text
