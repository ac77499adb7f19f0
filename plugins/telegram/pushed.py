"""One update as Telegram sends it to a webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator

from aggregator.contract import Malformed, Message, PushEvent

from . import parse


def events_of(body: bytes) -> Iterator[PushEvent]:
    """The message of an update, if it brings one; raises Malformed when it is none.

    A reply to a comment names the group only. Then the account is named by the group's number, which is one of
    the ids under which the office writes (`AccountSnapshot.own_author_ids`).
    """
    try:
        row = json.loads(body)
    except ValueError:
        raise Malformed("Pemberitahuan Telegram bukan JSON yang utuh.") from None
    update = parse.update_of(row)
    if isinstance(update.record, Message) and update.group:
        yield PushEvent(account_key=update.channel or update.group, event=update.record)
    elif update.record is not None:
        raise Malformed("Pesan dari Telegram tidak dapat dibaca.")
