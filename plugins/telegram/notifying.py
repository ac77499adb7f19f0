"""Notices by a bot of their own. A person binds their chat by sending the bot a code (a link does it in one tap); the bot
is asked for new messages only while somebody is expected, so it needs no webhook.

It must not be the bot that reads the offices' groups: a bot has one queue, and whoever reads it takes the comments out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from aggregator.contract import (
    AuthExpired,
    Bound,
    Gone,
    Malformed,
    Notice,
    Notifier,
    NotifierInfo,
    NotifyContext,
    Permanent,
    Setting,
)

from .errors import REFUSALS, result_of

API = "https://api.telegram.org"
LONGEST = 4096
_TOKEN = re.compile(r"\d{3,20}:[\w-]{10,100}\Z", re.ASCII)
_BOT = re.compile(r"@?(\w{3,32}bot)\Z", re.ASCII | re.IGNORECASE)
_CHAT = re.compile(r"[1-9]\d{2,19}\Z", re.ASCII)
_TOLD = re.compile(r"(?:/start(?:@\w+)?\s+)?([A-Z0-9]{8})\Z", re.ASCII)


class TelegramNotifier(Notifier):
    """The address is the number of a private chat with the bot."""

    info = NotifierInfo(
        name="telegram",
        title="Telegram",
        hosts=("api.telegram.org",),
        settings=(
            Setting(
                name="token",
                label="Token bot pemberitahuan",
                help="Bot tersendiri dari @BotFather; jangan bot yang membaca komentar di grup.",
                secret=True,
                required=True,
            ),
            Setting(name="bot", label="Nama bot", help="Berakhiran bot, misalnya SahutKabBot", required=True),
        ),
        listens=True,
        longest=LONGEST,
        calls_per_minute=1_200,
    )

    def address(self, typed: str) -> str:
        if not _CHAT.match(typed.strip()):
            raise Permanent("Itu bukan nomor percakapan Telegram.")
        return typed.strip()

    def shown(self, address: str) -> str:
        return f"percakapan …{address[-4:]}"

    def public(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        found = _BOT.match(settings.get("bot", "").strip())
        return {"start": f"https://t.me/{found.group(1)}?start="} if found else {}

    def notify(self, notice: Notice, address: str, ctx: NotifyContext) -> None:
        said = {
            "chat_id": address,
            "text": notice.text[:LONGEST],
            "link_preview_options": {"is_disabled": True},
            "disable_notification": False,
        }
        answer = ctx.http.post(_address(ctx, "sendMessage"), json=said, allow=REFUSALS)
        if answer.status == 403:
            raise Gone("Bot Sahut diblokir di Telegram Anda; buka blokirnya, lalu hubungkan lagi.")
        try:
            result_of(answer, ctx.now)
        except Gone:
            raise Gone("Percakapan Telegram ini sudah tidak ada; hubungkan lagi.") from None

    def listen(self, ctx: NotifyContext) -> Iterable[Bound]:
        """What was said to the bot. Telegram forgets what was read only where all of it was said in private: in a queue
        with groups in it we would take comments away."""
        updates = result_of(ctx.http.get(_address(ctx, "getUpdates"), params={"limit": 100}, allow=REFUSALS), ctx.now)
        if not isinstance(updates, list):
            raise Malformed("Jawaban Telegram tidak berbentuk seperti biasanya.")
        told = [update for update in updates if isinstance(update, dict)]
        yield from (bound for update in told if (bound := _bound(update)) is not None)
        numbers = [update["update_id"] for update in told if isinstance(update.get("update_id"), int)]
        if numbers and all(_private(update) for update in told):
            after: dict[str, str | int] = {"offset": max(numbers) + 1, "limit": 1}
            result_of(ctx.http.get(_address(ctx, "getUpdates"), params=after, allow=REFUSALS), ctx.now)


def _message(update: Mapping[str, Any]) -> Mapping[str, Any]:
    message = update.get("message")
    return message if isinstance(message, dict) else {}


def _private(update: Mapping[str, Any]) -> bool:
    chat = _message(update).get("chat")
    return isinstance(chat, dict) and chat.get("type") == "private"


def _bound(update: Mapping[str, Any]) -> Bound | None:
    text = _message(update).get("text")
    found = _TOLD.match(text.strip().upper().replace("/START", "/start")) if isinstance(text, str) else None
    if found is None or not _private(update):
        return None
    return Bound(code=found.group(1), address=str(_message(update)["chat"].get("id")))


def _address(ctx: NotifyContext, method: str) -> str:
    token = ctx.settings.get("token", "")
    if not _TOKEN.match(token):
        raise AuthExpired("Token bot pemberitahuan belum diisi atau tidak lengkap.")
    return f"{API}/bot{token}/{method}"
