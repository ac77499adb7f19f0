"""The presets as a table: how a file is recognised, and what its columns mean beyond the common aliases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aggregator.contract import Kind
from plugins.file.columns import ALIASES

Aliases = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Preset:
    """`marks`: any of these sets of headers, normalised, gives the file away. `zone` overrides the
    office's own. `official`: every row was written by the office. `escape`: stands before a quote
    inside quotes."""

    name: str
    title: str
    marks: tuple[frozenset[str], ...] = ()
    own: Aliases = field(default_factory=dict)
    platform: str | None = None
    kind: Kind | None = None
    zone: str | None = None
    official: bool = False
    escape: str | None = None

    @property
    def aliases(self) -> Aliases:
        return {**ALIASES, **self.own}


def _marks(*headers: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(header.split("|")) for header in headers)


GENERIC = Preset("generic", "Tabel umum")
LAPOR = Preset(
    "lapor",
    "SP4N-LAPOR!",
    marks=_marks("tracking id", "klasifikasi laporan", "instansi terdisposisi", "instansi terlapor|isi laporan"),
    own={"platform": (), "account": (), "parent_id": (), "post_url": (), "post_id": (), "number": ()},
    platform="lapor",
    kind=Kind.TICKET,
)
EXPORT_COMMENTS = Preset(
    "exportcomments",
    "ExportComments / Apify",
    marks=_marks(
        "name|comment|date", "name|comment|profile id", "name|comment|comment id",
        "profilename|text|commenturl", "profilename|text|facebookurl", "ownerusername|text|timestamp",
        "cid|text|createtimeiso",
    ),
    own={
        "text": ("comment", "comment text", "text", "message"),
        "permalink": ("view comment", "commenturl", "comment url", "comment link", "link", "url"),
        "answer_text": (),
        "unit": (),
    },
)  # fmt: skip
YTDT = Preset(
    "ytdt",
    "YouTube Data Tools",
    marks=_marks("id|isreplyto|authorname|text|publishedat"),
    own={"parent_id": ("isreplyto",), "external_id": ("id",)},
    platform="youtube",
    zone="UTC",
    escape="\\",
)
TAKEOUT = Preset(
    "takeout",
    "Unduhan data akun (balasan resmi)",
    marks=_marks("comment id|comment text|video id", "comment id|comment create timestamp"),
    own={
        "account": ("channel id",),
        "post_id": ("video id", "post id"),
        "parent_id": ("top level comment id", "parent comment id"),
        "created_at": ("comment create timestamp", "created at", "timestamp"),
        "text": ("comment text", "text"),
    },
    platform="youtube",
    zone="UTC",
    official=True,
)
ZEESCHUIMER = Preset("zeeschuimer", "Zeeschuimer")
PERMALINKS = Preset("permalinks", "Tautan yang ditempel")

GRIDS = (TAKEOUT, YTDT, LAPOR, EXPORT_COMMENTS, GENERIC)
PRESETS = {preset.name: preset for preset in (*GRIDS, ZEESCHUIMER, PERMALINKS)}
OTHER_NAMES = {"sp4n": "lapor", "sp4n-lapor": "lapor", "csv": "generic", "permalink": "permalinks"}
NAMES = ("auto", *PRESETS, *OTHER_NAMES)


def recognise(headers: Iterable[str]) -> Preset | None:
    """The preset whose marks stand in these normalised headers; None for an ordinary table."""
    present = frozenset(headers)
    return next((preset for preset in GRIDS if any(mark <= present for mark in preset.marks)), None)
