"""Records that are not what the page shows."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from aggregator.contract import (
    AccountSnapshot,
    Author,
    Capability,
    Message,
    PlatformError,
    ThreadRef,
)
from plugins.contoh.platform import API, ContohPlatform
from tests.conformance.zoo.keeper import Altered, Wrong


class NaiveTimes(Altered):
    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, created_at=message.created_at.replace(tzinfo=None))


class LocalTimeTakenForUtc(Altered):
    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, created_at=message.created_at + timedelta(hours=7))


class TimeOfReading(Altered):
    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, created_at=ctx.now)


class NameAsAuthorId(Altered):
    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, author=Author(external_id=message.author.name, name=message.author.name))


class UnstableIds(Altered):
    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, external_id=f"{message.external_id}-{uuid.uuid4()}")


class SharedIds(Altered):
    """Ids of comments counted per author: two persons collide."""

    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, external_id=message.author.external_id + message.text[:1])


class OfficialRepliesDropped(Wrong):
    breaks = "records"

    def spoil(self, events, ctx):
        mine = frozenset({"u1"})
        for event in events:
            if not (isinstance(event, Message) and event.parent_id and event.author.external_id in mine):
                yield event


class RepliesFlattened(Altered):
    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, parent_id=message.parent_id and message.thread.external_id)


class RepliesInThreadsOfTheirOwn(Altered):
    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, thread=ThreadRef(external_id=message.parent_id or message.thread.external_id))


class TokenInRecord(Altered):
    breaks = "manners"

    def alter(self, message, ctx):
        return replace(message, raw={"request": {"authorization": ctx.secrets.get("token")}})


class MarkupGuessed(Altered):
    """Unescapes and strips tags from what is already plain text."""

    breaks = "records"

    def alter(self, message, ctx):
        return replace(message, text=message.text.replace("<b>", "").replace("</b>", ""))


class EverythingInRaw(Wrong):
    """Keeps the whole entry "for later": e-mail, phone and all."""

    breaks = "records"

    def spoil(self, events, ctx):
        for event in events:
            if isinstance(event, Message):
                rows = ctx.http.get(f"{API}/posts/{event.thread.external_id}/entries").json()["entries"]
                yield replace(event, raw={"rows": rows})
            else:
                yield event


class SinceMeansNothingOlderInTheThread(Wrong):
    breaks = "records"

    def spoil(self, events, ctx):
        for event in events:
            if ctx.since is None or not isinstance(event, Message) or event.kind.value == "post":
                yield event


class ClaimsMentions(Wrong):
    breaks = "records"
    info = replace(ContohPlatform.info, capabilities=ContohPlatform.info.capabilities | {Capability.MENTIONS})


class HidesItsAnswering(Wrong):
    breaks = "records"
    info = replace(ContohPlatform.info, capabilities=ContohPlatform.info.capabilities - {Capability.ANSWER})


class InspectAlwaysSaysYes(Wrong):
    breaks = "trouble"

    def inspect(self, account, ctx):
        try:
            return super().inspect(account, ctx)
        except PlatformError:
            return AccountSnapshot(exists=True)
