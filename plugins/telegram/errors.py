"""What the Bot API's refusals mean. Messages are for officials and repeat nothing that Telegram said: its
descriptions may quote a chat's title. Source: the Bot API's documentation, "Making requests"."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from aggregator.contract import (
    AuthExpired,
    Gone,
    Malformed,
    Permanent,
    PlatformError,
    RateLimited,
    Response,
    Transient,
)

REFUSALS = (400, 401, 403, 404, 409, 429)  # statuses whose reason stands in the answer's body


class WebhookInUse(Permanent):
    """Updates go to a webhook; Telegram gives them out in one way only."""


_DESCRIBED: tuple[tuple[str, type[PlatformError], str], ...] = (
    ("chat not found", Gone, "Kanal atau grup ini tidak ditemukan di Telegram, atau bot belum menjadi anggotanya."),
    ("replied not found", Gone, "Komentar ini sudah dihapus dari grup; jawaban tidak dikirim."),
    ("message is too long", Permanent, "Jawaban terlalu panjang untuk Telegram (paling banyak 4.096 huruf)."),
    ("message text is empty", Permanent, "Jawaban masih kosong."),
    ("group chat was upgraded", Permanent, "Grup diskusi berganti nomor; periksa kembali akun ini."),
    ("not enough rights", Permanent, "Bot tidak diizinkan menulis di grup ini; minta admin grup mengizinkannya."),
    ("administrator rights", Permanent, "Bot perlu dijadikan admin grup diskusi."),
    ("webhook is active", WebhookInUse, "Bot ini dipakai lewat webhook; lepaskan dulu atau isi rahasia webhook."),
    ("other getupdates", Transient, "Bot ini sedang dibaca oleh program lain; satu bot hanya untuk satu Sahut."),
)
_BY_CODE: dict[int, tuple[type[PlatformError], str]] = {
    401: (AuthExpired, "Token bot tidak berlaku; ambil yang baru dari @BotFather."),
    404: (AuthExpired, "Token bot tidak dikenal Telegram; salin kembali dari @BotFather."),
    403: (Permanent, "Bot dikeluarkan dari grup ini; masukkan kembali sebagai admin."),
    409: (Transient, "Bot ini sedang dipakai oleh program lain."),
}


def result_of(response: Response, now: datetime) -> Any:
    """The `result` of an answer; raises what its refusal means, Malformed when it is neither."""
    try:
        answer = response.json()
    except Malformed:
        if response.status == 200:
            raise
        answer = {}
    if not isinstance(answer, dict):
        raise Malformed("Jawaban Telegram tidak berbentuk seperti biasanya.")
    if response.status != 200 or answer.get("ok") is False:
        raise _refusal(response, answer, now)
    if answer.get("ok") is not True or "result" not in answer:
        raise Malformed("Jawaban Telegram tidak berbentuk seperti biasanya.")
    return answer["result"]


def _refusal(response: Response, answer: dict[str, Any], now: datetime) -> PlatformError:
    code = answer.get("error_code")
    code = code if isinstance(code, int) else response.status
    if code == 429:
        return RateLimited("Telegram meminta kita menunggu.", _told_to_wait(response, answer, now))
    if code >= 500:
        return Transient("Telegram sedang bermasalah.")
    words = str(answer.get("description", "")).lower()
    for part, error, message in _DESCRIBED:
        if part in words:
            return error(message)
    error, message = _BY_CODE.get(code, (Permanent, "Telegram menolak permintaan ini."))
    return error(message)


def _told_to_wait(response: Response, answer: dict[str, Any], now: datetime) -> float | None:
    """Seconds from `parameters.retry_after`, else from the header (a number or an HTTP date)."""
    told = answer.get("parameters")
    seconds = told.get("retry_after") if isinstance(told, dict) else None
    if isinstance(seconds, int | float):
        return float(seconds)
    header = response.headers.get("retry-after", "")
    if header.isdecimal():
        return float(header)
    try:
        return max(0.0, (parsedate_to_datetime(header).astimezone(UTC) - now).total_seconds())
    except ValueError:
        return None
