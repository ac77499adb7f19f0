"""Around the answer field: what is said about a draft for its item, templates from writing to expiry, election periods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from aggregator.app import App
from aggregator.domain.access import Role, Viewer
from aggregator.domain.unit_rules import Approval, UnitRule
from aggregator.services.answer_templates import Wording
from aggregator.services.errors import Conflict, NotFound, Refused
from aggregator.services.intake.facts import reply_hash
from aggregator.storage.ids import id_of
from aggregator.storage.tables import answer_templates, items, messages, replies
from tests.fakes.clock import SteppableClock
from tests.fakes.demo import Demo
from tests.fakes.viewers import viewer_of

CLEAR = "Drainase di depan pasar sudah dikeruk kemarin sore, airnya lancar."


@pytest.fixture
def pupr(demo: Demo) -> Demo:
    """The demo with c3 in PUPR's hands."""
    page = demo.core.inbox.item(demo.people["kominfo"], demo.codes["c3"])
    if page.unit_id != demo.units["PUPR"]:
        demo.core.acts.route(demo.people["kominfo"], page.code, page.revision, demo.units["PUPR"])
    return demo


def head(demo: Demo, unit: str = "PUPR") -> Viewer:
    demo.core.people.add(f"kepala-{unit}", "Kepala", Role.HEAD, demo.units[unit], "kata-sandi-uji")
    return demo.core.people.find(f"kepala-{unit}")


def revision(demo: Demo, code: str) -> int:
    return demo.core.inbox.item(demo.people["kominfo"], code).revision


def kinds(demo: Demo, text: str, who: str = "operator", **more: Any) -> list[str]:
    code = demo.codes["c3"]
    found = demo.core.drafting.checked(demo.people[who], code, revision(demo, code), text, **more)
    return [doubt.kind for doubt in found.doubts]


def wording(**more: Any) -> Wording:
    told: dict[str, Any] = {"title": "Drainase", "text": "Halo {nama}, {unit} mencatat nomor {nomor} pada {tanggal}."}
    return Wording(**(told | {"unit_id": None, "topic": None, "handoff": False, "expires_on": None} | more))


# -- drafts ----------------------------------------------------------------------------------------------------------------


def test_what_is_said_about_a_draft(pupr: Demo) -> None:
    assert kinds(pupr, CLEAR) == []
    assert kinds(pupr, "Terima kasih, kami teruskan.") == ["acknowledgement"]
    assert kinds(pupr, "Terima kasih, kami teruskan.", handoff=True) == []
    assert kinds(pupr, "🙏") == ["wordless"]


def test_only_who_may_answer_is_told_and_an_old_page_is_found_out(pupr: Demo) -> None:
    code = pupr.codes["c3"]
    for stranger in (pupr.people["bupati"], viewer_of(Role.OPERATOR, pupr.units["Dinkes"])):
        with pytest.raises(NotFound):
            pupr.core.drafting.checked(stranger, code, revision(pupr, code), CLEAR)
    with pytest.raises(Conflict):
        pupr.core.drafting.checked(pupr.people["operator"], code, 10_000, CLEAR)
    with pytest.raises(NotFound):
        pupr.core.drafting.checked(pupr.people["operator"], "kosong", 1, CLEAR)


def test_line_ends_of_a_browser_change_nothing(pupr: Demo) -> None:
    code, who = pupr.codes["c3"], pupr.people["operator"]
    one, other = (
        pupr.core.drafting.checked(who, code, revision(pupr, code), text).digest
        for text in ("Satu baris.\r\nDua.", "Satu baris.\nDua.")
    )
    assert one == other


def test_the_same_text_too_often_on_one_account(pupr: Demo, clock: SteppableClock) -> None:
    pupr.core.answer_rules.save(pupr.people["kominfo"], pupr.units["PUPR"], UnitRule(most_uses=2, uses_days=7))
    same = reply_hash(pupr.accounts["PUPR"], CLEAR.upper() + "!!")
    with pupr.core.database.write() as connection:
        official = update(messages).where(messages.c.external_id.in_(("c2", "c5")))
        connection.execute(official.values(reply_hash=same))
    assert kinds(pupr, CLEAR) == ["repeated"]
    clock.step(days=8)
    assert kinds(pupr, CLEAR) == []


def test_candidates_only_while_a_period_runs(pupr: Demo, clock: SteppableClock) -> None:
    admin, today = pupr.people["kominfo"], clock().date()
    text = "Bapak Rahmat Hidayat meninjau drainase itu kemarin dan sudah dikeruk."
    assert kinds(pupr, text) == [], "off until somebody keeps names"
    pupr.core.elections.add(admin, "Pilkada", today, today + timedelta(days=30), "Rahmat Hidayat\n\n Rina  Wati \n")
    assert kinds(pupr, text) == ["candidate"]
    (period,) = pupr.core.elections.all()
    assert period.names == ("Rahmat Hidayat", "Rina Wati")
    clock.step(days=32)
    assert kinds(pupr, text) == []
    for nonsense in (("", today, today, "Rina"), ("P", today, today - timedelta(days=1), "Rina"), ("P", today, today, " \n"),
                     ("P", today, today, "x"), ("P", today, today, "\n".join(f"Nama {n}" for n in range(501)))):  # fmt: skip
        with pytest.raises(Refused):
            pupr.core.elections.add(admin, *nonsense)
    with pytest.raises(NotFound):
        pupr.core.elections.add(pupr.people["operator"], "P", today, today, "Rina")
    with pytest.raises(NotFound):
        pupr.core.elections.drop(pupr.people["operator"], period.id)
    pupr.core.elections.drop(admin, period.id)
    assert pupr.core.elections.all() == ()


def test_every_platform_counts_in_its_own_way(core: App) -> None:
    text = "Baca https://contohkab.go.id/layanan/kependudukan/ktp 🙏"
    lengths = {
        name: core.drafting.preview(name, text).length for name in ("x", "threads", "google_business", "facebook")
    }
    assert lengths == {
        "x": 5 + 23 + 1 + 2,
        "threads": len(text) + 3,
        "google_business": len(text.encode()),
        "facebook": len(text),
    }
    assert not core.drafting.preview("x", text).plain_count and core.drafting.preview("facebook", text).plain_count
    assert core.drafting.preview("belum-ada", text).limit is None


def test_what_was_sent_is_read_back(pupr: Demo) -> None:
    code, operator = pupr.codes["c3"], pupr.people["operator"]
    row = {"item_id": id_of(code), "text": "Jalan Kenanga diperbaiki  hari Kamis, Bu.", "state": "sent", "external_id": "c2",
           "created_at": pupr.core.clock(), "changed_at": pupr.core.clock()}  # fmt: skip
    with pupr.core.database.write() as connection:
        connection.execute(insert(replies).values(row))
    read = pupr.core.drafting.desk(operator, pupr.core.inbox.item(operator, code)).read_back
    assert read is not None and not read.differs, "blanks are the platform's to set"
    with pupr.core.database.write() as connection:
        connection.execute(update(replies).values(text="Jalan Kenanga diperbaiki hari Jumat, Bu."))
    read = pupr.core.drafting.desk(operator, pupr.core.inbox.item(operator, code)).read_back
    assert read is not None and read.differs and read.text == "Jalan Kenanga diperbaiki hari Kamis, Bu."


# -- templates -------------------------------------------------------------------------------------------------------------


def test_from_a_proposal_to_an_answer(pupr: Demo) -> None:
    book, operator, code = pupr.core.answer_templates, pupr.people["operator"], pupr.codes["c3"]
    key = book.save(operator, 0, 0, wording(unit_id=pupr.units["PUPR"]))
    assert book.one(operator, key).state == "proposed"
    with pytest.raises(NotFound):
        pupr.core.drafting.filled(operator, code, key)
    with pytest.raises(NotFound):
        book.approve(operator, key, 1)
    chief = head(pupr)
    book.approve(chief, key, 1)
    text = pupr.core.drafting.filled(operator, code, key)
    assert text.startswith(
        f"Halo Budi Santoso, Dinas Pekerjaan Umum dan Penataan Ruang mencatat nomor {code} pada 2 November 2026"
    )
    with pytest.raises(Conflict):
        book.retire(chief, key, 1)
    book.retire(chief, key, 2)
    with pytest.raises(NotFound):
        pupr.core.drafting.filled(operator, code, key)


def test_a_changed_template_is_a_proposal_again(pupr: Demo) -> None:
    book, chief = pupr.core.answer_templates, head(pupr)
    key = book.save(chief, 0, 0, wording(unit_id=pupr.units["PUPR"]))
    book.approve(chief, key, 1)
    book.save(pupr.people["operator"], key, 2, wording(unit_id=pupr.units["PUPR"], text="Lain"))
    assert book.one(chief, key).state == "proposed"
    pupr.core.answer_rules.save(pupr.people["kominfo"], 0, UnitRule(approval=Approval.ALWAYS))
    book.approve(chief, key, 3)
    book.save(chief, key, 4, wording(unit_id=pupr.units["PUPR"], text="Lagi"))
    with pytest.raises(Refused, match="orang lain"):
        book.approve(chief, key, 5)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"text": "Halo {nik}"}, "{nik} tidak dikenal"),
        ({"text": "Halo {}"}, "tidak dikenal"),
        ({"text": "  "}, "Tulis isi"),
        ({"text": "a" * 8_001}, "8000"),
        ({"title": ""}, "judul"),
        ({"expires_on": date(2026, 11, 1)}, "sudah lewat"),
    ],
)
def test_what_makes_no_sense_is_refused(pupr: Demo, more: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        pupr.core.answer_templates.save(pupr.people["operator"], 0, 0, wording(unit_id=pupr.units["PUPR"], **more))


def test_whose_templates_are_whose(pupr: Demo) -> None:
    book, operator, admin = pupr.core.answer_templates, pupr.people["operator"], pupr.people["kominfo"]
    for foreign in (pupr.units["Dinkes"], None, 999):
        with pytest.raises(Refused):
            book.save(operator, 0, 0, wording(unit_id=foreign))
    health = book.save(admin, 0, 0, wording(title="Sehat", unit_id=pupr.units["Dinkes"]))
    everyone = book.save(admin, 0, 0, wording(title="Umum"))
    assert [one.title for one in book.page(operator)] == ["Umum"]
    with pytest.raises(NotFound):
        book.one(operator, health)
    with pytest.raises(NotFound):
        book.save(operator, everyone, 1, wording(unit_id=pupr.units["PUPR"]))
    book.approve(admin, health, 1)
    book.approve(admin, everyone, 1)
    page = pupr.core.inbox.item(operator, pupr.codes["c3"])
    assert [one.title for one in pupr.core.drafting.desk(operator, page).templates] == ["Umum"]


def test_a_topic_and_a_date_narrow_where_a_template_shows(pupr: Demo, clock: SteppableClock) -> None:
    book, operator, chief = pupr.core.answer_templates, pupr.people["operator"], head(pupr)
    with pupr.core.database.write() as connection:
        connection.execute(update(items).where(items.c.id == id_of(pupr.codes["c3"])).values(topic="Drainase"))
    unit, until = pupr.units["PUPR"], clock().date() + timedelta(days=2)
    for title, more in (
        ("A", {"topic": "DRAINASE"}),
        ("B", {"topic": "jembatan"}),
        ("C", {"expires_on": until}),
        ("D", {}),
    ):
        book.approve(chief, book.save(chief, 0, 0, wording(title=title, unit_id=unit, **more)), 1)

    def shown() -> list[str]:
        page = pupr.core.inbox.item(operator, pupr.codes["c3"])
        return [one.title for one in pupr.core.drafting.desk(operator, page).templates]

    assert shown() == ["A", "C", "D"]
    clock.step(days=3)
    assert shown() == ["A", "D"]
    assert {one.title: one.state for one in book.page(chief)}["C"] == "expired"


def test_two_who_change_one_template(pupr: Demo) -> None:
    book, chief = pupr.core.answer_templates, head(pupr)
    key = book.save(chief, 0, 0, wording(unit_id=pupr.units["PUPR"]))
    calls: list[Callable[[], object]] = [
        lambda: book.save(pupr.people["operator"], key, 1, wording(unit_id=pupr.units["PUPR"], text="Lebih baru")),
        lambda: book.approve(chief, key, 1),
    ]
    calls[0]()
    with pytest.raises(Conflict):
        calls[1]()
    assert (book.one(chief, key).state, book.one(chief, key).text) == ("proposed", "Lebih baru"), (
        "the unseen is not approved"
    )


def test_a_retired_template_is_kept(pupr: Demo) -> None:
    book, chief = pupr.core.answer_templates, head(pupr)
    key = book.save(chief, 0, 0, wording(unit_id=pupr.units["PUPR"]))
    book.retire(chief, key, 1)
    with pupr.core.database.read() as connection:
        assert connection.execute(answer_templates.select()).one().state == "retired"
    with pytest.raises(NotFound):
        book.retire(replace(chief, manage_ids=frozenset()), key, 2)
