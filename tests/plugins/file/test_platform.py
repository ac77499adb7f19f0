"""The plugin as the host sees it, and fifty thousand rows in good time."""

from __future__ import annotations

import time
import tomllib
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

import plugins.file
from aggregator.contract import Account, Capability, Checkpoint, Context, Platform, fault_of
from plugins.file.platform import FilePlatform
from tests.plugins.file.samples import csv_of, ndjson, table, tiktok_comment, xlsx_of

ROWS = 50_000
SECONDS = 60
HEADER = ["ID", "Tanggal", "Nama", "Isi", "Post URL", "Likes", "NIK", "Unit"]


def lines(rows: int) -> list[list[str]]:
    return [
        [
            f"74055500011{n:08d}1",
            "20/10/2026 09.15",
            f"Warga {n}",
            f"lampu jalan nomor {n} mati sejak kemarin malam",
            "https://www.tiktok.com/@dpupr_contoh/video/7401112223334445556",
            "3",
            "1771010101010001",
            "Dishub",
        ]
        for n in range(rows)
    ]


def as_csv(rows: int) -> bytes:
    return csv_of([HEADER, *lines(rows)], ";").encode("utf-8-sig")


def as_xlsx(rows: int) -> bytes:
    return xlsx_of([HEADER, *lines(rows)])


def as_html(rows: int) -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [HEADER, *lines(rows)])
    return f"<html><body><table>{body}</table></body></html>".encode()


def as_ndjson(rows: int) -> bytes:
    return ndjson(*(tiktok_comment(cid=f"74055500011{n:08d}1", text=f"lampu {n}") for n in range(rows)))


def without_ids(rows: int) -> bytes:
    return csv_of([HEADER[1:], *(row[1:] for row in lines(rows))]).encode()


def the_platform() -> Platform:
    (platform,) = plugins.file.register_platforms()
    return platform


def test_the_name_plate_agrees_with_the_manifest() -> None:
    manifest = tomllib.loads(Path(plugins.file.__file__).with_name("plugin.toml").read_text("utf-8"))
    info = the_platform().info
    assert (info.id, info.title, info.contract) == (manifest["id"], manifest["title"], manifest["contract"])
    assert info.capabilities == {Capability.IMPORT, Capability.COMMENTS, Capability.REPLIES}
    assert info.hosts == ()


def test_nothing_is_pulled_and_no_address_is_ours() -> None:
    platform, account = the_platform(), Account(key="dpupr", url="")
    unused = cast(Context, None)  # a file account asks the context for nothing
    (event,) = platform.pull_since(account, None, unused)
    assert isinstance(event, Checkpoint)
    (again,) = platform.pull_since(account, event.cursor, unused)
    assert again == event
    assert platform.inspect(account, unused).exists
    for url in ("https://www.tiktok.com/@dpupr_contoh", "file:///etc/passwd", "", "dpupr"):
        assert platform.resolve(url) is None


@pytest.mark.parametrize(
    ("make", "rows"),
    [(as_csv, ROWS), (as_xlsx, ROWS), (as_html, 10_000), (as_ndjson, 10_000), (without_ids, 10_000)],
)
def test_fifty_thousand_rows_in_a_minute(make: Callable[[int], bytes], rows: int) -> None:
    data = make(rows)
    started = time.monotonic()
    ids = set()
    for row in FilePlatform().read_file(table(data)):
        assert row.message is not None, row.error
        assert fault_of(row.message) is None
        ids.add(row.message.external_id)
    assert time.monotonic() - started < SECONDS * rows / ROWS
    assert len(ids) == rows


def test_rows_are_read_one_at_a_time() -> None:
    data = as_csv(5_000)
    tracemalloc.start()
    try:
        for _ in FilePlatform().read_file(table(data)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * len(data)  # the check of the encoding holds the text once; rows add nothing
