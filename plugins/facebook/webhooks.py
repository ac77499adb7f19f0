"""What the `feed` and `mention` webhooks tell: which thread moved. Words are read again from the platform, because a
webhook may come late, twice, out of order, or for something that is gone by now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aggregator.contract import PushEvent, PushRequest
from plugins.dialects import graph

from . import parse

_FIELDS = "feed,mention"
_SILENT = frozenset({"reaction", "like", "share"})  # items that are no words


def subscribe(page: graph.Graph) -> None:
    """Have the app told of this Page; needs pages_manage_metadata."""
    page.post("me/subscribed_apps", {"subscribed_fields": _FIELDS})


def events_of(request: PushRequest) -> Iterator[PushEvent]:
    """Raises Permanent when the signature is wrong. Fields and items that are unknown are no error."""
    body = graph.opened(request)
    for entry in _mappings(body.get("entry")):
        page = entry.get("id")
        if isinstance(page, str) and page:
            for change in _mappings(entry.get("changes")):
                yield from _of_change(page, change)


def _of_change(page: str, change: Mapping[str, Any]) -> Iterator[PushEvent]:
    value = change.get("value")
    if change.get("field") not in ("feed", "mention") or not isinstance(value, dict):
        return
    if value.get("item") in _SILENT:
        return
    post = value.get("post_id")
    if change["field"] == "feed" and isinstance(post, str) and post:
        named = post if "_" in post else f"{page}_{post}"
        yield PushEvent(account_key=page, thread=parse.thread_of(named))
    else:  # somebody named the Page elsewhere: the list of tagged posts shows it
        yield PushEvent(account_key=page)


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
