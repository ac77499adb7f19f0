"""Addresses of sub-district sites. The key is the host: without www., in ASCII."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aggregator.contract import Account, AccountKey

PLATFORM = "opendk"
COMPLAINTS = "/sistem-komplain"
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}\Z")
_SUB_DISTRICT = re.compile(
    r"(?:www\.)?(?:kecamatan[a-z0-9-]*|kec-[a-z0-9-]+|kec(?=\.)|kec[a-z0-9-]+(?=\..*\.go\.id\Z))(?:\.[a-z0-9-]+)*\.id\Z"
)
_COMPLAINTS_PATH = re.compile(r"/sistem-komplain(?:/komplain/[^/]+|/[a-z-]+)?/?\Z")
_NEWS_PATH = re.compile(r"/berita(?:-desa|/[^/]+)/?\Z")


def account_key(text: str) -> AccountKey | None:
    """A pasted address as a sub-district site: hosts named kec… or kecamatan…, and paths that OpenDK has."""
    text = text.strip()
    if "://" not in text:
        text = f"https://{text.removeprefix('//')}"
    try:
        parts = urlsplit(text)
        port, host = parts.port, _ascii(parts.hostname or "")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not host or any(map(str.isspace, text)):
        return None
    named = bool(_SUB_DISTRICT.match(host))
    if not named and not _is_own_path(host, parts.path):
        return None
    site = host + (f":{port}" if port and port != {"http": 80, "https": 443}[parts.scheme] else "")
    # Elsewhere the path is what makes the address recognisable, so it stays in it.
    url = f"{parts.scheme}://{site}{'/' if named else COMPLAINTS}"
    return AccountKey(platform=PLATFORM, key=site.removeprefix("www."), url=url)


def base_of(account: Account) -> str:
    """The site's origin: "https://kec-kalisari.contoh.go.id"."""
    parts = urlsplit(account.url)
    return f"{parts.scheme}://{parts.netloc}"


def _is_own_path(host: str, path: str) -> bool:
    return bool(_COMPLAINTS_PATH.match(path) or (host.endswith(".id") and _NEWS_PATH.match(path)))


def _ascii(host: str) -> str | None:
    host = host.rstrip(".").lower()
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return host if _HOST.match(host) else None
