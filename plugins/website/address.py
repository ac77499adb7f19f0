"""Addresses of sites: what counts as one, and one canonical name for its many spellings."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urljoin, urlsplit

from aggregator.contract import AccountKey

_ELSEWHERE = frozenset(
    [
        "facebook.com",
        "fb.com",
        "fb.me",
        "fb.watch",
        "messenger.com",
        "instagram.com",
        "instagr.am",
        "youtube.com",
        "youtu.be",
        "tiktok.com",
        "x.com",
        "twitter.com",
        "t.co",
        "threads.net",
        "threads.com",
        "t.me",
        "telegram.me",
        "telegram.org",
        "wa.me",
        "whatsapp.com",
        "goo.gl",
        "g.page",
        "google.com",
        "google.co.id",
        "lapor.go.id",
        "linkedin.com",
        "line.me",
        "play.google.com",
    ]
)
_HOST = re.compile(r"(?=.{1,253}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,62}")
_LOCAL = re.compile(r"localhost|\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*")
_PAGE_FILE = re.compile(r"/[^/]*\.(?:html?|php|aspx?)$", re.IGNORECASE)
_OWN_PAGES = re.compile(r"/(?:wp-json|wp-admin|wp-login\.php|feed|comments/feed|\d{4}/\d{2})(?:/.*)?$")
_COMMENT_PAGE = re.compile(r"/comment-page-\d+/?$")
_CPAGE = re.compile(r"\?cpage=\d+&|[?&]cpage=\d+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def account_key(url: str) -> AccountKey | None:
    """A pasted address as the key of a site; None when it is no web address or belongs to a known
    platform."""
    parts = _split(url)
    if parts is None:
        return None
    host = _ascii_host(parts.hostname or "")
    if host is None or _elsewhere(host):
        return None
    try:
        port = parts.port
    except ValueError:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port and port != _DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    path = _site_path(parts.path)
    return AccountKey(
        platform="website", key=netloc.removeprefix("www.") + path, url=f"{parts.scheme}://{netloc}{path}/"
    )


def base_of(url: str) -> str:
    """The account's address without a slash at the end."""
    return url.rstrip("/")


def same_site(url: str, base: str) -> bool:
    """Whether `url` lies on the site's own host (with or without www)."""
    return _bare_host(url) == _bare_host(base) != ""


def absolute(base: str, link: str) -> str | None:
    """A link found on a page as an address without fragment; None unless it is http(s)."""
    try:
        target = urlsplit(urljoin(base, link.strip()))
    except ValueError:
        return None
    if target.scheme not in _DEFAULT_PORTS or not target.hostname:
        return None
    return target._replace(fragment="").geturl()


def without_comment_page(link: str) -> str:
    """A comment's address as the post's: no anchor, no page of comments."""
    return _CPAGE.sub(_keep_question_mark, _COMMENT_PAGE.sub("/", link.partition("#")[0]))


def _keep_question_mark(found: re.Match[str]) -> str:
    return "?" if found[0].startswith("?") and found[0].endswith("&") else ""


def _split(url: str) -> SplitResult | None:
    text = url.strip()
    if not text or any(letter.isspace() for letter in text) or "@" in text.split("/", 3)[0]:
        return None
    if "://" not in text:
        text = f"https://{text.removeprefix('//')}"
    try:
        parts = urlsplit(text)
        parts.hostname  # noqa: B018  # raises for a broken IPv6 address
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    ok = scheme in _DEFAULT_PORTS and "@" not in parts.netloc
    return parts._replace(scheme=scheme) if ok else None


def _ascii_host(host: str) -> str | None:
    host = host.rstrip(".").lower()
    if _LOCAL.fullmatch(host):
        return host
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return host if _HOST.fullmatch(host) else None


def _elsewhere(host: str) -> bool:
    return any(host == name or host.endswith("." + name) for name in _ELSEWHERE)


def _site_path(path: str) -> str:
    """The directory a site lives in: pages, feeds and files of it are not part of its name."""
    path = re.sub(r"/{2,}", "/", path)
    return _PAGE_FILE.sub("", _OWN_PAGES.sub("", path.rstrip("/"))).rstrip("/")


def _bare_host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
