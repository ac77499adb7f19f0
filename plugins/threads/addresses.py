"""Whose profile a pasted address or handle means. Pure: a link that only a redirect could explain is nobody's."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aggregator.contract import AccountKey

_USERNAME = re.compile(r"(?!.*\.\.)[a-z0-9_](?:[a-z0-9._]{0,28}[a-z0-9_])?\Z")
_HANDLE = re.compile(r"threads\s*(?:[:\-]\s*@?|@|\s@?)\s*([\w.]{1,30})\Z", re.IGNORECASE | re.ASCII)
_HOSTS = frozenset(
    {"threads.net", "www.threads.net", "m.threads.net", "threads.com", "www.threads.com", "m.threads.com"}
)


def resolve(text: str) -> AccountKey | None:
    """The profile of an address with an @name in it (posts carry it too) or "threads: nama". A bare "@nama" names no
    platform; a short post link (/t/…) does not say whose it is."""
    words = text.strip()
    if len(words) > 2_000:
        return None
    named = _HANDLE.match(words)
    username = (named.group(1) if named else _from_url(words) or "").lower()
    if not _USERNAME.match(username):
        return None
    return AccountKey(platform="threads", key=username, url=profile_url(username))


def profile_url(username: str) -> str:
    return f"https://www.threads.com/@{username}"


def normal(permalink: str) -> str:
    """Since 2025 the platform is threads.com; old addresses still come."""
    return permalink.replace("://www.threads.net/", "://www.threads.com/", 1)


def _from_url(words: str) -> str | None:
    try:
        parts = urlsplit(words if "://" in words else f"https://{words}")
        host = parts.hostname
    except ValueError:
        return None
    first = parts.path.strip("/").partition("/")[0]
    if parts.scheme not in ("http", "https") or host not in _HOSTS or not first.startswith("@"):
        return None
    return first.removeprefix("@")
