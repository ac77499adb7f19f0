"""Notices on their way out: once for each address, later when the medium asks, never of what did not happen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from aggregator.services.telling.outbox import GIVE_UP, STUCK, backoff
from aggregator.storage.tables import channels, contacts, deliveries, notices, people
from tests.telling.house import Telling

GONE = "550 tidak ada"


def test_a_notice_becomes_one_letter(told: Telling) -> None:
    told.announce("operator", unit="Dinas PUPR", item_kind="complaint", item_id=told.item("c3"))
    assert told.work() == ["sent"]
    (letter,) = told.mailbox.letters
    assert str(letter["To"]) == "operator@kab.example"
    assert str(letter["Subject"]) == "Keluhan diserahkan kepada Anda"
    body = letter.get_content()
    assert "/pemberitahuan/" in body and "/ambil" in body and "/kembalikan" in body
    assert told.work() == [] and told.deliveries() == [("sent", 1, None)]


def test_no_citizens_words_leave_the_house(told: Telling) -> None:
    told.announce("operator", item_id=told.item("c3"), kind="urgent", item_kind="complaint")
    told.work()
    said = told.mailbox.letters[0].as_string()
    assert "Drainase" not in said and "Budi" not in said


def test_a_confidential_item_is_told_without_anything_about_it(told: Telling) -> None:
    told.change("c3", confidential=True)
    told.announce("operator", unit="Dinas PUPR", item_kind="complaint", item_id=told.item("c3"))
    told.work()
    letter = told.mailbox.letters[0]
    assert str(letter["Subject"]) == "Ada butir rahasia yang menunggu Anda"
    assert "PUPR" not in letter.get_content() and "/ambil" not in letter.get_content()


def test_nothing_is_told_of_what_was_rolled_back(told: Telling) -> None:
    with pytest.raises(ZeroDivisionError), told.core.database.write() as connection:
        told.announce_in(connection, "operator", "never")
        _ = 1 / 0
    assert told.work() == [] and told.mailbox.letters == []


def test_the_same_key_is_told_once(told: Telling) -> None:
    for _ in range(3):
        told.announce("operator", "same")
        told.work()
    assert len(told.mailbox.letters) == 1


def test_many_workers_send_each_delivery_once(told: Telling) -> None:
    for number in range(12):
        told.announce("operator", f"k{number}")
    told.parts.spreader.spread(told.now)
    with ThreadPoolExecutor(6) as pool:
        ends = list(pool.map(told.parts.messenger.deliver, told.due() * 4))
    assert ends.count("sent") == 12 and len(told.mailbox.letters) == len(told.mailbox.ids) == 12


def test_several_schedulers_spread_each_notice_once(told: Telling) -> None:
    for number in range(12):
        told.announce("operator", f"k{number}")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: told.parts.spreader.spread(told.now), range(8)))
    assert len(told.deliveries()) == 12


def test_a_broken_address_is_told_to_its_owner_and_left_alone(told: Telling) -> None:
    told.mailbox.answers["RCPT"] = GONE
    told.announce("operator", "one")
    told.announce("operator", "two")
    told.parts.spreader.spread(told.now)
    first, second = told.due()
    assert told.parts.messenger.deliver(first) == "gone"
    assert told.parts.messenger.deliver(second) == "not_due", "what else was on its way there is not tried"
    (row,) = told.parts.contacts.of(told.demo.people["operator"])
    assert row.problem is not None and "ditolak" in row.problem
    told.announce("operator", "three")
    assert told.work() == []


def test_an_address_that_works_again_loses_its_problem(told: Telling) -> None:
    told.announce("operator")
    told.parts.spreader.spread(told.now)
    with told.core.database.write() as connection:
        connection.execute(update(contacts).values(problem="ditolak"))
    assert told.work() == ["sent"]
    assert told.parts.contacts.of(told.demo.people["operator"])[0].problem is None


def test_a_full_server_is_tried_again_later(told: Telling) -> None:
    told.mailbox.answers["RCPT"] = "451 nanti"
    told.announce("operator")
    assert told.work() == ["transient"]
    assert told.work() == [], "not at once"
    state, tries, problem = told.deliveries()[0]
    assert (state, tries) == ("unsure", 1) and problem
    del told.mailbox.answers["RCPT"]
    told.clock.step(minutes=1)
    assert told.work() == ["sent"]


def test_waits_grow_up_to_half_an_hour_with_full_jitter() -> None:
    for tries, most in ((1, 31), (2, 61), (5, 481), (9, 1_801), (40, 1_801)):
        waits = [backoff(tries).total_seconds() for _ in range(300)]
        assert 1 <= min(waits) < most / 4 and most / 2 < max(waits) <= most


def test_a_server_that_asks_to_wait_is_left_alone_by_everybody(told: Telling) -> None:
    told.mailbox.answers["MAIL"] = "421 terlalu banyak"
    told.announce("operator", "one")
    told.announce("kominfo", "two")
    told.parts.spreader.spread(told.now)
    first, _ = told.due()
    assert told.parts.messenger.deliver(first) == "rate_limited"
    assert told.due() == [], "the other waits too"
    told.mailbox.answers.clear()
    told.clock.step(seconds=299)
    assert told.due() == []
    told.clock.step(seconds=2)
    assert [told.parts.messenger.deliver(one) for one in told.due()] == ["sent", "sent"]


def test_a_wrong_password_stops_the_medium_until_it_is_mended(told: Telling) -> None:
    told.mailbox.answers["AUTH"] = "535 salah"
    kominfo = told.demo.people["kominfo"]
    told.set_up_mail(told.core, kominfo, user="sahut")
    told.announce("operator")
    assert told.work() == ["auth_expired"]
    (row,) = [row for row in told.parts.channels.rows(kominfo) if row.name == "email"]
    assert row.problem == "Server surel menolak nama pengguna atau kata sandinya." and row.rests_until
    told.mailbox.answers.clear()
    told.set_up_mail(told.core, kominfo, user="sahut")
    assert told.work() == ["sent"], "saved settings are tried at once"
    assert told.parts.channels.rows(kominfo)[0].problem is None


def test_a_medium_that_stays_broken_rests_longer_and_longer(told: Telling) -> None:
    told.mailbox.answers["MAIL"] = "554 tidak"
    told.announce("operator")
    rests = []
    for _ in range(5):
        assert told.work() == ["permanent"]
        rests.append(told.after())
        told.clock.step(seconds=rests[-1].total_seconds() + 1)
    assert rests == [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 60)]


def test_what_cannot_be_sent_for_a_day_is_given_up(told: Telling) -> None:
    told.announce("operator")
    told.parts.spreader.spread(told.now)
    told.clock.step(seconds=GIVE_UP.total_seconds() + 1)
    assert told.work() == ["not_due"]
    assert told.deliveries()[0][0] == "failed" and not told.mailbox.letters


def test_what_was_read_meanwhile_is_not_sent(told: Telling) -> None:
    notice = told.announce("operator")
    told.parts.spreader.spread(told.now)
    told.clock.step(seconds=1)
    told.parts.board.open(told.demo.people["operator"], notice)
    assert told.work() == ["not_due"] and told.deliveries()[0][0] == "dropped"


def test_who_left_is_told_nothing(told: Telling) -> None:
    told.announce("operator")
    told.parts.spreader.spread(told.now)
    with told.core.database.write() as connection:
        connection.execute(update(people).where(people.c.login == "operator").values(active=False))
    assert told.work() == ["not_due"] and not told.mailbox.letters


def test_a_worker_that_was_frozen_changes_nothing_afterwards(told: Telling) -> None:
    """It wakes up after another took its delivery over and finished it."""
    told.announce("operator")
    told.parts.spreader.spread(told.now)
    frozen = told.parts.outbox.begin(told.due()[0], told.now)
    assert frozen is not None
    told.clock.step(seconds=STUCK.total_seconds() + 1)
    assert told.work() == ["sent"]
    told.parts.outbox.postpone(frozen, "terlambat", told.now, unsure=True)
    assert told.deliveries()[0][0] == "sent"


def test_a_plugin_that_is_gone_or_broken_costs_nothing_else(told: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    told.announce("operator")
    monkeypatch.setattr(type(told.core.host.notifiers["email"]), "notify", lambda *_: 1 / 0)
    assert told.work() == ["plugin_bug"]
    with told.core.database.read() as connection:
        assert connection.execute(select(channels.c.problem)).scalar_one() == "Plugin saluran ini bermasalah."
    assert told.deliveries()[0][0] == "queued"


def test_old_notices_are_forgotten_with_their_deliveries(told: Telling) -> None:
    told.announce("operator")
    told.work()
    told.clock.step(days=181)
    told.parts.board.forget_old(told.now)
    with told.core.database.read() as connection:
        assert connection.execute(select(notices.c.id)).first() is None
        assert connection.execute(select(deliveries.c.id)).first() is None
