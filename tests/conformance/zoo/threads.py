"""Threads read badly, and the wrong graves."""

from __future__ import annotations

from dataclasses import replace

from aggregator.contract import (
    Message,
    Tombstone,
    Unreadable,
)
from plugins.contoh import parse
from plugins.contoh.platform import API
from tests.conformance.zoo.keeper import Wrong


class TombstoneForWhatIsNotOnThePage(Wrong):
    breaks = "threads"
    why = "which is still shown (an unchanged page)"

    def pull_threads(self, account, threads, ctx):
        yield from super().pull_threads(account, threads, ctx)
        for thread in threads:
            if ctx.budget.allows():
                page = parse.page_of(ctx.http.get(f"{API}/posts/{thread.ref.external_id}/entries").json())
                for one in thread.known - {entry.external_id for entry in page.entries}:
                    yield Tombstone(external_id=one, seen_at=ctx.now)


class TombstoneForWhatWasNotRead(Wrong):
    """Buries what the budget did not reach."""

    breaks = "threads"

    def pull_threads(self, account, threads, ctx):
        seen = set()
        for event in super().pull_threads(account, threads, ctx):
            seen.add(getattr(event, "external_id", None))
            yield event
        for one in sorted(set().union(*(thread.known for thread in threads)) - seen):
            yield Tombstone(external_id=one, seen_at=ctx.now)


class UnreadableIsBuried(Wrong):
    breaks = "threads"

    def pull_threads(self, account, threads, ctx):
        for event in super().pull_threads(account, threads, ctx):
            if isinstance(event, Unreadable) and event.external_id:
                yield Tombstone(external_id=event.external_id, seen_at=ctx.now)
            else:
                yield event


class NeverBuries(Wrong):
    breaks = "threads"

    def spoil(self, events, ctx):
        return (event for event in events if not isinstance(event, Tombstone))


class NestedRepliesLeftOut(Wrong):
    breaks = "threads"

    def pull_threads(self, account, threads, ctx):
        parents = {}
        for event in super().pull_threads(account, threads, ctx):
            parents[getattr(event, "external_id", None)] = getattr(event, "parent_id", None)
            if not (isinstance(event, Message) and event.parent_id == "102"):
                yield event


class ThreadsOnlyUpToWhatIsKnown(Wrong):
    breaks = "threads"

    def pull_threads(self, account, threads, ctx):
        known = set().union(*(thread.known for thread in threads))
        for event in super().pull_threads(account, threads, ctx):
            if not isinstance(event, Message) or event.external_id in known:
                yield event


class OldTextForAnEdit(Wrong):
    """Reads edits from a copy it took before: says EDITS, shows the old text."""

    breaks = "threads"

    def spoil(self, events, ctx):
        for event in events:
            yield (replace(event, text="Kapan drainase dikeruk?") if getattr(event, "edited_at", None) else event)
