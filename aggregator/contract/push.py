"""What a platform sends by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aggregator.contract.records import Message, ThreadRef


@dataclass(frozen=True, slots=True, kw_only=True)
class PushEvent:
    """What a webhook brought. With `event` that message is stored; with `thread` that thread is read again at once;
    with neither the account is pulled at once."""

    account_key: str
    event: Message | None = None
    thread: ThreadRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRequest:
    """A webhook call as it arrived, at `now`; header names are lower case, `body` are the raw bytes over which
    signatures are computed, `secrets` those of the app."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    secrets: Mapping[str, str]
    now: datetime
