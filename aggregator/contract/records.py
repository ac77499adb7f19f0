"""What a plugin yields: frozen records of what a platform showed, nothing judged, nothing guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

MAX_ID = 512
MAX_TEXT = 100_000
MAX_CURSOR_BYTES = 16 * 1024

Precision = Literal["second", "minute", "day"]


class Kind(StrEnum):
    """What sort of public utterance a message is."""

    POST = "post"
    COMMENT = "comment"
    MENTION = "mention"
    REVIEW = "review"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote. `external_id` never changes for one person; None where the platform names nobody."""

    external_id: str | None
    name: str
    handle: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRef:
    """The post, video or page under which people talk."""

    external_id: str
    url: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One public utterance as the platform shows it now.

    `created_at` and `edited_at` are aware datetimes in UTC. `text` is plain text: markup is already
    removed. `parent_id` is the external id of the message it replies to, None at the top of a thread.
    `reply_count` is the platform's own count of replies, used to notice replies that were not read yet.
    `raw` holds what a later reader may need, after the plugin's whitelist: never phone, e-mail, NIK, IP.
    """

    external_id: str
    kind: Kind
    thread: ThreadRef
    author: Author | None
    text: str
    created_at: datetime
    parent_id: str | None = None
    edited_at: datetime | None = None
    url: str | None = None
    media: tuple[str, ...] = ()
    reply_count: int | None = None
    rating: int | None = None
    place: str | None = None
    precision: Precision = "second"
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """The platform no longer shows this message."""

    external_id: str
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """One record that could not be read: yield it and go on. `reason` holds no person's words."""

    reason: str
    external_id: str | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A plugin's bookmark: small JSON (at most 16 KiB), opaque to the core."""

    version: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A promise: a pull that starts from `cursor` misses nothing older.

    `replies_included` promises more: a new reply in *any* known thread was shown by this pull too, so
    the core need not re-read threads to find answers.
    """

    cursor: Cursor
    replies_included: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What the platform says is left of a named allowance."""

    name: str
    used: int
    limit: int | None = None
    resets_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """How many messages (posts not counted) the platform itself says it shows for this account.

    The core holds it against its own count: that is coverage, and a change without a new message is the
    sign of a deletion or a late approval.
    """

    count: int


Event = Message | Tombstone | Unreadable | Checkpoint | Quota | Census


def fault_of(record: Message | Tombstone) -> str | None:
    """Why the core would refuse to store this record, in English for developers; None when it is sound."""
    if not record.external_id or len(record.external_id) > MAX_ID or "\x00" in record.external_id:
        return "external_id empty, too long or holding NUL"
    if isinstance(record, Tombstone):
        return _time_fault("seen_at", record.seen_at)
    if not record.thread.external_id or len(record.thread.external_id) > MAX_ID:
        return "thread.external_id empty or too long"
    if len(record.text) > MAX_TEXT or "\x00" in record.text:
        return f"text longer than {MAX_TEXT} characters or holding NUL"
    if record.parent_id == record.external_id:
        return "a message cannot be its own parent"
    if record.author is not None and record.author.external_id == "":
        return "author.external_id empty: use None"
    return _time_fault("created_at", record.created_at) or (
        _time_fault("edited_at", record.edited_at) if record.edited_at else None
    )


def _time_fault(name: str, value: datetime) -> str | None:
    if value.utcoffset() is None:
        return f"{name} has no time zone"
    if value.utcoffset() != timedelta(0):
        return f"{name} is not in UTC"
    return None if value.year >= 1990 else f"{name} before 1990"


def cursor_fault(cursor: Cursor) -> str | None:
    """Why a cursor cannot be kept; None when it can."""
    try:
        size = len(json.dumps(dict(cursor.data)).encode())
    except (TypeError, ValueError) as error:
        return f"cursor is not JSON: {error}"
    return None if size <= MAX_CURSOR_BYTES else f"cursor of {size} bytes exceeds {MAX_CURSOR_BYTES}"
