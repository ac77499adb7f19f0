"""Errors people see: what happened, in a sentence, and the next step. What they had typed is never lost."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from aggregator.services.errors import Conflict, NotFound, Refused, TooManyAttempts
from web.security import UPLOAD


@dataclass(frozen=True, slots=True)
class Advice:
    """An error page: its title, what to do, and the words of the link there."""

    title: str
    text: str
    step: str = "Kembali ke awal"


ADVICE = {
    400: Advice("Permintaan tidak terbaca", "Alamat atau isian tidak lengkap. Ulangi dari halaman sebelumnya."),
    401: Advice(
        "Waktu masuk Anda habis",
        "Demi keamanan, Anda dikeluarkan setelah 30 menit tanpa kegiatan. Masuk lagi, lalu ulangi.",
        "Masuk lagi",
    ),
    403: Advice(
        "Halaman ini bukan untuk peran Anda",
        "Jika Anda memang membutuhkannya, mintalah Diskominfo mengubah peran akun Anda.",
    ),
    404: Advice(
        "Tidak ditemukan",
        "Alamatnya keliru, atau butir ini sudah berpindah ke unit lain. Cari di antrean Anda.",
    ),
    405: Advice("Cara membuka halaman ini keliru", "Buka lagi dari halaman sebelumnya."),
    409: Advice(
        "Sudah ada yang lebih dulu",
        "Rekan Anda baru saja mengubah butir ini. Buka lagi untuk melihat keadaan terbaru.",
        "Buka keadaan terbaru",
    ),
    413: Advice("Isian terlalu panjang", "Pendekkan tulisan Anda, lalu kirim lagi."),
    422: Advice("Belum bisa dilakukan", "Periksa isiannya, lalu coba lagi."),
    429: Advice("Terlalu banyak percobaan", "Tunggu sebentar, lalu coba lagi."),
    500: Advice(
        "Sahut sedang bermasalah",
        "Pekerjaan yang sudah tersimpan aman. Coba lagi sebentar lagi; bila masih gagal, hubungi Diskominfo.",
        "Coba lagi",
    ),
}
FILE = Advice("Berkas terlalu besar", "Paling besar 5 MB. Kecilkan foto atau PDF-nya, lalu lampirkan lagi.")
FORM = Advice(
    "Formulir sudah kedaluwarsa",
    "Halaman dibuka terlalu lama, atau dari tempat lain. Buka lagi halamannya, lalu ulangi.",
    "Buka lagi",
)


def init_errors(app: Flask) -> None:
    """Give every error a page."""
    app.register_error_handler(CSRFError, lambda _: _page(400, FORM))
    app.register_error_handler(NotFound, lambda _: _page(404))
    app.register_error_handler(Conflict, lambda error: _page(409, message=str(error)))
    app.register_error_handler(Refused, lambda error: _page(422, message=str(error)))
    app.register_error_handler(TooManyAttempts, _too_many)
    app.register_error_handler(HTTPException, _http)


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error  # a redirect dressed as an error
    return _page(code, FILE if code == 413 and request.endpoint == UPLOAD else None)


def _too_many(error: TooManyAttempts) -> tuple[str, int, dict[str, str]]:
    page, code = _page(429, message=str(error))
    return page, code, {"Retry-After": str(int(error.retry_after) + 1)}


def _page(code: int, advice: Advice | None = None, message: str | None = None) -> tuple[str, int]:
    known = advice or ADVICE.get(code) or ADVICE[400 if code < 500 else 500]
    typed = [request.form[name] for name in ("text", "reason") if request.form.get(name)] if code != 413 else []
    page = render_template(
        "error.html",
        advice=known,
        message=message or known.text,
        code=code,
        typed=typed,
        target=_next_step(code),
    )
    return page, code


def _next_step(code: int) -> str:
    """Where the error page's link leads: back to the item, to the log-in, or to the start."""
    item = (request.view_args or {}).get("code")
    here = url_for("item.show", code=item) if item and code != 404 else url_for("inbox.home")
    return url_for("session.log_in", lanjut=here) if code == 401 else here
