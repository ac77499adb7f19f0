"""Telling a person: what a notice is, and what a plugin that carries notices is and is lent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aggregator.contract.context import Http, Log
from aggregator.contract.errors import Permanent
from aggregator.contract.platform import CONTRACT_VERSION, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """One thing to do about a notice: the words of its link, and where it leads (a page that asks once more)."""

    label: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something waits for a person. It holds no citizen's words.

    `key` is the same at every try of the same notice to the same address: a medium that can tell by it that it
    brought this one already must not bring it twice. `stop_link` is where the person chooses what reaches them.
    """

    key: str
    title: str
    body: str
    link: str
    stop_link: str
    taps: tuple[Tap, ...] = ()
    urgent: bool = False

    @property
    def text(self) -> str:
        """The whole notice as plain text, one thing a line."""
        told = [self.title, *([self.body] if self.body else []), *(f"{tap.label}: {tap.link}" for tap in self.taps)]
        return "\n".join([*told, f"Buka: {self.link}"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A person who told the medium their code, and the address they did it from."""

    code: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifierInfo:
    """A medium's name-plate.

    `hosts` are the only hosts its `http` reaches, beside the one of `Notifier.site`. `settings` are asked once of
    Diskominfo. `address` is what a person fills in to be reached; None: the address is made elsewhere (a browser, a
    code sent to us). `listens`: it can be asked who sent a code. `longest` is the longest title in characters,
    `calls_per_minute` what the medium bears.
    """

    name: str
    title: str
    contract: int = CONTRACT_VERSION
    hosts: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ()
    address: Setting | None = None
    listens: bool = False
    longest: int = 1_000
    calls_per_minute: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyContext:
    """What the core lends for one notice. `http` is guarded as a platform's. `dial(host, port)` opens a socket to a
    checked address for media that do not speak HTTP; with `tls` it is wrapped by the plugin. `settings` are those of
    the medium, secrets opened. `contact` names who runs this Sahut (an address or a URL)."""

    http: Http
    dial: Callable[[str, int], socket.socket]
    tls: ssl.SSLContext
    now: datetime
    settings: Mapping[str, str]
    contact: str
    log: Log


class Notifier:
    """Subclass this, set `info`, write `notify`. Errors say what happens next: `Gone`: this address no longer works, its
    person is told; `AuthExpired`, `Permanent`: Diskominfo must change something, the medium rests; `RateLimited` and
    `Transient`: tried again later. Remember nothing."""

    info: NotifierInfo

    def address(self, typed: str) -> str:
        """What a person typed, in its one plain form; raises Permanent, in words for them, when it cannot be one. Pure."""
        raise Permanent("Alamat untuk saluran ini tidak diisi dengan tangan.")

    def shown(self, address: str) -> str:
        """The address as it may be shown to its owner, most of it hidden. Pure."""
        return address[:2] + "…" + address[-2:]

    def site(self, address: str) -> str | None:
        """The https URL an address stands for, where every address has a host of its own (web push). Pure."""
        return None

    def notify(self, notice: Notice, address: str, ctx: NotifyContext) -> None:
        """Bring one notice to one address; returning means that the medium took it over."""
        raise NotImplementedError

    def made(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Settings that the medium makes itself and that are missing (a pair of keys). Pure but for chance."""
        return {}

    def public(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        """What of its settings a person's browser needs to be reached; nothing secret. Pure."""
        return {}

    def listen(self, ctx: NotifyContext) -> Iterable[Bound]:
        """Who sent which code since the last time."""
        return ()
