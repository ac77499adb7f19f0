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
        "blogger.com",
        "disqus.com",
    ]
)
_HOST = re.compile(r"(?=.{1,253}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,62}")
_LOCAL = re.compile(r"localhost|\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*")
_BLOGSPOT = re.compile(r"(?:www\.)?([a-z0-9-]{1,63})\.blogspot\.(?:com?\.)?[a-z]{2,3}")
_PAGE_FILE = re.compile(r"/[^/]*\.(?:html?|php|aspx?)$", re.IGNORECASE)
# Where a site's own pages begin, in the words that WordPress, Joomla, Drupal and Indonesian portals use.
_OWN_PAGES = re.compile(
    r"/(?:wp-(?:json|admin|content|includes|login\.php)|index\.php|comments/feed|(?:19|20)\d{2}/\d{1,2}|feeds?|rss|page|tag"
    r"|category|kategori|author|search|component|node|berita|artikel|article|news|read|baca|detail|post|posts|blog"
    r"|pengumuman|agenda|galeri|kegiatan|halaman|buku-tamu|pengaduan|kontak|profil|p)(?:/.*)?$",
    re.IGNORECASE,
)
_AMP = re.compile(r"/[^/]+/amp$", re.IGNORECASE)
_TITLE = re.compile(
    r"/(?!(?:dinas|badan|kantor|bagian|desa|kelurahan|kecamatan|kec|kel|puskesmas|rsud|upt|uptd|nagari|satuan|sekretariat"
    r"|inspektorat|satpol|perpustakaan)-)(?:[^/-]+-){4,}[^/-]+$|/\d+(?:-[^/]*)?$",
    re.IGNORECASE,
)
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
    if blog := _BLOGSPOT.fullmatch(host):
        return AccountKey(platform="website", key=f"{blog[1]}.blogspot.com", url=f"https://{blog[1]}.blogspot.com/")
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
    """The directory a site lives in: pages, articles, feeds and files of it are not part of its name. An article
    without a date or a telling word in its path shows by its title: five words or more, and no office's name."""
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    for pages in (_OWN_PAGES, _PAGE_FILE, _AMP, _TITLE):
        path = pages.sub("", path).rstrip("/")
    return path if path.lower() != "/amp" else ""


def _bare_host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
