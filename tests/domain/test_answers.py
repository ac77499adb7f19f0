"""Who answered whom: every rule by an example, and what must hold for any thread."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from aggregator.domain.answers import Finding, Strength, Utterance, Worth, find_answers, settle

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DONE = "Lampunya sudah kami ganti semalam"
SEEN = "Terima kasih, kami teruskan"


def said(
    number: int,
    text: str = "Lampu jalan mati",
    *,
    by: str = "Siti Aminah",
    under: int | None = None,
    minute: int | None = None,
    deleted: bool = False,
    registered: bool = False,
    author_id: str | None = None,
) -> Utterance:
    official = by == "Dishub"
    return Utterance(
        id=number,
        external_id=f"x{number}",
        parent_id=None if under is None else f"x{under}",
        author_id=author_id or ("office" if official else None),
        author_name=by,
        official=official,
        registered=registered,
        text=text,
        created_at=START + timedelta(minutes=number if minute is None else minute),
        deleted=deleted,
    )


def pairs(*thread: Utterance) -> list[tuple[int, int, Strength]]:
    return [(f.item_id, f.answer_id, f.strength) for f in find_answers(thread)]


def test_a_reply_to_the_message_is_direct() -> None:
    assert pairs(said(1), said(2, DONE, by="Dishub", under=1)) == [(1, 2, Strength.DIRECT)]


def test_answered_under_a_later_message_of_the_same_citizen() -> None:
    thread = (said(1), said(2, "simpang lima ya", under=1), said(3, DONE, by="Dishub", under=2))
    assert pairs(*thread) == [(1, 3, Strength.DIRECT), (2, 3, Strength.DIRECT)]


def test_an_answer_in_two_parts() -> None:
    found = settle((said(1), said(2, SEEN, by="Dishub", under=1), said(3, DONE, by="Dishub", under=2)))[1]
    assert found.acknowledged is not None
    assert found.answered is not None
    assert (found.acknowledged.answer_id, found.answered.answer_id) == (2, 3)
    assert found.answered.strength is Strength.DIRECT


def test_a_reply_to_another_citizen_is_not_an_answer() -> None:
    thread = (
        said(1),
        said(2, "sama, di RT saya juga", by="Budi", under=1),
        said(3, DONE, by="Dishub", under=2),
    )
    assert pairs(*thread) == [(2, 3, Strength.DIRECT)]


def test_on_flat_platforms_the_name_decides() -> None:
    thread = (
        said(1),
        said(2, "KTP kapan jadi", by="Budi Santoso", under=1),
        said(3, f"@budi {DONE}", by="Dishub", under=1),
    )
    assert pairs(*thread) == [(2, 3, Strength.MENTIONED)]


def test_naming_people_as_people_do() -> None:
    for greeting in ("@siti_aminah", "Bu Siti Aminah,", "Kak Siti", "Siti,", "@siti"):
        thread = (said(1), said(2, by="Budi"), said(3, f"{greeting} {DONE}", by="Dishub"))
        assert pairs(*thread) == [(1, 3, Strength.MENTIONED)], greeting


def test_a_name_that_fits_two_people_names_nobody() -> None:
    thread = [said(1, by="Siti Aminah"), said(2, by="Siti Rahma")]
    assert pairs(*thread, said(3, f"Bu Siti, {DONE}", by="Dishub")) == []
    assert pairs(*thread, said(3, f"Bu Siti Rahma, {DONE}", by="Dishub")) == [(2, 3, Strength.MENTIONED)]


def test_a_word_inside_the_text_is_not_a_name() -> None:
    assert pairs(said(1, by="Jalan"), said(2), said(3, "Perbaikan jalan selesai kemarin", by="Dishub")) == []


def test_probable_only_right_after_the_single_open_message() -> None:
    assert pairs(said(1), said(2, DONE, by="Dishub")) == [(1, 2, Strength.PROBABLE)]
    assert pairs(said(1), said(2, by="Budi"), said(3, DONE, by="Dishub")) == []
    assert pairs(said(1), said(2, DONE, by="Dishub"), said(3, by="Budi"), said(4, DONE, by="Dishub")) == [
        (1, 2, Strength.PROBABLE),
        (3, 4, Strength.PROBABLE),
    ]


def test_under_the_offices_own_post_and_under_a_missing_parent() -> None:
    post = said(1, "Jadwal uji KIR", by="Dishub")
    assert pairs(post, said(2, under=1), said(3, DONE, by="Dishub", under=1)) == [(2, 3, Strength.PROBABLE)]
    assert pairs(said(2, under=99), said(3, DONE, by="Dishub", under=99)) == [(2, 3, Strength.PROBABLE)]
    assert pairs(said(2), said(3, DONE, by="Dishub", under=99)) == []


def test_a_registered_stranger_may_have_answered() -> None:
    def staff(number: int, text: str, under: int | None) -> Utterance:
        return said(number, text, by="pegawai1", under=under, registered=True, author_id="7")

    assert pairs(said(1), staff(2, DONE, 1)) == [(1, 2, Strength.PROBABLE)]
    assert pairs(said(1), staff(2, DONE, None)) == []
    own = staff(1, "jalan rusak", None)
    assert pairs(own, staff(2, DONE, 1)) == []


def test_before_deleted_and_own_follow_ups_never_answer() -> None:
    assert pairs(said(2, DONE, by="Dishub", minute=0), said(1, minute=5)) == []
    assert pairs(said(1, minute=5), said(2, DONE, by="Dishub", under=1, minute=4)) == []
    assert pairs(said(1), said(2, DONE, by="Dishub", under=1, deleted=True)) == []
    assert pairs(said(1), said(2, DONE, under=1)) == []


def test_an_answer_outranks_an_earlier_acknowledgement_and_a_probable_answer() -> None:
    thread = (said(1), said(2, SEEN, by="Dishub", under=1), said(3, DONE, by="Dishub", under=1))
    assert pairs(*thread) == [(1, 3, Strength.DIRECT)]
    assert find_answers(thread[:2])[0].worth is Worth.ACKNOWLEDGEMENT


def test_templates_are_acknowledgements() -> None:
    thread = (said(1), said(2, DONE, by="Dishub", under=1))
    assert find_answers(thread, template_uses={DONE: 3})[0].worth is Worth.ACKNOWLEDGEMENT


def test_acknowledgements_after_the_answer_do_not_count() -> None:
    found = settle((said(1), said(2, DONE, by="Dishub", under=1), said(3, SEEN, by="Dishub", under=1)))[1]
    assert found.acknowledged is None
    assert found.answered is not None


def test_discontent_reopens_until_answered_again() -> None:
    thread = [said(1), said(2, DONE, by="Dishub", under=1), said(3, "masih belum nyala, min", under=1)]
    assert settle(thread)[1].reopened_by == 3
    assert settle([*thread, said(4, SEEN, by="Dishub", under=3)])[1].reopened_by == 3
    assert settle([*thread, said(4, "Kabelnya diganti tadi pagi", by="Dishub", under=3)])[1].reopened_by is None


def test_contentment_another_citizen_or_a_deleted_word_does_not_reopen() -> None:
    thread = [said(1), said(2, DONE, by="Dishub", under=1)]
    assert settle([*thread, said(3, "terima kasih, sudah nyala", under=1)])[1].reopened_by is None
    assert settle([*thread, said(3, "masih belum nyala", by="Budi", under=1)])[1].reopened_by is None
    assert settle([*thread, said(3, "masih belum nyala", under=1, deleted=True)])[1].reopened_by is None


def test_nameless_authors_are_not_one_person() -> None:
    thread = [said(1, by="Anonim"), said(2, DONE, by="Dishub", under=1), said(3, "masih belum", by="Anonim")]
    assert settle(thread)[1].reopened_by is None


def test_every_citizens_message_is_settled_and_circles_end() -> None:
    a, b = said(1, under=2), said(2, by="Budi", under=1)
    found = settle([a, b, said(3, DONE, by="Dishub", under=2)])
    assert set(found) == {1, 2}


@st.composite
def threads(draw: st.DrawFn) -> list[Utterance]:
    size = draw(st.integers(1, 9))
    people = st.sampled_from(["Siti Aminah", "Siti Rahma", "Budi", "Anonim", "Dishub", "Dishub"])
    texts = st.sampled_from(
        [
            DONE,
            SEEN,
            "Bu Siti Rahma, sudah beres kemarin",
            "@budi siap",
            "masih belum min",
            "jalan rusak",
            "🙏",
        ]
    )
    return [
        said(
            n,
            draw(texts),
            by=draw(people),
            under=draw(st.none() | st.integers(1, size + 1)),
            minute=draw(st.integers(0, 6)),
            deleted=draw(st.booleans()),
            registered=draw(st.booleans()),
        )
        for n in range(1, size + 1)
    ]


@given(threads(), st.randoms(use_true_random=False))
def test_arrival_order_changes_nothing(thread: list[Utterance], random: Random) -> None:
    shuffled = list(thread)
    random.shuffle(shuffled)
    assert find_answers(shuffled) == find_answers(thread)
    assert settle(shuffled) == settle(thread)


@given(threads())
def test_what_no_finding_may_be(thread: list[Utterance]) -> None:
    by_id = {u.id: u for u in thread}
    found = find_answers(thread)
    for finding in found:
        item, answer = by_id[finding.item_id], by_id[finding.answer_id]
        assert not answer.deleted
        assert answer.created_at >= item.created_at
        assert not item.official
        assert answer.official or finding.strength is Strength.PROBABLE
    probable = [f.answer_id for f in found if f.strength is Strength.PROBABLE]
    assert len(probable) == len(set(probable))


@given(threads())
def test_settlements_agree_with_findings(thread: list[Utterance]) -> None:
    best: dict[int, Finding] = {f.item_id: f for f in find_answers(thread)}
    for item, settlement in settle(thread).items():
        assert settlement.answered == (best[item] if item in best and best[item].worth is Worth.ANSWER else None)
        assert settlement.answered or settlement.acknowledged == best.get(item)
