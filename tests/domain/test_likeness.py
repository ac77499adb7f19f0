"""How alike two texts are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.domain.likeness import ANYONE, SAME_AUTHOR, likeness, telling_words


@pytest.mark.parametrize(
    ("one", "other", "at_least", "below"),
    [
        ("Jalan depan SDN 2 rusak parah", "jalan DEPAN sdn 2, rusak parah!!!", 1.0, 1.1),
        ("Lampu jalan Gang Mawar mati seminggu", "Lampu jalan Gang Mawar mati lagi", ANYONE, 1.0),
        (
            "Jembatan Mekar putus, anak tak lewat",
            "Kapan jembatan Mekar diperbaiki? Anak tak bisa lewat",
            SAME_AUTHOR,
            ANYONE,
        ),
        ("Air PDAM keruh di Sukamaju", "Puskesmas tutup hari Minggu", 0.0, 0.01),
        ("", "", 0.0, 0.01),
        ("ya", "ya", 0.0, 0.01),
        ("🙏🙏", "🙏🙏", 0.0, 0.01),
    ],
)
def test_the_share_of_words_in_common(one: str, other: str, at_least: float, below: float) -> None:
    assert at_least <= likeness(one, other) < below


@given(st.text(), st.text())
def test_it_is_the_same_from_either_side(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) == likeness(other, one) <= 1.0


def test_telling_words_survive_one_change() -> None:
    said = "Jembatan gantung di Dusun Mekar putus sejak kemarin sore"
    for word in said.split():
        changed = said.replace(word, "sungai").casefold().split()
        assert any(set(one) <= set(changed) for one in telling_words(said)), word
    assert telling_words("Mantap pak") == () and len(telling_words("Lampu jalan mati")) == 1
