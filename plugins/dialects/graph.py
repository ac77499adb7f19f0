"""Meta's Graph dialect, shared by its plugins: tokens, paging, batches, webhooks. Errors: `graph_errors`.

Source: Graph API v26.0 (released 2026-07-29, alive for at least two years). Tokens travel in headers and bodies, never
in an address. A Graph lives for one call of a plugin and remembers nothing beyond it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from aggregator.contract import (
    Context,
    Malformed,
    PlatformError,
    Quota,
    RateLimited,
    Response,
    Transient,
)

from .graph_errors import (
    DEFAULT_WAIT,
    FULL,
    CursorRefused,
    CursorTooFar,
    Duplicate,
    TooMuchData,
    UnknownField,
    Usage,
    error_of,
    usage_of,
)
from .graph_webhooks import challenge, opened, signed

VERSION = "v26.0"
MOST_IN_BATCH = 50
JUDGED_HERE = (400, 401, 403, 404, 500)  # statuses whose body says more; 429 and 503 keep their Retry-After
_POSITIONS = ("after", "until", "__paging_token", "offset")  # what of a `next` address says where a list goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCall:
    """One GET of a batch; with a `token` it is made with that one."""

    path: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    token: str | None = None


class Graph:
    """One token at one Graph host. Calls raise the contract's errors, judged by Graph's own codes.

    Once an answer tells that an allowance is full, the next call is not made: RateLimited is raised instead.
    """

    def __init__(
        self,
        ctx: Context,
        *,
        base: str = "https://graph.facebook.com",
        token: str,
        app_secret: str | None,
        version: str = VERSION,
    ) -> None:
        self._ctx, self._root, self._version = ctx, f"{base}/{version}", version
        self._base, self._token, self._app_secret = base, token, app_secret
        self._usage = Usage()

    def get(self, path: str, *, cost: int = 1, **params: str | int | None) -> dict[str, Any]:
        """GET `path` ("1001/feed"); parameters that are None are left out."""
        return self.ask(path, params, cost=cost)

    def ask(self, path: str, params: Mapping[str, str | int | None], *, cost: int = 1) -> dict[str, Any]:
        """`get` with the parameters as a mapping."""
        self._stop_when_full()
        asked = {name: value for name, value in params.items() if value is not None} | self._proof(self._token)
        url = f"{self._root}/{path}"
        return self._read(self._ctx.http.get(url, params=asked, headers=self._head(), allow=JUDGED_HERE, cost=cost))

    def post(self, path: str, data: Mapping[str, str]) -> dict[str, Any]:
        """POST a form. A secret that the platform wants as a parameter goes in it."""
        self._stop_when_full()
        form = {**data, **self._proof(self._token)}
        url = f"{self._root}/{path}"
        return self._read(self._ctx.http.post(url, data=form, headers=self._head(), allow=JUDGED_HERE))

    def pages(self, path: str, *, by_cursor: bool = True, **params: str | int | None) -> Pages:
        """The pages of a list, one call each; see Pages. With `by_cursor` a list whose answers name no `next` goes on
        from cursors.after until a page is empty; without, it ends where no `next` is named."""
        return Pages(self, self._ctx, path, params, by_cursor)

    def batch(self, calls: Sequence[BatchCall]) -> list[dict[str, Any] | PlatformError]:
        """Up to 50 GETs in one request, each counted: the answers in order, a failed one as its error."""
        if len(calls) > MOST_IN_BATCH:
            raise ValueError(f"at most {MOST_IN_BATCH} calls in a batch")
        self._stop_when_full()
        items = [{"method": "GET", "relative_url": self._relative(call)} for call in calls]
        form = {"batch": json.dumps(items), "access_token": self._token, **self._proof(self._token)}
        response = self._ctx.http.post(
            f"{self._base}/", data=form, headers=self._head(), allow=JUDGED_HERE, cost=len(calls)
        )
        answers = self._judged(response)
        if not isinstance(answers, list) or len(answers) != len(calls):
            raise Malformed("Jawaban berkelompok Meta tidak berbentuk seperti biasanya.")
        return [_answer_of(one) for one in answers]

    def quota(self, name: str) -> Quota | None:
        """What the last answer said of the allowance, in percent; None when it said nothing."""
        return Quota(name=name, used=self._usage.percent, limit=100) if self._usage.percent else None

    def _stop_when_full(self) -> None:
        if self._usage.percent >= FULL:
            raise RateLimited("Batas panggilan Meta hampir habis; dilanjutkan nanti.", self._usage.wait or DEFAULT_WAIT)

    def _read(self, response: Response) -> dict[str, Any]:
        answer = self._judged(response)
        if not isinstance(answer, dict):
            raise Malformed("Jawaban Meta tidak berbentuk seperti biasanya.")
        return answer

    def _judged(self, response: Response) -> Any:
        answer = answer_of(response)
        self._usage = usage_of(response.headers)
        return answer

    def _relative(self, call: BatchCall) -> str:
        own = {"access_token": call.token, **self._proof(call.token)} if call.token else {}
        return f"{self._version}/{call.path}?{urlencode({**call.params, **own})}"

    def _proof(self, token: str) -> dict[str, str]:
        return {"appsecret_proof": proof(token, self._app_secret)} if self._app_secret else {}

    def _head(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


class Pages(Iterator[dict[str, Any]]):
    """The pages of a list. The caller asks the budget for the first page, this asks for every further one.

    A short or an empty page is not the end. `position` says where the list goes on after the last page given (None: at
    its end, once `complete`). A list that serves the same ids again, or refuses its own cursor, ends incomplete.
    """

    def __init__(
        self, graph: Graph, ctx: Context, path: str, params: Mapping[str, str | int | None], by_cursor: bool
    ) -> None:
        self.complete = False
        self.position: Mapping[str, str] | None = None
        self._graph, self._ctx, self._path, self._by_cursor = graph, ctx, path, by_cursor
        self._params = params
        self._pages = self._walk()

    def __next__(self) -> dict[str, Any]:
        return next(self._pages)

    def _walk(self) -> Iterator[dict[str, Any]]:
        seen = set[str]()
        page = self._graph.ask(self._path, self._params)
        while not self._repeats(page, seen):
            self.position = position_of(page, by_cursor=self._by_cursor)
            self.complete = self.position is None
            yield page
            if self.position is None or not self._ctx.budget.allows():
                return
            try:
                page = self._graph.ask(self._path, {**self._params, **self.position})
            except CursorRefused:
                self._ctx.log.warning("graph_list_capped", pages_read=True)
                return

    def _repeats(self, page: Mapping[str, Any], seen: set[str]) -> bool:
        """Whether a page holds only what this walk has already seen: a list that turns in circles."""
        ids = ids_of(rows_of(page))
        if ids and ids <= seen:
            self.complete, self.position = False, None
            self._ctx.log.warning("graph_list_turns_in_circles", seen=len(seen))
            return True
        seen |= ids
        return False


def answer_of(response: Response) -> Any:
    """The JSON of an answer whose call allowed JUDGED_HERE; raises the error that Graph's codes mean."""
    try:
        answer = response.json()
    except Malformed:
        if response.status < 400:
            raise
        answer = None
    if error := error_of(response.status, answer, response.headers):
        raise error
    return answer


def rows_of(page: Mapping[str, Any]) -> list[Any]:
    """The rows of a list's page; raises Malformed when it holds none."""
    rows = page.get("data")
    if not isinstance(rows, list):
        raise Malformed("Daftar dari Meta tidak berbentuk seperti biasanya.")
    return rows


def ids_of(rows: Iterable[Any]) -> set[str]:
    """The ids of rows, of those that have one."""
    ids = (row.get("id") for row in rows if isinstance(row, dict))
    return {one for one in ids if isinstance(one, str)}


def position_of(page: Mapping[str, Any], *, by_cursor: bool = False) -> dict[str, str] | None:
    """The parameters that ask for the page after this one; None at the end. Raises Malformed for a page that has rows
    but does not say how it goes on. Nothing of a `next` address but its position is used: it may hold the token."""
    rows, paging = rows_of(page), page.get("paging")
    if not isinstance(paging, dict) or not paging.keys() & {"cursors", "next", "previous"}:
        if rows:
            raise Malformed("Daftar dari Meta tidak menyebut kelanjutannya.")
        return None
    following, after = paging.get("next"), _after(paging)
    if following is None:
        return {"after": after} if by_cursor and rows and after else None
    if not isinstance(following, str):
        raise Malformed("Kelanjutan daftar dari Meta bukan alamat.")
    asked = dict(parse_qsl(urlsplit(following).query))
    position = {name: asked[name] for name in _POSITIONS if name in asked} or ({"after": after} if after else None)
    if position is None:
        raise Malformed("Kelanjutan daftar dari Meta tidak dikenal.")
    return position


def proof(token: str, secret: str) -> str:
    """appsecret_proof: shows that the caller knows the app's secret without sending it."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def moment(text: Any) -> datetime:
    """A time with its offset ("2026-11-20T03:15:44+0000") as UTC; raises TypeError or ValueError."""
    if not isinstance(text, str):
        raise TypeError("not a time")
    parsed = datetime.fromisoformat(text)
    if parsed.utcoffset() is None:
        raise ValueError("time without offset")
    return parsed.astimezone(UTC)


def _answer_of(item: Any) -> dict[str, Any] | PlatformError:
    """One answer of a batch: null when it timed out; its body is JSON written as text."""
    if item is None:
        return Transient("Meta tidak sempat menjawab.")
    try:
        headers = {one["name"].lower(): one["value"] for one in item.get("headers") or ()}
        status, body = int(item["code"]), json.loads(item["body"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return Malformed("Satu jawaban dalam kelompok tidak berbentuk seperti biasanya.")
    if error := error_of(status, body, headers):
        return error
    return (
        body if isinstance(body, dict) else Malformed("Satu jawaban dalam kelompok tidak berbentuk seperti biasanya.")
    )


def _after(paging: Mapping[str, Any]) -> str | None:
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) and after else None


__all__ = [
    "JUDGED_HERE",
    "MOST_IN_BATCH",
    "VERSION",
    "BatchCall",
    "CursorRefused",
    "CursorTooFar",
    "Duplicate",
    "Graph",
    "Pages",
    "TooMuchData",
    "UnknownField",
    "answer_of",
    "challenge",
    "error_of",
    "ids_of",
    "moment",
    "opened",
    "position_of",
    "proof",
    "rows_of",
    "signed",
]
