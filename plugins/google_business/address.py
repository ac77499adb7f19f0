"""From a pasted address to a location. The key is the location's own name ("locations/2200") where the address has it, else
Maps' number of the place ("cid/123") or its place id ("place/ChIJ…"), which the login's list of locations translates."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

_NAME = re.compile(r"(?:(accounts/\d+)/)?(locations/\d+)\Z")
_MANAGER = re.compile(r"/(?:n|(?:\w+/)*l)/(\d{1,25})(?:/|\Z)")
_V4 = re.compile(r"/v\d/(?:accounts/\d+/)?(locations/\d+)(?:/|\Z)")
_PLACE_ID = re.compile(r"[\w-]{20,200}\Z", re.ASCII)
_FEATURE = re.compile(r"!1s0x[0-9a-f]{1,16}:0x([0-9a-f]{1,16})(?=!|\Z)", re.IGNORECASE)
_MAPS = re.compile(r"(?:maps\.google|(?:www\.)?google)\.(?:com|co\.id)\Z")
_PLACE_NAMES = ("placeid", "place_id", "query_place_id")
_MOST_CID = 2**64


def key_of(pasted: str) -> str | None:
    """The key; None when no location is named. Short links (maps.app.goo.gl, g.page) name none without asking Google."""
    text = pasted.strip()
    if named := _NAME.match(text):
        return named[2]
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    path, query = unquote(parts.path), parse_qs(parts.query)
    if host == "business.google.com":
        found = _MANAGER.match(path)
        return f"locations/{found[1]}" if found else None
    if host.startswith("mybusiness") and host.endswith(".googleapis.com"):
        found = _V4.match(path)
        return found[1] if found else None
    if host == "search.google.com" and path.startswith("/local/"):
        return _place_id(query)
    return _on_maps(path, query) if _is_maps(host, path) else None


def url_of(key: str) -> str:
    """An address that people can open."""
    kind, _, one = key.partition("/")
    if kind == "locations":
        return f"https://business.google.com/n/{one}/profile"
    if kind == "cid":
        return f"https://maps.google.com/maps?cid={one}"
    return f"https://search.google.com/local/reviews?placeid={one}"


def _is_maps(host: str, path: str) -> bool:
    return bool(_MAPS.match(host)) and (host.startswith("maps.") or path.split("/")[1:2] == ["maps"])


def _on_maps(path: str, query: dict[str, list[str]]) -> str | None:
    cid = query.get("cid", [""])[0]
    if cid.isascii() and cid.isdecimal() and 0 < int(cid) < _MOST_CID:
        return f"cid/{int(cid)}"
    if found := _FEATURE.search(path):
        return f"cid/{int(found[1], 16)}"
    return _place_id(query)


def _place_id(query: dict[str, list[str]]) -> str | None:
    told = [query[name][0] for name in _PLACE_NAMES if name in query]
    told += [value.removeprefix("place_id:") for value in query.get("q", ()) if value.startswith("place_id:")]
    return next((f"place/{one}" for one in told if _PLACE_ID.match(one)), None)
