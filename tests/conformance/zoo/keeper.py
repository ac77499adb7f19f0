"""What every wrong plugin is made of: contoh, with room for one mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from aggregator.contract import (
    Checkpoint,
    Cursor,
    Message,
)
from plugins.contoh.platform import ContohPlatform

NOTHING = {"entries": [], "next": None, "comments": 0}


class Answer:
    """A response whose JSON is something else than what came."""

    status = 200

    def __init__(self, data: Any) -> None:
        self.data = data

    def json(self) -> Any:
        return self.data


class Line:
    """ctx.http with a mistake in between."""

    def __init__(self, http: Any, ctx: Any) -> None:
        self.http, self.ctx = http, ctx

    def get(self, url: str, **more: Any) -> Any:
        return self.http.get(url, **more)

    def post(self, url: str, **more: Any) -> Any:
        return self.http.post(url, **more)


class Wrong(ContohPlatform):
    """Contoh with room for one mistake: in the events, or on the line. `why` is a part of the kit's sentence
    where another mistake might break the same clause."""

    breaks: ClassVar[str]
    why: ClassVar[str] = ""
    line: ClassVar[type[Line]] = Line

    def lend(self, ctx):
        return replace(ctx, http=self.line(ctx.http, ctx))

    def spoil(self, events, ctx):
        return events

    def pull_since(self, account, cursor, ctx):
        yield from self.spoil(super().pull_since(account, cursor, self.lend(ctx)), ctx)

    def pull_threads(self, account, threads, ctx):
        yield from self.spoil(super().pull_threads(account, threads, self.lend(ctx)), ctx)

    def answer(self, account, message, text, ctx):
        return super().answer(account, message, text, self.lend(ctx))


class Altered(Wrong):
    """Every message is changed by `alter`."""

    def alter(self, message: Message, ctx: Any) -> Message:
        raise NotImplementedError

    def spoil(self, events, ctx):
        for event in events:
            yield self.alter(event, ctx) if isinstance(event, Message) else event


def final(ctx) -> Checkpoint:
    data = {"done": ctx.now.isoformat(), "newest": None, "page": None}
    return Checkpoint(cursor=Cursor(version=1, data=data), replies_included=True)
