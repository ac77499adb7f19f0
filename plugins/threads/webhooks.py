"""Threads' webhooks: one change a call, in a shape of their own. Source: Threads API v1.0, webhooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aggregator.contract import PushEvent, PushRequest, ThreadRef
from plugins.dialects.graph import opened

from . import parse


def events(request: PushRequest) -> Iterator[PushEvent]:
    """A reply: its conversation is read again, and the profile is named by its username. A mention or a post: the
    profile, named by its id (the setting `user_id`), is pulled. Raises Permanent when the signature is wrong."""
    body = opened(request)
    values = body.get("values")
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, dict):
            yield from _of_value(value, body)


def _of_value(change: Mapping[str, Any], body: Mapping[str, Any]) -> Iterator[PushEvent]:
    value, name = change.get("value"), change.get("field")
    target = parse.known_id({"id": body.get("target_id")})
    if not isinstance(value, dict):
        return
    root = value.get("root_post")
    if name == "replies" and isinstance(root, dict) and (thread := parse.known_id(root)):
        username = root.get("username")
        account = username.lower() if isinstance(username, str) and username else target
        if account:
            yield PushEvent(account_key=account, thread=ThreadRef(external_id=thread))
    elif name in ("mentions", "publish") and target:
        yield PushEvent(account_key=target)
    elif name == "delete" and target and (post := parse.known_id(value)):
        yield PushEvent(account_key=target, thread=ThreadRef(external_id=post))
