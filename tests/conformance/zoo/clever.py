"""Clever ones: each slipped through an earlier kit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from aggregator.contract import (
    Census,
    Message,
    Pace,
    Permanent,
    Tombstone,
    Transient,
    Unreadable,
)
from plugins.contoh.platform import ContohPlatform
from tests.conformance.zoo.keeper import Altered, Answer, Line, Wrong, final


class NoOverlap(Wrong):
    """What a moderator releases late keeps its old time and is never seen."""

    breaks = "cursor"
    why = "206 appeared and was not read"
    info = replace(ContohPlatform.info, pace=Pace(overlap=timedelta(0)))

    def pull_since(self, account, cursor, ctx):
        done = cursor and not ctx.full and cursor.data["done"]
        for event in super().pull_since(account, cursor, ctx):
            if not (done and isinstance(event, Message) and event.created_at.isoformat() < done):
                yield event


class BookmarkMovedByThreads(Wrong):
    """Re-reading an old thread says that the whole board was read."""

    breaks = "threads"
    why = "yields a Checkpoint"

    def pull_threads(self, account, threads, ctx):
        yield from super().pull_threads(account, threads, ctx)
        yield final(ctx)


class BuriesBeyondItsPiece(Wrong):
    """Reads only the messages it was asked about, then buries the others it knows of."""

    breaks = "threads"
    why = "which is still shown"

    def pull_threads(self, account, threads, ctx):
        asked = {one for thread in threads if not thread.whole for one in thread.known}
        for event in super().pull_threads(account, threads, ctx):
            if not asked or not isinstance(event, Message) or event.external_id in asked:
                yield event
            else:
                yield Tombstone(external_id=event.external_id, seen_at=ctx.now)


class LooseTimes(Altered):
    """Calls every time exact to the day, so that nobody notices the zone."""

    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, precision="day", created_at=message.created_at + timedelta(hours=2))


class CensusOfThePage(Wrong):
    breaks = "records"

    def spoil(self, events, ctx):
        return (Census(count=4) if isinstance(event, Census) else event for event in events)


class FailedPageIsOneUnreadable(Wrong):
    breaks = "trouble"
    why = "500 at call 1 was swallowed"

    def pull_since(self, account, cursor, ctx):
        try:
            yield from super().pull_since(account, cursor, ctx)
        except Transient:
            yield Unreadable(reason="page failed")
            yield final(ctx)


class Stubborn(Line):
    def get(self, url, **more):
        try:
            return super().get(url, **more)
        except Transient:
            return super().get(url, **more)


class TriesAgainByItself(Wrong):
    breaks = "trouble"
    line = Stubborn


class Chaining(Line):
    def get(self, url, **more):
        response = super().get(url, **more, allow=(400,))
        try:
            if response.status == 400:
                raise ValueError(response.text)
        except ValueError as error:
            raise Permanent("Contoh menolak.") from error
        return response


class CauseRepeatsTheBody(Wrong):
    breaks = "trouble"
    line = Chaining


class ClockOnTheWall(Wrong):
    breaks = "records"

    def spoil(self, events, ctx):
        wall = datetime.now(UTC) + timedelta(days=3)
        return (replace(event, seen_at=wall) if isinstance(event, Tombstone) else event for event in events)


class AnyTypeWillDo(Line):
    def get(self, url, **more):
        answer = super().get(url, **more).json()
        for row in answer["entries"] if isinstance(answer, dict) and answer.get("entries") else []:
            if isinstance(row, dict) and isinstance(row.get("text"), dict):
                row["text"] = str(row["text"])
        return Answer(answer)


class ObjectBecomesText(Wrong):
    """str() around everything: the day text becomes an object, citizens say {'html': …}."""

    breaks = "shape"
    line = AnyTypeWillDo


class DeletesWhatAShortTurnMissed(Wrong):
    """Compares a pull cut short with all it knows."""

    breaks = "cursor"

    def pull_since(self, account, cursor, ctx):
        seen = set()
        for event in super().pull_since(account, cursor, ctx):
            seen.add(getattr(event, "external_id", None))
            yield event
        for one in sorted(ctx.known([str(number) for number in range(100, 210)]) - seen):
            yield Tombstone(external_id=one, seen_at=ctx.now)
        yield final(ctx)
