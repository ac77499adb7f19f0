"""Instagram's webhooks. They only say where something happened: no time, no edit, no deletion. So the thread is read.

Two shapes are known: `changes[]`, and flat `field`/`value`. Source: Instagram Platform, webhooks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from aggregator.contract import Malformed, Permanent, PushEvent, PushRequest, ThreadRef
from plugins.dialects.graph import signed

from . import parse
from .client import FACEBOOK, INSTAGRAM
from .rereading import mention_thread

FIELDS = {INSTAGRAM: "comments,mentions", FACEBOOK: "feed"}  # of a Page any field has Instagram's delivered as well

_COMMENTS = frozenset({"comments", "live_comments"})


def events(request: PushRequest) -> Iterator[PushEvent]:
    """What a webhook tells. The account is named by its id (1784…), the setting `ig_user_id`. Which of an app's two
    secrets signs is not documented, so both are tried. Raises Permanent when neither did."""
    secrets = [request.secrets.get(name, "") for name in ("client_secret", "webhook_secret")]
    if not signed(request.body, request.headers, secrets):
        raise Permanent("Tanda tangan pemberitahuan tidak cocok dengan rahasia aplikasi.")
    try:
        entries = json.loads(request.body)["entry"]
    except (ValueError, KeyError, TypeError):
        raise Malformed("Pemberitahuan Instagram tidak berbentuk seperti biasanya.") from None
    for entry in entries if isinstance(entries, list) else ():
        yield from _of_entry(entry)


def _of_entry(entry: Any) -> Iterator[PushEvent]:
    account = parse.known_id(entry)
    if account is None:
        return
    for change in entry.get("changes") or [entry]:
        if isinstance(change, dict) and isinstance(change.get("value"), dict):
            yield from _of_change(account, change.get("field"), change["value"])


def _of_change(account: str, name: Any, value: Mapping[str, Any]) -> Iterator[PushEvent]:
    """A comment whose post is not told has the whole account pulled."""
    if name not in _COMMENTS and name != "mentions":
        return
    thread = _mentioned(value) if name == "mentions" else parse.known_id(value.get("media"))
    yield PushEvent(account_key=account, thread=ThreadRef(external_id=thread) if thread else None)


def _mentioned(value: Mapping[str, Any]) -> str | None:
    media, comment = (parse.known_id({"id": value.get(name)}) for name in ("media_id", "comment_id"))
    return mention_thread(media, comment) if media else None
