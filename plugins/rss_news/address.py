"""Addresses of feeds and of news searches, in one plain form."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, parse_qsl, quote, urlencode, urlsplit, urlunsplit

GOOGLE = "news.google.com"
_SEARCH = re.compile(r"(?:google news|berita|news)\s*:\s*(?P<words>[^:/]{3,400})\Z", re.IGNORECASE)
_FEED = re.compile(r"(?:feed|rss|atom)\s*:\s*(?://)?(?P<url>(?:https?://)?[^\s/]+\.[^\s]+)\Z", re.IGNORECASE)
_FEED_PATH = re.compile(
    r"(?:/(?:feed|rss|atom|rdf)|/feeds/(?:posts|videos)\S*|[/.-](?:rss|feed|atom|index)\.xml|\.rss|/rss/\S+|/feed/(?:rss2?|atom|rdf))/?\Z",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"/comments?/(?:feed|default)|/feeds/comments", re.IGNORECASE)
_MARK = "umpan"  # the fragment that says of an unlikely address: it is a feed
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|oc|mc_[ce]id|igshid)\Z", re.IGNORECASE)


def feed_url(text: str) -> str | None:
    """The plain address of the feed or search that `text` names; None when it names none. Pure.

    "berita: Dinas X" is a Google News search; "rss: https://…" is a feed wherever it lies, kept apart from a site
    by the fragment #umpan.
    """
    text = text.strip()
    if found := _SEARCH.match(text):
        return search_url(found["words"])
    if found := _FEED.match(text):
        parts = _parts(found["url"])
        return parts and _plain(parts, marked=not _looks_like_a_feed(parts))
    parts = _parts(text)
    if parts is None:
        return None
    if parts.hostname == GOOGLE:
        words = parse_qs(parts.query).get("q", [""])[0].strip()
        return search_url(words) if words and parts.path.strip("/") in ("search", "rss/search") else None
    marked = parts.fragment == _MARK
    return _plain(parts, marked=marked) if marked or _looks_like_a_feed(parts) else None


def search_url(words: str) -> str:
    """The Indonesian edition's RSS of a search."""
    query = quote(" ".join(words.split()), safe="")
    return f"https://{GOOGLE}/rss/search?q={query}&hl=id&gl=ID&ceid=ID:id"


def key_of(url: str) -> str:
    """One key for http and https, with and without "www."."""
    parts = urlsplit(url)
    if parts.hostname == GOOGLE:
        return "google news: " + parse_qs(parts.query)["q"][0].casefold()
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def searched_words(url: str) -> str | None:
    """What a Google News search looks for; None when the address is another feed's."""
    parts = urlsplit(url)
    return parse_qs(parts.query)["q"][0] if parts.hostname == GOOGLE else None


def canonical_link(link: str) -> str:
    """A news item's address without what only counts visitors."""
    parts = urlsplit(link)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name)]
    host = (parts.hostname or "").removeprefix("www.")
    return urlunsplit(
        (parts.scheme.replace("http", "https", parts.scheme == "http"), host, parts.path, urlencode(kept), "")
    )


def _parts(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    plain = re.fullmatch(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}", host) and not parts.username and port in (None, 80, 443)
    return parts if plain and parts.scheme in ("http", "https") and parts.path.isascii() else None


def _looks_like_a_feed(parts: SplitResult) -> bool:
    query = parse_qs(parts.query)
    if _COMMENTS.search(parts.path) or "withcomments" in query:
        return False
    formats = {value.lower() for name in ("feed", "format", "alt", "type") for value in query.get(name, ())}
    return bool(_FEED_PATH.search(parts.path)) or bool(formats & {"rss", "rss2", "atom", "feed"})


def _plain(parts: SplitResult, *, marked: bool) -> str:
    kept = urlencode([(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name)])
    return urlunsplit((parts.scheme, parts.hostname or "", parts.path or "/", kept, _MARK if marked else ""))


def goes_on(url: str) -> bool:
    """Whether older entries may be had by ?paged=2, as at WordPress' feeds."""
    parts = urlsplit(url)
    return parts.path.rstrip("/").endswith("/feed") or "feed" in parse_qs(parts.query)
