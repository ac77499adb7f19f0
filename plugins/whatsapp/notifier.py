"""One template message to one number. Outside the 24 hours after a person wrote, WhatsApp takes nothing but templates."""

from __future__ import annotations

import re
from typing import Any

from aggregator.contract import (
    AuthExpired,
    Gone,
    Malformed,
    Notice,
    Notifier,
    NotifierInfo,
    NotifyContext,
    Permanent,
    PlatformError,
    RateLimited,
    Response,
    Setting,
    Transient,
)

API = "https://graph.facebook.com/v26.0"
REFUSALS = (400, 401, 403, 404, 429, 500, 503)
COUNTRY = "62"
_NUMBER = re.compile(r"[1-9][0-9]{8,14}\Z", re.ASCII)
_ID = re.compile(r"[0-9]{5,25}\Z", re.ASCII)
_TEMPLATE = re.compile(r"[a-z0-9_]{1,512}\Z", re.ASCII)
_LONGEST_PARAMETER = 600


class WhatsAppNotifier(Notifier):
    """The template has two places: {{1}} what it is about, {{2}} the link."""

    info = NotifierInfo(
        name="whatsapp",
        title="WhatsApp",
        hosts=("graph.facebook.com",),
        settings=(
            Setting(
                name="phone_number_id",
                label="ID nomor telepon",
                help="Bukan nomornya: angka panjang di Meta for Developers, WhatsApp, API Setup.",
                required=True,
            ),
            Setting(
                name="token",
                label="Token",
                help="Token pengguna sistem dengan izin whatsapp_business_messaging, tanpa batas waktu.",
                secret=True,
                required=True,
            ),
            Setting(
                name="template",
                label="Nama templat",
                help="Kategori utility, bahasa Indonesia, dengan dua isian: {{1}} pokoknya dan {{2}} tautannya.",
                required=True,
            ),
            Setting(name="language", label="Kode bahasa templat", help="Boleh kosong: id."),
        ),
        address=Setting(name="address", label="Nomor WhatsApp", help="Misalnya 0812 3456 7890"),
        longest=_LONGEST_PARAMETER,
        calls_per_minute=600,
    )

    def address(self, typed: str) -> str:
        digits = re.sub(r"[\s().-]", "", typed.strip()).removeprefix("+")
        number = COUNTRY + digits[1:] if digits.startswith("0") else digits
        if not _NUMBER.match(number):
            raise Permanent("Itu bukan nomor WhatsApp. Contoh: 0812 3456 7890")
        return number

    def shown(self, address: str) -> str:
        return f"+{address[:4]}…{address[-3:]}"

    def notify(self, notice: Notice, address: str, ctx: NotifyContext) -> None:
        told = ctx.settings
        phone, template = told.get("phone_number_id", "").strip(), told.get("template", "").strip()
        if not _ID.match(phone) or not _TEMPLATE.match(template):
            raise Permanent("ID nomor telepon atau nama templat WhatsApp belum benar.")
        body = _message(notice, address, template, told.get("language") or "id")
        headers = {"Authorization": f"Bearer {told.get('token', '')}"}
        answer = ctx.http.post(f"{API}/{phone}/messages", json=body, headers=headers, allow=REFUSALS)
        if answer.status != 200:
            raise _refusal(answer)


def _message(notice: Notice, to: str, template: str, language: str) -> dict[str, Any]:
    about = " ".join(f"{notice.title} {notice.body}".split())[:_LONGEST_PARAMETER]
    parameters = [{"type": "text", "text": about}, {"type": "text", "text": notice.link}]
    return {
        "messaging_product": "whatsapp",
        "to": to,
        "type": "template",
        "template": {
            "name": template,
            "language": {"code": language},
            "components": [{"type": "body", "parameters": parameters}],
        },
    }


# Meta's own codes; the HTTP status says little. Source: "Error codes" of the Cloud API's documentation.
_AUTH = AuthExpired, "Token WhatsApp tidak berlaku lagi; buat yang baru di Meta."
_WAIT = RateLimited, "WhatsApp meminta kita menunggu."
_LOCKED = Permanent, "Akun WhatsApp kabupaten dibatasi Meta; buka WhatsApp Manager."
_TEMPLATE_FAULT = Permanent, "Templat WhatsApp tidak ada, belum disetujui, atau isiannya bukan dua."
_BY_CODE: dict[int, tuple[type[PlatformError], str]] = {
    **dict.fromkeys((0, 190), _AUTH),
    **dict.fromkeys((4, 80007, 130429, 131048, 131056), _WAIT),
    **dict.fromkeys((368, 131031), _LOCKED),
    **dict.fromkeys((132000, 132001, 132005, 132007, 132012, 132015, 132016), _TEMPLATE_FAULT),
    **dict.fromkeys((3, 10, 200), (Permanent, "Token WhatsApp tidak mempunyai izin whatsapp_business_messaging.")),
    131026: (Gone, "Nomor ini tidak dapat menerima WhatsApp dari Sahut."),
    131042: (Permanent, "Pembayaran WhatsApp bermasalah; periksa di WhatsApp Manager."),
    **dict.fromkeys((1, 2, 131000, 131016), (Transient, "WhatsApp sedang bermasalah.")),
}


def _refusal(answer: Response) -> PlatformError:
    code = _code(answer)
    kind, words = _BY_CODE.get(code, (Permanent, f"WhatsApp menolak pesan Sahut (kode {code})."))
    if kind is RateLimited:
        header = answer.headers.get("retry-after", "")
        return RateLimited(words, float(header) if header.isdecimal() else None)
    if code not in _BY_CODE and answer.status >= 500:
        return Transient("WhatsApp sedang bermasalah.")
    return kind(words)


def _code(answer: Response) -> int:
    try:
        body = answer.json()
    except Malformed:
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) else {401: 190, 403: 10, 429: 4}.get(answer.status, answer.status)
