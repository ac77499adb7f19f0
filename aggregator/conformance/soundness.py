"""What is wrong with a single event, whatever the turn it came from."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from aggregator.contract import Author, Census, Event, Kind, Message, Tombstone, Unreadable, fault_of


def event_fault(event: Any, now: datetime) -> str | None:
    """Why an event is not sound, for the plugin's author; None when it is."""
    if isinstance(event, Message):
        return _message_fault(event, now)
    if isinstance(event, Tombstone):
        late = fault_of(event) or abs(event.seen_at - now) > timedelta(minutes=1)
        return "Tombstone.seen_at must be ctx.now" if late else None
    if isinstance(event, Unreadable):
        return None if event.reason.strip() else "an Unreadable must name the key that was at fault"
    if isinstance(event, Census):
        return None if event.count >= 0 else "a Census cannot be negative"
    return None if isinstance(event, Event) else f"{type(event).__name__} is no event of the contract"


def _message_fault(message: Message, now: datetime) -> str | None:
    if fault := fault_of(message):
        return f"the core would refuse {message.external_id!r}: {fault}"
    if message.created_at > now + timedelta(days=1):
        return f"{message.external_id!r} comes from the future; mind the time zone"
    if not isinstance(message.author, Author | None) or not isinstance(message.kind, Kind):
        return f"{message.external_id!r} has an author or kind of another type than the contract's"
    try:
        json.dumps(dict(message.raw))
    except (TypeError, ValueError):
        return f"raw of {message.external_id!r} is not JSON"
    return None
