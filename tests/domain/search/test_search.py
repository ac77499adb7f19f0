"""What a text is found by, what a person's words ask for, and that nothing typed becomes syntax."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.domain.search import (
    NOWHERE,
    AskedKind,
    Query,
    asked_of,
    clause_of,
    facet,
    index_tokens,
    stems_of,
    words_of,
)
from aggregator.domain.search.analysis import LONGEST_TEXT


@pytest.mark.parametrize(
    ("spellings", "stem"),
    [
        ("jalan jln jl jalannn dijalan jalannya JALAN".lower(), "jalan"),
        ("rusak rusaknya kerusakan rusaaak kerusakannya", "rusak"),
        ("tumpukan menumpuk bertumpuk ditumpuk", "tumpuk"),
        ("perbaikan memperbaiki diperbaiki perbaiki", "baik"),
        ("didik pendidikan mendidik", "didik"),
        ("lapor laporkan dilaporkan melaporkan pelaporan", "lapor"),
        ("lobang lubang2 berlubang lubang", "lubang"),
        ("alir mengalir ngalir aliran dialirkan", "alir"),
    ],
)
def test_everyday_spellings_meet_at_one_stem(spellings: str, stem: str) -> None:
    assert {word: stems_of(word) for word in spellings.split()} == dict.fromkeys(spellings.split(), (stem,))


@pytest.mark.parametrize("word", ["keluhan", "rt03", "5000", "شارع", "pdam", "aminah", "ktp"])
def test_a_word_is_found_by_something_and_keeps_its_meaning(word: str) -> None:
    (stem,) = stems_of(word)
    assert stem == {"keluhan": "keluh"}.get(word, word)  # snowball makes "luhan" of it


def test_words_are_folded_and_know_where_they_stood() -> None:
    text = "Jаlаn ＲＵＳＡＫ! ja\u200blan, ½ @Siti_A Ⅷ"
    assert [(word.token, text[word.start : word.end]) for word in words_of(text)] == [
        ("jalan", "Jаlаn"), ("rusak", "ＲＵＳＡＫ"), ("jalan", "ja\u200blan"), ("1", "½"), ("2", "½"), ("siti", "Siti"),
        ("a", "A"), ("viii", "Ⅷ"),
    ]  # fmt: skip


@given(st.text())
def test_any_text_has_tokens_both_databases_take(text: str) -> None:
    tokens = index_tokens(text, text, text, [facet("k", text)])
    assert all(re.fullmatch(r"_|[=@#]?[^\W_]*", token) and len(token) <= 65 + len(text) for token in tokens)
    assert [word for word in words_of(text) if word.start >= word.end or not text[word.start : word.end]] == []


def test_a_very_long_text_is_bounded() -> None:
    tokens = index_tokens("jalan " * LONGEST_TEXT, "n", None, [])
    assert len(tokens) < 4_100 and tokens.count("=jalan") == 255


def test_personal_data_is_in_no_document_and_leads_no_phrase_across() -> None:
    tokens = index_tokens("NIK 1702014507900001 hub 0812-7345-6789 atau siti@mail.com ya", "Siti", "s1", [])
    assert tokens[:8] == ["=nik", "_", "=hub", "_", "=atau", "_", "=ya", "_"]
    assert not any(part in token for token in tokens for part in ("1702", "0812", "7345", "mail", "0001"))


def test_what_is_typed_is_taken_apart() -> None:
    asked = asked_of(
        'Jalan "lampu mati" -tol −sampah -"air keruh" dari:@siti_a unit: pupr tempat:"Air Duku" platform:x -unit:a'
    )
    assert [(part.kind.value, part.label, part.without) for part in asked.parts] == [
        ("word", "jalan", False), ("phrase", "lampu mati", False), ("word", "tol", True), ("word", "sampah", True),
        ("phrase", "air keruh", True), ("dari", "siti a", False), ("unit", "pupr", False), ("tempat", "air duku", False),
        ("platform", "x", False), ("unit", "a", True),
    ]  # fmt: skip
    assert not asked.personal


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("", []),
        ("?! … - \" '", []),
        ('"lampu', ["lampu"]),
        ("dari:", ["dari"]),
        ("foo:bar", ["foo", "bar"]),
        ("e-ktp", ["e", "ktp"]),
        ("jalan jalan JALAN", ["jalan"]),
        ("-jl.kenanga", ["jl kenanga"]),
        ('a"b c"d', ["a", "b c", "d"]),
    ],
)
def test_what_is_no_operator_is_words(typed: str, parts: list[str]) -> None:
    assert [part.label for part in asked_of(typed).parts] == parts


@pytest.mark.parametrize("typed", ["1702014507900001", "hub 0812 7345 6789", "siti@mail.com"])
def test_personal_data_is_no_part_of_a_search(typed: str) -> None:
    asked = asked_of(typed)
    assert asked.personal and not any(
        character.isdigit() or "mail" in p.label for p in asked.parts for character in p.label
    )


def test_a_query_is_the_same_in_both_languages() -> None:
    parts = asked_of('jln "lampu mati" -tol').parts
    query = Query(
        tuple(clause_of(p, {}) for p in parts if not p.without), tuple(clause_of(p, {}) for p in parts if p.without)
    )
    sqlite, postgres = query.fts5() or "", query.tsquery() or ""
    same = sqlite.replace('"', "'").replace(" + ", " <-> ").replace(" AND ", " & ").replace(" NOT ", " & !")
    assert same == postgres
    assert Query((NOWHERE,)).fts5() is Query((NOWHERE,)).tsquery() is None
    assert Query(()).fts5() == '((("#x")))'


def test_the_regions_words_are_asked_for_both_ways() -> None:
    own = {"bioa": "air", "kbm": "kegiatan belajar"}
    (air, bioa, kbm) = (clause_of(asked_of(word).parts[0], own) for word in ("air", "bioa", "kbm"))
    assert air == bioa == ((("air",),), (("=bioa",),))
    assert kbm == ((("giat",), ("ajar",)), (("=kbm",),))


@given(st.text())
def test_nothing_typed_becomes_syntax(typed: str) -> None:
    for part in asked_of(typed).parts:
        if part.kind in (AskedKind.WORD, AskedKind.PHRASE, AskedKind.AUTHOR):
            query = Query((clause_of(part, {}),))
            assert not set(query.fts5() or "") & set("*^:{}-'\\\x00")
            assert not set(re.sub(r"<->", "", query.tsquery() or "")) & set('*:"<>!-\\\x00')
