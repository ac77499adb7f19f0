"""TikTok's webhook: who signed it, and which video it tells of."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

from aggregator.contract import Context, Malformed, Permanent, PushEvent, PushRequest, ThreadRef

from .client import API, app_secret, data_of
from .parse import identity

FRESH = timedelta(minutes=5)
_COMMENT, _REVOKED = "comment.update", "authorization.removed"


def subscribe(hook: str, ctx: Context) -> None:
    """Have comments of all accounts that authorised this app told at this address."""
    app = {"app_id": app_secret(ctx.secrets, "client_id"), "secret": app_secret(ctx.secrets, "client_secret")}
    told = {**app, "event_type": "COMMENT", "callback_url": hook}
    data_of(ctx.http.post(f"{API}/business/webhook/update/", json=told), ctx)


def events_in(request: PushRequest) -> Iterator[PushEvent]:
    """One event a notice, or several in a batch. The account is named by its open_id, as TikTok does; what was
    written is not taken from here but read again, so a delivery that comes twice changes nothing."""
    _believe(request)
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Malformed("Pemberitahuan TikTok bukan JSON.") from None
    batch = body.get("events") if isinstance(body, dict) else None
    for notice in batch if isinstance(batch, list) else [body]:
        yield from _events(notice)


def _events(notice: Any) -> Iterator[PushEvent]:
    whose = notice.get("user_openid") if isinstance(notice, dict) else None
    if not isinstance(whose, str) or not whose:
        return
    if notice.get("event") == _COMMENT:
        yield PushEvent(account_key=whose, thread=_thread(notice.get("content")))
    elif notice.get("event") == _REVOKED:
        yield PushEvent(account_key=whose)


def _thread(content: Any) -> ThreadRef | None:
    """`content` is JSON inside JSON, its ids bare 19-digit numbers; None when it cannot be read."""
    try:
        return ThreadRef(external_id=identity(json.loads(content)["video_id"]))
    except (ValueError, TypeError, KeyError):
        return None


def _believe(request: PushRequest) -> None:
    """Raises Permanent unless TikTok signed these bytes in the last minutes with the app's secret."""
    secret, header = request.secrets.get("client_secret"), request.headers.get("tiktok-signature", "")
    told = dict(part.strip().partition("=")[::2] for part in header.split(","))
    stamp, sign = told.get("t", ""), told.get("s", "")
    if not secret or not stamp.isdecimal() or not stamp.isascii() or len(stamp) > 12:
        raise Permanent("Pemberitahuan TikTok tidak bertanda tangan.")
    right = hmac.new(secret.encode(), stamp.encode() + b"." + request.body, sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), sign.encode()):
        raise Permanent("Tanda tangan pemberitahuan TikTok tidak cocok.")
    if abs(request.now.timestamp() - int(stamp)) > FRESH.total_seconds():
        raise Permanent("Pemberitahuan TikTok sudah basi.")
