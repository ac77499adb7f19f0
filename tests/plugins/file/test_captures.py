"""Zeeschuimer's captures and pasted permalinks: keyed as the platforms' APIs key them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from aggregator.contract import Kind
from tests.plugins.file.samples import (
    VIDEO,
    ndjson,
    only,
    outline,
    rows_of,
    tiktok_comment,
)


def test_tiktok_comments_keep_the_ids_of_the_api() -> None:
    reply = tiktok_comment(
        cid="7405550009998887776",
        reply_id="7405550001112223334",
        text="Baik kak, dijadwalkan",
        user={"uid": "9", "unique_id": "DPUPR_contoh", "nickname": "DPUPR"},
    )
    rows = rows_of(ndjson(tiktok_comment(), '{"source_platform":"tik', reply), "zeeschuimer", name="a.ndjson")
    assert [row.row for row in rows] == [1, 2, 3]
    assert rows[1].error == "baris ini bukan JSON yang utuh"
    assert outline(rows[0]) == ("dpupr_contoh", "7405550001112223334", False)
    assert outline(rows[2]) == ("dpupr_contoh", "7405550009998887776", True)
    citizen, office = rows[0].message, rows[2].message
    assert citizen and office and citizen.author and rows[0].account
    assert (rows[0].account.platform, rows[0].account.url) == (
        "tiktok",
        "https://www.tiktok.com/@dpupr_contoh",
    )
    assert (citizen.thread.external_id, citizen.thread.url) == ("7401112223334445556", VIDEO)
    assert (citizen.parent_id, office.parent_id) == (None, "7405550001112223334")
    assert (citizen.author.external_id, citizen.author.name, citizen.author.handle) == (
        "68",
        "Warga X",
        "warga_x",
    )
    assert citizen.created_at == datetime.fromtimestamp(1792512345, UTC)
    assert "avatar" not in repr(citizen)


def test_a_capture_loses_nul_bytes_and_half_characters_only() -> None:
    line = json.dumps(tiktok_comment(text="gelap \ud83d lagi 😡")).replace("gelap", "gelap\x00")
    assert only(line, "zeeschuimer").text == "gelap � lagi 😡"


def test_an_id_that_ends_in_zeros_is_whole_in_json() -> None:
    assert only(ndjson(tiktok_comment(cid="7405550001112223000")), "auto").external_id == "7405550001112223000"


def test_another_page_does_not_tell_whose_video_it_is() -> None:
    (row,) = rows_of(ndjson(tiktok_comment(aweme_id="7409999999999999999")), "zeeschuimer")
    assert outline(row)[0] is None


@pytest.mark.parametrize(
    ("platform", "data", "external_id", "author"),
    [
        (
            "tiktok",
            {
                "id": "740",
                "desc": "jalan @dpupr_contoh rusak",
                "createTime": 1792512345,
                "author": {"uniqueId": "warga_x", "nickname": "Warga X", "id": "68"},
            },
            "740",
            "Warga X",
        ),
        (
            "instagram",
            {
                "code": "AbC",
                "caption": {"text": "banjir"},
                "taken_at": 1792512345,
                "user": {"username": "warga.x", "full_name": "Warga X", "pk": "1"},
            },
            "AbC",
            "Warga X",
        ),
        (
            "twitter",
            {
                "rest_id": "1541815603606036480",
                "legacy": {"full_text": "macet", "created_at": "Tue Oct 20 03:00:00 +0000 2026"},
                "core": {
                    "user_results": {"result": {"rest_id": "5", "legacy": {"name": "Warga X", "screen_name": "wargax"}}}
                },
            },
            "1541815603606036480",
            "Warga X",
        ),
        (
            "facebook",
            {
                "comet_sections": {
                    "content": {
                        "story": {
                            "post_id": "9001",
                            "wwwURL": "https://www.facebook.com/warga.x/posts/9001",
                            "message": {"text": "mati air"},
                            "actors": [{"name": "Warga X", "id": "5"}],
                        }
                    },
                    "timestamp": {"story": {"creation_time": 1792512345}},
                }
            },
            "9001",
            "Warga X",
        ),
        (
            "threads",
            {
                "code": "DA",
                "caption": {"text": "sampah"},
                "taken_at": 1792512345,
                "user": {"username": "wargax", "pk": 5},
            },
            "DA",
            "wargax",
        ),
    ],
)
def test_posts_of_others_are_mentions(platform: str, data: dict[str, object], external_id: str, author: str) -> None:
    capture = {"source_platform": platform, "source_platform_url": "https://example.org/", "data": data}
    (row,) = rows_of(ndjson(capture), "auto", name="a.ndjson")
    assert outline(row) == (None, external_id, False)
    assert row.message and row.message.author
    assert (row.message.kind, row.message.author.name) == (Kind.MENTION, author)
    assert row.message.url is not None


def test_a_capture_without_words_is_passed_over() -> None:
    silent = {"source_platform": "instagram", "data": {"code": "AbC", "taken_at": 1792512345}}
    assert len(rows_of(ndjson(silent, tiktok_comment()), "zeeschuimer")) == 1


def test_a_capture_of_an_unknown_platform_is_a_row_error() -> None:
    rows = rows_of(ndjson(tiktok_comment(), {"source_platform": "gab", "data": {}}), "zeeschuimer")
    assert [bool(row.error) for row in rows] == [False, True]


def test_permalinks_are_keyed_as_the_api_keys_them() -> None:
    rows = rows_of(
        "https://www.facebook.com/dpupr.contoh/posts/9001?comment_id=7001&reply_comment_id=7002\t"
        "kok lama?\tSiti\t20 Okt 2026 09.15 WIB\n\n"
        "https://dpupr.contoh.go.id/jalan/#comment-1021;Kapan?;Siti;3 Jan 2026\n"
        "bukan alamat\n"
        "https://www.youtube.com/watch?v=q3Vt8LmZ2xA&lc=UgzK.9T\n",
        "permalinks",
        options={"at": "2026-11-21"},
    )
    assert [row.row for row in rows] == [1, 3, 4, 5]
    assert outline(rows[0]) == ("dpupr.contoh", "7002", False)
    assert outline(rows[1]) == ("dpupr.contoh.go.id", "1021", False)
    assert rows[2].error == "baris ini tidak diawali alamat https://"
    reply, bare = rows[0].message, rows[3].message
    assert reply and bare
    assert (reply.parent_id, reply.text, reply.kind) == ("7001", "kok lama?", Kind.COMMENT)
    assert (bare.external_id, bare.text, bare.precision) == ("UgzK.9T", "", "day")
    assert bare.created_at == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


def test_a_pasted_post_is_a_mention_unless_somebody_else_speaks_under_it() -> None:
    mention, comment = rows_of(
        f"https://www.tiktok.com/@warga_x/video/7405550001112223334\n{VIDEO};lampu mati;@warga_x;20/10/2026\n"
    )
    assert outline(mention) == (None, "7405550001112223334", False)
    assert mention.message and comment.message
    assert mention.message.kind is Kind.MENTION
    assert mention.message.created_at.year == 2024  # written in the id itself
    assert (comment.message.kind, comment.account and comment.account.key) == (Kind.COMMENT, "dpupr_contoh")
    assert comment.message.external_id.startswith("sha256:")
