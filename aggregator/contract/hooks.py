"""The few hooks through which plugins hand objects over. One is added when a second plugin needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pluggy

from aggregator.contract.notify import Notifier
from aggregator.contract.platform import Platform

PROJECT = "sahut"
ENTRY_POINT_GROUP = "aggregator.plugins"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a classifier thinks of a text: any field may stay empty. `confidence` from 0 to 1."""

    kind: str | None = None
    topic: str | None = None
    unit: str | None = None
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()


class Classifier(Protocol):
    """Reads a text in its context and gives an opinion that is weighed with the others."""

    name: str

    def classify(self, text: str, context: str | None) -> Opinion | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkEvent:
    """What happened to an item, told to plugins after the commit."""

    kind: str
    item: str
    unit: str | None
    at: datetime


class HookSpecs:
    """Everything a plugin may implement. A hook that is not here is an error of that plugin."""

    @hookspec
    def register_platforms(self) -> Iterable[Platform]:
        """Platforms this plugin reads. Called once at start; no network."""
        raise NotImplementedError

    @hookspec
    def register_classifiers(self) -> Iterable[Classifier]:
        """Text and context in; kind, topic, unit, confidence and reasons out."""
        raise NotImplementedError

    @hookspec
    def register_notifiers(self) -> Iterable[Notifier]:
        """Ways to tell a person that something waits. Called once at start; no network."""
        raise NotImplementedError

    @hookspec
    def register_commands(self, cli: Any) -> None:
        """Add commands to `sahut` (a click group)."""

    @hookspec
    def on_event(self, event: WorkEvent) -> None:
        """Told after the commit: item opened, routed, answered, overdue. Errors are logged, never raised."""


HOOK_NAMES: Sequence[str] = tuple(sorted(name for name in vars(HookSpecs) if name.startswith(("register_", "on_"))))
