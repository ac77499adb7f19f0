"""What people paste for an X account. A status link without a name (x.com/i/status/…) and a t.co link name nobody."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOSTS = frozenset(f"{sub}{host}" for host in ("x.com", "twitter.com") for sub in ("", "www.", "m.", "mobile."))
_NAME = r"([A-Za-z0-9_]{1,15})"
_PATH = re.compile(rf"/@?{_NAME}(?:/.*)?\Z")
_SPOKEN = re.compile(rf"(?:x|twitter)\s*[:=@]\s*@?{_NAME}\Z|twitter\s+@?{_NAME}\Z|x\s+@{_NAME}\Z", re.IGNORECASE)
_PAGES = frozenset(
    {"i", "home", "search", "explore", "hashtag", "intent", "share", "settings", "messages", "notifications", "login",
     "signup", "compose", "tos", "privacy", "about", "jobs", "download"}
)  # fmt: skip


def handle_of(text: str) -> str | None:
    """The handle in lower case, without "@"; None when this is no X account."""
    words = text.strip()
    if spoken := _SPOKEN.match(words):
        return next(name for name in spoken.groups() if name).lower()
    try:
        parts = urlsplit(words if "://" in words else f"https://{words}")
        host = parts.hostname
    except ValueError:
        return None
    named = _PATH.match(parts.path)
    if parts.scheme not in ("http", "https") or host not in _HOSTS or not named:
        return None
    handle = named.group(1).lower()
    return None if handle in _PAGES else handle


def profile_url(handle: str) -> str:
    return f"https://x.com/{handle}"


def status_url(post: str) -> str:
    """Opens a post without its author's handle."""
    return f"https://x.com/i/status/{post}"


def intent_url(post: str) -> str:
    """Opens X with an empty reply to this post, for a person to write."""
    return f"https://x.com/intent/post?in_reply_to={post}"
