"""What Meta's error codes mean for us, and how much of an allowance its usage headers say is taken.

Source: the platform's own error reference (Graph API v26.0). Errors are judged by code and subcode, never by the HTTP
status: limits come as 400, refusals as 200. Messages are for officials and repeat nothing that the platform said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aggregator.contract import AuthExpired, Gone, Malformed, Permanent, PlatformError, RateLimited, Transient

THROTTLED = frozenset({4, 17, 32, 341, 613, 80001, 80002, 80006})
DEFAULT_WAIT = 3600.0  # seconds, where the platform gives no estimate
FULL = 95  # percent of an allowance from which on we stop by ourselves
_ODD_TRAFFIC_WAIT = 6 * 3600.0  # 613/1996: the pattern of our calls is disliked, not their number
_SUSPECTED_SPAM = 2207051  # of code 4: a write that looks like spam, not too many calls
_GONE = frozenset({24, 803})
_NOT_READY = frozenset({4279009, 4279004})  # of code 24: a container that is still being made
_OBJECT_MISSING = 33  # of code 100
_PAGE_ROLE_LOST = 492  # of code 190


class Duplicate(Permanent):
    """The same words already stand there (506): what was sent earlier was delivered."""


class TooMuchData(Transient):
    """The question was too big (1, "reduce the amount of data"): ask for less."""


class CursorRefused(Permanent):
    """The list does not go on from this cursor: what it points to was deleted, or it is too far down."""


class CursorTooFar(CursorRefused):
    """The platform lists no further down than this."""


class UnknownField(Permanent):
    """This sort of object has no such field: it is another sort than was thought."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The fullest of the allowances that an answer tells of, in percent, and the seconds until it is free again."""

    percent: int = 0
    wait: float = 0.0


def usage_of(headers: Mapping[str, str]) -> Usage:
    """X-App-Usage, X-Page-Usage and X-Business-Use-Case-Usage; header names in lower case, waits in minutes there."""
    told = [_json(headers.get(name)) for name in ("x-app-usage", "x-page-usage")]
    for use_cases in _mappings([_json(headers.get("x-business-use-case-usage"))]):
        told += [one for cases in use_cases.values() if isinstance(cases, list) for one in cases]
    usage = [_usage(one) for one in _mappings(told)]
    return Usage(max((one.percent for one in usage), default=0), max((one.wait for one in usage), default=0.0))


def error_of(status: int, body: Any, headers: Mapping[str, str]) -> PlatformError | None:
    """The contract's error for an answer; None when it is a good one. `body` is the parsed JSON, None if it is none."""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        return _meaning(error, headers)
    return _by_status(status)


def _meaning(error: Mapping[str, Any], headers: Mapping[str, str]) -> PlatformError:
    code, subcode = error["code"], error.get("error_subcode")
    if code in THROTTLED and subcode != _SUSPECTED_SPAM:
        return _throttled(subcode, headers)
    if code in (190, 102):
        return AuthExpired(_token_words(subcode))
    if code == 100:
        return _bad_request(error)
    if code in _GONE:
        return Transient("Kiriman masih disiapkan Meta.") if subcode in _NOT_READY else Gone("Sudah tidak ada di Meta.")
    if code in _FIXED:
        return type(_FIXED[code])(_FIXED[code].message)
    if code == 1 and "reduce the amount" in str(error.get("message")).lower():
        return TooMuchData("Meta meminta permintaan yang lebih kecil.")
    if code in (-1, 1, 2) or error.get("is_transient") is True:
        return Transient("Meta sedang bermasalah.")
    if code in (3, 10) or 200 <= code <= 299:
        return Permanent(
            "Izin aplikasi kurang atau kedaluwarsa (90 hari tanpa dipakai). Hubungkan ulang akun dan setujui semua izin."
        )
    return Permanent(f"Meta menolak permintaan ini (kode {code}).")


def _throttled(subcode: Any, headers: Mapping[str, str]) -> RateLimited:
    wait = usage_of(headers).wait or (_ODD_TRAFFIC_WAIT if subcode == 1996 else DEFAULT_WAIT)
    return RateLimited("Batas panggilan Meta tercapai; pembacaan dilanjutkan nanti.", wait)


def _token_words(subcode: Any) -> str:
    if subcode == _PAGE_ROLE_LOST:
        return (
            "Orang yang menghubungkan akun tidak lagi mengelola Halaman ini. Kembalikan perannya, lalu hubungkan ulang."
        )
    return "Token Meta sudah tidak berlaku. Hubungkan ulang akun ini."


def _bad_request(error: Mapping[str, Any]) -> PlatformError:
    """Code 100: something that is gone and a parameter that is wrong share it."""
    words = str(error.get("message")).lower()
    if "cursor" in words:
        refused = CursorTooFar if "exceeds" in words else CursorRefused
        return refused("Daftar di Meta tidak dapat dilanjutkan dari sini.")
    if "nonexisting field" in words and "(user)" in words:
        return Permanent(_FIXED[1705].message)
    if "nonexisting field" in words:
        return UnknownField("Meta tidak mengenal bagian dari permintaan ini (kode 100).")
    if error.get("error_subcode") == _OBJECT_MISSING or "does not exist" in words:
        return Gone("Sudah tidak ada di Meta, atau tidak terlihat oleh akun ini.")
    return Permanent("Meta tidak mengenal bagian dari permintaan ini (kode 100).")


_FIXED: Mapping[int, PlatformError] = {
    12: Permanent("Bagian Meta ini sudah dihentikan (kode 12); plugin perlu diperbarui."),
    25: Permanent("Akun sedang dibatasi Meta; buka aplikasinya dan ikuti petunjuk di sana."),
    368: Permanent(
        "Meta memblokir kiriman akun ini karena dianggap mengganggu; hentikan menjawab dan periksa akunnya."
    ),
    506: Duplicate("Kalimat yang sama sudah pernah dikirim; ubah sedikit kalimatnya."),
    1705: Permanent("Token milik orang, bukan Halaman. Hubungkan ulang dan pilih Halamannya."),
}


def _by_status(status: int) -> PlatformError | None:
    if status < 400:
        return None
    if status in (401, 403):
        return AuthExpired(f"Meta menolak akses (HTTP {status}).")
    if status in (404, 410):
        return Gone(f"Tidak ditemukan di Meta (HTTP {status}).")
    if status >= 500:
        return Transient(f"Meta sedang bermasalah (HTTP {status}).")
    return Malformed(f"Meta menolak permintaan tanpa menyebut alasannya (HTTP {status}).")


def _usage(told: Mapping[str, Any]) -> Usage:
    shares = [value for name, value in told.items() if name != "estimated_time_to_regain_access"]
    minutes = told.get("estimated_time_to_regain_access")
    percent = max((int(share) for share in shares if isinstance(share, int | float)), default=0)
    return Usage(percent, 60.0 * minutes if isinstance(minutes, int | float) else 0.0)


def _mappings(values: list[Any]) -> list[Mapping[str, Any]]:
    return [value for value in values if isinstance(value, dict)]


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None
