"""Reading pages by a selector configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import datetime, tzinfo

import soupsieve
from bs4 import BeautifulSoup, Tag

from aggregator.contract import (
    Author,
    Checkpoint,
    Context,
    Event,
    Kind,
    Malformed,
    Message,
    OpenThread,
    ThreadRef,
    Unreadable,
)
from plugins.website.address import absolute, same_site
from plugins.website.dates import Moment, read_date
from plugins.website.errors import REFUSALS
from plugins.website.feeds import parse_posts_feed
from plugins.website.rest_records import NAMELESS, OFFICE, post_id
from plugins.website.schema_org import Hashes, page_id
from plugins.website.selectors import Field, ReplyRule, SelectorConfig
from plugins.website.state import State
from plugins.website.text import clean, one_line, soup_of, visible_text

OFFICE_ID = "office"  # the author of every reply that the configuration calls official
_OFFICE = Author(external_id=OFFICE_ID, name=OFFICE)


class SelectorPage:
    """The items of one parsed page as messages. Without an id of its own an item is known by its content."""

    def __init__(self, config: SelectorConfig, thread: ThreadRef, zone: tzinfo, now: datetime) -> None:
        self.config, self.thread, self.zone, self.now = config, thread, zone, now
        self.hashes = Hashes()
        self._last_top: str | None = None

    def read(self, soup: BeautifulSoup) -> list[Message | Unreadable]:
        """All items with their replies; raises Malformed when the page is not the expected one."""
        config = self.config
        if config.must_contain and config.must_contain not in soup.get_text(" "):
            raise Malformed("Isi halaman berubah: teks penanda pada aturan baca tidak ditemukan.")
        if config.drop:
            for element in soup.select(config.drop):
                element.decompose()
        items = [one for one in soup.select(config.item) if not (config.skip_if and one.select_one(config.skip_if))]
        if len(items) < config.min_items:
            raise Malformed("Susunan halaman berubah: komentar tidak lagi ditemukan oleh aturan baca.")
        records = [record for item in items for record in self._item(item)]
        return [*self._post(records), *records]

    def _item(self, item: Tag) -> Iterator[Message | Unreadable]:
        rule = self.config.reply
        inside = item.select(rule.selector) if rule and rule.scope == "inside" else []
        after = list(_siblings(item, rule)) if rule and rule.scope == "next_sibling" else []
        for reply in inside:
            reply.extract()
        record = self._record(item, self.config.fields, None, None)
        yield record
        for reply in (*inside, *after):
            if rule:
                yield self._record(reply, rule.fields, record, rule)

    def _record(
        self,
        item: Tag,
        spec: Mapping[str, Field],
        parent: Message | Unreadable | None,
        rule: ReplyRule | None,
    ) -> Message | Unreadable:
        text = _value(item, spec["text"])
        when = self._when(item, spec.get("time"), parent)
        name = one_line(_value(item, spec["author"])) if "author" in spec else ""
        own = clean(_value(item, spec["id"]))[:500] if "id" in spec else ""
        above = parent.external_id if parent else _value(item, spec["parent"]) if "parent" in spec else None
        if not text or when is None:
            return Unreadable(reason=f"item without {'text' if not text else 'time'}", external_id=own or None)
        link = absolute(self.thread.url or "", _value(item, spec["permalink"])) if "permalink" in spec else None
        number = own or self.hashes.id_of(self.thread.external_id, above or "", name, when.at.isoformat(), text)
        author = Author(external_id=None, name=name or NAMELESS)
        if rule and _is_official(item, name, rule):
            author = Author(external_id=OFFICE_ID, name=name or OFFICE)
        return Message(
            external_id=number,
            kind=Kind.COMMENT,
            thread=self.thread,
            author=author,
            text=text,
            created_at=when.at,
            precision=when.precision,
            parent_id=above if above and above != number else None,
            url=link or self.thread.url,
        )

    def _when(self, item: Tag, spec: Field | None, parent: Message | Unreadable | None) -> Moment | None:
        """The item's time; an answer without one is as old as what it answers."""
        found = read_date(_value(item, spec), self.zone, self.now) if spec else None
        if found is None and isinstance(parent, Message):
            return Moment(parent.created_at, "day")
        return found

    def _post(self, records: list[Message | Unreadable]) -> Iterator[Message]:
        """The page itself as the office's message: by it the core knows who the office is."""
        messages = [one for one in records if isinstance(one, Message)]
        if any(one.author and one.author.external_id == OFFICE_ID for one in messages):
            yield Message(
                external_id=post_id(self.thread.external_id),
                kind=Kind.POST,
                thread=self.thread,
                author=_OFFICE,
                text=self.thread.title or "",
                created_at=min(one.created_at for one in messages),
                precision="day",
                url=self.thread.url,
            )


class SelectorReader:
    """One reading of one site by its configuration."""

    def __init__(self, base: str, config: SelectorConfig, state: State, ctx: Context, zone: tzinfo) -> None:
        self.base, self.config, self.state, self.ctx, self.zone = base, config, state, ctx, zone

    def pull(self) -> Iterator[Event]:
        """All configured pages and the newest discovered ones."""
        for url, thread_url in self._targets():
            if not self.ctx.budget.allows():
                return
            yield from self._page(url, thread_url)
        yield Checkpoint(cursor=self.state.cursor())

    def threads_again(self, threads: list[OpenThread]) -> Iterator[Event]:
        """These pages again. What a page no longer lists may have moved to another page: it is not called
        gone."""
        for thread in threads:
            if thread.ref.url and self.ctx.budget.allows():
                yield from self._page(thread.ref.url, thread.ref.url)

    def _targets(self) -> Iterator[tuple[str, str]]:
        """(address, address of its thread): the pages of one list are one thread."""
        first, last = self.config.page_range
        for path in self.config.pages:
            for number in range(first, last + 1) if "{n}" in path else (first,):
                yield (
                    self.base + path.replace("{n}", str(number)),
                    self.base + path.replace("{n}", str(first)),
                )
        for url in self._discovered():
            yield url, url

    def _discovered(self) -> list[str]:
        discover = self.config.discover
        if discover is None or not self.ctx.budget.allows():
            return []
        if discover.get("feed"):
            response = self.ctx.http.get(self.base + discover["feed"])
            entries = parse_posts_feed(response.body)
            if entries is None:
                raise Malformed("Umpan (feed) pada aturan baca bukan feed.")
            found = [one.url for one in entries]
        else:
            response = self.ctx.http.get(self.base + discover["page"])
            links = soup_of(response.text).select(discover["selector"])
            found = [absolute(response.url, str(one.get("href") or "")) or "" for one in links]
        return [one for one in dict.fromkeys(found) if same_site(one, self.base)][: discover["max_pages"]]

    def _page(self, url: str, thread_url: str) -> Iterator[Message | Unreadable]:
        seen: set[str] = set()
        for _ in range(self.config.max_next if self.config.next_page else 1):
            response = self.ctx.http.get(url, allow=REFUSALS if seen else ())
            if response.status >= 300:
                return
            seen.add(url)
            soup = soup_of(response.text)
            following = self._next(soup, response.url)
            thread = ThreadRef(external_id=page_id(thread_url), url=thread_url, title=_title(soup))
            yield from SelectorPage(self.config, thread, self.zone, self.ctx.now).read(soup)
            if not following or following in seen or not self.ctx.budget.allows():
                return
            url = following

    def _next(self, soup: BeautifulSoup, url: str) -> str | None:
        link = soup.select_one(self.config.next_page) if self.config.next_page else None
        target = absolute(url, str(link.get("href") or "")) if link else None
        return target if target and same_site(target, self.base) else None


def _value(item: Tag, spec: Field) -> str:
    """A field's value, "" when there is none."""
    return _found(item, spec) or (_value(item, spec.fallback) if spec.fallback else "") or spec.default


def _found(item: Tag, spec: Field) -> str:
    if spec.const:
        return spec.const
    element = item if spec.selector in ("", ":scope") else item.select_one(spec.selector)
    if element is None:
        return ""
    if spec.attr:
        value = clean(str(element.get(spec.attr) or ""))
    else:
        value = visible_text(_without(element, spec.remove) if spec.remove else element)
    if spec.regex:
        match = spec.regex.search(value[:10_000])
        value = (match[1] if match.re.groups else match[0]) if match else ""
    return value.removeprefix(spec.strip).strip() if spec.strip else value


def _without(element: Tag, selector: str) -> Tag:
    rest = copy(element)
    for one in rest.select(selector):
        one.decompose()
    return rest


def _siblings(item: Tag, rule: ReplyRule) -> Iterator[Tag]:
    """The replies right after an item."""
    rule_for_one = soupsieve.compile(rule.selector)
    for sibling in item.find_next_siblings():
        if not rule_for_one.match(sibling):
            return
        yield sibling


def _is_official(item: Tag, name: str, rule: ReplyRule) -> bool:
    if isinstance(rule.official, bool):
        return rule.official
    if isinstance(rule.official, tuple):
        return name.casefold() in {one.casefold() for one in rule.official}
    return bool(rule.official) and rule.official in item.get_attribute_list("class")


def _title(soup: BeautifulSoup) -> str | None:
    element = soup.select_one("h1, title")
    return one_line(visible_text(element)) or None if element else None
