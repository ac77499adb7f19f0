"""An answer on its way out: said once, whatever happens on the way."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import insert

from aggregator.contract import Malformed, Transient
from aggregator.storage.tables import events, items, messages, replies
from tests.fakes.board import FIRST_DAY
from tests.fakes.reader import Reader

SAID = "Jalan itu kami perbaiki hari Senin, Pak."


class Desk:
    """One citizen's comment on Papan and one queued answer to it."""

    def __init__(self, reader: Reader, **settings: str) -> None:
        self.reader = reader
        self.board = reader.server.board("papan-uji")
        self.board.post(1)
        self.board.comment("p1", 1, "Jalan rusak, kapan diperbaiki?", at=FIRST_DAY)
        self.account = reader.account(**settings)
        reader.pull(self.account)
        (message,) = reader.rows(messages, messages.c.external_id == "c1")
        self.item_id = message.id
        now = reader.clock()
        row = {
            "item_id": message.id,
            "text": SAID,
            "state": "queued",
            "created_at": now,
            "changed_at": now,
            "send_after": now,
        }
        with reader.core.database.write() as connection:
            result = connection.execute(insert(replies).values(row))
            self.reply_id = int(result.inserted_primary_key[0])  # type: ignore[index]  # one key

    def send(self) -> str:
        return self.reader.core.sender.send(self.reply_id)

    @property
    def reply(self) -> Any:
        return self.reader.rows(replies)[0]

    def due(self) -> list[int]:
        return self.reader.core.answering.due(self.reader.clock())


@pytest.fixture
def desk(reader: Reader) -> Desk:
    return Desk(reader)


def papan(desk: Desk) -> Any:
    return desk.reader.core.host.platforms["papan"]


def test_said_once_and_proven(desk: Desk) -> None:
    assert desk.due() == [desk.reply_id]
    assert desk.send() == "sent"
    assert desk.send() == "sent"
    assert desk.board.posted == [("c1", SAID)]
    (item,) = desk.reader.rows(items)
    assert (item.state, item.answer_strength) == ("answered", "direct")
    assert desk.due() == []
    desk.reader.clock.step(minutes=1)
    desk.reader.pull(desk.account)
    desk.reader.agree(desk.account, desk.board)


def test_done_but_unheard_is_looked_up_and_not_said_again(desk: Desk) -> None:
    desk.reader.server.faults.queue = ["mute"]
    assert desk.send() == "unsure"
    assert (desk.due(), desk.send()) == ([], "unsure")
    desk.reader.clock.step(minutes=2)
    assert desk.due() == [desk.reply_id]
    assert desk.send() == "sent"
    assert len(desk.board.posted) == 1
    assert desk.reply.external_id == next(key for key in desk.board.entries if key.startswith("cr"))


@pytest.mark.parametrize("fault", ["cut", "html", "empty"])
def test_an_unreadable_word_after_the_deed_is_no_refusal(desk: Desk, fault: str) -> None:
    desk.reader.server.faults.queue = [fault]
    assert desk.send() == "unsure"
    desk.reader.clock.step(minutes=2)
    assert desk.send() == "sent"
    assert len(desk.board.posted) == 1


def test_not_found_afterwards_is_a_failure_with_its_text(desk: Desk) -> None:
    desk.reader.server.faults.queue = [500]
    assert desk.send() == "unsure"
    desk.reader.clock.step(minutes=2)
    assert desk.send() == "failed"
    assert (desk.reply.text, desk.board.posted) == (SAID, [])
    assert "belum tampil" in desk.reply.problem
    assert [row.kind for row in desk.reader.rows(events)] == ["opened", "send_unsure", "send_failed"]


def test_a_look_that_fails_leaves_it_unsure(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.reader.server.faults.queue = ["mute"]
    desk.send()
    for fault in (503, 401, "html", "reset"):
        desk.reader.clock.step(minutes=2)
        desk.reader.server.faults.always = fault
        assert desk.send() == "unsure"
    desk.reader.server.faults.always = None
    desk.reader.clock.step(minutes=2)
    assert desk.send() == "sent"
    assert len(desk.board.posted) == 1


@pytest.mark.parametrize("error", [Malformed("Bentuk lain."), Transient("Putus."), KeyError("x")])
def test_trouble_after_the_deed_is_never_a_failure(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    original = papan(desk).answer

    def answer(*told: Any) -> Any:
        original(*told)
        raise error

    monkeypatch.setattr(papan(desk), "answer", answer)
    assert desk.send() == "unsure"
    desk.reader.clock.step(minutes=2)
    assert desk.send() == "sent"
    assert len(desk.board.posted) == 1


def test_a_refusal_is_a_failure_at_once_with_its_reason(reader: Reader) -> None:
    desk = Desk(reader, token="salah")
    assert desk.send() == "failed"
    assert "401" in desk.reply.problem
    desk.board.remove("c1")
    with reader.core.database.write() as connection:
        connection.execute(replies.update().values(state="queued"))
    assert desk.send() == "failed"


def test_closed_comments_say_so(desk: Desk) -> None:
    desk.board.remove("c1")
    assert desk.send() == "failed"
    assert "tidak dapat dijawab lagi" in desk.reply.problem


def test_killed_while_it_was_sent(desk: Desk) -> None:
    """The worker died between the platform's yes and our note of it."""
    outgoing = desk.reader.core.answering.begin(desk.reply_id, desk.reader.clock())
    assert outgoing is not None
    desk.board.comment("p1", "r", SAID, at=FIRST_DAY, author="kantor", parent="c1")
    assert desk.send() == "sending"
    assert desk.due() == []
    desk.reader.clock.step(minutes=3, seconds=1)
    assert desk.due() == [desk.reply_id]
    assert desk.send() == "sent"
    assert desk.board.posted == []


def test_the_platforms_duplicate_means_delivered(desk: Desk) -> None:
    desk.board.comment("p1", "r", SAID, at=FIRST_DAY, author="kantor", parent="c1")
    assert desk.send() == "sent"
    assert desk.reply.external_id == "cr"


def test_two_workers_one_reply(desk: Desk) -> None:
    start = threading.Barrier(4)
    states: list[str] = []

    def work() -> None:
        start.wait()
        states.append(desk.send())

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert len(desk.board.posted) == 1
    assert desk.reply.state == "sent"
    assert set(states) <= {"sent", "sending"}


def test_taken_back_is_not_sent(desk: Desk) -> None:
    with desk.reader.core.database.write() as connection:
        connection.execute(replies.update().values(state="draft", send_after=None))
    assert desk.send() == "draft"
    assert desk.board.posted == []
