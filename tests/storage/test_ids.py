"""Ids are in the order of time, and their codes survive being read out and typed in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aggregator.storage.db import from_micros, to_micros
from aggregator.storage.ids import code_of, first_id_at, id_of, message_id, next_id, time_of

micros = st.integers(0, (1 << 33) * 1_000_000 - 1)
keys = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)
ids = st.integers(0, (1 << 63) - 1)


@given(micros, micros, keys, keys)
def test_the_earlier_second_has_the_smaller_id(one: int, other: int, key: str, other_key: str) -> None:
    first, second = message_id(one, 1, key), message_id(other, 2, other_key)
    if one // 1_000_000 != other // 1_000_000:
        assert (first < second) == (one < other)
    assert time_of(first) == from_micros(one // 1_000_000 * 1_000_000)
    assert first_id_at(one) <= first < first_id_at(one + 1_000_000)


@given(st.integers(-(10**18), 10**18), keys)
def test_an_id_is_always_the_same_and_fits(moment: int, key: str) -> None:
    identity = message_id(moment, 7, key)
    assert identity == message_id(moment, 7, key)
    assert 0 <= identity < 1 << 63


@given(ids)
def test_the_next_id_stays_in_its_second(identity: int) -> None:
    follower = next_id(identity)
    assert follower != identity
    assert follower >> 30 == identity >> 30


@given(ids, st.randoms(use_true_random=False))
def test_a_code_is_read_back_however_it_is_spelt(identity: int, dice) -> None:
    code = code_of(identity)
    assert len(code) == 13
    assert not set(code) & set("ilou")
    spelt = "".join(dice.choice({"0": "0oO", "1": "1iIlL"}.get(letter, letter + letter.upper())) for letter in code)
    at = dice.randrange(14)
    assert id_of(f" {spelt[:at]}-{spelt[at:]}\n") == identity


@given(st.text())
def test_any_text_is_a_code_or_none(text: str) -> None:
    found = id_of(text)
    assert found is None or 0 <= found < 1 << 63


def test_what_no_item_can_have() -> None:
    assert id_of("") is None
    assert id_of("zzzzzzzzzzzzz") is None, "more than 63 bits"
    assert id_of("u" * 13) is None
    assert id_of("0" * 12) is None


@given(st.datetimes(timezones=st.sampled_from([from_micros(0).tzinfo])))
def test_times_are_kept_to_the_microsecond(moment) -> None:
    assert from_micros(to_micros(moment)) == moment
