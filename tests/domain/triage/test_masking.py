"""Personal data are found however they are written, and ordinary numbers are left alone."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.domain.triage.lookalikes import measure
from aggregator.domain.triage.masking import findings, masked


def test_the_figures_hold_on_thousands_of_invented_numbers() -> None:
    found = measure(seed=20_261_128, hidden=4_000, ordinary=20_000)
    assert found.found / found.hidden >= 0.995
    assert found.false / found.ordinary <= 0.001


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("NIK saya 1702064503850001 mohon dicek", "NIK saya [NIK disamarkan] mohon dicek"),
        ("nik 17.02.06.450385.0001", "nik [NIK disamarkan]"),
        ("KK 1702-0625-0104-0007 dan NIK 1702062501040007", "KK [nomor KK disamarkan] dan NIK [NIK disamarkan]"),
        ("hub 0812-3456-7890 ya", "hub [nomor telepon disamarkan] ya"),
        ("wa +62 812 3456 7890", "wa [nomor telepon disamarkan]"),
        ("nol delapan satu dua 3456 7890", "[nomor telepon disamarkan]"),
        ("no hp 0812 lima enam tujuh 890 12", "no hp [nomor telepon disamarkan]"),
        ("０８１２３４５６７８９０", "[nomor telepon disamarkan]"),
        ("telp (0732) 21234", "telp [nomor telepon disamarkan]"),
        ("budi at gmail dot com", "[surel disamarkan]"),
        ("truk BD 4321 AB ngebut", "truk [nomor kendaraan disamarkan] ngebut"),
        ("rek BCA 123-456-7890 an budi", "rek BCA [nomor rekening disamarkan] an budi"),
    ],
)
def test_each_kind_is_replaced_by_a_word_that_says_what_stood_there(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "harga Rp1.500.000 sejak 21/11/2026 pukul 14.30 WIB",
        "RT 03 RW 05 Blok E 5 RT 03 nomor 12",
        "dari 2022-2023 belum ada, 250 KK terdampak",
        "NOP 35.78.040.006.031-4270.0 salah cetak",
        "id pelanggan 531234567890, tiket 20221208123456",
        "koordinat -3.470250, 102.520300",
        "ikuti Instagram @dinas.contoh",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert masked(text) == text


def test_a_number_far_into_a_long_text_is_found() -> None:
    assert masked("kata " * 10_000 + "NIK 1702064503850001").endswith("NIK [NIK disamarkan]")


@given(st.text(max_size=400))
def test_any_text_keeps_all_that_is_not_found(text: str) -> None:
    found = findings(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    left = masked(text)
    at = 0
    for one in found:
        assert left.startswith(text[at : one.start])
        left = left[one.start - at :].partition("]")[2]
        at = one.end
    assert left == text[at:]


@pytest.mark.parametrize("piece", ["0812 ", "1-", "a@", "nol ", "B 1", "(at)", "@.", "08.", "1234 strip "])
def test_time_grows_with_the_length_alone(piece: str) -> None:
    start = time.process_time()
    findings(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 5.0
