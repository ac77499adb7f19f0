"""What a request becomes when a site redirects it."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2

from aggregator.sync.addresses import host_of, port_of, read_url, site_of

STATUSES = frozenset({301, 302, 303, 307, 308})
MOST = 5  # redirects of one call

# What may follow to another origin. A secret may ride in any other header.
_HARMLESS_HEADERS = frozenset(
    {"accept", "accept-language", "content-type", "if-modified-since", "if-none-match", "range"}
)


def target_of(base: httpx2.URL, location: str) -> httpx2.URL:
    """Where `Location` leads; raises Permanent for what is no plain web address."""
    try:
        text = str(base.join(location))
    except (httpx2.InvalidURL, ValueError):
        text = ""
    return read_url(text)


def keeps_method(status: int, old: httpx2.URL, new: httpx2.URL) -> bool:
    """Whether a POST is sent again as one: asked for by 307 and 308, and meant when a redirect only puts
    the site's name right (https, www.). Any other answers the POST, and the next page is fetched with
    GET."""
    renames = site_of(host_of(old)) == site_of(host_of(new)) and old.raw_path == new.raw_path and old != new
    return status in (307, 308) or (renames and status != 303)


def headers_for(old: httpx2.URL, new: httpx2.URL, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that may go along: all on the same origin or from http to https of one host, else
    harmless ones. `headers` have lower-case names."""
    if _same_keeper(old, new):
        return dict(headers)
    return {name: value for name, value in headers.items() if name in _HARMLESS_HEADERS}


def _same_keeper(old: httpx2.URL, new: httpx2.URL) -> bool:
    if host_of(old) != host_of(new):
        return False
    if old.scheme == new.scheme:
        return port_of(old) == port_of(new)
    return (port_of(old), port_of(new)) == (80, 443)
