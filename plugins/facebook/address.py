"""Addresses of Facebook Pages. Pure: an address that only a redirect explains (fb.watch, /share/) is none.

`profile.php?id=` and `/people/Name/ID` are addresses of persons *and* of Pages made since 2021: only the platform can
tell, so they give a key, and `inspect` says when it is no Page. What only a person or a group can have is refused here.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

from aggregator.contract import Permanent

_PREFIXES = {
    "www",
    "m",
    "web",
    "mbasic",
    "mobile",
    "touch",
    "free",
    "d",
    "p",
    "id-id",
    "en-gb",
    "en-us",
    "jv-id",
    "ms-my",
}
_SHORT_HOSTS = {"m.me", "fb.me"}
_HANDLE = re.compile(r"[a-z0-9][a-z0-9.]{2,49}\Z", re.IGNORECASE)
_ID = re.compile(r"\d{4,20}\Z")
_NAMED_ID = re.compile(r".*?-(\d{8,20})\Z")  # Dinas-Contoh-100064000000001
_SPOKEN = re.compile(r"(?:facebook|fb)(?:\s*[:/]\s*|\s+)@?([a-z0-9.]{3,50})\Z", re.IGNORECASE)
_NO_ACCOUNTS = {
    "about", "ads", "ajax", "bookmarks", "business", "careers", "developers", "dialog", "directory", "events",
    "flx", "friends", "fundraisers", "games", "gaming", "groups", "hashtag", "help", "home", "l", "legal",
    "lite", "live", "login", "marketplace", "me", "media", "messages", "notes", "notifications", "pages",
    "people", "permalink", "photo", "photos", "places", "plugins", "policies", "policy", "privacy", "public",
    "reel", "reels", "reg", "registration", "saved", "search", "settings", "share", "sharer", "stories",
    "story", "terms", "tr", "video", "videos", "watch",
}  # fmt: skip
_PERSONAL_TABS = re.compile(r"friends(_\w+)?\Z|family\Z")

PERSONAL = Permanent(
    "Ini profil pribadi. Facebook tidak mengizinkan aplikasi membaca komentar di profil pribadi. Buat Halaman (Page) resmi "
    "untuk unit ini, lalu tempel alamat Halaman itu."
)
GROUP = Permanent(
    "Ini grup. Facebook menutup akses aplikasi ke grup sejak April 2024. Daftarkan Halaman (Page) resmi unit ini."
)


def key_of(pasted: str) -> str | None:
    """The Page's id where the address holds one, else its name (lower case, without the dots that Facebook ignores).

    None for anything else; raises Permanent for what is surely a person's profile or a group.
    """
    text = pasted.strip()
    if len(text) > 2_000 or not text.isprintable():
        return None
    if spoken := _SPOKEN.match(text):
        return _name(spoken.group(1))
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None:
        return None
    if host in _SHORT_HOSTS:
        return _name(parts.path.strip("/"))
    return _of_path(parts) if _is_facebook(host) else None


def _is_facebook(host: str) -> bool:
    prefix, _, rest = host.rpartition("facebook.com") if host.endswith("facebook.com") else host.rpartition("fb.com")
    return host.endswith(("facebook.com", "fb.com")) and not rest and prefix in {"", *(f"{one}." for one in _PREFIXES)}


def _of_path(parts: SplitResult) -> str | None:
    steps = [step for step in parts.path.split("/") if step]
    query = parse_qs(parts.query)
    head = steps[0].lower() if steps else ""
    _refuse_persons(head, [*steps[1:], *query.get("sk", ())])
    if named := _id(query.get("id", [""])[0]):  # profile.php, permalink.php, story.php, photo.php
        return named
    if head in ("people", "pages", "p"):
        return next((one for step in reversed(steps[1:]) if (one := _id(step))), None)
    if head == "pg":
        return _name(steps[1]) if len(steps) > 1 else None
    return (_id(head) or _name(head)) if head not in _NO_ACCOUNTS else None


def _refuse_persons(head: str, tabs: list[str]) -> None:
    if head == "groups":
        raise Permanent(GROUP.message)
    if head == "friends" or any(_PERSONAL_TABS.match(tab) for tab in tabs):
        raise Permanent(PERSONAL.message)


def _id(text: str) -> str | None:
    found = _NAMED_ID.match(text)
    text = found.group(1) if found else text
    return text if _ID.match(text) and text.isascii() else None


def _name(text: str) -> str | None:
    if _ID.match(text):
        return _id(text)
    if not text.isascii() or not _HANDLE.match(text) or text.endswith(".php") or text.lower() in _NO_ACCOUNTS:
        return None
    return text.lower().replace(".", "")
