"""WordPress' REST interface as a visitor meets it: refusals, pages of comments, and how to go on after
one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.contract import Context, Response
from plugins.website.errors import REFUSALS, code_of, json_of, refusal_of, rest_is_closed
from plugins.website.rest_records import COMMENT_FIELDS, Records, listed

PER_PAGE = 100
OVERLAP = 10  # records read twice where only an offset can go on


class Closed(Exception):
    """The site does not let visitors read by this way; another may be open."""


class PrivatePost(Exception):
    """Comments of a post were asked for that visitors may not read (any more)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of comments. `total` is the count of all that match, None where a proxy removed the header."""

    records: Records
    total: int | None

    @property
    def oldest(self) -> datetime | None:
        """The earliest local date on it."""
        return min(filter(None, map(_local_date, self.records)), default=None)


@dataclass(frozen=True, slots=True)
class Window:
    """Where a listing goes on: comments before a local date, newest first, after `offset` of them.

    Dates and not page numbers: what is approved or deleted meanwhile shifts numbers, never dates.
    """

    before: str | None = None
    offset: int = 0

    def next(self, page: Page) -> Window | None:
        """The window after this page; None when the page reached the end."""
        if not page.records if page.total is None else self.offset + PER_PAGE >= page.total:
            return None
        before = page.oldest and (page.oldest + timedelta(seconds=1)).isoformat()
        if before and (self.before is None or before < self.before):
            return Window(before)
        return Window(self.before, self.offset + PER_PAGE - OVERLAP)


class RestClient:
    """Asks one site's REST root anonymously."""

    def __init__(self, root: str, ctx: Context) -> None:
        self.root = root if root.endswith("/") else root + "/"
        self.ctx = ctx

    def page(self, window: Window, **filters: str) -> Page:
        """One page of comments of the site; raises Closed when REST is not for visitors."""
        order = "date_gmt" if window == Window() else "date"
        params: dict[str, str | int] = {"per_page": PER_PAGE, "orderby": order, "order": "desc", **filters}
        if window.before:
            params["before"] = window.before
        if window.offset:
            params["offset"] = window.offset
        response = self._get("comments", params | {"_fields": COMMENT_FIELDS})
        total = response.headers.get("x-wp-total", "")
        return Page(listed(json_of(response)), int(total) if total.isdigit() else None)

    def _get(self, path: str, params: Mapping[str, str | int]) -> Response:
        response = self.ask(path, params)
        if code_of(response) == "rest_cannot_read_post":
            raise PrivatePost
        if rest_is_closed(response):
            raise Closed
        if response.status >= 300:
            raise refusal_of(response)
        return response

    def refused(self, response: Response) -> bool:
        """A collection that WordPress itself keeps closed; any other refusal is raised."""
        if response.status < 300:
            return False
        if (code_of(response) or "").startswith("rest_") or rest_is_closed(response):
            return True
        raise refusal_of(response)

    def ask(self, path: str, params: Mapping[str, str | int]) -> Response:
        return self.ctx.http.get(f"{self.root}wp/v2/{path}", params=params, allow=REFUSALS)


def _local_date(record: object) -> datetime | None:
    value = record.get("date") if isinstance(record, dict) else None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None) if isinstance(value, str) else None
    except ValueError:
        return None
