"""Answering on a WordPress site as one of its users, with an application password."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from aggregator.contract import Account, AuthExpired, Context, Malformed, Message, Permanent, Response
from plugins.website.address import base_of
from plugins.website.errors import REFUSALS, code_of, json_of, refusal_of
from plugins.website.probe import usual_root
from plugins.website.rest_records import COMMENT_FIELDS, listed, parse_page
from plugins.website.text import plain

_PUBLIC = ("approved", "approve")
_LETTERS = re.compile(r"[\W_]+")
_WAITING = (
    "Jawaban sudah terkirim tetapi menunggu persetujuan di WordPress. "
    "Setujui di sana, atau pakai pengguna dengan peran Editor."
)
_INCOMPLETE = "Isi nama pengguna dan sandi aplikasi WordPress pada akun ini agar dapat menjawab dari Sahut."


class Answerer:
    """Says one thing under one message; nothing is sent twice, because WordPress refuses the same words
    again."""

    def __init__(self, account: Account, message: Message, ctx: Context) -> None:
        user, password = account.settings.get("username", ""), ctx.secrets.get("app_password", "")
        if not user or not password:
            raise AuthExpired(_INCOMPLETE)
        if not message.thread.external_id.isdigit():
            raise Permanent("Percakapan ini bukan kiriman WordPress; jawab langsung di halamannya.")
        self.auth = (user, password)
        self.message, self.ctx = message, ctx
        root = account.settings.get("rest_root") or usual_root(base_of(account.url), message.thread.url)
        self.comments = f"{root.rstrip('/')}/wp/v2/comments"

    def say(self, text: str) -> Message:
        """Send, then read what the site shows; words that were sent before count as delivered."""
        parent = self.message.external_id if self.message.external_id.isdigit() else "0"
        body = {
            "post": int(self.message.thread.external_id),
            "parent": int(parent),
            "content": escape(text, quote=False),
        }
        response = self.ctx.http.post(
            self.comments, json=body, params={"_fields": "id,status"}, auth=self.auth, allow=REFUSALS
        )
        if response.status == 409 and code_of(response) == "comment_duplicate":
            return self._find(text, parent)
        sent = self._good(response)
        if not isinstance(sent, dict) or not isinstance(sent.get("id"), int):
            raise Malformed("WordPress menerima jawaban tetapi tidak menyebut nomornya.")
        if sent.get("status") not in _PUBLIC:
            raise Permanent(_WAITING)
        return self._read_back(sent["id"])

    def _read_back(self, number: int) -> Message:
        response = self.ctx.http.get(
            f"{self.comments}/{number}",
            params={"_fields": f"{COMMENT_FIELDS},status"},
            auth=self.auth,
            allow=REFUSALS,
        )
        return self._shown(self._good(response))

    def _find(self, text: str, parent: str) -> Message:
        """The earlier comment with these words, by a registered user, under the same message."""
        params: dict[str, str | int] = {
            "post": self.message.thread.external_id,
            "parent": parent,
            "per_page": 100,
            "orderby": "date_gmt",
            "order": "desc",
            "_fields": f"{COMMENT_FIELDS},status",
        }
        for status in ("approve", "hold"):
            response = self.ctx.http.get(
                self.comments, params={**params, "status": status}, auth=self.auth, allow=REFUSALS
            )
            if status == "hold" and response.status in (400, 401, 403):
                break  # only moderators see what waits
            for record in listed(self._good(response)):
                if isinstance(record, dict) and record.get("author") and _same_words(_rendered(record), text):
                    return self._shown(record)
        raise Permanent(
            "Situs menyatakan jawaban yang sama sudah pernah dikirim, tetapi tidak "
            "menampilkannya. Periksa moderasi komentar di WordPress."
        )

    def _shown(self, record: Any) -> Message:
        if isinstance(record, dict) and record.get("status") not in _PUBLIC:
            raise Permanent(_WAITING)
        message = next(parse_page([record]))
        if not isinstance(message, Message):
            raise Malformed("Jawaban terkirim, tetapi WordPress menampilkannya dalam bentuk yang tidak dikenal.")
        return message

    def _good(self, response: Response) -> Any:
        if response.status >= 300:
            raise refusal_of(response)
        return json_of(response)


def _rendered(record: dict[str, Any]) -> str:
    content = record.get("content")
    html = content.get("rendered") if isinstance(content, dict) else None
    return plain(html) if isinstance(html, str) else ""


def _same_words(shown: str, sent: str) -> bool:
    """WordPress turns quotes and dashes into typographic ones: letters and digits decide."""
    return _LETTERS.sub("", shown).casefold() == _LETTERS.sub("", sent).casefold()
