"""Where the reading of one account stands: what its Cursor holds.

A search reaches back seven days. After a longer silence the mentions timeline (800 posts) fills the gap first.
`newest` comes from the first page only and becomes `since` when all pages are out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aggregator.contract import Cursor

from .client import rfc3339
from .parse import Office, Page

VERSION = 1
REACH = timedelta(days=7) - timedelta(minutes=5)  # X counts its seven days to the second


@dataclass(frozen=True, slots=True)
class Walk:
    """`since`: everything up to this id is out. `token`: the page to go on from. `gap`: in the mentions timeline."""

    user_id: str | None = None
    spelling: str = "tweet"
    since: str | None = None
    start: str | None = None
    newest: str | None = None
    token: str | None = None
    gap: bool = False

    @classmethod
    def of(cls, cursor: Cursor | None) -> Walk:
        return cls() if cursor is None or cursor.version != VERSION else cls(**cursor.data)

    def cursor(self) -> Cursor:
        return Cursor(version=VERSION, data=asdict(self))

    def begun(self, now: datetime) -> Walk:
        """With a beginning: where the last one ended, else as far back as a search reaches."""
        return self if self.since or self.start else replace(self, start=rfc3339(now - REACH))

    def request(self, office: Office) -> tuple[str, dict[str, str | int]]:
        """Path and parameters of the next page."""
        params: dict[str, str | int] = {"since_id": self.since} if self.since else {"start_time": self.start or ""}
        if self.gap:
            told = {"pagination_token": self.token} if self.token else {}
            return f"users/{office.id}/mentions", {**params, **told}
        told = {"next_token": self.token} if self.token else {}
        return "tweets/search/recent", {"query": f"{about(office.handle)} -is:retweet", **params, **told}

    def after(self, page: Page, now: datetime) -> Walk:
        """Behind a page; at the end of the gap the search begins."""
        newest = self.newest or page.newest
        if page.next is None and self.gap:
            return replace(self, newest=newest, token=None, gap=False, since=None, start=rfc3339(now - REACH))
        return replace(self, newest=newest, token=page.next)

    def refused(self, now: datetime) -> Walk | None:
        """Another way after X refused the parameters: an old page, then an old id. None: it was neither."""
        if self.token:
            return replace(self, token=None)
        if self.since and not self.gap:
            return replace(self, gap=True)
        if self.since:
            return replace(self, gap=False, since=None, start=rfc3339(now - REACH))
        return None

    def finished(self) -> Walk:
        """All pages are out. A walk that found nothing has no end to go on from: the next one begins anew, as far back
        as a search reaches by then (X refuses an older beginning)."""
        return replace(self, since=self.newest or self.since, start=None, newest=None, token=None)

    def learnt(self, **facts: Any) -> Walk:
        return replace(self, **facts)


def about(handle: str) -> str:
    """All that concerns an account: who names it, who replies to it, what it says itself."""
    return f"(@{handle} OR to:{handle} OR from:{handle})"
