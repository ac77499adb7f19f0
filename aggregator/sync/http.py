"""The guarded HTTP client: a plugin's only line out. It visits only the hosts the account may reach, opens
sockets only to checked addresses, counts every request against the turn's budget, waits its turn at each
host, obeys robots.txt where pages are scraped, and turns what happens into errors of the contract.

It keeps no cookies, reads no proxy or netrc setting, and never logs a path, query, header or body."""

from __future__ import annotations

import logging
import ssl
from base64 import b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

import httpx2

from aggregator.contract import BudgetSpent, Permanent, PlatformInfo
from aggregator.sync import redirects
from aggregator.sync.addresses import Reach, host_of, read_url
from aggregator.sync.politeness import Clock, HostMemory, HostPace
from aggregator.sync.responses import HttpResponse, error_of
from aggregator.sync.robots import Robots
from aggregator.sync.wire import (
    ENCODINGS,
    Deadline,
    GuardedBackend,
    GuardedTransport,
    Resolver,
    network_failure,
    public_tls,
    read_body,
    system_resolver,
)

# What a plugin may not set: they belong to the line, or would undo its checks.
_OUR_HEADERS = frozenset(
    {
        "host",
        "user-agent",
        "accept-encoding",
        "connection",
        "cookie",
        "content-length",
        "transfer-encoding",
        "te",
    }
)
# They write whole URLs and headers, tokens included.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """Times in seconds, sizes in bytes. `contact` is what a site's owner reads in the User-Agent: an
    address of the people who run this Sahut. `tls` and `resolver` are replaced in tests. With `stand_in`
    ("http://127.0.0.1:9000") every call, whatever its host, goes there instead, with its own Host header: a Sahut
    that plays with pretended platforms and reaches nothing else."""

    contact: str = "sahut"
    allow_private_network: bool = False
    connect_seconds: float = 5.0
    read_seconds: float = 20.0
    total_seconds: float = 20.0
    max_body: int = 2 * 1024 * 1024
    resolver: Resolver = system_resolver
    tls: ssl.SSLContext | None = None
    stand_in: str | None = None

    @property
    def user_agent(self) -> str:
        contact = "".join(c for c in self.contact if c.isascii() and c.isprintable())
        return f"Sahut/0.1 (+{contact})"

    @property
    def timeouts(self) -> dict[str, float]:
        read = self.read_seconds
        return {"connect": self.connect_seconds, "read": read, "write": read, "pool": self.connect_seconds}


class SpendingBudget(Protocol):
    """A contract Budget that can also be drawn on."""

    @property
    def deadline(self) -> datetime | None: ...
    def allows(self, calls: int = 1, cost: int | None = None) -> bool: ...
    def charge(self, units: int) -> None: ...
    def spend(self, cost: int = 1) -> None: ...


class PullBudget:
    """What one pull may use: `calls` requests, `units` of the platform's allowance (None: no bound), until
    `deadline` (None: no end). `spent` is what it took of the allowance."""

    def __init__(self, calls: int, deadline: datetime | None, clock: Clock, units: int | None = None) -> None:
        self.left = calls
        self.deadline = deadline
        self.spent = 0
        self._units = units
        self._clock = clock

    def allows(self, calls: int = 1, cost: int | None = None) -> bool:
        in_time = self.deadline is None or self._clock() < self.deadline
        units = calls if cost is None else cost
        return in_time and calls <= self.left and (self._units is None or self.spent + units <= self._units)

    def spend(self, cost: int = 1) -> None:
        """Take one call of `cost` units; raises BudgetSpent when that is no longer left."""
        if not self.allows(1, cost):
            raise BudgetSpent("Jatah pembacaan untuk giliran ini sudah habis; dilanjutkan pada giliran berikutnya.")
        self.left -= 1
        self.spent += cost

    def charge(self, units: int) -> None:
        """Book units after the fact; the next call feels it."""
        self.spent += units


class GuardedHttp:
    """The contract's Http for one account during one pull. Close it, or use it as a context manager."""

    def __init__(
        self,
        platform_info: PlatformInfo,
        account_url: str | None,
        *,
        settings: HttpSettings,
        budget: SpendingBudget,
        pace: HostPace,
        memory: HostMemory,
        clock: Clock,
        allowance: str | None = None,
    ) -> None:
        self._info = platform_info
        self._allowance = allowance or platform_info.id
        self._settings = settings
        self._budget = budget
        self._pace = pace
        self._clock = clock
        self._reach = Reach.of(platform_info, account_url, allow_private=settings.allow_private_network)
        self._robots = Robots(memory, clock, self._fetch_robots)
        self._deadline = Deadline()
        self._backend = GuardedBackend(
            settings.resolver,
            allow_private=settings.allow_private_network or settings.stand_in is not None,
            deadline=self._deadline,
        )
        self._transport = GuardedTransport(self._backend, settings.tls or public_tls())
        self.calls = 0  # requests that went out, redirects and robots.txt included

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

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
        return self._call(self._request("GET", url, params, headers, auth), allow, cost)

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
        body = {"json": json, "data": data, "content": content}
        return self._call(self._request("POST", url, params, headers, auth, **body), allow, cost)

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
        return self._call(self._request("PUT", url, params, headers, None, json=json), allow, cost)

    def _request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int] | None,
        headers: Mapping[str, str] | None,
        auth: tuple[str, str] | None,
        **body: Any,
    ) -> httpx2.Request:
        target = read_url(url)
        if params:
            target = target.copy_merge_params(params)
        own = {name: value for name, value in (headers or {}).items() if name.lower() not in _OUR_HEADERS}
        if auth is not None:
            own["Authorization"] = _basic(*auth)
        request = self._new_request(method, target, own, **body)
        self._refuse_open_secret(request)
        return request

    def _new_request(self, method: str, url: httpx2.URL, headers: Mapping[str, str], **body: Any) -> httpx2.Request:
        ours = {"User-Agent": self._settings.user_agent, "Accept-Encoding": ENCODINGS}
        signed = {"Accept": "*/*", **headers, **ours}
        extensions = {"timeout": self._settings.timeouts}
        try:
            return httpx2.Request(method, url, headers=signed, extensions=extensions, **body)
        except UnicodeEncodeError:
            pass  # raised below, so that the text with the secret is not in the error's context
        raise Permanent("Isian akun memuat huruf yang tidak dapat dikirim; periksa kata sandi atau tokennya.")

    def _refuse_open_secret(self, request: httpx2.Request) -> None:
        """A password over plain http can be read by anyone on the way; an intranet may decide otherwise."""
        in_the_open = request.url.scheme == "http" and not self._reach.allow_private
        if in_the_open and "authorization" in request.headers:
            raise Permanent("Kata sandi hanya dikirim lewat https; daftarkan alamat situs yang diawali https://.")

    def _call(self, request: httpx2.Request, allow: Collection[int], cost: int) -> HttpResponse:
        self._reach.check(request.url)
        if self._settings.stand_in is None:  # pretended platforms need no manners
            self._wait_in_turn(request)
        response = self._follow(request, allow, cost)
        failure = error_of(response, allow, self._clock())
        if failure is not None:
            raise failure
        return response

    def _wait_in_turn(self, request: httpx2.Request) -> None:
        if self._info.own_host or self._info.scrapes:
            self._wait_politely(request)
        if per_minute := self._info.pace.calls_per_minute:
            self._pace.wait_share(self._allowance, 60 / per_minute, latest=self._budget.deadline)

    def _wait_politely(self, request: httpx2.Request) -> None:
        asked = self._robots.crawl_delay(request.url) if self._obeys_robots(request) else 0.0
        self._pace.wait_turn(host_of(request.url), gap_seconds=asked, latest=self._budget.deadline)

    def _obeys_robots(self, request: httpx2.Request) -> bool:
        """Pages made for people; an API that a plugin names among its hosts has rules of its own."""
        return self._info.scrapes and request.method == "GET" and host_of(request.url) not in self._info.hosts

    def _fetch_robots(self, url: httpx2.URL) -> HttpResponse:
        return self._follow(self._new_request("GET", url, {}), allow=(), cost=0)

    def _follow(self, request: httpx2.Request, allow: Collection[int], cost: int) -> HttpResponse:
        self._deadline.start(self._settings.total_seconds)
        for _ in range(redirects.MOST + 1):
            response = self._exchange(request, cost)
            target = response.headers.get("location")
            if response.status not in redirects.STATUSES or response.status in allow or not target:
                return response
            request = self._redirected(request, response.status, target)
        raise Permanent("Situs terus mengalihkan ke alamat lain tanpa akhir.")

    def _redirected(self, request: httpx2.Request, status: int, location: str) -> httpx2.Request:
        target = redirects.target_of(request.url, location)
        self._reach.check(target)
        if self._obeys_robots(request):
            self._robots.check_redirect(target)
        own = {name: value for name, value in request.headers.items() if name not in _OUR_HEADERS}
        headers = redirects.headers_for(request.url, target, own)
        if request.method == "GET" or not redirects.keeps_method(status, request.url, target):
            headers.pop("content-type", None)
            return self._new_request("GET", target, headers)
        return self._new_request(request.method, target, headers, content=request.read())

    def _exchange(self, request: httpx2.Request, cost: int, *, repeat: bool = True) -> HttpResponse:
        """One request and its whole answer. A GET over a kept connection which the server had already
        closed is sent once more; nothing else is repeated here: patience belongs to the engine."""
        opened = self._backend.opened
        try:
            return self._send(request, cost)
        except httpx2.TransportError as error:
            cut = isinstance(error, (httpx2.NetworkError, httpx2.RemoteProtocolError))
            stale = cut and request.method == "GET" and self._backend.opened == opened
            failure = network_failure(error)
        if stale and repeat:
            return self._exchange(request, cost, repeat=False)
        raise failure  # outside the handler: the library's error knows the URL and the headers

    def _send(self, request: httpx2.Request, cost: int) -> HttpResponse:
        self._budget.spend(cost)
        self.calls += 1
        response = self._transport.handle_request(self._stood_in(request))
        try:
            body = read_body(response, self._settings.max_body)
        finally:
            response.close()
        headers = {name: value for name, value in response.headers.items() if name != "set-cookie"}
        return HttpResponse(response.status_code, str(request.url), headers, body)

    def _stood_in(self, request: httpx2.Request) -> httpx2.Request:
        """The same request on its way to the stand-in, if there is one; its Host header stays."""
        if self._settings.stand_in is None:
            return request
        place = httpx2.URL(self._settings.stand_in)
        url = request.url.copy_with(scheme=place.scheme, host=place.host, port=place.port)
        return httpx2.Request(
            request.method, url, headers=request.headers, content=request.read(), extensions=request.extensions
        )


def _basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode("ascii")
