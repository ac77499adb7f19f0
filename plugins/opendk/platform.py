"""OpenDK: the site of many Indonesian sub-districts, read by its public API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from bs4 import BeautifulSoup

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Capability,
    Context,
    Cursor,
    Event,
    Gone,
    Kind,
    Message,
    OpenThread,
    Pace,
    Permanent,
    Platform,
    PlatformInfo,
    Setting,
)

from . import parse
from .address import PLATFORM, account_key, base_of
from .errors import LEAK, NOT_OPENDK
from .reader import Lists, Reader, threads_again

_SIGNS = re.compile(r"opendk|/sistem-komplain", re.IGNORECASE)
_C = Capability


class OpenDk(Platform):
    """Complaints with status and answers, news and its comments. Nothing is ever sent."""

    info = PlatformInfo(
        id=PLATFORM,
        title="OpenDK (situs kecamatan)",
        own_host=True,
        capabilities=frozenset((_C.POSTS, _C.COMMENTS, _C.REPLIES, _C.THREADS, _C.EDITS, _C.DELETIONS)),
        settings=(
            Setting(
                name="official_names",
                label="Nama resmi di komentar berita",
                help="Nama yang dipakai kantor saat membalas komentar berita, dipisah koma. Siapa pun dapat menulis nama "
                "itu, jadi isi hanya bila perlu. Jawaban keluhan dikenali tanpa isian ini.",
            ),
            Setting(
                name="timezone",
                label="Zona waktu situs",
                help="WIB, WITA, atau WIT, sesuai letak kecamatan. Kosong berarti WIB.",
                choices=("WIB", "WITA", "WIT"),
            ),
        ),
        # The site keeps its answers for up to an hour: asking more often shows the same.
        pace=Pace(every=timedelta(hours=2), calls_per_day=400, calls_per_minute=20, calls_per_pull=40),
        scrapes=True,
    )

    def resolve(self, url: str) -> AccountKey | None:
        """Hosts named kec… or kecamatan…, and addresses that OpenDK has."""
        return account_key(url)

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        """Whether it is OpenDK, when it last published, and whether it leaks private data: three calls."""
        try:
            html = ctx.http.get(f"{base_of(account)}/").text
        except Gone:
            return AccountSnapshot(exists=False, url=account.url, problem="Alamat ini tidak ditemukan di server situs.")
        face = AccountSnapshot(exists=True, title=_title(html), url=account.url, evidence={"cms": "OpenDK"})
        if not _SIGNS.search(html):
            return replace(face, problem=NOT_OPENDK, evidence={})
        try:
            return _by_api(face, Lists(account, ctx), ctx)
        except Permanent as missing:
            return replace(face, problem=missing.message)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        """Two calls when nothing is new: the newest complaints and the newest articles."""
        yield from Reader(account, None if ctx.full else cursor, ctx).pull()

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        """All threads of a kind together, by their list."""
        yield from threads_again(account, threads, ctx)


def _by_api(face: AccountSnapshot, lists: Lists, ctx: Context) -> AccountSnapshot:
    leaks = parse.leaks(lists.answer("komplain", 1))
    posts = [one for one in lists.page("artikel", 1).records if isinstance(one, Message) and one.kind is Kind.POST]
    recent = sum(one.created_at >= ctx.now - timedelta(days=30) for one in posts)
    return replace(
        face,
        last_post_at=max((one.created_at for one in posts), default=None),
        posts_30d=recent,
        active=recent > 0,
        own_author_ids=frozenset({parse.ADMIN}),
        reads="keluhan (SIKEMA) dan komentar berita lewat API",
        problem=LEAK if leaks else None,
    )


def _title(html: str) -> str | None:
    title = BeautifulSoup(html, "lxml").title
    return " ".join(title.get_text().split()) or None if title else None
