"""TikTok's own codes. Every answer is HTTP 200; `code` other than 0 is the error. Messages are for officials and
repeat nothing that TikTok said."""

from __future__ import annotations

from datetime import datetime, timedelta

from aggregator.contract import AuthExpired, Malformed, Permanent, PlatformError, RateLimited, Transient

_PAUSE = 300.0  # seconds that a bucket per minute is left alone
_TOO_MANY = frozenset({40100, 51021})
_LOGIN_AGAIN = "TikTok tidak lagi mengenali izin akun ini; hubungkan akunnya lagi."
_MEANINGS: dict[int, tuple[type[PlatformError], str]] = {
    40001: (Permanent, "Aplikasi belum diberi izin ini oleh TikTok; periksa izin aplikasi lalu hubungkan akun lagi."),
    40002: (Permanent, "TikTok menolak isi permintaan ini (mungkin teks terlalu panjang); mengulang tidak menolong."),
    40006: (Malformed, "TikTok tidak mengenal alamat yang dipanggil; plugin perlu diperbarui."),
    40008: (Malformed, "TikTok tidak mengenal bentuk permintaan; plugin perlu diperbarui."),
    40102: (AuthExpired, _LOGIN_AGAIN),
    40104: (AuthExpired, _LOGIN_AGAIN),
    40105: (AuthExpired, _LOGIN_AGAIN),
}


def meaning_of(code: int, message: str, now: datetime) -> PlatformError:
    """The contract's error for a code; `message` tells only which allowance ran out (per minute or per day)."""
    if code in _TOO_MANY:
        return RateLimited("TikTok meminta kita menunggu.", _wait(message, now))
    if 50000 <= code < 60000:
        return Transient("TikTok sedang bermasalah.")
    kind, words = _MEANINGS.get(code, (Permanent, "TikTok menolak permintaan ini tanpa alasan yang dikenal."))
    return kind(words)


def _wait(message: str, now: datetime) -> float:
    """The allowance of a day comes back at midnight UTC, the others within minutes."""
    if "qpd" not in message.lower() and "day" not in message.lower():
        return _PAUSE
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - now).total_seconds()
