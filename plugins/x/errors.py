"""What X's refusals mean. `type` in the body says more than the status; messages are for officials and repeat nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from aggregator.contract import AuthExpired, Gone, Permanent, PlatformError, RateLimited, Response

REFUSALS = (400, 402, 403, 404, 429)  # statuses whose body or headers say more than the status
_UNKNOWN_WAIT = 900.0  # seconds: X's windows are a quarter of an hour
_LONGEST_WAIT = 24 * 3600.0
_NO_CREDIT = "Kredit X habis: pembacaan berhenti sampai Diskominfo mengisi kredit di console.x.com."
_CAPPED = "Batas bulanan pembacaan X tercapai; naikkan batas di console.x.com atau tunggu bulan berikutnya."
_NO_ACCESS = "Aplikasi X belum boleh memakai layanan ini; periksa proyek dan izinnya di console.x.com."


class BadRequest(Permanent):
    """A parameter was refused: an expired bookmark, or a spelling that X has given up."""

    def __init__(self, names: str) -> None:
        super().__init__("X menolak isi permintaan ini; mengulang tidak menolong.")
        self.names = names  # which of our own parameter spellings the answer speaks of


class ReplyRefused(Permanent):
    """X does not let the interface reply to this post. `duplicate`: because these words already stand there."""

    def __init__(self, *, duplicate: bool) -> None:
        super().__init__("X tidak mengizinkan balasan ini lewat aplikasi.")
        self.duplicate = duplicate


def meaning_of(response: Response, now: datetime, *, writing: bool = False) -> PlatformError:
    """The contract's error for a refused call."""
    kind, said = _told(response)
    if response.status == 402 or "credit" in kind or "credit" in said:
        return Permanent(_NO_CREDIT)
    if kind.endswith("usage-capped"):
        return Permanent(_CAPPED)
    if response.status == 429:
        return RateLimited("X meminta kita menunggu.", _wait(response.headers, now))
    if kind.endswith("client-forbidden"):
        return Permanent(_NO_ACCESS)
    if response.status == 404:
        return Gone("Tidak ditemukan di X.")
    if response.status == 403:
        return ReplyRefused(duplicate="duplicate" in said) if writing else AuthExpired("X menolak izin yang dipakai.")
    return BadRequest("tweet.fields" if "tweet.fields" in said else "")


def _told(response: Response) -> tuple[str, str]:
    """The type of a refusal and what it says, in lower case; "" when it says nothing readable."""
    try:
        body = response.json()
    except PlatformError:
        return "", ""
    listed = body.get("errors") if isinstance(body, dict) else None
    first: Any = listed[0] if isinstance(listed, list) and listed else None
    parts = [part for part in (body, first) if isinstance(part, dict)]
    kinds = [str(part["type"]) for part in parts if "type" in part]
    names = ("title", "detail", "message", "parameters")
    return (kinds[-1] if kinds else "").lower(), " ".join(
        str(part.get(name, "")) for part in parts for name in names
    ).lower()


def _wait(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds to stay away: X's own header, else Retry-After in either form."""
    reset, after = headers.get("x-rate-limit-reset", ""), headers.get("retry-after", "")
    if reset.isdecimal():
        seconds = int(reset) - now.timestamp() + 1
    elif after.isdecimal():
        seconds = float(after)
    else:
        try:
            seconds = (parsedate_to_datetime(after) - now).total_seconds()
        except (ValueError, TypeError):
            seconds = _UNKNOWN_WAIT
    return min(max(seconds, 1.0), _LONGEST_WAIT)
