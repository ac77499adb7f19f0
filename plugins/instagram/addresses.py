"""Whose account a pasted address or handle means. Pure: a link that only a redirect could explain is nobody's."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from aggregator.contract import AccountKey

_USERNAME = re.compile(r"(?!.*\.\.)[a-z0-9_](?:[a-z0-9._]{0,28}[a-z0-9_])?\Z")
_HANDLE = re.compile(r"(?:ig|insta|instagram)\s*(?:[:\-]\s*@?|@|\s@?)\s*([\w.]{1,30})\Z", re.IGNORECASE | re.ASCII)
_HOSTS = frozenset({"instagram.com", "www.instagram.com", "m.instagram.com", "instagr.am", "www.instagr.am", "ig.me"})
_LEADS_TO_A_NAME = frozenset({"_u", "_n", "stories", "m"})  # what stands before a username
_RESERVED = frozenset(
    {"p", "reel", "reels", "tv", "explore", "accounts", "about", "developer", "direct", "share", "legal", "web", "press",
     "api", "oauth", "highlights", "s", "challenge", "privacy", "terms", "emails", "directory", "com"}
)  # fmt: skip


def resolve(text: str) -> AccountKey | None:
    """The account of a profile URL, an app link or "ig: nama". A bare "@nama" names no platform; the address of a
    single post or a share link (/share/…, /p/…) does not say whose it is."""
    words = text.strip()
    if len(words) > 2_000:
        return None
    named = _HANDLE.match(words)
    return _key(named.group(1) if named else _from_url(words))


def profile_url(username: str) -> str:
    return f"https://www.instagram.com/{username}/"


def _from_url(words: str) -> str | None:
    try:
        parts = urlsplit(words if "://" in words else f"https://{words}")
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme == "instagram" and host == "user":
        return next(iter(parse_qs(parts.query).get("username", [])), None)
    if parts.scheme == "https" and host == "l.instagram.com":
        return _from_url(next(iter(parse_qs(parts.query).get("u", [])), "")) if "u" in parse_qs(parts.query) else None
    if parts.scheme not in ("http", "https") or host not in _HOSTS:
        return None
    path = [piece for piece in parts.path.split("/") if piece]
    if len(path) > 1 and path[0] in _LEADS_TO_A_NAME:
        path = path[1:]
    return path[0].removeprefix("@") if path else None


def _key(username: str | None) -> AccountKey | None:
    name = (username or "").lower()
    if not _USERNAME.match(name) or name in _RESERVED:
        return None
    return AccountKey(platform="instagram", key=name, url=profile_url(name))
