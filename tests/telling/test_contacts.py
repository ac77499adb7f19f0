"""Addresses count once their owner showed that they are theirs."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select, update

from aggregator.contract import Bound
from aggregator.services.errors import NotFound, Refused
from aggregator.services.keyring import reseal_all
from aggregator.services.telling.contacts import CODES_AN_HOUR, MOST
from aggregator.storage.tables import contacts
from tests.telling.house import Telling

SUBSCRIPTION = {
    "endpoint": "https://updates.push.example/abc",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}


def code_in(told: Telling) -> str:
    found = re.search(r"Kode Sahut Anda: (\d{6})", str(told.mailbox.letters[-1]["Subject"]))
    assert found
    return found.group(1)


def add(told: Telling, address: str = "baru@kab.example", who: str = "operator") -> int:
    told.parts.contacts.add(told.demo.people[who], "email", address)
    return told.parts.contacts.of(told.demo.people[who])[-1].id


def test_an_address_counts_once_its_code_came_back(told: Telling) -> None:
    operator = told.demo.people["operator"]
    contact = add(told, " Baru@Kab.Example ")
    assert told.work() == ["sent"] and told.mailbox.to() == ["Baru@kab.example"]
    told.announce("operator", "before")
    told.work()
    assert told.mailbox.to().count("Baru@kab.example") == 1, "nothing but the code goes there yet"
    told.parts.contacts.confirm(operator, contact, f" {_code(told)} ")
    told.announce("operator", "after")
    told.work()
    assert told.mailbox.to().count("Baru@kab.example") == 2


def _code(told: Telling) -> str:
    subjects = [str(letter["Subject"]) for letter in told.mailbox.letters]
    return next(found.group(1) for text in subjects if (found := re.search(r"(\d{6})", text)))


def test_the_code_stands_nowhere_but_in_the_message(told: Telling) -> None:
    add(told)
    told.work()
    page = told.parts.board.page(told.demo.people["operator"])
    assert code_in(told) not in "".join(row.title + row.body for row in page.rows)
    with told.core.database.read() as connection:
        stored = connection.execute(select(contacts)).mappings().all()
        data = connection.exec_driver_sql("SELECT data FROM notices").scalars().all()
    assert code_in(told) not in str(stored) + str(data) and "baru@kab" not in str(stored) + str(data)


def test_a_wrong_code_five_times_is_the_end_of_it(told: Telling) -> None:
    contact = add(told)
    told.work()
    operator, right = told.demo.people["operator"], code_in(told)
    for _ in range(5):
        with pytest.raises(Refused):
            told.parts.contacts.confirm(operator, contact, "000000" if right != "000000" else "111111")
    with pytest.raises(Refused):
        told.parts.contacts.confirm(operator, contact, right)


def test_a_code_lasts_a_quarter_of_an_hour(told: Telling) -> None:
    contact = add(told)
    told.work()
    told.clock.step(minutes=16)
    with pytest.raises(Refused):
        told.parts.contacts.confirm(told.demo.people["operator"], contact, code_in(told))


def test_nobody_can_make_sahut_write_to_strangers_without_end(told: Telling) -> None:
    for _ in range(CODES_AN_HOUR):
        add(told, "orang@lain.example")
        told.clock.step(seconds=1)
    with pytest.raises(Refused, match="Terlalu banyak kode"):
        add(told, "orang@lain.example")
    told.clock.step(hours=1)
    for number in range(MOST - 2):
        told.reach("operator", f"{number}@kab.example")
    with pytest.raises(Refused, match="Paling banyak"):
        add(told, "satu@lagi.example")


@pytest.mark.parametrize(
    "typed", ["", "x", "a@b", "a@b.c d", "a@b.go.id\nBcc: x@y.z", "é@dinas.go.id", "a" * 300 + "@b.id"]
)
def test_what_is_no_address_is_refused_in_words(told: Telling, typed: str) -> None:
    with pytest.raises(Refused, match="bukan alamat surel"):
        add(told, typed)


def test_other_peoples_addresses_do_not_exist(told: Telling) -> None:
    theirs = told.contacts["operator"]
    kominfo = told.demo.people["kominfo"]
    for act in (
        lambda: told.parts.contacts.remove(kominfo, theirs),
        lambda: told.parts.contacts.confirm(kominfo, theirs, "1"),
    ):
        with pytest.raises(NotFound):
            act()
    assert len(told.parts.contacts.of(told.demo.people["operator"])) == 1


def test_an_address_that_is_removed_gets_nothing_more(told: Telling) -> None:
    told.announce("operator")
    told.parts.spreader.spread(told.now)
    told.parts.contacts.remove(told.demo.people["operator"], told.contacts["operator"])
    assert told.work() == [] and told.deliveries() == []


def test_addresses_are_sealed_again_under_a_new_key(told: Telling) -> None:
    add(told)
    assert reseal_all(told.core.database, told.core.vault) >= 4
    told.announce("operator")
    assert "sent" in told.work()


class TestTelegram:
    @pytest.fixture(autouse=True)
    def set_up(self, told: Telling) -> None:
        settings = {"token": "123456:AAabcdefghijklmnop", "bot": "@UjiSahutBot"}
        told.parts.channels.keep(told.demo.people["kominfo"], "telegram", settings)

    def test_a_person_is_joined_to_the_chat_their_code_came_from(self, told: Telling) -> None:
        operator = told.demo.people["operator"]
        told.parts.contacts.expect(operator, "telegram")
        row = told.parts.contacts.of(operator)[-1]
        assert row.code and row.start == f"https://t.me/UjiSahutBot?start={row.code}" and not row.confirmed
        assert told.parts.contacts.expected(told.now) == [row.id]
        assert told.parts.contacts.bind(
            "telegram", [Bound(code="ZZZZZZZZ", address="1"), Bound(code=row.code, address="4242")]
        )
        bound = told.parts.contacts.of(operator)[-1]
        assert bound.confirmed and bound.shown == "percakapan …4242" and bound.code is None
        assert told.parts.contacts.expected(told.now) == []
        assert not told.parts.contacts.bind("telegram", [Bound(code=row.code, address="666")]), "a code counts once"

    def test_nobody_is_expected_for_ever(self, told: Telling) -> None:
        told.parts.contacts.expect(told.demo.people["operator"], "telegram")
        told.parts.contacts.expect(told.demo.people["operator"], "telegram")
        assert len(told.parts.contacts.expected(told.now)) == 1
        told.clock.step(minutes=16)
        assert told.parts.contacts.expected(told.now) == []


class TestBrowsers:
    @pytest.fixture(autouse=True)
    def set_up(self, told: Telling) -> None:
        told.parts.channels.prepare()

    def test_keys_are_made_once(self, told: Telling) -> None:
        key = told.parts.channels.lent("webpush")["vapid_key"]
        told.parts.channels.prepare()
        assert told.parts.channels.lent("webpush")["vapid_key"] == key
        (offer,) = [offer for offer in told.parts.contacts.offers() if offer.name == "webpush"]
        assert len(offer.public["key"]) == 87 and key not in str(offer.public)

    def test_a_browser_is_kept_once_and_belongs_to_who_is_logged_in(self, told: Telling) -> None:
        for who in ("operator", "operator", "kominfo"):
            told.parts.contacts.add_device(told.demo.people[who], "webpush", json.dumps(SUBSCRIPTION))
        assert [row.medium for row in told.parts.contacts.of(told.demo.people["operator"])] == ["email"]
        assert [row.shown for row in told.parts.contacts.of(told.demo.people["kominfo"])][1:] == ["peramban lain"]
        told.parts.contacts.remove_device(told.demo.people["kominfo"], "webpush", json.dumps(SUBSCRIPTION))
        assert len(told.parts.contacts.of(told.demo.people["kominfo"])) == 1

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://updates.push.example/a",
            "https://user@push.example/a",
            "https://push.example:8443/a",
            "ftp://x/",
            "x",
            "",
        ],
    )
    def test_only_plain_https_addresses(self, told: Telling, endpoint: str) -> None:
        with pytest.raises(Refused):
            told.parts.contacts.add_device(
                told.demo.people["operator"], "webpush", json.dumps(SUBSCRIPTION | {"endpoint": endpoint})
            )

    @pytest.mark.parametrize("told_by_browser", ["", "null", "[]", "{}", '{"endpoint": 5, "keys": {}}', "x" * 5_000])
    def test_what_is_no_subscription(self, told: Telling, told_by_browser: str) -> None:
        with pytest.raises(Refused):
            told.parts.contacts.add_device(told.demo.people["operator"], "webpush", told_by_browser)


def test_a_medium_that_is_not_set_up_takes_nobody(told: Telling) -> None:
    for medium in ("telegram", "whatsapp", "pigeon"):
        with pytest.raises(Refused, match="belum disiapkan"):
            told.parts.contacts.expect(told.demo.people["operator"], medium)
    with pytest.raises(NotFound):
        told.parts.contacts.expect(told.demo.people["operator"], "email")


def test_a_broken_address_can_be_added_anew(told: Telling) -> None:
    with told.core.database.write() as connection:
        connection.execute(update(contacts).values(problem="ditolak"))
    told.parts.contacts.remove(told.demo.people["operator"], told.contacts["operator"])
    add(told, "operator@kab.example")
    assert told.work() == ["sent"]
