"""Several people at one item, on the pages and without a script."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from aggregator.domain.access import Role
from aggregator.storage.ids import code_of
from tests.fakes.demo import PASSWORD
from tests.services.test_attachments import PDF, photo
from tests.web.site import Site, Visitor, one, soup
from tests.web.test_access import health_item
from tests.web.test_item import item_of, routed
from web.forms.teamwork import TEAM_ACTS


@pytest.fixture
def rina(site: Site) -> Visitor:
    """A second operator of the same unit."""
    site.demo.core.people.add("rina", "Rina", Role.OPERATOR, site.demo.units["PUPR"], PASSWORD)
    return site.visitor("rina")


@pytest.fixture
def nurse(site: Site) -> Visitor:
    """An operator of another unit."""
    site.demo.core.people.add("perawat", "Perawat", Role.OPERATOR, site.demo.units["Dinkes"], PASSWORD)
    return site.visitor("perawat")


def share(site: Site, code: str, visitor: Visitor, **data: Any) -> Any:
    told = {"unit_id": site.demo.units["Dinkes"], "role": "support", "reason": "Mohon data puskesmas."}
    revision = one(visitor.page(f"/butir/{code}/libatkan?unit={site.demo.units['Dinkes']}"), "input[name=revision]")[
        "value"
    ]
    return visitor.post(f"/butir/{code}/libatkan", told | {"revision": revision} | data)


def upload(visitor: Visitor, code: str, content: bytes, name: str, **data: Any) -> Any:
    revision = one(visitor.page(f"/butir/{code}"), "input[name=revision]")["value"]
    sent = {"revision": revision, "file": (io.BytesIO(content), name)} | data
    return visitor.post(f"/butir/{code}/lampiran", sent, content_type="multipart/form-data")


# -- who writes ----------------------------------------------------------------------------------------------------


def test_who_writes_is_seen_and_can_be_taken_over(site: Site, rina: Visitor) -> None:
    code, operator = routed(site), site.visitor("operator")
    assert one(operator.page(f"/butir/{code}"), "[data-starts]")["formaction"] == f"/butir/{code}/mulai"
    assert operator.act(code, "mulai").location == f"/butir/{code}#jawaban"
    assert "Anda sedang menulis" in one(operator.page(f"/butir/{code}"), "#pena").text
    line = one(rina.page(f"/butir/{code}"), "#pena")
    assert "Operator sedang menulis, sampai" in line.text and int(str(line["data-seconds"])) == 300
    button = one(line, "button")
    assert (button["formaction"], button.text) == (f"/butir/{code}/ambil-alih", "Ambil alih")
    refused = rina.act(code, "tempel", text="Jawaban Rina yang jangan hilang")
    page = soup(refused)
    assert refused.status_code == 422 and "Operator sedang menulis" in one(page, "#jawaban .fault-box").text
    assert one(page, "#jawaban-teks").text.strip() == "Jawaban Rina yang jangan hilang"
    rina.act(code, "ambil-alih", holder_id=button["value"], text="Jawaban Rina yang jangan hilang")
    page = rina.page(f"/butir/{code}")
    assert "Anda sedang menulis" in one(page, "#pena").text and "Penulisan jawaban diambil alih" in page.text
    assert one(page, "#jawaban-teks").text.strip() == "Jawaban Rina yang jangan hilang"
    assert rina.act(code, "tempel", text="Sudah diperbaiki.").status_code == 302


def test_the_script_is_told_whose_the_pen_is(site: Site, rina: Visitor) -> None:
    code, operator = routed(site), site.visitor("operator")
    fragment = {"X-Sahut-Fragment": "1"}
    mine = operator.post(f"/butir/{code}/mulai", headers=fragment)
    assert "<html" not in mine.text and "Anda sedang menulis" in one(soup(mine), "#pena").text
    theirs = one(soup(rina.post(f"/butir/{code}/mulai", headers=fragment)), "#pena")
    assert (
        "Operator sedang menulis" in theirs.text and one(theirs, "button")["formaction"] == f"/butir/{code}/ambil-alih"
    )
    told = soup(rina.act(code, "mulai"))
    assert "Operator sedang menulis" in one(told, ".fault-box").text


def test_each_has_a_draft_of_their_own(site: Site, rina: Visitor) -> None:
    code, operator = routed(site), site.visitor("operator")
    operator.act(code, "draf", text="Dari operator")
    rina.act(code, "draf", text="Dari Rina")
    for visitor, own, other in ((operator, "Dari operator", "Dari Rina"), (rina, "Dari Rina", "Dari operator")):
        page = visitor.page(f"/butir/{code}")
        assert one(page, "#jawaban-teks").text.strip() == own
        assert other in one(page, "#jawaban .act .entry-text").text
    operator.act(code, "ambil")
    site.demo.core.acts.take_over(site.demo.core.people.find("operator"), code, 0)
    assert "Dari Rina" in rina.page(f"/butir/{code}").text


# -- colleagues and other units ------------------------------------------------------------------------------------


def test_a_colleague_is_chosen_from_a_list(site: Site, rina: Visitor) -> None:
    code, operator = routed(site), site.visitor("operator")
    options = one(operator.page(f"/butir/{code}"), "#tugaskan-rekan").select("option")
    assert [option.text for option in options] == ["Pilih", "Operator", "Rina"]
    assert operator.act(code, "tugaskan", person_id=options[2]["value"]).status_code == 302
    assert "Anda tangani" in one(rina.page(f"/butir/{code}"), ".item-state").text
    refused = operator.act(code, "tugaskan", person_id=999)
    assert refused.status_code == 422 and one(soup(refused), "details[open] #tugaskan-rekan")


def test_another_unit_is_brought_in_and_ends_its_part(site: Site, nurse: Visitor) -> None:
    code, operator = routed(site), site.visitor("operator")
    assert nurse.get(f"/butir/{code}").status_code == 404
    assert not [tab for tab in nurse.page("/antrean").select("#tab a") if "Mendukung" in tab.text]
    choice = operator.page(f"/butir/{code}/libatkan?cari=kes")
    (link,) = choice.select(".unit-button")
    form = one(operator.page(str(link["href"])), "main form[method=post]")
    assert one(form, "input[name=unit_id]")["value"] == str(site.demo.units["Dinkes"])
    empty = share(site, code, operator, reason=" ")
    assert empty.status_code == 422 and "diminta" in one(soup(empty), ".fault-box").text
    assert share(site, code, operator).status_code == 302
    tab = next(tab for tab in nurse.page("/antrean").select("#tab a") if "Mendukung" in tab.text)
    assert one(tab, ".count").text == "1" and len(nurse.page(str(tab["href"])).select(".row")) == 1
    page = nurse.page(f"/butir/{code}")
    assert "Draf untuk unit utama" in page.text and not page.select("form[action$='/tempel'], form[action$='/tutup']")
    nurse.act(code, "draf", text="Usul kami")
    assert "Usul kami" in operator.page(f"/butir/{code}").text
    share_id = one(page, "input[name=share_id]")["value"]
    assert nurse.act(code, "ambil-bagian", share_id=share_id).status_code == 302
    refused = nurse.act(code, "selesai-bagian", share_id=share_id, reason=" ")
    assert refused.status_code == 422 and one(soup(refused), f"details[open] #selesai-{share_id}")
    assert nurse.act(code, "selesai-bagian", share_id=share_id, reason="Data terkirim").status_code == 302
    assert nurse.get(f"/butir/{code}").status_code == 404
    story = one(operator.page(f"/butir/{code}"), ".timeline").text
    assert "Dukungan diminta ke Dinas Kesehatan" in story and "Dukungan selesai oleh Dinas Kesehatan" in story


def test_an_item_of_two_matters_is_split(site: Site, nurse: Visitor) -> None:
    code, operator = routed(site), site.visitor("operator")
    assert share(site, code, operator, role="part", reason="Puskesmasnya tutup").status_code == 302
    refused = operator.act(code, "tutup", reason="Sudah selesai semua")
    assert refused.status_code == 422 and "Masih ada bagian" in soup(refused).text
    part = one(nurse.page(f"/butir/{code}"), "[aria-labelledby=bersama-judul]")
    assert "Bagian tersendiri" in part.text and "tenggat" in part.text and "Puskesmasnya tutup" in part.text


# -- the same matter twice -----------------------------------------------------------------------------------------


def test_a_duplicate_is_offered_merged_and_taken_apart(site: Site) -> None:
    core, operator, code = site.demo.core, site.visitor("operator"), routed(site)
    other = again(site, "Drainase di depan pasar tersumbat, air meluap ke jalan!")
    box = one(operator.page(f"/butir/{code}"), "#mirip")
    assert "kata-katanya sama persis" in box.text and one(box, "input[name=into]")["value"] == other
    assert operator.act(code, "gabungkan", into=other).status_code == 302
    page = operator.page(f"/butir/{code}")
    assert "Digabung" in one(page, ".item-state").text and other in one(page, "[aria-labelledby=gabung-judul]").text
    assert not page.select("#jawaban, form[action$='/buka-lagi']")
    assert "Mereka mengikuti akhir butir ini" in operator.page(f"/butir/{other}").text
    assert operator.act(code, "pisahkan").status_code == 302
    assert core.inbox.item(site.demo.people["operator"], code).state in ("routed", "working")
    refused = operator.act(code, "gabungkan", into="zzz")
    assert refused.status_code == 422 and "tidak ditemukan" in soup(refused).text


def again(site: Site, words: str) -> str:
    """The same words of somebody else under the same post; their code."""
    from aggregator.contract import Author, Kind, Message, ThreadRef
    from aggregator.services.intake import Source

    core, unit = site.demo.core, site.demo.units["PUPR"]
    message = Message(
        external_id="c9", kind=Kind.COMMENT, thread=ThreadRef(external_id="p1", url="https://pupr.contoh.example/p1"),
        author=Author(external_id="warga-9", name="Slamet"), text=words, created_at=core.clock(),
    )  # fmt: skip
    source = Source(account_id=site.demo.accounts["PUPR"], platform="website", unit_id=unit, own_host=True)
    core.intake.store(source, [message], core.clock())
    with core.database.read() as connection:
        code = code_of(connection.exec_driver_sql("SELECT id FROM messages WHERE external_id = 'c9'").scalar_one())
    page = core.inbox.item(site.demo.people["kominfo"], code)
    if page.unit_id != unit:
        core.acts.route(site.demo.people["kominfo"], code, page.revision, unit)
    return code


# -- following, calling --------------------------------------------------------------------------------------------


def test_anyone_who_reads_may_follow(site: Site) -> None:
    code, leader = routed(site), site.visitor("bupati")
    assert leader.act(code, "ikuti").status_code == 302
    page = leader.page(f"/butir/{code}")
    assert "Berhenti mengikuti" in page.text and "1 orang mengikuti" in page.text
    leader.act(code, "berhenti-ikuti")
    assert "orang mengikuti" not in leader.page(f"/butir/{code}").text


def test_a_stranger_is_not_called_and_the_note_is_not_lost(site: Site, rina: Visitor, nurse: Visitor) -> None:
    code, operator = routed(site), site.visitor("operator")
    refused = operator.act(code, "catatan", text="Tolong @perawat cek")
    page = soup(refused)
    assert refused.status_code == 422 and "@perawat bukan petugas" in page.text
    assert one(page, "details[open] #catatan-teks").text == "Tolong @perawat cek"
    assert [name["data-login"] for name in page.select("#catatan-nama button")] == ["operator", "rina"]
    assert operator.act(code, "catatan", text="Tolong @rina cek").status_code == 302


# -- files ---------------------------------------------------------------------------------------------------------


def test_a_photo_is_shown_and_a_pdf_is_saved(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    assert upload(operator, code, photo(), "lubang.jpg").status_code == 302
    assert upload(operator, code, PDF, "surat.pdf").status_code == 302
    page = operator.page(f"/butir/{code}")
    shown = site.visitor("bupati").get(str(one(page, "[aria-labelledby=lampiran-judul] img")["src"]))
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert Image.open(io.BytesIO(shown.data)).size == (640, 480)
    saved = operator.get(str(page.select("[aria-labelledby=lampiran-judul] li a")[-1]["href"]))
    assert saved.data == PDF and saved.headers["Content-Disposition"] == "attachment; filename=surat.pdf"
    for answer in (shown, saved):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
        assert answer.headers["Cache-Control"] == "no-store"
    assert not shown.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_refused_says_why(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    for content, name, says in (
        (b"<script>alert(1)</script>", "a.png", "bukan PNG"),
        (PDF + b"x" * 5_300_000, "a.pdf", "5 MB"),
    ):
        answer = upload(operator, code, content, name)
        assert answer.status_code == 422 and says in one(soup(answer), "details[open] .fault-box").text
    too_much = upload(operator, code, PDF + b"x" * 7_000_000, "a.pdf")
    assert too_much.status_code == 413 and "Paling besar 5 MB" in too_much.text
    nothing = operator.act(code, "lampiran")
    assert nothing.status_code == 422 and "Pilih berkasnya" in nothing.text


def test_only_this_form_may_be_large(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    assert operator.post(f"/butir/{code}/catatan", {"revision": 1, "text": "x" * 1_100_000}).status_code == 413
    stranger = site.visitor()
    token = stranger.form_token("/masuk")
    sent = {"csrf_token": token, "file": (io.BytesIO(b"x" * 2_000_000), "a.pdf")}
    answer = stranger.client.post(f"/butir/{code}/lampiran", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 413, "only of who is logged in"


def test_evidence_used_before_is_said_on_the_page(site: Site) -> None:
    code, operator = routed(site), site.visitor("operator")
    upload(operator, code, photo(2), "bukti.jpg", purpose="evidence")
    second = again(site, "Lampu taman kota padam semua sejak Sabtu malam")
    answer = upload(operator, second, photo(2, size=(300, 220)), "bukti.jpg", purpose="evidence")
    assert answer.status_code == 302
    page = operator.page(f"/butir/{second}")
    assert "pernah dipakai sebagai bukti" in one(page, ".notice").text
    assert f"butir {code}" in " ".join(one(page, "[aria-labelledby=lampiran-judul] .tone-warn").text.split())


# -- nobody else's -------------------------------------------------------------------------------------------------


def test_another_units_item_does_not_exist_for_any_of_it(site: Site) -> None:
    code, operator = health_item(site.demo), site.visitor("operator")
    form = {"revision": 1, "text": "x", "reason": "x", "unit_id": 1, "role": "part", "person_id": 1, "share_id": 1}
    form |= {"into": routed(site), "holder_id": 1}
    for act in (*TEAM_ACTS, "mulai", "ikuti", "berhenti-ikuti", "libatkan"):
        assert operator.post(f"/butir/{code}/{act}", form).status_code == 404, act
    sent = {"revision": 1, "file": (io.BytesIO(photo()), "a.jpg")}
    assert operator.post(f"/butir/{code}/lampiran", sent, content_type="multipart/form-data").status_code == 404
    for path in ("libatkan", "lampiran/1"):
        assert operator.get(f"/butir/{code}/{path}").status_code == 404
    upload(site.visitor("kominfo"), code, photo(), "a.jpg")
    assert operator.get(f"/butir/{code}/lampiran/1").status_code == 404
    assert operator.get(f"/butir/{routed(site)}/lampiran/1").status_code == 404, "nor through an item of one's own"


@pytest.mark.parametrize("act", ["tugaskan", "ambil-bagian", "gabungkan", "pisahkan", "libatkan"])
def test_of_two_the_second_is_told(site: Site, act: str) -> None:
    code, operator = routed(site), site.visitor("operator")
    seen = item_of(site, "c3").revision
    site.visitor("kominfo").act(code, "ambil")
    form = {"revision": seen, "person_id": 1, "share_id": 1, "into": "x", "unit_id": 1, "role": "part"}
    answer = operator.post(f"/butir/{code}/{act}", form | {"reason": "Kalimat yang jangan hilang"})
    assert answer.status_code == 409 and "Kalimat yang jangan hilang" in answer.text
