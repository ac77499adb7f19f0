"""Exports of comments and of an account's own words, and what holds for every preset."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from aggregator.contract import Permanent
from plugins.file.platform import FilePlatform
from tests.plugins.file.samples import (
    EXPORT_ROWS,
    LAPOR_CSV,
    LAPOR_HEADER,
    TAKEOUT_CSV,
    VIDEO,
    YTDT_CSV,
    csv_of,
    messages_of,
    ndjson,
    only,
    outline,
    rows_of,
    tiktok_comment,
    xlsx_of,
)


def test_exportcomments_with_a_banner_and_numbered_replies() -> None:
    rows = rows_of(xlsx_of(EXPORT_ROWS), name="export.xlsx")
    assert [row.row for row in rows] == [5, 6, 7]
    first, reply, last = (row.message for row in rows)
    assert first and reply and last
    assert {row.account.key for row in rows if row.account} == {"dinkes_contoh"}
    assert {message.thread.external_id for message in (first, reply, last)} == {"AbCdEf"}
    assert (first.parent_id, reply.parent_id, last.parent_id) == (None, first.external_id, None)
    assert first.external_id.startswith("sha256:")
    assert first.created_at == datetime(2026, 10, 20, 2, 15, tzinfo=UTC)


def test_exportcomments_takes_the_id_from_the_permalink() -> None:
    data = csv_of(
        [
            ["Name", "Date", "Comment", "(view) Comment"],
            [
                "Siti",
                "20/10/2026 09:15",
                "kok lama?",
                "https://www.facebook.com/dukcapil.contoh/posts/9001?comment_id=7001",
            ],
        ]
    )
    (row,) = rows_of(data)
    assert outline(row) == ("dukcapil.contoh", "7001", False)


def test_facebook_names_the_post_as_the_parent_of_what_stands_at_the_top() -> None:
    post = "https://www.facebook.com/dukcapil.contoh/posts/9001"
    rows = [["7001", "1001_9001", "kok lama?"], ["7002", "9001_7001", "maaf"]]
    data = csv_of(
        [
            ["Comment ID", "Parent ID", "Comment", "Date", "Name", "Post URL"],
            *([*row, "20/10/2026", "Siti", post] for row in rows),
        ]
    )
    assert [(message.external_id, message.parent_id) for message in messages_of(data)] == [
        ("7001", None),
        ("7002", "7001"),
    ]


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (
            "id,text,profileName,profileUrl,date,likesCount,commentUrl,facebookUrl,threadingDepth,replyToCommentId",
            [
                "Y29tbWVudDo5MDAxXzcwMDI=",
                "sudah",
                "Dinas",
                "https://www.facebook.com/dukcapil.contoh",
                "2026-10-20T03:00:00.000Z",
                "0",
                "https://www.facebook.com/dukcapil.contoh/posts/9001?comment_id=7001&reply_comment_id=7002",
                "https://www.facebook.com/dukcapil.contoh/posts/9001",
                "1",
                "Y29tbWVudDo5MDAxXzcwMDE=",
            ],
            ("facebook", "dukcapil.contoh", "7002", "7001", True),
        ),
        (
            "id,ownerUsername,text,timestamp,repliesCount,postUrl",
            [
                "17870000000000011",
                "warga.a",
                "buka?",
                "2026-10-20T03:00:00.000Z",
                "0",
                "https://www.instagram.com/p/AbCdEf/",
            ],
            ("instagram", None, "17870000000000011", None, False),
        ),
        (
            "cid,text,createTimeISO,uniqueId,videoWebUrl,repliesToId",
            [
                "7405550009998887776",
                "baik",
                "2026-10-20T03:00:00.000Z",
                "dpupr_contoh",
                VIDEO,
                "7405550001112223334",
            ],
            ("tiktok", "dpupr_contoh", "7405550009998887776", "7405550001112223334", True),
        ),
    ],
)
def test_apify_exports(header: str, cells: list[str], expected: tuple[str, str | None, str, str | None, bool]) -> None:
    (row,) = rows_of(csv_of([header.split(","), cells]))
    platform, account, external_id, parent, official = expected
    assert outline(row) == (account, external_id, official)
    assert row.message is not None
    assert row.message.parent_id == parent
    assert row.account is None or row.account.platform == platform


def test_the_same_export_as_json_gives_the_same_ids() -> None:
    item = {
        "cid": "7405550009998887776",
        "text": "baik",
        "createTimeISO": "2026-10-20T03:00:00.000Z",
        "uniqueId": "warga_x",
        "videoWebUrl": VIDEO,
        "repliesToId": None,
        "mentions": ["x"],
    }
    for data in (json.dumps([item]), ndjson(item)):
        assert only(data, name="dataset.json").external_id == "7405550009998887776"


def test_ytdt_reads_backslashes_and_utc() -> None:
    top, reply = messages_of(YTDT_CSV, name="videoinfo_q3Vt8LmZ2xA_2026_10_20_comments.tab")
    assert top.text == 'jalan "RT3" rusak, gelap'
    assert (top.external_id, reply.external_id, reply.parent_id) == ("UgxA", "UgxA.9b", "UgxA")
    assert top.thread.external_id == "q3Vt8LmZ2xA"
    assert top.created_at == datetime(2026, 10, 20, 1, 2, 3, tzinfo=UTC)


def test_the_account_may_be_named_for_the_whole_file() -> None:
    rows = rows_of(YTDT_CSV, "ytdt", options={"account": "https://www.youtube.com/channel/UCopdcontoh"})
    assert [outline(row) for row in rows] == [
        ("UCopdcontoh", "UgxA", False),
        ("UCopdcontoh", "UgxA.9b", True),
    ]


def test_takeout_holds_official_replies() -> None:
    (row,) = rows_of(TAKEOUT_CSV, name="comments.csv")
    assert outline(row) == ("UCopdcontoh", "UgzReply.9aaa", True)
    assert row.message is not None
    assert (row.message.parent_id, row.message.thread.external_id) == ("UgzKeluhan", "VID00000001")
    assert row.message.text == "Terima kasih, sudah kami teruskan"


def test_an_older_takeout_has_five_columns() -> None:
    data = csv_of(
        [
            ["Comment ID", "Comment Create Timestamp", "Parent Comment ID", "Video ID", "Comment Text"],
            ["UgzA.9b", "2026-10-20T03:00:00Z", "", "VID00000001", "sudah kami perbaiki"],
        ]
    )
    (row,) = rows_of(data, "takeout")
    assert row.official
    assert row.message is not None
    assert (row.message.parent_id, row.message.text) == ("UgzA", "sudah kami perbaiki")


def test_instagram_download_turns_its_letters_back() -> None:
    broken = "Sudah diperbaiki \u2705".encode().decode("latin-1")
    entry = {
        "string_map_data": {
            "Komentar": {"value": broken},
            "Pemilik Media": {"value": "opd_x"},
            "Waktu": {"timestamp": 1792512345},
        }
    }
    for document in ([entry], {"comments_media_comments": [entry]}):
        (row,) = rows_of(
            json.dumps(document), "takeout", options={"account": "https://www.instagram.com/dinkes_contoh/"}
        )
        assert row.official and row.account and row.message
        assert (row.message.text, row.account.key) == ("Sudah diperbaiki ✅", "dinkes_contoh")


def test_tiktok_download_is_in_utc() -> None:
    own = {
        "date": "2026-10-20 03:00:00",
        "comment": "sudah kak",
        "url": "https://www.tiktokv.com/share/video/740/",
    }
    message = only(json.dumps({"Comment": {"Comments": {"CommentsList": [own]}}}), "auto", name="user_data.json")
    assert (message.created_at, message.thread.external_id) == (
        datetime(2026, 10, 20, 3, 0, tzinfo=UTC),
        "740",
    )


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (LAPOR_CSV, "a.csv"),
        (TAKEOUT_CSV, "a.csv"),
        (YTDT_CSV, "a.tab"),
        (ndjson(tiktok_comment()), "a.ndjson"),
        (xlsx_of(EXPORT_ROWS), "a.xlsx"),
    ],
)
def test_the_same_file_twice_is_the_same_records(data: str | bytes, name: str) -> None:
    first, second = rows_of(data, name=name), rows_of(data, name=name)
    assert first == second
    assert len({outline(row) for row in first}) == len(first)


def test_an_unknown_preset_or_option_says_what_there_is() -> None:
    assert list(FilePlatform().preset_names()) == [
        "auto",
        "takeout",
        "ytdt",
        "lapor",
        "exportcomments",
        "generic",
        "zeeschuimer",
        "permalinks",
        "sp4n",
        "sp4n-lapor",
        "csv",
        "permalink",
    ]
    with pytest.raises(Permanent, match="lapor"):
        rows_of(LAPOR_CSV, "laporan")
    with pytest.raises(Permanent, match="map\\."):
        rows_of(LAPOR_CSV, options={"mapp.text": "Isi"})
    for option, value in (("account", "dpupr"), ("post_url", "x"), ("at", "nanti"), ("date_order", "ymd")):
        with pytest.raises(Permanent, match=option):
            rows_of(LAPOR_CSV, options={option: value})
    with pytest.raises(Permanent, match="Zona waktu"):
        rows_of(LAPOR_CSV, zone="Asia/Curup")


def test_each_preset_refuses_a_file_that_lacks_its_columns() -> None:
    for preset in ("generic", "lapor", "exportcomments", "takeout", "ytdt"):
        with pytest.raises(Permanent, match="tidak ditemukan"):
            rows_of(
                f"{LAPOR_HEADER.replace('Isi Laporan', 'X').replace('Tanggal', 'Y')}\n1;2;3;4;5;6;7;8;9;10\n",
                preset,
            )
    with pytest.raises(Permanent, match="Zeeschuimer"):
        rows_of(LAPOR_CSV, "zeeschuimer")
