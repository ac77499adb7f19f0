"""Who answered what, and what undoes it: the same whatever the order of arrival."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from aggregator.contract import Kind, Message
from aggregator.storage.db import Database
from aggregator.storage.tables import events, items, messages, proofs
from tests.intake.house import ANSWER, OFFICE, THANKS, House, gone, said

PATIENT = settings(deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def office(house: House) -> House:
    house.office()
    return house


def last_event(house: House, external_id: str) -> Any:
    return house.rows(events, events.c.item_id == house.message(external_id).id)[-1]


def test_direct(office: House) -> None:
    office.store(said("a"), said("r", ANSWER, by=OFFICE, parent="a", minute=5, url="https://uji.example/#r"))
    item = office.item("a")
    assert (item.state, item.answer_strength, item.answer_id) == (
        "answered",
        "direct",
        office.message("r").id,
    )
    assert item.answered_at == office.message("r").created_at, "the clock stops when the office spoke"
    (proof,) = office.rows(proofs)
    assert (proof.item_id, proof.snapshot, proof.url, proof.status) == (
        item.id,
        ANSWER,
        "https://uji.example/#r",
        "shown",
    )
    assert len(proof.sha256) == 64


def test_mentioned_beside(office: House) -> None:
    office.store(said("a", by="siti-aminah"), said("b", by="budi", minute=1))
    office.store(said("r", f"@siti {ANSWER}", by=OFFICE, minute=9))
    assert (office.item("a").answer_strength, office.state("b")) == ("mentioned", "routed")


def test_probable_waits_for_a_person(office: House) -> None:
    office.store(said("a"), said("r", ANSWER, by=OFFICE, minute=9))
    item = office.item("a")
    assert (item.state, item.answer_strength, item.answered_at) == ("routed", "probable", None)
    assert office.rows(proofs) == []


def test_an_acknowledgement_lets_the_clock_run(office: House) -> None:
    office.store(said("a"), said("r", THANKS, by=OFFICE, parent="a", minute=5))
    item = office.item("a")
    assert (item.state, item.waiting, item.answered_at) == ("acknowledged", True, None)
    assert item.acknowledged_at == office.message("r").created_at
    office.store(said("s", ANSWER, by=OFFICE, parent="a", minute=60))
    item = office.item("a")
    assert (item.state, item.answered_at) == ("answered", office.message("s").created_at)
    assert item.acknowledged_at == office.message("r").created_at


def test_the_third_pasting_unmasks_the_first_two(office: House) -> None:
    template = "Perbaikan jalan akan dijadwalkan pada triwulan berikutnya."
    for n in (1, 2):
        office.store(said(f"a{n}", by=f"w{n}"), said(f"r{n}", template, by=OFFICE, parent=f"a{n}", minute=n))
    assert [office.state(f"a{n}") for n in (1, 2)] == ["answered", "answered"]
    office.store(said("a3", by="w3"), said("r3", template, by=OFFICE, parent="a3", minute=3))
    assert [office.state(f"a{n}") for n in (1, 2, 3)] == ["acknowledged"] * 3
    office.store(gone("r3"))
    assert [office.state(f"a{n}") for n in (1, 2, 3)] == ["answered", "answered", "routed"], "two are no template"
    office.check_sums()


def test_a_template_is_one_accounts(new_house: Callable[..., House]) -> None:
    house = new_house(accounts_wanted=3)
    template = "Perbaikan jalan akan dijadwalkan pada triwulan berikutnya."
    for n in (1, 2, 3):
        house.intake.learn(house.sources[n - 1], [OFFICE], "setting", house.now)
        house.store(said("a"), said("r", template, by=OFFICE, parent="a", minute=5), account=n)
    assert [house.state("a", n) for n in (1, 2, 3)] == ["answered"] * 3


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_a_changed_answer_opens_the_item_again(office: House, change: str) -> None:
    office.store(said("a"), said("r", ANSWER, by=OFFICE, parent="a", minute=5))
    office.store(gone("r") if change == "deleted" else said("r", "Sudah kami jawab.", by=OFFICE, parent="a", minute=5))
    assert (office.state("a"), office.item("a").answered_at) == ("routed", None)
    assert last_event(office, "a").kind == "reopened"
    (proof,) = office.rows(proofs)
    assert (proof.status, proof.snapshot) == ("gone" if change == "deleted" else "changed", ANSWER)
    office.store(said("s", ANSWER, by=OFFICE, parent="a", minute=50))
    assert office.item("a").answer_id == office.message("s").id
    office.check_sums()


def test_a_deleted_answer_that_returns_counts_again(office: House) -> None:
    answer = said("r", ANSWER, by=OFFICE, parent="a", minute=5)
    office.store(said("a"), answer)
    office.store(gone("r"))
    office.store(answer)
    assert office.state("a") == "answered"
    (proof,) = office.rows(proofs)
    assert proof.status == "shown"


@pytest.mark.parametrize("parent", ["r", "a"])
def test_masih_belum_opens_the_item_again(office: House, parent: str | None) -> None:
    office.store(said("a"), said("r", ANSWER, by=OFFICE, parent="a", minute=5))
    office.store(said("c", "Masih belum diperbaiki min", parent=parent, minute=60))
    assert office.state("a") == "routed"
    assert last_event(office, "a").kind == "reopened"
    office.check_sums()


def test_somebody_elses_masih_belum_does_not(office: House) -> None:
    office.store(said("a"), said("r", ANSWER, by=OFFICE, parent="a", minute=5))
    office.store(said("c", "Masih belum diperbaiki min", by="lain", parent="r", minute=60))
    assert office.state("a") == "answered"


def put(house: House, external_id: str, **columns: Any) -> None:
    """Set an item as a person's act would leave it, counters included."""
    from aggregator.services.ledger import rebuild_counts

    with house.database.write() as connection:
        connection.execute(update(items).where(items.c.id == house.message(external_id).id).values(columns))
        rebuild_counts(connection)


@pytest.mark.parametrize("end", ["closed", "manual"])
def test_what_a_person_ended_opens_when_the_citizen_says_so_afterwards(office: House, end: str) -> None:
    office.store(said("a"))
    when = office.message("a").created_at + timedelta(minutes=30)
    manual = {"state": "answered", "waiting": False, "answered_at": when, "answer_strength": "manual"}
    closed = {"state": "closed", "waiting": False, "closed_at": when, "closed_reason": "Selesai."}
    put(office, "a", **(closed if end == "closed" else manual))
    office.store(said("b", "Masih belum ada tindakan", minute=20, parent="a"))
    assert office.state("a") == ("closed" if end == "closed" else "answered"), "said before the end"
    office.store(said("c", "Masih belum ada tindakan", minute=40, parent="a"))
    item = office.item("a")
    assert (item.state, item.waiting, item.closed_at, item.closed_reason, item.answer_strength) == (
        "routed",
        True,
        None,
        None,
        None,
    )
    office.check_sums()


def test_a_denied_probable_stays_denied_and_the_next_one_is_offered(office: House) -> None:
    office.store(said("a"), said("r", ANSWER, by=OFFICE, minute=9))
    put(office, "a", answer_id=None, answer_strength=None, denied_answer_id=office.message("r").id)
    office.store(said("b", "Terima kasih", parent="a", minute=10))
    assert office.item("a").answer_id is None
    office.store(said("d", ANSWER, by=OFFICE, parent="a", minute=99))
    assert (office.state("a"), office.item("a").answer_strength) == ("answered", "direct")


def test_after_a_person_reopened_a_later_answer_counts(office: House) -> None:
    """The answer a person sent back is denied; it must not hide the better one."""
    office.store(said("a"), said("r", ANSWER, by=OFFICE, parent="a", minute=5))
    put(office, "a", state="routed", waiting=True, answered_at=None, answer_id=None, answer_strength=None,
        denied_answer_id=office.message("r").id)  # fmt: skip
    office.store(said("s", "Sudah ditambal pagi ini, Bu.", by=OFFICE, parent="a", minute=90))
    item = office.item("a")
    assert (item.state, item.answer_id) == ("answered", office.message("s").id)


def test_a_confirmed_probable_stays_confirmed(office: House) -> None:
    office.store(said("a", minute=2), said("r", ANSWER, by=OFFICE, minute=9))
    put(office, "a", state="answered", waiting=False, answered_at=office.message("r").created_at)
    office.store(said("b", by="budi", parent="a", minute=50), said("q", ANSWER, by=OFFICE, minute=5))
    item = office.item("a")
    assert (item.state, item.answer_id) == ("answered", office.message("r").id)


@pytest.mark.parametrize("parent", ["a", None])
def test_who_turns_out_to_be_the_office_answered_before(house: House, parent: str | None) -> None:
    """Its comments came first and were taken for citizens'; then its post tells who it is."""
    text = ANSWER if parent else f"@siti {ANSWER}"
    house.store(
        said("a", by="siti"),
        said("b", by="budi", minute=1),
        said("r", text, by="dinas", parent=parent, minute=9),
    )
    assert house.state("r") == "routed"
    house.store(said("p", kind=Kind.POST, by="dinas", thread="t9"))
    assert house.item("r") is None
    assert (house.state("a"), house.message("r").official) == ("answered", True)
    house.check_sums()


def test_the_office_of_one_account_is_known_on_all_of_a_shared_platform(
    new_house: Callable[..., House],
) -> None:
    house = new_house(accounts_wanted=2, own_host=False)
    for account in (1, 2):
        house.store(said("a", by="siti"), said("r", ANSWER, by="dinas", parent="a", minute=9), account=account)
    house.store(said("p", kind=Kind.POST, by="dinas", thread="t9"), account=1)
    assert [(house.state("a", n), house.state("r", n)) for n in (1, 2)] == [("answered", "-")] * 2
    house.check_sums()


def test_a_claimed_item_of_the_office_is_kept_but_counts_no_more(house: House) -> None:
    house.store(said("r", ANSWER, by="dinas"))
    from sqlalchemy import insert

    from aggregator.storage.tables import people

    with house.database.write() as connection:
        row = {
            "id": 1,
            "login": "op",
            "name": "Op",
            "role": "operator",
            "unit_id": 1,
            "password_hash": "-",
            "created_at": house.now,
        }
        connection.execute(insert(people).values(row))
    put(house, "r", claimed_by=1, state="working")
    house.store(said("p", kind=Kind.POST, by="dinas", thread="t9"))
    assert (house.state("r"), house.item("r").waiting) == ("no_answer_needed", False)
    house.check_sums()


def test_a_reply_that_moves_takes_its_answer_along(office: House) -> None:
    office.store(
        said("a", by="siti"),
        said("b", by="budi", minute=1),
        said("r", ANSWER, by=OFFICE, parent="a", minute=9),
    )
    office.store(said("r", ANSWER, by=OFFICE, parent="b", minute=9))
    assert (office.state("a"), office.state("b")) == ("routed", "answered")


# -- every order of arrival --------------------------------------------------------------------------------------------

AUTHORS = ("siti", "budi", "wati", OFFICE, OFFICE)
TEXTS = (
    "Jalan rusak, kapan diperbaiki?", "Masih belum diperbaiki min", "Terima kasih", f"@siti {ANSWER}", ANSWER, THANKS,
    "Perbaikan jalan akan dijadwalkan pada triwulan berikutnya.",
)  # fmt: skip


@st.composite
def conversations(draw: st.DrawFn) -> list[Message]:
    """A thread or two in which anyone may reply to anything, also to what is missing."""
    size = draw(st.integers(2, 9))
    talk: list[Message] = []
    for n in range(size):
        thread = draw(st.sampled_from(["t1", "t1", "t1", "t2"]))
        above = [m.external_id for m in talk if m.thread.external_id == thread]
        parent = draw(st.sampled_from([None, None, f"missing-{thread}", *above, *above]))
        by, text = draw(st.sampled_from(AUTHORS)), draw(st.sampled_from(TEXTS))
        talk.append(
            said(
                f"m{n}",
                text,
                by=by,
                parent=parent,
                thread=thread,
                minute=n // 2 if draw(st.booleans()) else n,
            )
        )
    return talk


def outcome(house: House) -> dict[str, tuple[Any, ...]]:
    """What became of every message, by external id."""
    names = {row.id: row.external_id for row in house.rows(messages)}
    columns = ("state", "waiting", "acknowledged_at", "answered_at", "answer_strength")
    found = {
        names[row.id]: (names.get(row.answer_id), *(getattr(row, c) for c in columns)) for row in house.rows(items)
    }
    assert set(found) == {row.external_id for row in house.rows(messages) if not row.official}
    proven = {names[row.item_id]: names[row.answer_id] for row in house.rows(proofs)}
    for key, row in found.items():
        if row[1] == "answered":
            assert proven[key] == row[0]
    return found


def told(house: House, batches: Iterable[list[Message]], known: bool) -> dict[str, tuple[Any, ...]]:
    house.reset()
    if known:
        house.office()
    for batch in batches:
        house.store(*batch)
    if not known:
        house.office()
    house.check_sums()
    return outcome(house)


def orders(house: House, examples: int) -> None:
    @settings(PATIENT, max_examples=examples)
    @given(conversations(), st.randoms(use_true_random=False), st.booleans())
    def same_in_every_order(talk: list[Message], dice: Any, known: bool) -> None:
        expected = told(house, [talk], True)
        mixed = dice.sample(talk, len(talk))
        cuts = sorted(dice.sample(range(1, len(talk)), dice.randrange(len(talk))))
        batches = [mixed[a:b] for a, b in zip([0, *cuts], [*cuts, len(mixed)], strict=True)]
        assert told(house, batches, known) == expected

    same_in_every_order()


def test_every_order_of_arrival_gives_the_same(database: Database) -> None:
    orders(House(database), 150 if database.is_sqlite else 60)
