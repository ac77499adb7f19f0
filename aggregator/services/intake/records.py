"""What goes into the intake and what comes out: the source, the tally, and one batch sorted by outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from aggregator.contract import Message
from aggregator.domain.triage import Context, Verdict

# How far a coarse time may be from the exact one, in microseconds.
COARSENESS = {"second": 0, "minute": 60_000_000, "day": 86_400_000_000}

Judge = Callable[[Sequence[tuple[str, Context]]], Sequence[Verdict]]  # texts, each where it stands


class NoJson(Exception):
    """A record's `raw` cannot be kept."""


class LeaseLost(Exception):
    """Another worker took the account over: whoever holds the old lease writes nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The account whose records are stored. In `realm` its author ids are unique."""

    account_id: int
    platform: str
    unit_id: int
    own_host: bool = False

    @property
    def realm(self) -> str:
        return f"{self.platform}:{self.account_id}" if self.own_host else self.platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the intake asks of the rest of the house."""

    judge: Judge
    answer_goal: timedelta
    model_id: Callable[[], int | None] = lambda: None  # the learned model that judges now


@dataclass(slots=True)
class Tally:
    """One counted outcome for every fetched record; the coverage ledger is made of these."""

    new: int = 0
    duplicate: int = 0
    edited: int = 0
    deleted: int = 0
    rejected: int = 0
    items: int = 0

    @property
    def fetched(self) -> int:
        return self.new + self.duplicate + self.edited + self.deleted + self.rejected

    @property
    def changed(self) -> int:
        """How many records changed what is held."""
        return self.new + self.edited + self.deleted

    def add(self, other: Tally) -> None:
        for name in ("new", "duplicate", "edited", "deleted", "rejected", "items"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Held:
    """A message as the database holds it."""

    id: int
    thread_id: int
    text: str
    author_name: str
    author_id: str | None
    parent_id: str | None
    created_at: int  # microseconds
    rating: int | None
    deleted_at: int | None
    version: int
    official: bool
    kind: str
    precision: str


@dataclass(slots=True)
class Sorted:
    """A batch after it was held against the database."""

    new: dict[str, Message] = field(default_factory=dict)
    edited: dict[str, tuple[Held, Message]] = field(default_factory=dict)
    refined: dict[str, tuple[Held, Message]] = field(default_factory=dict)  # duplicates with a better time
    deleted: dict[str, Held] = field(default_factory=dict)
    replies: dict[int, int] = field(default_factory=dict)  # thread id -> the platform's own reply count
    rejected: list[tuple[str | None, str]] = field(default_factory=list)  # external id, reason
    duplicate: int = 0

    @property
    def writes(self) -> bool:
        return bool(self.new or self.edited or self.refined or self.deleted or self.rejected)
