"""Drafts that a page saves by itself: kept, and never over what somebody else wrote meanwhile."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from aggregator.services.errors import NotFound, Refused
from tests.fakes.demo import Demo


@pytest.fixture
def code(demo: Demo) -> str:
    return demo.codes["c3"]


def draft(demo: Demo, code: str) -> str | None:
    """What stands in Kominfo's answer field."""
    page = demo.core.inbox.item(demo.people["kominfo"], code)
    assert page.team is not None
    said = page.team.draft or page.reply
    return said.text if said else None


def test_typing_goes_on_from_what_was_saved(demo: Demo, code: str) -> None:
    acts, who = demo.core.acts, demo.people["kominfo"]
    before = demo.core.inbox.item(who, code)
    acts.keep_draft(who, code, "Petugas", base="")
    acts.keep_draft(who, code, "Petugas datang\nbesok. ", base="Petugas")
    acts.keep_draft(who, code, "Petugas datang\nlusa.", base="Petugas datang\r\nbesok. ")
    assert draft(demo, code) == "Petugas datang\nlusa."
    after = demo.core.inbox.item(who, code)
    assert (after.revision, after.state, after.claimed_by) == (before.revision, before.state, before.claimed_by)


def test_a_draft_of_the_same_person_at_another_device_is_not_overwritten(demo: Demo, code: str) -> None:
    acts, who = demo.core.acts, demo.people["kominfo"]
    acts.save_draft(who, code, "Dari tempat lain.")
    with pytest.raises(Refused, match="tidak ditimpa"):
        acts.keep_draft(who, code, "Dari ponsel.", base="")
    assert draft(demo, code) == "Dari tempat lain."
    acts.save_draft(who, code, "Dari ponsel.")
    assert draft(demo, code) == "Dari ponsel.", "a person who presses the button means it"


def test_a_colleagues_draft_is_their_own(demo: Demo, code: str) -> None:
    acts, who = demo.core.acts, demo.people["kominfo"]
    item = demo.core.inbox.item(who, code)
    if item.unit_id != demo.units["PUPR"]:
        acts.route(who, code, item.revision, demo.units["PUPR"])
    acts.save_draft(demo.people["operator"], code, "Dari rekan.")
    acts.keep_draft(who, code, "Dari saya.", base="")
    assert draft(demo, code) == "Dari saya."


def test_an_empty_draft_stands_in_nobodys_way(demo: Demo, code: str) -> None:
    acts, who = demo.core.acts, demo.people["kominfo"]
    acts.save_draft(who, code, "")
    acts.keep_draft(who, code, "Baru.", base="")
    assert draft(demo, code) == "Baru."


def test_an_answer_on_its_way_is_left_alone(demo: Demo, code: str) -> None:
    acts, who = demo.core.acts, demo.people["kominfo"]
    acts.answer(who, code, demo.core.inbox.item(who, code).revision, "Dikirim.")
    with pytest.raises(Refused, match="sedang dikirim"):
        acts.keep_draft(who, code, "Terlambat.", base="")
    assert draft(demo, code) == "Dikirim."


def test_who_only_reads_keeps_no_draft(demo: Demo, code: str) -> None:
    with pytest.raises(NotFound):
        demo.core.acts.keep_draft(demo.people["bupati"], code, "Saya", base="")


def test_of_two_pages_that_save_at_once_one_is_told(demo: Demo, code: str) -> None:
    together, told = Barrier(2), []

    def save(text: str) -> None:
        together.wait()
        try:
            demo.core.acts.keep_draft(demo.people["kominfo"], code, text, base="")
        except Refused:
            told.append(text)

    threads = [Thread(target=save, args=(text,)) for text in ("satu", "dua")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(told) == 1 and draft(demo, code) in {"satu", "dua"} - set(told)
