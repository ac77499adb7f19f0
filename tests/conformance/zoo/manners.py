"""Guests who do not behave."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from aggregator.contract import (
    Checkpoint,
)
from plugins.contoh.platform import API
from tests.conformance.zoo.keeper import Line, Wrong, final


class Boundless:
    def allows(self, calls=1):
        return True


class IgnoresTheBudget(Wrong):
    breaks = "manners"

    def lend(self, ctx):
        return replace(ctx, budget=Boundless())


class Eager(Wrong):
    """Not a generator: works before anybody asks."""

    breaks = "manners"

    def pull_since(self, account, cursor, ctx):
        return iter(list(super().pull_since(account, cursor, ctx)))


class HoardsAllPages(Wrong):
    breaks = "manners"

    def pull_since(self, account, cursor, ctx):
        yield from list(super().pull_since(account, cursor, ctx))


class StartsOverEachTurn(Wrong):
    """Never says where it was: a long board is never finished in short turns."""

    breaks = "manners"

    def pull_since(self, account, cursor, ctx):
        for event in super().pull_since(account, cursor, ctx):
            if not (isinstance(event, Checkpoint) and event.cursor.data["page"]):
                yield event


class FinalCheckpointWhenTheBudgetEnds(Wrong):
    breaks = "manners"

    def pull_since(self, account, cursor, ctx):
        yield from super().pull_since(account, cursor, ctx)
        if not ctx.budget.allows():
            yield final(ctx)


class RemembersOnSelf(Wrong):
    breaks = "manners"

    def __init__(self):
        self.seen = set()

    def spoil(self, events, ctx):
        for event in events:
            one = getattr(event, "external_id", None)
            if one is None or one not in self.seen:
                self.seen.add(one)
                yield event


CACHE: dict[str, Any] = {}


class Caching(Line):
    def get(self, url, **more):
        key = f"{url} {sorted((more.get('params') or {}).items())}"
        if key not in CACHE:
            CACHE[key] = super().get(url, **more)
        return CACHE[key]


class RemembersInTheModule(Wrong):
    """A cache of answers: the page never changes again."""

    breaks = "cursor"
    line = Caching


class RemembersInSettings(Wrong):
    breaks = "trouble"

    def pull_since(self, account, cursor, ctx):
        account.settings["last"] = ctx.now.isoformat()
        yield from super().pull_since(account, cursor, ctx)


class RemembersOnDisk(Wrong):
    breaks = "manners"

    def pull_since(self, account, cursor, ctx):
        (Path(tempfile.gettempdir()) / "contoh-state").write_text("200")
        yield from super().pull_since(account, cursor, ctx)


class OwnSocket(Wrong):
    breaks = "manners"

    def pull_since(self, account, cursor, ctx):
        socket.socket().close()
        yield from super().pull_since(account, cursor, ctx)


class OwnSocketInAThread(Wrong):
    """Out of sight, and its error swallowed."""

    breaks = "manners"

    def pull_since(self, account, cursor, ctx):
        def quietly():
            try:
                socket.getaddrinfo("localhost", 80)
            except BaseException:  # just what a careful liar would write
                return

        worker = threading.Thread(target=quietly)
        worker.start()
        worker.join()
        yield from super().pull_since(account, cursor, ctx)


class SleepsInsteadOfStopping(Wrong):
    breaks = "manners"

    def pull_since(self, account, cursor, ctx):
        time.sleep(0.001)
        yield from super().pull_since(account, cursor, ctx)


class CallsWhileClosing(Wrong):
    breaks = "manners"

    def pull_since(self, account, cursor, ctx):
        try:
            yield from super().pull_since(account, cursor, ctx)
        finally:
            if ctx.budget.allows():
                ctx.http.get(f"{API}/boards/{account.key}")
