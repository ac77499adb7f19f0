"""The answer field as people use it: what is said before sending, aids that lose no word, the second person, hand-offs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update

from aggregator.contract import Permanent
from aggregator.domain.access import Role
from aggregator.domain.unit_rules import Approval, End, UnitRule
from aggregator.services.answer_templates import Wording
from aggregator.storage.ids import id_of
from aggregator.storage.tables import replies
from tests.fakes.demo import PASSWORD
from tests.web.site import Site, Visitor, one, soup
from tests.web.test_item import item_of, routed

CLEAR = "Drainase di depan pasar sudah dikeruk kemarin sore, airnya lancar."
RUDE = "Dasar bodoh, kami perbaiki besok."


def sendable(site: Site) -> str:
    """The code of an item whose account Sahut may answer for."""
    secret = next(setting.name for setting in site.demo.core.sources["website"].settings if setting.secret)
    admin = site.demo.people["kominfo"]
    site.demo.core.registry.change_settings(admin, site.demo.accounts["PUPR"], {secret: "abcd efgh"})
    return routed(site)


def send(visitor: Visitor, site: Site, code: str, act: str, **data: Any) -> Any:
    """Post a form as it stands, without setting aside what is said about a draft."""
    return visitor.post(f"/butir/{code}/{act}", {"revision": item_of(site, "c3").revision} | data)


def typed(page: BeautifulSoup) -> str:
    return one(page, "#jawaban-teks").text.strip()


def state(site: Site) -> str | None:
    """Of the newest answer to c3, drafts included."""
    newest = select(replies.c.state).where(replies.c.item_id == id_of(site.demo.codes["c3"]))
    with site.demo.core.database.read() as connection:
        return connection.execute(newest.order_by(replies.c.id.desc())).scalars().first()


def demand(site: Site, **more: Any) -> None:
    site.demo.core.answer_rules.save(site.demo.people["kominfo"], site.demo.units["PUPR"], UnitRule(**more))


def chief(site: Site) -> Visitor:
    site.demo.core.people.add("kepala", "Kepala", Role.HEAD, site.demo.units["PUPR"], PASSWORD)
    return site.visitor("kepala")


def test_doubts_are_said_first_and_the_draft_is_kept(site: Site) -> None:
    code, operator = sendable(site), site.visitor("operator")
    answer = send(operator, site, code, "jawab", text=RUDE)
    page = soup(answer)
    assert answer.status_code == 422 and typed(page) == RUDE and state(site) == "draft"
    said = one(page, "#periksa").text
    assert "kasar" in said and "besok" in said and "Perbaiki" in said
    confirm = one(page, "#periksa button")
    assert confirm.text == "Kirim juga" and "periksa" in str(one(page, "#jawaban-teks")["aria-describedby"])
    changed = send(operator, site, code, "jawab", text=RUDE + " Pasti selesai.", confirmed=confirm["value"])
    assert changed.status_code == 422 and state(site) == "draft", "a changed text is looked at anew"
    assert send(operator, site, code, "jawab", text=RUDE, confirmed=confirm["value"]).status_code == 302
    assert state(site) == "queued"


def test_an_answer_without_fault_goes_out_with_one_tap(site: Site) -> None:
    code, operator = sendable(site), site.visitor("operator")
    assert send(operator, site, code, "jawab", text=CLEAR).status_code == 302
    page = operator.page(f"/butir/{code}")
    box = one(page, "#kiriman")
    assert "Segera dikirim" in box.text and box["data-until"] == code
    assert one(box, "[data-countdown]")["data-countdown"] == "15"


@pytest.mark.parametrize("text", ["🙏🙏🙏", "…", "👍 !!"])
def test_emoji_alone_are_refused_in_words(site: Site, text: str) -> None:
    code, operator = sendable(site), site.visitor("operator")
    answer = send(operator, site, code, "jawab", text=text)
    page = soup(answer)
    assert answer.status_code == 422 and "hanya berisi emoji" in one(page, "#periksa").text
    assert typed(page) == text and not page.select("button[name=confirmed]")
    forged = send(operator, site, code, "jawab", text=text, confirmed="0" * 32)
    assert forged.status_code == 422 and state(site) == "draft"


def test_ten_thousand_characters(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    code, operator = sendable(site), site.visitor("operator")
    sources: Any = site.demo.core.sources
    long = "Sudah dikeruk. " * 700
    monkeypatch.setitem(sources, "website", replace(sources["website"], answer_limit=5_000))
    page = soup(send(operator, site, code, "jawab", text=long))
    assert "10.499 huruf" in one(page, "#periksa").text and typed(page) == long.strip()
    assert state(site) == "draft" and typed(operator.page(f"/butir/{code}")) == long.strip()
    too_long = send(operator, site, code, "jawab", text="Sudah. " * 4_000)
    assert too_long.status_code == 422 and "Paling panjang" in one(soup(too_long), ".fault-box").text
    assert len(typed(soup(too_long))) > 27_000, "whatever was typed is still there"


def test_a_platform_that_refuses_keeps_the_words(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    code, operator, core = sendable(site), site.visitor("operator"), site.demo.core
    assert send(operator, site, code, "jawab", text=CLEAR).status_code == 302

    def refuse(*_: Any) -> Any:
        raise Permanent("Situs menolak: komentar ditutup.")

    monkeypatch.setattr(core.host.platforms["website"], "answer", refuse)
    reply_id = core.answering.newest_queued(id_of(code) or 0)
    assert reply_id is not None
    core.answering.send_at_once(reply_id, core.clock())
    assert core.sender.send(reply_id) == "failed"
    page = operator.page(f"/butir/{code}")
    assert "komentar ditutup" in one(page, "#kiriman").text and typed(page) == CLEAR


def test_a_template_joins_what_was_typed(site: Site) -> None:
    code, operator, head = sendable(site), site.visitor("operator"), chief(site)
    book, unit = site.demo.core.answer_templates, site.demo.units["PUPR"]
    wording = Wording(title="Dikeruk", text="Halo {nama}.", unit_id=unit, topic=None, handoff=False, expires_on=None)
    key = book.save(site.demo.people["operator"], 0, 0, wording)
    assert not operator.page(f"/butir/{code}").select("#jawaban-templat"), "a proposal is not offered"
    assert head.post(f"/jawaban/templat/{key}/setujui", {"revision": 1}).status_code == 302
    assert one(operator.page(f"/butir/{code}"), "#jawaban-templat option").text == "Dikeruk"
    page = soup(send(operator, site, code, "templat", text="Selamat pagi.", templat=key))
    assert typed(page) == "Selamat pagi.\n\nHalo Budi Santoso." and one(page, "#bantuan")["open"] == ""
    assert typed(soup(send(operator, site, code, "templat", text="", templat=key))) == "Halo Budi Santoso."
    assert typed(soup(send(operator, site, code, "templat", text="Tetap", templat="x"))) == "Tetap"
    assert send(operator, site, code, "templat", text="", templat=999).status_code == 404
    assert state(site) is None, "nothing was written"


def test_a_preview_sends_nothing_and_escapes(site: Site) -> None:
    code, operator = sendable(site), site.visitor("operator")
    text = "<b>Baris satu</b>\nlihat https://pupr.contoh.example/info"
    page = soup(send(operator, site, code, "pratinjau", text=text))
    shown = one(page, "#pratinjau")
    assert (
        "<b>Baris satu</b>" in shown.text and one(shown, ".entry-text a")["href"] == "https://pupr.contoh.example/info"
    )
    assert not shown.select(".entry-text b") and typed(page) == text and state(site) is None
    empty = one(soup(send(operator, site, code, "pratinjau", text="")), "#pratinjau")
    assert "masih kosong" in empty.text and not empty.select("ul")
    assert send(site.visitor("bupati"), site, code, "pratinjau", text=text).status_code == 403


def test_a_second_person_agrees(site: Site) -> None:
    code, operator = sendable(site), site.visitor("operator")
    demand(site, approval=Approval.ALWAYS)
    head = chief(site)
    main = one(operator.page(f"/butir/{code}"), "#jawaban .btn-primary")
    assert "Minta persetujuan" in main.text
    refused = send(operator, site, code, "jawab", text=CLEAR)
    assert refused.status_code == 422 and "orang kedua" in soup(refused).text and typed(soup(refused)) == CLEAR
    assert send(operator, site, code, "minta-persetujuan", text=RUDE).status_code == 422, (
        "doubts come before approval too"
    )
    assert send(operator, site, code, "minta-persetujuan", text=CLEAR).status_code == 302
    page = operator.page(f"/butir/{code}")
    assert page.select_one("#jawaban-teks") is None and "Tarik dan ubah" in page.text
    assert send(operator, site, code, "setujui").status_code == 422
    (row,) = head.page("/jawaban/persetujuan").select(".card-row")
    assert CLEAR in row.text
    assert "Setujui dan kirim" in one(head.page(f"/butir/{code}"), "[aria-labelledby=persetujuan-judul]").text
    assert send(head, site, code, "kembalikan-draf", reason="Sebut jalannya").status_code == 302
    page = operator.page(f"/butir/{code}")
    assert "Sebut jalannya" in one(page, "#jawaban .note").text and typed(page) == CLEAR
    assert send(operator, site, code, "minta-persetujuan", text=CLEAR).status_code == 302
    assert send(head, site, code, "setujui").status_code == 302 and state(site) == "queued"
    assert operator.act(code, "urungkan").status_code == 302
    page = operator.page(f"/butir/{code}")
    assert "sudah disetujui" in page.text and one(page, "#jawaban .btn-primary").text.strip() == "Jawab"


def test_an_end_is_verified(site: Site) -> None:
    code, operator = sendable(site), site.visitor("operator")
    demand(site, verified_ends=frozenset(End))
    answer = operator.act(code, "tutup", reason="Sudah ditangani")
    assert answer.status_code == 302
    page = operator.page(f"/butir/{code}")
    assert "memverifikasinya" in one(page, ".notice").text and "Tarik permintaan ini" in page.text
    assert item_of(site, "c3").state != "closed"
    sorter = site.visitor("kominfo")
    assert "Sudah ditangani" in one(sorter.page("/jawaban/verifikasi"), ".card-row").text
    assert sorter.act(code, "tolak-penutupan", reason="Belum ada foto").status_code == 302
    assert "Belum ada foto" in one(operator.page(f"/butir/{code}"), ".note").text
    operator.act(code, "tutup", reason="Sudah, ada foto")
    assert sorter.act(code, "verifikasi").status_code == 302 and item_of(site, "c3").state == "closed"


def test_a_citizen_is_sent_on_in_public(site: Site) -> None:
    code, operator, other = sendable(site), site.visitor("operator"), site.demo.units["Dinkes"]
    choice = operator.page(f"/butir/{code}/teruskan?cari=kes")
    assert choice.select("input[name=kabari]")
    page = soup(send(operator, site, code, "teruskan", unit_id=other, kabari="1"))
    words = one(page, "#serah-teks").text.strip()
    assert "Budi Santoso" in words and "Dinas Kesehatan" in words and "https://dinkes.contoh.example/" in words
    assert item_of(site, "c3").unit_id == site.demo.units["PUPR"], "nothing has happened yet"
    rude = send(operator, site, code, "serahkan", unit_id=other, text="Goblok, itu urusan Dinas Kesehatan!")
    assert rude.status_code == 422 and "kasar" in one(soup(rude), "#periksa").text
    empty = send(operator, site, code, "serahkan", unit_id=other, text=" ")
    assert empty.status_code == 422 and "Tulis dulu" in one(soup(empty), ".fault-box").text
    assert send(operator, site, code, "serahkan", unit_id="x", text=words).status_code == 422
    assert send(operator, site, code, "teruskan", unit_id=site.demo.units["PUPR"], kabari="1").status_code == 422
    assert send(operator, site, code, "serahkan", unit_id=other, text=words).status_code == 302
    assert operator.get(f"/butir/{code}").status_code == 404
    page = site.visitor("kominfo").page(f"/butir/{code}")
    assert "Pesan serah terima" in one(page, "#kiriman-judul").text
    halves = one(page, "[aria-labelledby=serah-judul]").text
    assert "belum sampai" in halves and "Dinas Kesehatan menjawab" in halves
    with site.demo.core.database.write() as connection:
        connection.execute(update(replies).values(state="sent"))
    assert "Dinas Pekerjaan Umum" in one(site.visitor("kominfo").page("/jawaban/serah-terima"), ".numbers").text


def test_diskominfo_keeps_rules_and_election_periods(site: Site) -> None:
    admin, unit = site.visitor("kominfo"), site.demo.units["PUPR"]
    told = {"unit_id": unit, "approval": "by_kind", "most_uses": 4, "uses_days": 14}
    refused = admin.post("/jawaban/aturan", told)
    assert refused.status_code == 422 and "sedikitnya satu jenis" in one(soup(refused), ".fault-box").text
    more = {"approval_kinds": ["complaint"], "verified_ends": ["closed", "no_answer_needed"]}
    assert admin.post("/jawaban/aturan", told | more).status_code == 302
    page = admin.page(f"/jawaban/aturan?unit={unit}")
    assert "jenis tertentu saja (keluhan)" in one(page, ".card-row").text
    assert [box["value"] for box in page.select("[name=verified_ends][checked]")] == ["closed", "no_answer_needed"]
    assert admin.post("/jawaban/aturan", told | {"approval": "kadang"}).status_code == 422
    assert admin.post(f"/jawaban/aturan/{unit}/hapus").status_code == 302
    assert not admin.page("/jawaban/aturan?unit=abc").select(".card-row")
    period = {"name": "Pilkada", "from_on": "2026-11-01", "until_on": "2026-10-01", "names": "Rina"}
    assert "sebelum tanggal mulai" in soup(admin.post("/jawaban/pemilihan", period)).text
    assert admin.post("/jawaban/pemilihan", period | {"until_on": "2027-01-01"}).status_code == 302
    assert "Rina" in one(admin.page("/jawaban/pemilihan"), ".card-row").text


def test_templates_are_written_on_a_page(site: Site) -> None:
    operator = site.visitor("operator")
    told = {"id": 0, "revision": 0, "title": "Syarat", "text": "Bawa {ktp}.", "unit_id": site.demo.units["PUPR"]}
    refused = operator.post("/jawaban/templat/simpan", told)
    assert refused.status_code == 422 and "{ktp} tidak dikenal" in one(soup(refused), ".fault-box").text
    assert one(soup(refused), "textarea").text.strip() == "Bawa {ktp}."
    kept = operator.post("/jawaban/templat/simpan", told | {"text": "Bawa KTP, {nama}."})
    assert kept.status_code == 302
    page = operator.page(kept.location)
    assert "Menunggu persetujuan" in page.text and not page.select("form[action$=setujui]"), "who writes only proposes"
    assert operator.post(f"{kept.location}/setujui", {"revision": 1}).status_code == 404
    assert operator.post(f"{kept.location}/hapus", {"revision": 1}).status_code == 404
    assert operator.post(f"{kept.location}/setujui", {"revision": "x"}).status_code == 404
    assert operator.get("/jawaban/templat/999").status_code == 404
