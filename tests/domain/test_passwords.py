"""Which passwords are refused, and that good ones are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.domain.passwords import LONGEST, SHORTEST, weakness

OBVIOUS = [
    "password", "Password123!", "12345678", "87654321", "qwertyui", "asdfghjkl", "katasandi", "kata-sandi", "Kata Sandi 1",
    "rahasia123", "bismillah", "aaaaaaaa", "abababab", "11112222", "indonesia45", "sahut2026", "passw0rd1",
]  # fmt: skip
GOOD = [
    "kuda makan jeruk",
    "sandi-yang-baru",
    "kata-sandi-uji",
    "rahasia-sekali",
    "Jl. Merdeka 17 lt 2",
    "ñandú y café",
    "🙂🙃 tiga gajah",
]


@pytest.mark.parametrize("password", OBVIOUS)
def test_the_obvious_is_refused(password: str) -> None:
    assert "mudah ditebak" in (weakness(password) or "")


@pytest.mark.parametrize("password", GOOD)
def test_a_sentence_is_taken(password: str) -> None:
    assert weakness(password, login="budi", name="Budi Santoso") is None


@pytest.mark.parametrize("password", ["budisantoso", "Budi.Santoso1", "santoso1988", "rina.pupr", "rinapupr99"])
def test_ones_own_name_is_refused(password: str) -> None:
    assert "mudah ditebak" in (weakness(password, login="rina.pupr", name="Budi Santoso") or "")


@pytest.mark.parametrize(
    ("length", "word"), [(0, "paling sedikit"), (SHORTEST - 1, "paling sedikit"), (LONGEST + 1, "paling banyak")]
)
def test_length_has_two_ends(length: int, word: str) -> None:
    assert word in (weakness(("zebra kuning " * 20)[:length]) or "")


@given(st.text(max_size=250), st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_typed_gets_an_answer(password: str, login: str, name: str) -> None:
    fault = weakness(password, login=login, name=name)
    assert fault is None or fault.startswith("Kata sandi")
    assert fault is not None or SHORTEST <= len(password) <= LONGEST
