"""The calls of the Bot API that this plugin makes. The token stands in the path: Telegram accepts it nowhere else."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

from aggregator.contract import Account, AuthExpired, Context, Malformed, Permanent

from . import parse
from .errors import REFUSALS, result_of

API = "https://api.telegram.org"
LIMIT = 100  # updates in one answer, the most that Telegram gives
WAIT = 5  # seconds a long poll may wait for something new
KINDS = ("message", "edited_message")
_TOKEN = re.compile(r"\d{3,20}:[\w-]{10,100}\Z", re.ASCII)
_DELIVERY_TROUBLE = timedelta(hours=1)


def ask(ctx: Context, method: str, **params: str | int) -> Any:
    """The result of a reading method; raises the contract's error for a refusal."""
    return result_of(ctx.http.get(_address(ctx, method), params=params or None, allow=REFUSALS), ctx.now)


def updates(ctx: Context, offset: int | None = None, wait: int = 0) -> tuple[parse.Update, ...]:
    """What waits in the bot's queue, oldest first. With `offset` everything before it is forgotten by Telegram."""
    asked: dict[str, str | int] = {"limit": LIMIT, "timeout": wait, "allowed_updates": json.dumps(KINDS)}
    return parse.updates_of(ask(ctx, "getUpdates", **asked, **({} if offset is None else {"offset": offset})))


def send(ctx: Context, chat: str, text: str, reply_to: int) -> Any:
    """Say `text` under a message. Without that message nothing is said: an answer never stands alone in a group."""
    reply = {"message_id": reply_to, "allow_sending_without_reply": False}
    said = {"chat_id": chat, "text": text, "reply_parameters": reply}
    return result_of(ctx.http.post(_address(ctx, "sendMessage"), json=said, allow=REFUSALS), ctx.now)


def chat(ctx: Context, name: str) -> parse.Chat:
    """A channel or group by its "@name" or number."""
    return parse.chat_of(ask(ctx, "getChat", chat_id=name))


def group_of(account: Account, ctx: Context) -> str:
    """The number of the channel's discussion group; raises Permanent when it has none."""
    if told := account.settings.get("group"):
        return told.strip()
    group = chat(ctx, f"@{account.key}").group
    if group is None:
        raise Permanent("Kanal ini belum punya grup diskusi; hubungkan satu grup di pengaturan kanal.")
    return group


def set_webhook(ctx: Context, address: str, secret: str) -> None:
    """From now on Telegram sends to this address instead of keeping a queue."""
    told = {"url": address, "secret_token": secret, "allowed_updates": list(KINDS)}
    result_of(ctx.http.post(_address(ctx, "setWebhook"), json=told, allow=REFUSALS), ctx.now)


def check_deliveries(ctx: Context) -> None:
    """Raises Permanent while Telegram cannot reach our webhook."""
    info = ask(ctx, "getWebhookInfo")
    if not isinstance(info, dict) or not isinstance(info.get("pending_update_count"), int):
        raise Malformed("Keadaan webhook Telegram tidak berbentuk seperti biasanya.")
    failed = info.get("last_error_date")
    fresh = isinstance(failed, int) and ctx.now - parse.moment(failed) < _DELIVERY_TROUBLE
    if info["pending_update_count"] and fresh:
        raise Permanent("Telegram tidak dapat mengirim ke Sahut; periksa alamat webhook dan sertifikatnya.")


def _address(ctx: Context, method: str) -> str:
    token = ctx.secrets.get("bot_token", "")
    if not _TOKEN.match(token):
        raise AuthExpired("Token bot Telegram belum diisi atau tidak lengkap.")
    return f"{API}/bot{token}/{method}"
