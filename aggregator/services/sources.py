"""What pages and services may know of a platform without touching its plugin."""

from __future__ import annotations

from dataclasses import dataclass

from aggregator.contract import Capability, Platform, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A platform as pages see it."""

    id: str
    title: str
    can_answer: bool
    answer_limit: int | None
    settings: tuple[Setting, ...]
    own_host: bool
    polls: bool


def source_of(platform: Platform) -> Source:
    info = platform.info
    return Source(
        id=info.id,
        title=info.title,
        can_answer=Capability.ANSWER in info.capabilities,
        answer_limit=info.answer_limit,
        settings=info.settings,
        own_host=info.own_host,
        polls=Capability.IMPORT not in info.capabilities,
    )
