"""Bookmarks that lose comments."""

from __future__ import annotations

from dataclasses import replace

from aggregator.contract import (
    Checkpoint,
    Cursor,
    Message,
    PlatformError,
)
from tests.conformance.zoo.keeper import Wrong, final


class EarlyCheckpoint(Wrong):
    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        events = list(super().pull_since(account, cursor, ctx))
        yield from (event for event in events if isinstance(event, Checkpoint))
        yield from (event for event in events if not isinstance(event, Checkpoint))


class CheckpointAfterTheFirstPage(Wrong):
    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        for event in super().pull_since(account, cursor, ctx):
            yield final(ctx) if isinstance(event, Checkpoint) else event


class CheckpointOneMessageTooEarly(Wrong):
    """Each page's Checkpoint comes before the page's last message."""

    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        held = None
        for event in super().pull_since(account, cursor, ctx):
            if isinstance(event, Message):
                if held:
                    yield held
                held = event
            else:
                yield event
                if isinstance(event, Checkpoint) and held:
                    yield held
                    held = None


class NoCheckpointAtTheEnd(Wrong):
    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        events = super().pull_since(account, cursor, ctx)
        return (event for event in events if not isinstance(event, Checkpoint))


class CheckpointEvenAfterAnError(Wrong):
    breaks = "trouble"

    def pull_since(self, account, cursor, ctx):
        try:
            yield from super().pull_since(account, cursor, ctx)
        except PlatformError:
            yield final(ctx)
            raise


class StopsAtTheFirstKnownId(Wrong):
    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        for event in super().pull_since(account, None, ctx):
            if isinstance(event, Message) and ctx.known([event.external_id]):
                break
            if not isinstance(event, Checkpoint):
                yield event
        yield final(ctx)


class CursorTooLarge(Wrong):
    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        for event in super().pull_since(account, cursor, ctx):
            if isinstance(event, Checkpoint):
                wide = {**event.cursor.data, "pages": ["x" * 100] * 200}
                event = replace(event, cursor=Cursor(version=1, data=wide))
            yield event


class CursorListsEveryId(Wrong):
    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        ids = list(cursor.data.get("ids", [])) if cursor else []
        for event in super().pull_since(account, cursor, ctx):
            if isinstance(event, Message):
                ids.append(event.external_id)
            if isinstance(event, Checkpoint):
                listing = {**event.cursor.data, "ids": sorted(set(ids))}
                event = replace(event, cursor=Cursor(version=1, data=listing))
            yield event


class CursorHoldsDatetime(Wrong):
    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        for event in super().pull_since(account, None, ctx):
            if isinstance(event, Checkpoint):
                event = replace(event, cursor=Cursor(version=1, data={"at": ctx.now}))
            yield event


class ReadsEverythingEachTime(Wrong):
    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        walked = cursor and cursor.data["page"]
        yield from super().pull_since(account, cursor if walked else None, ctx)


class FullIsNotFull(Wrong):
    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        yield from super().pull_since(account, cursor, replace(ctx, full=False))


class OnlyNewComments(Wrong):
    """Says that replies are included, but goes by the top of threads."""

    breaks = "cursor"
    why = "204 appeared and was not read"

    def pull_since(self, account, cursor, ctx):
        for event in super().pull_since(account, cursor, ctx):
            if cursor is None or ctx.full or not (isinstance(event, Message) and event.parent_id):
                yield event
