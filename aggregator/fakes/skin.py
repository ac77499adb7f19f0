"""What one platform adds to the world: its hosts, its way of answering, its keys, its webhooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from aggregator.fakes.world import Change, Place, World

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A webhook call as the platform would send it, signed."""

    platform: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Skin:
    """Subclass this for a platform; `hosts` are names or "*.example.org". A skin whose places are sites of their own
    (their key is the host) needs no hosts."""

    platform: str
    hosts: tuple[str, ...] = ()
    app_settings: Mapping[str, str] = {}  # what Diskominfo's app at this platform is called and its secrets

    def __init__(self, world: World) -> None:
        self.world = world

    def app(self) -> Wsgi:
        """The platform as a WSGI application (a Flask app)."""
        raise NotImplementedError

    def address(self, place: Place) -> str:
        """The place's public address, as a person would paste it."""
        raise NotImplementedError

    def secrets(self, place: Place) -> Mapping[str, str]:
        """The secret settings with which the plugin may read this place."""
        return {}

    def settings(self, place: Place) -> Mapping[str, str]:
        """The other settings of this place's account."""
        return {}

    def pushes(self, change: Change) -> Iterator[Push]:
        """The webhook calls that tell of a change."""
        return iter(())
