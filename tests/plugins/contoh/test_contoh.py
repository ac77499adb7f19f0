"""Contoh against the conformance kit, and what is particular to it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import pytest

from aggregator.conformance.kit import PlatformKit, Seen
from aggregator.conformance.world import Reply, offline_context
from aggregator.contract import (
    Account,
    AuthExpired,
    Gone,
    Malformed,
    Message,
    OpenThread,
    Permanent,
    Platform,
    ThreadRef,
    Tombstone,
    Unreadable,
)
from plugins.contoh import errors, parse
from plugins.contoh.platform import ContohPlatform

from .world import TOKEN, BoardWorld, first_day, next_day, row

ACCOUNT = Account(key="dinas-pu", url="https://contoh.example/@dinas-pu")
NOW = PlatformKit.now


class TestContoh(PlatformKit):
    """The contract. Every id, time and text below was read from the board by hand, not from the plugin."""

    addresses: ClassVar = {
        "https://contoh.example/@dinas-pu": "dinas-pu",
        "http://www.contoh.example/Dinas-PU/": "dinas-pu",
        "https://contoh.example/": None,
        "https://contoh.example/p/100": None,
        "https://lain.example/@dinas-pu": None,
    }
    expected = frozenset({"100", "101", "102", "103", "104", "105", "106", "200", "201", "202", "203"})
    official = frozenset({"102"})
    orphans = frozenset({"99"})
    samples: ClassVar = {
        "101": Seen(at="2026-03-01T09:15:30+07:00", author="u2", text="Gang Kenanga berlubang, kapan?"),
        "103": Seen(at="2026-03-01T10:05:00+07:00", author="u2", text="Terima kasih 🙏", parent="102"),
        "104": Seen(at="2026-03-02T01:30:00+07:00", author="u3", text="Lampu jalan <b>mati</b> & gelap\ndi RT 05"),
    }
    appeared = frozenset({"204", "205", "206"})
    vanished = frozenset({"202"})
    edited: ClassVar = {"203": "Kapan drainase Muara dikeruk?"}
    answerable = ("104", "201")
    private = ("@surat.example", "0812-0000-0000")
    secrets: ClassVar = {"token": TOKEN}

    def platform(self) -> Platform:
        return ContohPlatform()

    def account(self) -> Account:
        return ACCOUNT

    def world(self) -> BoardWorld:
        return BoardWorld(first_day())

    def changed_world(self) -> BoardWorld:
        return BoardWorld(next_day())


def context(world, **more):
    return offline_context(world, platform=ContohPlatform(), account=ACCOUNT, now=NOW, **more)


def test_a_deleted_post_buries_its_whole_thread():
    ctx = context(BoardWorld([entry for entry in first_day() if entry["post"] == 100]))
    thread = OpenThread(ref=ThreadRef(external_id="200"), known=frozenset({"200", "201"}))
    events = list(ContohPlatform().pull_threads(ACCOUNT, [thread], ctx))
    assert [(type(event), event.external_id) for event in events] == [(Tombstone, "200"), (Tombstone, "201")]


def test_a_board_that_does_not_exist_is_told_so():
    account = replace(ACCOUNT, key="tidak-ada")
    snapshot = ContohPlatform().inspect(account, context(BoardWorld(first_day())))
    assert not snapshot.exists
    assert snapshot.problem


def test_a_bad_entry_leaves_the_others_and_names_the_key():
    good = row(1, 1, "u1", "2026-03-01T08:00:00+07:00", "Pos")
    rows = [good, {**good, "created": "2026-03-01T08:00:00"}, {**good, "id": True}, "bukan entri"]
    page = parse.page_of({"entries": rows, "next": None, "comments": 0})
    assert [type(entry) for entry in page.entries] == [Message, Unreadable, Unreadable, Unreadable]
    assert [entry.external_id for entry in page.entries[1:]] == ["1", None, None]
    missing = parse.entry_of({key: value for key, value in good.items() if key != "text"})
    assert missing == Unreadable(reason="key missing: text", external_id="1")


@pytest.mark.parametrize(
    ("code", "error"),
    [("token_expired", AuthExpired), ("post_gone", Gone), ("comments_closed", Permanent), ("apa", Permanent)],
)
def test_refusals_have_a_meaning(code, error):
    assert isinstance(errors.meaning_of(code), error)


def test_a_refusal_is_raised_under_its_meaning():
    def closed(request):
        world = BoardWorld(first_day())
        return Reply.json({"code": "comments_closed"}, 403) if request.method == "POST" else world(request)

    message = parse.entry_of(first_day()[1])
    assert isinstance(message, Message)
    with pytest.raises(Permanent, match="ditutup"):
        ContohPlatform().answer(ACCOUNT, message, "Baik", context(closed, secrets={"token": TOKEN}))


def test_a_refusal_without_a_code_is_malformed():
    with pytest.raises(Malformed):
        errors.code_of(["bukan", "objek"])
