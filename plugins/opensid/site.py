"""One village site, asked politely: each method is one call, and says what the answer is."""

from __future__ import annotations

from bs4 import BeautifulSoup

from aggregator.contract import Account, Context, Malformed, Response

from .address import COMPLAINTS, article_path, base_of, prefix_of
from .articles import ArticlePage, elsewhere, read_article
from .complaints_html import read_html
from .complaints_json import PAGE_SIZE, leaks, read_json
from .dates import zone_of
from .errors import outage
from .front import Front, read_front
from .parse import ComplaintPage
from .text import is_closed, is_opensid, is_whole, soup_of

_MISSING = (404, 410)
_SHELL = "internal_api/pengaduan"  # newer versions: the page fetches its complaints as JSON


class Site:
    """`prefix` is learnt from the front page, or from an address of the site that is already known."""

    def __init__(self, account: Account, ctx: Context, *, known_url: str = "") -> None:
        self.host, self.base = account.key, base_of(account)
        self.prefix = prefix_of(known_url)
        self.zone = zone_of(account.settings.get("timezone"))
        self._ctx = ctx

    @property
    def complaints_url(self) -> str:
        return f"{self.base}{self.prefix}{COMPLAINTS}"

    def front(self, page: int = 1) -> Front:
        """The front page, or an older one; raises Transient when it is not OpenSID's."""
        path = "/" if page == 1 else f"{self.prefix}/index/{page}"
        return self.read(self._ctx.http.get(self.base + path))

    def read(self, response: Response) -> Front:
        """A front page that is here already."""
        front = read_front(self._soup(response), response.url)
        self.prefix = front.prefix or self.prefix
        return front

    def article(self, path: str) -> tuple[ArticlePage, bool]:
        """The page, and whether it arrived whole; raises Gone when there is no such article."""
        url = f"{self.base}{self.prefix}/{path}"
        response = self._ctx.http.get(url)
        soup = self._soup(response)
        if article_path(response.url, url) != path:
            return elsewhere(path), False
        return read_article(soup, self.host, path, url, self.zone), is_whole(response.text)

    def complaints(self, way: str, number: int) -> tuple[ComplaintPage, bool] | None:
        """A page of complaints, by JSON or HTML, and whether it arrived whole; None when the site has no such list."""
        if way == "json":
            return self._json(number)
        response = self._ctx.http.get(self.complaints_url + (f"/{number}" if number > 1 else ""), allow=_MISSING)
        if response.status in _MISSING:
            return None
        soup = self._soup(response)
        page = read_html(soup, self.complaints_url, self.zone)
        if page is not None and (page.records or _SHELL not in response.text):
            return page, is_whole(response.text)
        if _SHELL in response.text:
            return None
        raise outage(closed=False)

    def leaks(self) -> bool | None:
        """Whether the JSON shows who its reporters are; None when there is no JSON."""
        response = self._ask_json(1)
        return None if response is None else leaks(response.json())

    def _json(self, number: int) -> tuple[ComplaintPage, bool] | None:
        response = self._ask_json(number)
        return None if response is None else (read_json(response.json(), self.complaints_url, self.zone), True)

    def _ask_json(self, number: int) -> Response | None:
        """None for a 404, also for one that older versions send as a page with status 200."""
        response = self._ctx.http.get(
            f"{self.base}{self.prefix}/internal_api/pengaduan",
            params={"sort": "-updated_at", "page[number]": number, "page[size]": PAGE_SIZE},
            headers={"accept": "application/json"},
            allow=_MISSING,
        )
        if response.status in _MISSING:
            return None
        try:
            response.json()
        except Malformed:
            if is_opensid(response.text) and "<html" in response.text[:2_000].lower():
                return None
            raise
        return response

    def _soup(self, response: Response) -> BeautifulSoup:
        if is_closed(response.text) or not is_opensid(response.text):
            raise outage(closed=is_closed(response.text))
        return soup_of(response.text)
