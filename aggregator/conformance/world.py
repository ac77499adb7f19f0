"""A platform without a network: a `World` answers requests, `OfflineHttp` judges its answers as the real
client does. A world may raise `TimeoutError` or `ConnectionError`, as a network would."""

from __future__ import annotations

import json as jsonlib
from base64 import b64encode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from aggregator.contract import Account, BudgetSpent, Context, Permanent, Platform, Transient
from aggregator.sync import redirects
from aggregator.sync.addresses import Reach, read_url
from aggregator.sync.responses import HttpResponse, error_of


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it would leave the machine; `url` includes the query, header names are lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of a world; header names are lower case."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def json(cls, data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        body = jsonlib.dumps(data, ensure_ascii=False).encode()
        return cls(status, {"content-type": "application/json; charset=utf-8", **(headers or {})}, body)

    @classmethod
    def html(cls, page: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
        return cls(status, {"content-type": "text/html; charset=utf-8", **(headers or {})}, page.encode())


World = Callable[[Request], Reply]


class OfflineBudget:
    """A turn of `calls` calls (None: no end). `overspent` counts the calls made although it said no; `spent` is
    what was taken of the platform's allowance, in its units."""

    def __init__(self, calls: int | None = None) -> None:
        self.left = calls
        self.overspent = 0
        self.spent = 0

    def allows(self, calls: int = 1, cost: int | None = None) -> bool:
        return self.left is None or self.left >= calls

    def charge(self, units: int) -> None:
        self.spent += units

    def spend(self, cost: int = 1) -> None:
        """Take one call; raises BudgetSpent when none is left."""
        if not self.allows():
            self.overspent += 1
            raise BudgetSpent("Jatah panggilan untuk giliran ini sudah habis.")
        self.spent += cost
        if self.left is not None:
            self.left -= 1


class OfflineLog:
    """Keeps every line, so that a test can look for what must not be there."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, Any]]] = []

    def info(self, event: str, **facts: Any) -> None:
        self.lines.append((event, facts))

    warning = info


class OfflineHttp:
    """The contract's Http over a world, with the real client's judgement of addresses, redirects and answers.
    `requests` holds what was asked, in order, redirects included. Robots and politeness are not played."""

    def __init__(self, world: World, *, reach: Reach, now: datetime, budget: OfflineBudget | None = None) -> None:
        self.requests: list[Request] = []
        self._budget = budget or OfflineBudget()
        self._world, self._reach, self._now = world, reach, now

    @property
    def calls(self) -> int:
        return len(self.requests)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        allow: Collection[int] = (),
        cost: int = 1,
    ) -> HttpResponse:
        return self._call(Request("GET", _address(url, params), _headers(headers, auth)), allow, cost)

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
    ) -> HttpResponse:
        head, body = _headers(headers, auth), content or b""
        if json is not None:
            head, body = {"content-type": "application/json", **head}, jsonlib.dumps(json).encode()
        elif data is not None:
            form = "application/x-www-form-urlencoded"
            head, body = {"content-type": form, **head}, urlencode(data).encode()
        return self._call(Request("POST", _address(url, params), head, body), allow, cost)

    def put(
        self,
        url: str,
        *,
        json: Any = None,
        params: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        allow: Collection[int] = (),
        cost: int = 1,
    ) -> HttpResponse:
        head = {"content-type": "application/json", **_headers(headers, None)}
        return self._call(Request("PUT", _address(url, params), head, jsonlib.dumps(json).encode()), allow, cost)

    def _call(self, request: Request, allow: Collection[int], cost: int) -> HttpResponse:
        response = self._follow(request, allow, cost)
        if error := error_of(response, allow, self._now):
            raise error
        return response

    def _follow(self, request: Request, allow: Collection[int], cost: int) -> HttpResponse:
        for _ in range(redirects.MOST + 1):
            response = self._ask(request, cost)
            target = response.headers.get("location")
            if response.status not in redirects.STATUSES or response.status in allow or not target:
                return response
            request = _redirected(request, response.status, target)
        raise Permanent("Situs terus mengalihkan ke alamat lain tanpa akhir.")

    def _ask(self, request: Request, cost: int) -> HttpResponse:
        self._reach.check(read_url(request.url))
        self._budget.spend(cost)
        self.requests.append(request)
        try:
            reply = self._world(request)
        except OSError:  # time-outs and resets are OSErrors; their words may hold the address
            raise Transient("Situs tidak menjawab.") from None
        headers = {name.lower(): value for name, value in reply.headers.items()}
        return HttpResponse(reply.status, request.url, headers, reply.body)


def offline_context(
    world: World,
    *,
    platform: Platform,
    account: Account,
    now: datetime,
    known: Callable[[Collection[str]], frozenset[str]] | Collection[str] = frozenset(),
    held: int | None = None,
    since: datetime | None = None,
    secrets: Mapping[str, str] | None = None,
    calls: int | None = None,
    full: bool = False,
) -> Context:
    """A Context for one call. `known` may be the ids themselves; `held` is then how many they are; `calls` is
    the turn's budget."""
    if not callable(known):
        ids = frozenset(known)
        held = len(ids) if held is None else held
        known = ids.intersection
    budget = OfflineBudget(calls)
    reach = Reach.of(platform.info, account.url, allow_private=False)
    return Context(
        http=OfflineHttp(world, reach=reach, now=now, budget=budget),
        budget=budget,
        now=now,
        since=since,
        secrets=MappingProxyType(dict(secrets or {})),
        log=OfflineLog(),
        known=known,
        held=held or 0,
        full=full,
    )


def _address(url: str, params: Mapping[str, str | int] | None) -> str:
    """The address as the real client would write it."""
    target = read_url(url)
    return str(target.copy_merge_params(params) if params else target)


def _redirected(request: Request, status: int, location: str) -> Request:
    old = read_url(request.url)
    new = redirects.target_of(old, location)
    headers = redirects.headers_for(old, new, request.headers)
    if request.method == "GET" or not redirects.keeps_method(status, old, new):
        return Request("GET", str(new), {k: v for k, v in headers.items() if k != "content-type"})
    return Request(request.method, str(new), headers, request.body)


def _headers(headers: Mapping[str, str] | None, auth: tuple[str, str] | None) -> dict[str, str]:
    head = {name.lower(): value for name, value in (headers or {}).items()}
    if auth:
        head["authorization"] = "Basic " + b64encode(":".join(auth).encode()).decode()
    return head
