"""Records: everything the page shows, once, the same every time, in a shape the core can store."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.conformance.base import KitBase, Seen, Turn, first, must
from aggregator.conformance.store import Store
from aggregator.contract import (
    Capability,
    Census,
    Consent,
    Kind,
    Message,
    PushRequest,
)

_SHOWS = {
    Capability.POSTS: lambda message: message.kind is Kind.POST,
    Capability.COMMENTS: lambda message: message.kind is Kind.COMMENT,
    Capability.REPLIES: lambda message: message.parent_id is not None,
    Capability.MENTIONS: lambda message: message.kind is Kind.MENTION,
    Capability.REVIEWS: lambda message: message.kind is Kind.REVIEW,
}


class Records(KitBase):
    """What pull_since yields of `world`."""

    def test_records_are_complete(self) -> None:
        turn, store = self._whole()
        must(not turn.error, "records", f"a whole pull of an unharmed world ended in {turn.error!r}.")
        must(self.expected, "records", "write down the expected ids by hand.")
        missing, extra = set(self.expected) - store.shown(), store.shown() - set(self.expected)
        must(not missing, "records", f"{first(missing)} not yielded, although the page shows them.")
        must(not extra, "records", f"{first(extra)} yielded, although the page does not show them.")
        must(not store.unreadable, "records", f"an ordinary item became Unreadable: {reasons(store)}.")

    def test_records_count_as_the_page_does(self) -> None:
        turn, store = self._whole()
        said = {event.count for event in turn.events if isinstance(event, Census)}
        shown = store.held() if self.census is None else self.census
        advice = f"Census says {sorted(said)}, the page shows {shown} (posts not counted)"
        must(said <= {shown}, "records", f"{advice}; set census if the page itself differs.")

    def test_records_are_unique(self) -> None:
        turn, _ = self._whole()
        seen: dict[str, Message] = {}
        for message in messages(turn):
            twin = seen.setdefault(message.external_id, message)
            must(twin == message, "records", f"two messages share the id {message.external_id!r}.")
        for message in messages(turn):
            name = message.author and message.author.name
            same = name is not None and message.external_id == name
            must(not same, "records", "a message's id must not be its author's name.")

    def test_records_name_people_by_id(self) -> None:
        named = [message.author for message in messages(self._whole()[0]) if message.author]
        ids = [author for author in named if author.external_id]
        as_name = ids and all(author.external_id in (author.name, author.handle) for author in ids)
        must(
            not as_name,
            "records",
            "author.external_id is a name; names change, give the platform's id or None.",
        )

    def test_records_agree_with_what_people_see(self) -> None:
        _, store = self._whole()
        must(len(self.samples) >= 2, "records", "write down at least two samples as a person reads them.")
        for one, seen in self.samples.items():
            must(one in store.messages, "records", f"sample {one!r} was not yielded.")
            self._as_seen(one, store.messages[one], seen)

    def test_records_are_repeatable(self) -> None:
        once, again = self._whole()[0], Turn()
        again = self.pull(self.world(), Store(), now=self.now + timedelta(hours=1))
        before, after = ([steady(message) for message in messages(turn)] for turn in (once, again))
        must(
            before == after,
            "records",
            "an hour later the same page gives other records; derive ids and times from it.",
        )

    def test_records_have_parents(self) -> None:
        _, store = self._whole()
        for message in store.messages.values():
            parent = message.parent_id
            if parent is None or parent in self.orphans:
                continue
            advice = f"{message.external_id!r} replies to {parent!r}, which is neither yielded nor in orphans."
            must(parent in store.messages, "records", advice)
            same = store.messages[parent].thread.external_id == message.thread.external_id
            must(same, "records", f"{message.external_id!r} and its parent stand in different threads.")

    def test_records_include_the_office(self) -> None:
        _, store = self._whole()
        needed = self.can(Capability.REPLIES)
        must(
            self.official or not needed,
            "records",
            "name the official replies your world shows, one at least.",
        )
        missing = set(self.official) - store.messages.keys()
        must(
            not missing,
            "records",
            f"official replies {first(missing)} dropped; only the registry judges who is official.",
        )

    def test_records_keep_private_data_out(self) -> None:
        turn, _ = self._whole()
        for word in self.private:
            leak = any(word in repr(event) for event in turn.events)
            must(not leak, "records", f"{word!r} is in a record; whitelist the keys you read.")

    def test_records_show_what_is_claimed(self) -> None:
        _, store = self._whole()
        for capability, shows in _SHOWS.items():
            yields, claims = any(map(shows, store.messages.values())), self.can(capability)
            must(yields or not claims, "records", f"{capability} is claimed, but the world's pull yields none.")
            must(claims or not yields, "records", f"{capability} is yielded but not claimed.")

    def test_records_of_old_or_recent_only(self) -> None:
        times = sorted(message.created_at for message in self.filled().messages.values())
        since, store = times[len(times) // 2], Store()
        self.pull(self.world(), store, since=since)
        recent = {one for one, message in self.filled().messages.items() if message.created_at >= since}
        must(
            recent <= store.shown(),
            "records",
            f"with ctx.since, {first(recent - store.shown())} is lost though newer.",
        )

    def test_claims_are_true_both_ways(self) -> None:
        plugin, ctx = self.platform(), self.context(self.world())
        account, message = self.frozen_account(), self.message(min(self.expected))
        request = PushRequest(method="POST", headers={}, query={}, body=b"{}", secrets={}, now=self.now)
        consent = Consent(state="s", redirect_uri="https://sahut.example/hubungkan/kembali", verifier="v" * 43)
        unclaimed: dict[Capability, Callable[[Turn], Any]] = {
            Capability.THREADS: lambda _: list(plugin.pull_threads(account, [], ctx)),
            Capability.ANSWER: lambda _: plugin.answer(account, message, "teks", ctx),
            Capability.HIDE: lambda _: plugin.hide(account, message, True, ctx),
            Capability.PUSH: lambda _: list(plugin.receive(request)),
            Capability.OAUTH: lambda _: plugin.authorize_url(consent, ctx),
            Capability.GLANCE: lambda _: list(plugin.glance([], None, ctx)),
        }
        for capability, use in unclaimed.items():
            if not self.can(capability):
                turn = self.call(ctx, use)
                must(
                    turn.error and turn.error.code == "permanent",
                    "records",
                    f"{capability} is not claimed: raise Permanent.",
                )
                must(not turn.requests, "records", f"{capability} is not claimed: ask nothing.")

    def test_inspect_sees_the_account(self) -> None:
        ctx = self.context(self.world())
        turn = self.call(ctx, lambda _: self.platform().inspect(self.frozen_account(), ctx))
        must(not turn.error, "records", f"inspect of an unharmed world ended in {turn.error!r}.")
        must(turn.result.exists, "records", "inspect says that the account of the world does not exist.")
        json.dumps(dict(turn.result.evidence))

    def _whole(self) -> tuple[Turn, Store]:
        store = Store()
        return self.pull(self.world(), store), store

    def _as_seen(self, one: str, message: Message, seen: Seen) -> None:
        at = datetime.fromisoformat(seen.at)
        must(
            message.precision == seen.precision,
            "records",
            f"the time of {one!r} is exact to the {seen.precision}.",
        )
        must(at.utcoffset() is not None, "records", f"write the offset of sample {one!r} ('+07:00').")
        reading = {"second": "%Y-%m-%dT%H:%M:%S", "minute": "%Y-%m-%dT%H:%M", "day": "%Y-%m-%d"}[message.precision]
        got, wanted = message.created_at.strftime(reading), at.astimezone(UTC).strftime(reading)
        must(got == wanted, "records", f"{one!r} was written {wanted} UTC, not {got}; mind the time zone.")
        author = message.author.external_id if message.author else None
        must(author == seen.author, "records", f"the author of {one!r} is {seen.author!r}, not {author!r}.")
        must(
            message.parent_id == seen.parent,
            "records",
            f"{one!r} replies to {seen.parent!r}, not {message.parent_id!r}.",
        )
        must(message.text == seen.text, "records", f"the text of {one!r} is not what a person reads.")


def messages(turn: Turn) -> list[Message]:
    return [event for event in turn.events if isinstance(event, Message)]


def steady(message: Message) -> tuple[Any, ...]:
    """What of a message may not depend on the hour it was read. "2 hours ago" is not precise."""
    exact = message.created_at if message.precision == "second" else None
    return (message.external_id, exact, message.text, message.parent_id, message.author, message.thread)


def reasons(store: Store) -> str:
    return "; ".join(sorted({event.reason for event in store.unreadable})[:3])
