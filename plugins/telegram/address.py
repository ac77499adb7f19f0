"""Addresses of public channels, as people copy them: links, share links, app links, names with the platform's name."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})
_NAME = re.compile(r"[a-z][a-z0-9_]{2,30}[a-z0-9]\Z", re.IGNORECASE)
_SPOKEN = re.compile(r"(?:telegram|tg|kanal telegram|channel telegram)\s*[: ]\s*@?(\w+)\s*\Z", re.IGNORECASE)
# First parts of t.me paths that are no names.
_RESERVED = frozenset((
    "addemoji", "addlist", "addstickers", "addtheme", "bg", "boost", "c", "confirmphone", "contact", "giftcode",
    "invoice", "iv", "joinchat", "login", "m", "nft", "passport", "proxy", "setlanguage", "share", "socks",
))  # fmt: skip


def channel_of(text: str) -> str | None:
    """The channel's username in lower case; None for private links, bots, and what is not Telegram's. Pure."""
    named = _SPOKEN.match(text.strip())
    found = named.group(1) if named else _linked(text.strip())
    usable = found and _NAME.match(found) and found.lower() not in _RESERVED
    return found.lower() if found and usable and not found.lower().endswith("bot") else None


def _linked(text: str) -> str | None:
    try:
        parts = urlsplit(text if "://" in text or text.startswith("tg:") else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme == "tg":
        return _query(parts.query, "domain") if "resolve" in (parts.netloc, parts.path.strip("/")) else None
    if parts.scheme not in ("http", "https"):
        return None
    if host == "web.telegram.org":
        return _in_web_client(parts)
    if host.endswith(".t.me"):
        return host.removesuffix(".t.me")
    return _in_path(parts.path) if host in _HOSTS else None


def _in_path(path: str) -> str | None:
    """ "/dinas", "/s/dinas" (the preview for browsers), "/dinas/88"."""
    steps = [step for step in path.split("/") if step]
    if steps[:1] == ["s"]:
        steps = steps[1:]
    return steps[0].removeprefix("@") if steps else None


def _in_web_client(parts: SplitResult) -> str | None:
    """ "/k/#@dinas"; the older "/#/im?p=@dinas". A bare number is a private name of the client."""
    here = parts.fragment.partition("?")
    name = _query(here[2], "p") if here[2] else here[0]
    return name[1:] if name and name.startswith("@") else None


def _query(query: str, name: str) -> str | None:
    return parse_qs(query).get(name, [None])[0]
