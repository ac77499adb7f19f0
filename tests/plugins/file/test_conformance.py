"""The contract's own tests of importing; ids and bad rows below were read from the samples by hand."""

from __future__ import annotations

from typing import ClassVar

from aggregator.conformance.imports import Imports
from aggregator.contract import Platform
from plugins.file.platform import FilePlatform
from tests.plugins.file.samples import (
    LAPOR_CSV,
    TAKEOUT_CSV,
    YTDT_CSV,
    ndjson,
    table,
    tiktok_comment,
    xlsx_of,
)

_REPORTS = LAPOR_CSV.partition(";21/10")[0].rpartition(";")[0] + ";;\r\n2;8123457;kapan;x;y;z;u;Proses;;\r\n"


class TestImports(Imports):
    files: ClassVar = (
        table(_REPORTS, "lapor"),
        table(YTDT_CSV, "ytdt"),
        table(TAKEOUT_CSV, "takeout"),
        table(ndjson(tiktok_comment()), "zeeschuimer"),
        table(xlsx_of([["Comment ID", "Date", "Comment", "Name"], ["17870000000000011", "20/10/2026", "x", "S"]])),
        table("https://www.youtube.com/watch?v=q3Vt8LmZ2xA&lc=UgzK.9T\n", "permalinks"),
    )
    file_ids: ClassVar = frozenset(
        {"8123456", "UgxA", "UgxA.9b", "UgzReply.9aaa", "7405550001112223334", "17870000000000011", "UgzK.9T"}
    )
    bad_rows: ClassVar = frozenset({3})

    def platform(self) -> Platform:
        return FilePlatform()
