"""What came back over HTTP, and which error of the contract it means. Shared by the guarded client and the
offline one of the conformance kit, so that both judge an answer alike."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

import orjson

from aggregator.contract import AuthExpired, Gone, Malformed, Permanent, PlatformError, RateLimited, Transient
from aggregator.sync.browser_checks import checks_browsers

_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
# Codecs that Python lists as text but no page is written in; some take quadratic time or raise other errors.
_NO_CHARSETS = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "utf-7"})
# Browsers read these labels as Windows-1252, and so do the people who write them (WHATWG Encoding).
_LATIN = frozenset({"iso8859-1", "ascii"})

LONGEST_WAIT = 24 * 3600.0  # seconds; a Retry-After beyond a day is a mistake


@dataclass(frozen=True)
class HttpResponse:
    """One answer, whole. `headers` have lower-case names."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def text(self) -> str:
        return decode(self.body, self.headers.get("content-type", "")).replace("\x00", "")

    def json(self) -> Any:
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            pass
        try:  # a byte-order mark or another charset than UTF-8 is no reason to give up
            return orjson.loads(self.text.lstrip("\ufeff"))
        except orjson.JSONDecodeError:
            raise Malformed("Jawaban situs bukan JSON yang utuh.") from None


def decode(body: bytes, content_type: str = "") -> str:
    """Bytes to text: byte-order mark, header, <meta>, UTF-8, then what the bytes look like. Never fails."""
    if body.startswith(codecs.BOM_UTF8):
        return body.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace")
    named = _CHARSET.search(content_type)
    meta = None if named else _META_CHARSET.search(body[:4096])
    for label in (named and named.group(1), meta and meta.group(1).decode("ascii"), "utf-8"):
        charset = _charset(label)
        if charset:
            try:
                return body.decode(charset)
            except (UnicodeError, LookupError):  # LookupError: a codec between bytes and bytes
                continue
    return _decode_damaged(body)


def _decode_damaged(body: bytes) -> str:
    """Mostly sound UTF-8 is UTF-8 with damage (an excerpt cut inside a letter); anything else is taken for
    Windows-1252, the only other encoding that Indonesian pages are known to come in."""
    text = body.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    sound = len(text) - broken - len(text.encode("ascii", errors="ignore"))
    return text if sound > broken else body.decode("cp1252", errors="replace")


def _charset(label: str | None) -> str | None:
    try:
        name = codecs.lookup(label or "").name
    except LookupError:
        return None
    if name in _NO_CHARSETS:
        return None
    return "cp1252" if name in _LATIN else name


def error_of(response: HttpResponse, allow: Collection[int], now: datetime) -> PlatformError | None:
    """The contract's error for this answer, None when the plugin may read it.

    A page that checks browsers is never the site's answer, whatever its status and whatever the plugin
    allows."""
    if checks_browsers(response.headers, response.body):
        return Transient("Situs sedang memeriksa peramban (perlindungan bot) dan belum dapat dibaca.")
    status = response.status
    if status < 300 or status in allow:
        return None
    if status == 429:
        return RateLimited("Situs meminta kita menunggu.", retry_after_seconds(response.headers, now))
    if status == 503 and "retry-after" in response.headers:
        wait = retry_after_seconds(response.headers, now)
        return RateLimited("Situs sedang sibuk dan meminta kita menunggu.", wait)
    if status in (401, 403):
        return AuthExpired(f"Situs menolak akses (HTTP {status}).")
    if status in (404, 410):
        return Gone(f"Halaman tidak ditemukan (HTTP {status}).")
    if status >= 500 or status in (408, 425):
        return Transient(f"Situs sedang bermasalah (HTTP {status}).")
    if status < 400:
        return Malformed(f"Situs menjawab dengan cara yang tidak dikenal (HTTP {status}).")
    return Permanent(f"Situs menolak permintaan (HTTP {status}).")


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """`Retry-After` as seconds from `now` (at most a day), from its number or HTTP-date form; None when
    absent or unreadable."""
    value = headers.get("retry-after", "").strip()[:40]
    if value.isascii() and value.isdecimal():
        return min(float(value), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return min(max(0.0, (moment - now).total_seconds()), LONGEST_WAIT)
    except (ValueError, OverflowError):
        return None
