"""New videos, told by YouTube itself (WebSub) or found in a channel's feed: both cost no units.

A subscription lives ten days at most and is asked for anew every four, by the pull. The hub checks the address with a
challenge, then sends Atom signed with `X-Hub-Signature: sha1=…` over the raw body.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import feedparser

from aggregator.contract import (
    AuthExpired,
    Context,
    Gone,
    Malformed,
    Permanent,
    PushEvent,
    PushRequest,
    Transient,
)

from .address import SITE
from .bookmark import Bookmark

HUB = "https://pubsubhubbub.appspot.com/subscribe"
FEED = f"{SITE}/feeds/videos.xml"
LEASE = timedelta(days=10)
RENEW = timedelta(days=4)
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
_NEEDED = ("webhook_url", "webhook_secret", "verify_token")


def keep_subscribed(mark: Bookmark, ctx: Context) -> None:
    """Ask the hub to tell of this channel's videos, where the app has a webhook and the last time is days ago. Without
    the hub everything is read a little later: its troubles are no troubles of the account."""
    if not wanted(ctx) or (mark.hub and ctx.now - mark.hub < RENEW) or not ctx.budget.allows():
        return
    form = {
        "hub.mode": "subscribe",
        "hub.topic": f"{FEED}?channel_id={mark.channel}",
        "hub.callback": ctx.secrets["webhook_url"],
        "hub.secret": ctx.secrets["webhook_secret"],
        "hub.verify_token": ctx.secrets["verify_token"],
        "hub.lease_seconds": str(int(LEASE.total_seconds())),
    }
    try:
        ctx.http.post(HUB, data=form, cost=0)
    except (AuthExpired, Gone, Permanent, Transient) as error:
        ctx.log.warning("youtube_hub_refused", error=error.code)
        return
    mark.hub = ctx.now


def wanted(ctx: Context) -> bool:
    return all(ctx.secrets.get(name) for name in _NEEDED)


def newest(ctx: Context, channel: str) -> set[str]:
    """Ids of the channel's newest videos (at most 15), from its feed. No key, no unit."""
    response = ctx.http.get(FEED, params={"channel_id": channel}, cost=0)
    return {str(entry["yt_videoid"]) for entry in _entries(response.body) if entry.get("yt_videoid")}


def challenge(request: PushRequest) -> str | None:
    """The hub's challenge, when it is about a channel and knows the token that the subscription named."""
    query, token = request.query, request.secrets.get("verify_token")
    told = query.get("hub.verify_token", "")
    ours = bool(token) and hmac.compare_digest(told.encode(), str(token).encode())
    about = query.get("hub.topic", "").startswith(FEED)
    subscribes = query.get("hub.mode") in ("subscribe", "unsubscribe")
    return query.get("hub.challenge") if request.method == "GET" and ours and about and subscribes else None


def receive(request: PushRequest) -> Iterator[PushEvent]:
    """The channels that published or changed a video: each is pulled at once."""
    if not _is_signed(request):
        raise Permanent("Tanda tangan pemberitahuan YouTube tidak cocok.")
    channels = {str(entry["yt_channelid"]) for entry in _entries(request.body) if entry.get("yt_channelid")}
    yield from (PushEvent(account_key=channel) for channel in sorted(channels))


def _is_signed(request: PushRequest) -> bool:
    secret = request.secrets.get("webhook_secret")
    method, _, told = request.headers.get("x-hub-signature", "").partition("=")
    if not secret or method not in _HASHES:
        return False
    right = hmac.new(secret.encode(), request.body, _HASHES[method]).hexdigest()
    return hmac.compare_digest(right.encode(), told.encode())


def _entries(body: bytes) -> list[Any]:
    feed = feedparser.parse(BytesIO(body))  # a stream: bytes alone might be taken for the name of a file
    if not feed.get("version"):
        raise Malformed("Umpan video YouTube tidak berbentuk seperti biasanya.")
    return list(feed.entries)
