"""How the tests run a pull."""

from __future__ import annotations

from aggregator.conformance.world import offline_context
from aggregator.contract import Checkpoint, Message
from plugins.rss_news.platform import NewsPlatform

from .world import ACCOUNT, NOW

PLATFORM = NewsPlatform()


def context(ask, account=ACCOUNT, **more):
    return offline_context(ask, platform=PLATFORM, account=account, now=more.pop("now", NOW), **more)


def pull(ask, cursor=None, account=ACCOUNT, **more):
    return list(PLATFORM.pull_since(account, cursor, context(ask, account, **more)))


def messages(events) -> list[Message]:
    return [event for event in events if isinstance(event, Message)]


def mark(events):
    return [event.cursor for event in events if isinstance(event, Checkpoint)][-1]
