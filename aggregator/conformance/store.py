"""The core's side of a pull in miniature: facts are kept by id, the cursor moves at Checkpoints only."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection

from aggregator.contract import (
    Checkpoint,
    Cursor,
    Event,
    Kind,
    Message,
    OpenThread,
    ThreadRef,
    Tombstone,
    Unreadable,
    cursor_fault,
)


class Store:
    """What was stored so far, by external id. A crash takes it back to the last Checkpoint, with or without
    the facts that came after it: the core keeps them, a power cut does not."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.gone: set[str] = set()
        self.unreadable: list[Unreadable] = []
        self.cursor: Cursor | None = None
        self.replies_included = False
        self._committed: tuple[dict[str, Message], set[str]] = ({}, set())

    def take(self, event: Event) -> None:
        """Store one event as the core would."""
        if isinstance(event, Message):
            self.messages[event.external_id] = event
            self.gone.discard(event.external_id)
        elif isinstance(event, Tombstone):
            self.gone.add(event.external_id)
        elif isinstance(event, Unreadable):
            self.unreadable.append(event)
        elif isinstance(event, Checkpoint):
            if fault := cursor_fault(event.cursor):
                raise AssertionError(f"cursor: {fault}; keep a bookmark, not what was read.")
            self.cursor = reread(event.cursor)
            self.replies_included = event.replies_included
            self._committed = (dict(self.messages), set(self.gone))

    def lose_power(self) -> None:
        """Forget the facts after the last Checkpoint."""
        messages, gone = self._committed
        self.messages, self.gone = dict(messages), set(gone)

    def copy(self) -> Store:
        twin = Store()
        twin.messages, twin.gone, twin.unreadable = dict(self.messages), set(self.gone), list(self.unreadable)
        twin.cursor, twin.replies_included, twin._committed = (
            self.cursor,
            self.replies_included,
            self._committed,
        )
        return twin

    def shown(self) -> frozenset[str]:
        """Ids the platform was last seen to show."""
        return frozenset(self.messages.keys() - self.gone)

    def known(self, ids: Collection[str]) -> frozenset[str]:
        return self.shown().intersection(ids)

    def held(self) -> int:
        """How many are held, posts not counted."""
        return sum(self.messages[one].kind is not Kind.POST for one in self.shown())

    def threads(self) -> list[OpenThread]:
        """Every thread with the ids held in it."""
        refs: dict[str, ThreadRef] = {}
        ids: defaultdict[str, set[str]] = defaultdict(set)
        for message in self.messages.values():
            refs.setdefault(message.thread.external_id, message.thread)
            ids[message.thread.external_id].add(message.external_id)
        return [OpenThread(ref=ref, known=frozenset(ids[key] - self.gone)) for key, ref in refs.items()]


def reread(cursor: Cursor) -> Cursor:
    """The cursor as it comes back from the database: through JSON, an object of its own."""
    return Cursor(version=cursor.version, data=json.loads(json.dumps(dict(cursor.data))))
