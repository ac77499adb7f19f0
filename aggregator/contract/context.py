"""What the core lends to a plugin for one call: a guarded line out, a budget, the time, the secrets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


class Response(Protocol):
    """An answer that already passed the guard: bounded in size, decoded, from an allowed host."""

    @property
    def status(self) -> int: ...
    @property
    def url(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""

    @property
    def body(self) -> bytes: ...
    @property
    def text(self) -> str:
        """Decoded by header, then by what the bytes look like; NUL removed."""

    def json(self) -> Any:
        """The body as JSON; raises Malformed when it is something else."""


class Http(Protocol):
    """The only line out. Counts calls, obeys the budget, checks every address it connects to.

    `cost` is what a call takes from the platform's allowance, in its own units: 0 where it is free, 50 where one
    request carries fifty counted ones.

    Statuses become errors (401/403 AuthExpired, 404/410 Gone, 429 RateLimited, 5xx Transient, other 4xx
    Permanent) unless listed in `allow`. A page that checks browsers instead of answering is Transient.
    """

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        allow: Collection[int] = (),
        cost: int = 1,
    ) -> Response: ...

    def post(
        self,
        url: str,
        *,
        json: Any = None,
        data: Mapping[str, str] | None = None,
        content: bytes | None = None,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        allow: Collection[int] = (),
        cost: int = 1,
    ) -> Response: ...

    def put(
        self,
        url: str,
        *,
        json: Any = None,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        allow: Collection[int] = (),
        cost: int = 1,
    ) -> Response: ...


class Budget(Protocol):
    """How much of this turn is left."""

    def allows(self, calls: int = 1, cost: int | None = None) -> bool:
        """Whether `calls` more calls that cost `cost` units of the allowance (one each, unless said) fit in the turn
        (calls, allowance and deadline). Ask before each page."""

    def charge(self, units: int) -> None:
        """Book units that only the answer told of (a platform that counts what it gave, not what was asked)."""


class Log(Protocol):
    """Structured log lines; values are facts about the work, never a person's words or a secret."""

    def info(self, event: str, **facts: Any) -> Any: ...
    def warning(self, event: str, **facts: Any) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """`secrets` are the account's secret settings, over those of its login, over the app's (secret or not).
    `since`: do not read older than this (None: no bound). `known(ids)` answers which of these external ids the
    core holds and the platform was last seen to show; `held` is how many it holds in all (posts not counted).
    `full`: a person asked to read everything again, whatever the cursor says."""

    http: Http
    budget: Budget
    now: datetime
    since: datetime | None
    secrets: Mapping[str, str]
    log: Log
    known: Callable[[Collection[str]], frozenset[str]]
    held: int = 0
    full: bool = False
