"""What stands between us and a feed. Messages are for officials and repeat nothing of the answer."""

from __future__ import annotations

from aggregator.contract import Malformed, RateLimited

GOOGLE_WAIT = 6 * 3600.0  # seconds; Google News names no time, and asking again soon makes it worse


class NotAFeed(Malformed):
    """An answer without entries to read: a page of HTML, an error page with status 200, nothing at all."""

    def __init__(self) -> None:
        super().__init__("Alamat ini tidak menjawab dengan umpan berita (RSS atau Atom).")


def patient(error: RateLimited, host: str) -> RateLimited:
    """The same limit, with a wait where Google News leaves it out."""
    if error.retry_after is None and host == "news.google.com":
        return RateLimited(error.message, GOOGLE_WAIT)
    return error
