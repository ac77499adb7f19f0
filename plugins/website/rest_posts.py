"""Whose site it is: posts under which people talk, and who published them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from aggregator.contract import Context, Event, Malformed, Message, Tombstone, Unreadable
from plugins.website.errors import json_of
from plugins.website.rest_client import PER_PAGE, RestClient
from plugins.website.rest_records import (
    PAGE_FIELDS,
    POST_FIELDS,
    Records,
    commenters,
    listed,
    parse_posts,
    post_id,
    post_numbers,
)
from plugins.website.state import State

_NOT_POSTS = frozenset(("posts", "pages", "media", "blocks", "templates", "template-parts", "menu-items", "navigation"))
_MAX_TYPES = 5


class PostBook:
    """Posts and staff still to ask for, kept in `state` until there is budget for them."""

    def __init__(self, client: RestClient, state: State, ctx: Context) -> None:
        self.client, self.state, self.ctx = client, state, ctx
        self._asked_posts: set[int] = set()

    def owe(self, fresh: Records) -> None:
        """Note which posts and registered authors of new comments were never seen."""
        state = self.state
        numbers = post_numbers(fresh) - self._asked_posts
        self._asked_posts |= numbers
        known = self.ctx.known({post_id(number) for number in numbers}) if numbers else frozenset()
        owed = {number for number, _ in state.owed_posts}
        state.owed_posts += [[one, 0] for one in sorted(numbers - owed) if post_id(one) not in known]
        checked = {*state.staff, *state.checked, *state.owed_users}
        state.owed_users += sorted(commenters(fresh) - checked)

    def owed(self) -> Iterator[Message | Unreadable]:
        """Posts under which people talk, then one post of every registered author who published any: by
        these the
        core learns who speaks for the office. A registered reader without posts stays a citizen."""
        state = self.state
        while state.owed_posts and self.ctx.budget.allows():
            yield from self._ask_posts(state.owed_posts)
            state.owed_posts = [one for one in state.owed_posts if one[1] < len(self._collections)]
        state.owed_users = [one for one in state.owed_users if one not in state.staff]
        while state.owed_users and self.ctx.budget.allows():
            yield from self._first_posts()

    def _ask_posts(self, owed: list[list[int]]) -> Iterator[Message | Unreadable]:
        """One call for posts of the same stage: 0 are posts, 1 pages, then the site's own types. What is
        found is
        taken out of `owed`, the rest waits for the next stage."""
        stage = min(stage for _, stage in owed)
        if stage >= 2 and self.state.types is None:
            self.state.types = self._read_types()
            return
        asked = [number for number, at in owed if at == stage][:PER_PAGE]
        base = self._collections[stage] if stage < len(self._collections) else None
        events = list(self._contents(base, {"include": _joined(asked)})) if base else []
        found = {_number(event) for event in events}
        owed[:] = [[n, at + 1 if n in asked else at] for n, at in owed if n not in found]
        yield from events

    def _first_posts(self) -> Iterator[Message | Unreadable]:
        """One call for posts by the users in question; one busy author may fill the answer, then it is
        asked again
        for the others."""
        state = self.state
        users = set(state.owed_users[:PER_PAGE])
        events = list(self._contents("posts", {"author": _joined(users), "orderby": "date"}))
        writers = {writer for event in events if (writer := _writer(event))} & users
        first = {_writer(event): event for event in reversed(events)}
        if len(events) < PER_PAGE or not writers:
            state.checked += sorted(users - writers)
            writers = users
        state.owed_users = [one for one in state.owed_users if one not in writers]
        yield from first.values()

    def _contents(self, base: str, query: Mapping[str, str]) -> Iterator[Message | Unreadable]:
        """One collection's answer; who wrote is remembered as staff. A closed collection is an empty one."""
        fields = POST_FIELDS if base == "posts" else PAGE_FIELDS
        response = self.client.ask(base, {**query, "per_page": PER_PAGE, "_fields": fields})
        if self.client.refused(response):
            return
        for event in parse_posts([one for one in listed(json_of(response)) if not _is_locked(one)], base):
            writer = _writer(event)
            if writer and writer not in self.state.staff:
                self.state.staff.append(writer)
            yield event

    @property
    def _collections(self) -> list[str]:
        """REST bases in the order of asking. Before the types are known one more is assumed."""
        types = self.state.types
        return ["posts", "pages", *(["types"] if types is None else types)]

    def _read_types(self) -> list[str]:
        """The REST bases of the site's own content types."""
        response = self.client.ask("types", {})
        if self.client.refused(response):
            return []
        types = json_of(response)
        if not isinstance(types, dict) or None in types.values():
            raise Malformed("WordPress menjawab dengan bentuk yang tidak dikenal.")
        bases = [one.get("rest_base") for one in types.values() if isinstance(one, dict)]
        named = [base for base in bases if isinstance(base, str) and base]
        if len(named) < len(bases):
            raise Malformed("WordPress menjawab dengan bentuk yang tidak dikenal.")
        own = [base for base in named if base.replace("-", "").replace("_", "").isalnum()]
        return [base for base in own if base not in _NOT_POSTS][:_MAX_TYPES]

    def confirm(self, numbers: list[int]) -> Iterator[Event]:
        """Ask for these posts; those that no collection shows are gone."""
        left = [[number, 0] for number in numbers[:PER_PAGE]]
        while left and self.ctx.budget.allows():
            yield from self._ask_posts(left)
            for number, stage in left:
                if stage >= len(self._collections):
                    yield Tombstone(external_id=post_id(number), seen_at=self.ctx.now)
            left = [one for one in left if one[1] < len(self._collections)]


def _is_locked(record: object) -> bool:
    """A post behind a password: neither it nor its comments are public."""
    excerpt = record.get("excerpt") if isinstance(record, dict) else None
    return isinstance(excerpt, dict) and excerpt.get("protected") is True


def _joined(numbers: Collection[int]) -> str:
    return ",".join(map(str, sorted(numbers)[:PER_PAGE]))


def _number(event: Message | Unreadable) -> int:
    number = (event.external_id or "").removeprefix("post:")
    return int(number) if number.isdigit() else 0


def _writer(event: Message | Unreadable) -> int | None:
    writer = event.author.external_id if isinstance(event, Message) and event.author else None
    number = (writer or "").removeprefix("user:")
    return int(number) if number.isdigit() else None
