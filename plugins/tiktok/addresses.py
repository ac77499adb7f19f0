"""What people paste for a TikTok account. A short share link (vm.tiktok.com, vt.tiktok.com, tiktok.com/t/…) names
nobody until TikTok redirects it, so it is not understood here: open it and paste the address that appears."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOSTS = ("tiktok.com", "www.tiktok.com", "m.tiktok.com")
_NAME = r"([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,22}[A-Za-z0-9_])?)"
_PATH = re.compile(rf"/@{_NAME}(?:/.*)?\Z")
_SPOKEN = re.compile(rf"(?:tik\s?tok|tt)\s*[:=@ ]\s*@?{_NAME}\Z", re.IGNORECASE)


def handle_of(text: str) -> str | None:
    """The handle in lower case, without "@"; None when this is no TikTok account."""
    words = text.strip()
    if spoken := _SPOKEN.match(words):
        return spoken.group(1).lower()
    try:
        parts = urlsplit(words if "://" in words else f"https://{words}")
        host = parts.hostname
    except ValueError:
        return None
    named = _PATH.match(parts.path)
    if parts.scheme not in ("http", "https") or host not in _HOSTS or not named:
        return None
    return named.group(1).lower()


def profile_url(handle: str) -> str:
    return f"https://www.tiktok.com/@{handle}"
