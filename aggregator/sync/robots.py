"""robots.txt (RFC 9309) for platforms that read pages made for people (`PlatformInfo.scrapes`).

It speaks to crawlers of pages. What a site publishes for programs (its REST interface, its feeds) is meant
to be fetched by programs; an office that does not want that closes it, and is obeyed by its 401, 403 or
404. So those addresses are not looked up in robots.txt, and neither is an answer that a person sends (only
GETs are)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx2
from protego import Protego

from aggregator.contract import Permanent, Transient
from aggregator.sync.addresses import host_of, site_of
from aggregator.sync.politeness import Clock, HostMemory, RobotsNote
from aggregator.sync.responses import HttpResponse

AGENT = "Sahut"
KEPT = timedelta(hours=24)
BLOCKED = timedelta(hours=1)
LONGEST_DELAY = 30.0  # seconds; a longer Crawl-delay would never let a pull end
LONGEST_TEXT = 500_000  # characters; RFC 9309 asks for at least 500 KiB

_FOR_PROGRAMS = re.compile(r"/(?:wp-json|feeds?|rss|atom)(?:[/.]|$)|[?&](?:rest_route|feed)=")


class Robots:
    """What the sites of one account allow. `fetch(url)` brings robots.txt over the guarded line, whatever
    its status."""

    def __init__(self, memory: HostMemory, clock: Clock, fetch: Callable[[httpx2.URL], HttpResponse]) -> None:
        self._memory = memory
        self._clock = clock
        self._fetch = fetch
        self._rules: dict[str, Protego] = {}

    def crawl_delay(self, url: httpx2.URL) -> float:
        """Seconds the site asks to leave between calls (0 when it asks nothing). Raises Permanent when it
        forbids `url`, Transient while its robots.txt cannot be read for a fault of the site."""
        if for_programs(url):
            return 0.0
        rules = self._rules_of(url)
        _refuse_forbidden(rules, url)
        return min(rules.crawl_delay(AGENT) or 0.0, LONGEST_DELAY)

    def check_redirect(self, url: httpx2.URL) -> None:
        """Raises Permanent when the rules already at hand forbid where a redirect leads; fetches nothing."""
        rules = self._rules.get(_site_key(url))
        if rules is not None and not for_programs(url):
            _refuse_forbidden(rules, url)

    def _rules_of(self, url: httpx2.URL) -> Protego:
        key = _site_key(url)
        if key not in self._rules:
            self._rules[key] = Protego.parse(self._text_of(key, url))
        return self._rules[key]

    def _text_of(self, key: str, url: httpx2.URL) -> str:
        now = self._clock()
        note = self._memory.robots(key)
        if note is None or _is_stale(note, now):
            note = self._read(url, now)
            self._memory.keep_robots(key, note)
        if note.blocked_until is not None:
            raise Transient("Aturan pembacaan situs (robots.txt) sedang tidak dapat dibaca; dicoba lagi nanti.")
        return note.text

    def _read(self, url: httpx2.URL, now: datetime) -> RobotsNote:
        answer = self._fetch(url.copy_with(path="/robots.txt", query=None, fragment=None))
        if answer.status >= 500:
            return RobotsNote(text="", read_at=now, blocked_until=now + BLOCKED)
        text = answer.text[:LONGEST_TEXT] if answer.status < 300 else ""  # 4xx: nothing is forbidden
        return RobotsNote(text=text, read_at=now)


def for_programs(url: httpx2.URL) -> bool:
    """Whether a site publishes this address for programs rather than for people."""
    return bool(_FOR_PROGRAMS.search(url.raw_path.decode("ascii")))


def _is_stale(note: RobotsNote, now: datetime) -> bool:
    return now >= (note.blocked_until or note.read_at + KEPT)


def _site_key(url: httpx2.URL) -> str:
    site = site_of(host_of(url))
    return site if url.port is None else f"{site}:{url.port}"


def _refuse_forbidden(rules: Protego, url: httpx2.URL) -> None:
    if not rules.can_fetch(str(url), AGENT):
        raise Permanent("Situs melarang halaman ini dibaca secara otomatis (robots.txt).")
