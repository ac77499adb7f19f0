"""The platform's own id, or a refusal, or a hash that stays the same."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.file import ids, links
from plugins.file.dates import Moment

AT = datetime(2026, 10, 20, 2, 15, 30, tzinfo=UTC)
WHAT = {"platform": "tiktok", "post": "740", "author": "Warga", "text": "lampu mati"}


@pytest.mark.parametrize(
    "rounded",
    [
        "1.23E+18",
        "7,40555E+18",
        "7.40555000111222e+18",
        7.405550001112223e18,
        "7405550001112223000",
        "9001_7405550001112000",
        "7405550001112223000.0",
        "'7405550001112223000",
    ],
)
def test_what_excel_rounded_is_refused(rounded: str | float) -> None:
    with pytest.raises(ids.MangledId):
        ids.clean_id(rounded)


@pytest.mark.parametrize(
    ("cell", "clean"),
    [
        ("7405550001112223334", "7405550001112223334"),
        (7405550001112223334, "7405550001112223334"),
        ("'7405550001112223334", "7405550001112223334"),
        ('="7405550001112223334"', "7405550001112223334"),
        (8123456.0, "8123456"),
        ("8123000", "8123000"),
        ("UgzK.9aaa", "UgzK.9aaa"),
        (" 12 ", "12"),
        ("", None),
        (None, None),
        (True, None),
    ],
)
def test_a_whole_id_is_kept_as_text(cell: object, clean: str | None) -> None:
    assert ids.clean_id(cell) == clean


def test_an_id_from_json_was_never_rounded_by_excel() -> None:
    assert ids.clean_id("7405550001112223000", spreadsheet=False) == "7405550001112223000"
    with pytest.raises(ids.MangledId):
        ids.clean_id(7.405550001112223e18, spreadsheet=False)


@given(st.integers(min_value=10**18, max_value=10**19 - 1))
def test_fifteen_digits_of_an_id_are_never_taken_for_it(true_id: int) -> None:
    rounded = true_id // 10_000 * 10_000
    for cell in (rounded, str(rounded), float(true_id), f"{true_id:.14E}"):
        with pytest.raises(ids.MangledId):
            ids.clean_id(cell)
    if true_id % 1000:
        assert ids.clean_id(str(true_id)) == ids.clean_id(true_id) == str(true_id)


def test_facebook_spells_one_comment_in_several_ways() -> None:
    coded = base64.b64encode(b"comment:9001_7002").decode()
    spellings = ("7002", "9001_7002", "1001_9001_7002", coded, coded.rstrip("="))
    assert {ids.canonical("facebook", spelling) for spelling in spellings} == {"7002"}
    assert ids.canonical("facebook", "Y29tbWVudD!!") == "Y29tbWVudD!!"
    assert ids.canonical("x", "9001_7002") == "9001_7002"


def hashed(fallback: ids.Fallback, at: datetime = AT, number: str = "", relative: bool = False, **changes: str) -> str:
    return fallback.id_of({**WHAT, **changes}, Moment(at, "second", relative), number)


def test_a_hash_is_the_same_in_every_export() -> None:
    first = hashed(ids.Fallback())
    assert first.startswith("sha256:")
    assert first == hashed(ids.Fallback(), at=AT + timedelta(seconds=20), text="lampu  mati\n")
    for name, other in (("text", "lampu hidup"), ("author", "Lain"), ("post", "741"), ("platform", "x")):
        changed: dict[str, Any] = {name: other}
        assert hashed(ids.Fallback(), **changed) != first
    assert hashed(ids.Fallback(), at=AT + timedelta(minutes=1)) != first


def test_parts_cannot_be_moved_into_each_other() -> None:
    assert hashed(ids.Fallback(), author="a|b", text="c") != hashed(ids.Fallback(), author="a", text="b|c")


def test_a_day_counted_back_stays_out_of_the_hash() -> None:
    assert hashed(ids.Fallback(), relative=True) == hashed(ids.Fallback(), at=AT + timedelta(days=1), relative=True)


def test_twins_are_two_only_where_the_file_tells_them_apart() -> None:
    captured_twice = ids.Fallback()
    assert hashed(captured_twice) == hashed(captured_twice)
    numbered = ids.Fallback()
    first, second = hashed(numbered, number="1"), hashed(numbered, number="2")
    assert first != second
    assert [hashed(numbered, number="1"), hashed(numbered, number="2")] == [first, second]
    assert first == hashed(ids.Fallback())  # an export that shows only one of them still agrees
    other_second = ids.Fallback()
    assert hashed(other_second) != hashed(other_second, at=AT + timedelta(seconds=5))


def test_some_ids_hold_their_moment() -> None:
    tiktok = ids.moment_in("tiktok", "7405550001112223334")
    assert tiktok is not None
    assert tiktok.at == datetime.fromtimestamp(7405550001112223334 >> 32, UTC)
    x = ids.moment_in("x", "1541815603606036480")
    assert x is not None
    assert x.at == datetime(2022, 6, 28, 16, 7, 40, tzinfo=UTC)
    assert ids.moment_in("facebook", "7405550001112223334") is None


@pytest.mark.parametrize(
    ("address", "platform", "account", "post", "comment", "parent"),
    [
        (
            "https://www.tiktok.com/@DPUPR_contoh/video/7401?lang=id",
            "tiktok",
            "dpupr_contoh",
            "7401",
            None,
            None,
        ),
        ("https://m.tiktok.com/v/7401.html?x=1", "tiktok", None, "7401", None, None),
        (
            "https://www.youtube.com/watch?v=q3Vt8LmZ2xA&lc=UgzK.9T",
            "youtube",
            None,
            "q3Vt8LmZ2xA",
            "UgzK.9T",
            "UgzK",
        ),
        ("https://youtu.be/q3Vt8LmZ2xA", "youtube", None, "q3Vt8LmZ2xA", None, None),
        ("https://www.youtube.com/@DinasContoh", "youtube", "@dinascontoh", None, None, None),
        ("https://www.youtube.com/channel/UCofficial01", "youtube", "UCofficial01", None, None, None),
        (
            "https://web.facebook.com/dpupr.contoh/posts/9001?comment_id=7001",
            "facebook",
            "dpupr.contoh",
            "9001",
            "7001",
            None,
        ),
        (
            "https://www.facebook.com/1001/posts/9001?comment_id=7001&reply_comment_id=7002",
            "facebook",
            "1001",
            "9001",
            "7002",
            "7001",
        ),
        (
            "https://www.facebook.com/permalink.php?story_fbid=9001&id=1001",
            "facebook",
            "1001",
            "9001",
            None,
            None,
        ),
        (
            "https://www.instagram.com/p/AbCdEf/c/17870000000000011/r/17870000000000012/",
            "instagram",
            None,
            "AbCdEf",
            "17870000000000012",
            "17870000000000011",
        ),
        (
            "https://www.instagram.com/dinkes_contoh/reel/AbCdEf/",
            "instagram",
            "dinkes_contoh",
            "AbCdEf",
            None,
            None,
        ),
        ("https://www.threads.net/@dinkes_contoh/post/DAbc", "threads", "dinkes_contoh", "DAbc", None, None),
        (
            "https://twitter.com/warga_x/status/1541815603606036480",
            "x",
            "warga_x",
            "1541815603606036480",
            None,
            None,
        ),
        (
            "https://www.dpupr.contoh.go.id/jalan/#comment-1021",
            "website",
            "dpupr.contoh.go.id",
            "https://www.dpupr.contoh.go.id/jalan/",
            "1021",
            None,
        ),
    ],
)
def test_a_permalink_says_whose_and_which(
    address: str,
    platform: str,
    account: str | None,
    post: str | None,
    comment: str | None,
    parent: str | None,
) -> None:
    link = links.read(address)
    assert link is not None
    assert (link.platform, link.account and link.account.key) == (platform, account)
    assert (link.post_id, link.comment_id, link.parent_id) == (post, comment, parent)
    assert link.account is None or link.account.platform == platform


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)", "ftp://a.id/x", "https://", "http://[", "https://localhost/#comment-1"],
)
def test_what_is_no_address_is_none(address: str) -> None:
    assert links.read(address) is None


@given(st.text(max_size=60))
def test_no_address_breaks_the_reader(text: str) -> None:
    for host in (
        "tiktok.com",
        "youtube.com",
        "facebook.com",
        "instagram.com",
        "threads.net",
        "x.com",
        "a.go.id",
    ):
        link = links.read(f"https://{host}/{text}")
        assert link is None or link.url.startswith("http")
