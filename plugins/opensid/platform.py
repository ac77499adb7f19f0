"""OpenSID: the site of most Indonesian villages, read as any visitor reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from aggregator.contract import (
    Account,
    AccountKey,
    AccountSnapshot,
    Capability,
    Context,
    Cursor,
    Event,
    OpenThread,
    Pace,
    Platform,
    PlatformInfo,
    Setting,
)

from .address import PLATFORM, account_key
from .inspection import snapshot
from .reader import Reader, ThreadReader
from .state import State

_C = Capability


class OpenSid(Platform):
    """Complaints with status and answers, articles and their comments. Nothing is ever sent."""

    info = PlatformInfo(
        id=PLATFORM,
        title="OpenSID (situs desa)",
        own_host=True,
        capabilities=frozenset((_C.POSTS, _C.COMMENTS, _C.REPLIES, _C.THREADS, _C.EDITS, _C.DELETIONS)),
        settings=(
            Setting(
                name="timezone",
                label="Zona waktu situs",
                help="WIB, WITA, atau WIT, sesuai letak desa. Kosong berarti WIB.",
                choices=("WIB", "WITA", "WIT"),
            ),
        ),
        # Many villages share one small server: seldom, and few calls at a time.
        pace=Pace(every=timedelta(hours=2), calls_per_day=400, calls_per_minute=20, calls_per_pull=40),
        scrapes=True,
    )

    def resolve(self, url: str) -> AccountKey | None:
        """Any host below desa.id; elsewhere an address that only OpenSID has."""
        return account_key(url)

    def inspect(self, account: Account, ctx: Context) -> AccountSnapshot:
        """Whether it is OpenSID, when it last published, what can be read, and whether it leaks private data."""
        return snapshot(account, ctx)

    def pull_since(self, account: Account, cursor: Cursor | None, ctx: Context) -> Iterator[Event]:
        """Two calls when nothing is new: the front page and the newest complaints."""
        yield from Reader(account, State.load(None if ctx.full else cursor), ctx).pull()

    def pull_threads(self, account: Account, threads: Sequence[OpenThread], ctx: Context) -> Iterator[Event]:
        """One call an article; complaints together, by their list."""
        yield from ThreadReader(account, threads, ctx).read()
