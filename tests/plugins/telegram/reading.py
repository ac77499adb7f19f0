"""How the tests run a glance: as the core would, each account with the bookmark of its pull."""

from __future__ import annotations

from aggregator.conformance.world import offline_context
from aggregator.contract import Checkpoint, Cursor, GlancedAccount, Glimpse
from plugins.telegram.platform import TelegramPlatform

from .world import ACCOUNT, NOW, OTHER, TOKEN

PLATFORM = TelegramPlatform()


def context(ask, **more):
    more.setdefault("secrets", {"bot_token": TOKEN})
    return offline_context(ask, platform=PLATFORM, account=ACCOUNT, now=more.pop("now", NOW), **more)


def glanced(ask, accounts=(ACCOUNT, OTHER)) -> list[GlancedAccount]:
    """The accounts with the bookmarks that their pulls left."""
    marks = {}
    for account in accounts:
        events = PLATFORM.pull_since(account, None, context(ask))
        marks[account.key] = [event.cursor for event in events if isinstance(event, Checkpoint)][-1]
    return [GlancedAccount(account=one, cursor=marks[one.key], secrets={}) for one in accounts]


def glance(ask, accounts, cursor=None, **more) -> list[Glimpse | Checkpoint]:
    return list(PLATFORM.glance(accounts, cursor, context(ask, **more)))


def told(events) -> list[str]:
    return [event.event.external_id for event in events if isinstance(event, Glimpse) and event.event]


def mark(events) -> Cursor | None:
    return ([event.cursor for event in events if isinstance(event, Checkpoint)] or [None])[-1]
