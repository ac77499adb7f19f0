"""WordPress' own error codes and what each means here. Source: class-wp-rest-comments-controller.php and
class-wp-application-passwords.php of WordPress 6."""

from __future__ import annotations

import json
from typing import Any

from aggregator.contract import (
    AuthExpired,
    Malformed,
    Permanent,
    PlatformError,
    RateLimited,
    Response,
    Transient,
)

REFUSALS = (400, 401, 403, 404, 409, 410)  # statuses whose reason stands in the answer's body

_REFUSED_LOGIN = (
    "Nama pengguna atau sandi aplikasi WordPress ditolak. Buat sandi aplikasi baru, lalu isikan lagi di Sahut."
)
_CREDENTIAL_CODES = {
    "incorrect_password": _REFUSED_LOGIN,
    "invalid_username": "Nama pengguna WordPress tidak dikenal di situs ini.",
    "invalid_email": "Nama pengguna WordPress tidak dikenal di situs ini.",
    "application_passwords_disabled": (
        "Sandi aplikasi dimatikan di situs ini. Mintalah pengelola situs mengaktifkannya."
    ),
    "application_passwords_disabled_for_user": "Sandi aplikasi tidak diizinkan untuk pengguna ini.",
    "rest_comment_login_required": _REFUSED_LOGIN,
    "rest_not_logged_in": _REFUSED_LOGIN,
    "rest_cannot_access": _REFUSED_LOGIN,
    "rest_login_required": _REFUSED_LOGIN,
}
_ANSWER_CODES = {
    "rest_comment_closed": "Kolom komentar kiriman ini sudah ditutup; jawaban tidak dapat dikirim.",
    "rest_comment_draft_post": "Kiriman ini sudah tidak diterbitkan; jawaban tidak dapat dikirim.",
    "rest_comment_trash_post": "Kiriman ini sudah dibuang; jawaban tidak dapat dikirim.",
    "rest_comment_invalid_post_id": "Kiriman ini tidak ditemukan lagi di situs.",
    "rest_cannot_read_post": "Kiriman ini tidak dapat dibaca oleh pengguna WordPress tersebut.",
    "rest_comment_content_invalid": "Situs menolak isi jawaban; ubah kalimatnya lalu kirim lagi.",
    "comment_content_column_length": "Jawaban terlalu panjang untuk situs ini.",
    "rest_comment_author_data_required": ("Pengguna WordPress ini belum punya nama atau surel; lengkapi profilnya."),
}


def json_of(response: Response) -> Any:
    """The answer's JSON, also when it holds half surrogate pairs; raises Malformed when it is no JSON."""
    try:
        return response.json()
    except Malformed:
        try:
            return json.loads(response.text, strict=False)
        except ValueError:
            raise Malformed("Jawaban WordPress bukan JSON yang utuh.") from None


def code_of(response: Response) -> str | None:
    """The `code` of a WordPress error answer; None for any other answer."""
    try:
        answer = json_of(response)
    except Malformed:
        return None
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, str) else None


def rest_is_closed(response: Response) -> bool:
    """Whether this refusal closes REST as such (a plugin, a firewall rule, no WordPress), not one request.

    A refusal that nobody explains, neither WordPress nor a page, is not taken for it.
    """
    if response.status in (401, 403, 404, 410):
        code = code_of(response)
        return code not in _CREDENTIAL_CODES or code.startswith("rest_") if code else _is_page(response)
    return False


def refusal_of(response: Response) -> PlatformError:
    """The contract's error for a refused answer or reading with a password."""
    code = code_of(response) or ""
    if code in _CREDENTIAL_CODES:
        return AuthExpired(_CREDENTIAL_CODES[code])
    if code == "comment_flood":
        return RateLimited("Situs meminta jeda sebelum komentar berikutnya.", 15.0)
    if code in _ANSWER_CODES:
        return Permanent(_ANSWER_CODES[code])
    if response.status in (401, 403):
        return AuthExpired(f"Situs menolak permintaan ini (HTTP {response.status}).")
    return Permanent(f"Situs menolak permintaan ini (HTTP {response.status}).")


def refused_everywhere(has_password: bool) -> PlatformError:
    """The site lets nothing be read. Reading needs no password, so a password is not to blame."""
    message = "Situs menolak dibaca lewat REST, feed, dan halaman. Mintalah pengelola situs mengizinkan Sahut."
    return Transient(message) if has_password else AuthExpired(message)


def _is_page(response: Response) -> bool:
    return "html" in response.headers.get("content-type", "") or response.body.lstrip()[:1] == b"<"
