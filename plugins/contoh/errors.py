"""What this platform's own error codes mean for us. Messages are for officials and repeat nothing it said."""

from __future__ import annotations

from typing import Any

from aggregator.contract import AuthExpired, Gone, Malformed, Permanent, PlatformError, RateLimited

DUPLICATE = "duplicate"
REFUSALS = (403, 409, 422)  # statuses whose body holds a code that says more than the status

_MEANINGS: dict[str, PlatformError] = {
    "token_expired": AuthExpired("Token Contoh sudah tidak berlaku; minta yang baru di halaman pengaturannya."),
    "post_gone": Gone("Pos di Contoh sudah dihapus."),
    "comments_closed": Permanent("Komentar pada pos ini ditutup; jawab lewat jalur lain."),
    "text_too_long": Permanent("Jawaban terlalu panjang untuk Contoh (paling banyak 500 huruf)."),
    "slow_down": RateLimited("Contoh meminta kita menunggu."),
}


def code_of(answer: Any) -> str:
    """The platform's code in a refusal; raises Malformed when there is none."""
    code = answer.get("code") if isinstance(answer, dict) else None
    if not isinstance(code, str):
        raise Malformed("Penolakan dari Contoh tidak menyebut alasannya.")
    return code


def meaning_of(code: str) -> PlatformError:
    """The contract's error for a code; an unknown one is Permanent: a person must look."""
    return _MEANINGS.get(code) or Permanent("Contoh menolak permintaan ini tanpa alasan yang dikenal.")
