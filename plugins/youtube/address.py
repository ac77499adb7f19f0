"""From a pasted address to a channel: its id (UC…) where the address has one, else its @handle or old user name."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

SITE = "https://www.youtube.com"
_HOSTS = {"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "studio.youtube.com"}
_ID = re.compile(r"UC[\w-]{22}\Z", re.ASCII)
_HANDLE = re.compile(r"@[\w.·-]{3,30}\Z")
_USER = re.compile(r"[A-Za-z0-9]{1,60}\Z")
_NAMED = re.compile(r"(?:youtube|yt)\s*[:\s]\s*(@[^\s/]+)\Z", re.IGNORECASE)


def key_of(pasted: str) -> str | None:
    """ "UC…", "@handle" or "user/name"; None when no channel is named.

    A video or a short link names no channel without asking YouTube, and an address of the old kind "/c/Name" cannot be
    asked for by the API at all: both are None.
    """
    text = pasted.strip()
    if _ID.match(text):
        return text
    if named := _NAMED.match(text):
        return _handle(named[1])
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in _HOSTS:
        return None
    return _of_path([unquote(step) for step in parts.path.split("/") if step], parts.query)


def url_of(key: str) -> str:
    """The channel's public address."""
    return f"{SITE}/channel/{key}" if _ID.match(key) else f"{SITE}/{key}"


def channel_filter(key: str) -> dict[str, str]:
    """How channels.list asks for this key."""
    if key.startswith("@"):
        return {"forHandle": key}
    return {"forUsername": key.removeprefix("user/")} if key.startswith("user/") else {"id": key}


def is_channel_id(key: str) -> bool:
    return bool(_ID.match(key))


def _of_path(steps: list[str], query: str) -> str | None:
    first, second = (*steps, "", "")[:2]
    if first.startswith("@"):
        return _handle(first)
    if first == "channel":
        return second if _ID.match(second) else None
    if first == "user":
        return f"user/{second.lower()}" if _USER.match(second) else None
    if (first, second) == ("feeds", "videos.xml"):
        channel = parse_qs(query).get("channel_id", [""])[0]
        return channel if _ID.match(channel) else None
    return None


def _handle(text: str) -> str | None:
    return text.lower() if _HANDLE.match(text) else None
