"""Addresses of village sites, and of what stands on them.

The key is the host: without www., in ASCII. "/index.php" before a path is a habit of servers without rewriting; it
belongs to no name and is learnt from the site's own links.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

from aggregator.contract import Account, AccountKey

PLATFORM = "opensid"
COMPLAINTS = "/pengaduan"
_INDEX = "/index.php"
_HOST = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}\Z")
_ARTICLE = re.compile(r"/artikel/(\d{4}/\d{1,2}/\d{1,2}/[^/?#\s]{1,300})/?\Z")
_OWN_PATH = re.compile(r"/(?:first/artikel/\d+|artikel/\d{4}/\d{1,2}/\d{1,2}/[^/]+)/?\Z")
_COMPLAINTS_PATH = re.compile(r"/pengaduan(?:/\d+)?/?\Z")


def account_key(text: str) -> AccountKey | None:
    """A pasted address as a village site: every host below desa.id; elsewhere only paths that OpenSID has."""
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
    village = host.endswith(".desa.id") and host != "www.desa.id"
    if not village and not _is_own_path(host, parts.path):
        return None
    site = host + (f":{port}" if port and port != {"http": 80, "https": 443}[parts.scheme] else "")
    # Elsewhere a path is what makes the address recognisable, so the shown one has such a path as well.
    path = "/" if village else COMPLAINTS if host.endswith(".id") else _INDEX + COMPLAINTS
    url = f"{parts.scheme}://{site}{path}"
    return AccountKey(platform=PLATFORM, key=site.removeprefix("www."), url=url)


def base_of(account: Account) -> str:
    """The site's origin: "https://sukamaju.desa.id"."""
    parts = urlsplit(account.url)
    return f"{parts.scheme}://{parts.netloc}"


def article_path(link: str, page: str) -> str | None:
    """ "artikel/2026/8/4/slug" for a link to an article; None for any other link. It is the article's name for ever:
    its number stands only on pages that take comments."""
    if "artikel/" not in link:
        return None
    try:
        found = _ARTICLE.search(urlsplit(urljoin(page, link.strip())).path)
    except ValueError:
        return None
    return f"artikel/{unquote(found[1])}" if found else None


def uses_index(link: str) -> bool:
    """Whether this link shows that the server has no rewriting."""
    return "/index.php/artikel/" in link or "/index.php/add_comment/" in link


def prefix_of(url: str) -> str:
    """ "/index.php" where an address of the site carries it, else ""."""
    return _INDEX if urlsplit(url).path.startswith(_INDEX) else ""


def _is_own_path(host: str, path: str) -> bool:
    """Articles everywhere; "/pengaduan" is a common word, so only on Indonesian hosts or below /index.php."""
    own = path.removeprefix(_INDEX)
    told = host.endswith(".id") or own != path
    return bool(_OWN_PATH.match(own) or (told and _COMPLAINTS_PATH.match(own)))


def _ascii(host: str) -> str | None:
    host = host.rstrip(".").lower()
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return host if _HOST.match(host) else None
