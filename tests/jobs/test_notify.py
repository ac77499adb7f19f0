"""Telling people by real processes: the tick writes what is told and queues it, a worker of the line `notify` brings it."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update

from aggregator.domain.access import Role
from aggregator.jobs.queues import NOTIFY
from aggregator.services.notices import announce
from aggregator.services.telling.outbox import STUCK
from aggregator.storage.tables import contacts, deliveries
from tests.fakes.mailbox import running_mailbox
from tests.jobs.house import House, until


def set_up(house: House, port: int) -> None:
    """Mail is set up, and one person is reached by it who wants no quiet hours."""
    core, now = house.core, datetime.now(UTC)
    unit = core.units.find("Uji").id
    core.people.add("admin", "Admin", Role.DISKOMINFO, unit, "kata-sandi-uji")
    told = {"host": "127.0.0.1", "port": str(port), "security": "tanpa sandi", "sender": "sahut@kab.example"}
    core.telling.channels.keep(core.people.find("admin"), "email", told)
    row = {"person_id": core.people.find("admin").person_id, "medium": "email", "digest": "d", "shown": "a"}
    with core.database.write() as connection:
        sealed = {"address": core.vault.seal("admin@kab.example"), "confirmed_at": now, "created_at": now}
        connection.execute(insert(contacts).values(row | sealed))


def tell(house: House, key: str) -> None:
    person = house.core.people.find("admin").person_id
    assert person is not None
    with house.core.database.write() as connection:
        announce(
            connection, key=key, kind="urgent", person_ids=[person], item_id=None, at=datetime.now(UTC)
        )  # fmt: skip


def states(house: House) -> list[str]:
    with house.core.database.read() as connection:
        return list(connection.execute(select(deliveries.c.state).order_by(deliveries.c.id)).scalars())


def test_what_was_told_reaches_the_mailbox_once(house: House) -> None:
    with running_mailbox() as mailbox:
        set_up(house, mailbox.port)
        house.start_queue()
        tell(house, "one")
        tell(house, "two")
        for _ in range(3):  # several ticks before anybody works
            house.tick()
        assert house.start_worker(NOTIFY, burst=True).wait(60) == 0
        house.tick()
        assert house.start_worker(NOTIFY, burst=True).wait(60) == 0
        assert states(house) == ["sent", "sent"] and len(mailbox.letters) == len(mailbox.ids) == 2


def test_a_queue_that_was_lost_is_filled_again(small_house: House) -> None:
    with running_mailbox() as mailbox:
        set_up(small_house, mailbox.port)
        small_house.start_queue()
        tell(small_house, "one")
        small_house.tick()
        small_house.redis().flushall()
        small_house.tick()
        assert small_house.start_worker(NOTIFY, burst=True).wait(60) == 0
        assert len(mailbox.letters) == 1


def test_a_worker_killed_in_the_middle_of_a_letter(small_house: House) -> None:
    """The letter was taken, its worker died before it noted that: another notes it, with the same identity."""
    with running_mailbox() as mailbox:
        set_up(small_house, mailbox.port)
        small_house.start_queue()
        tell(small_house, "one")
        small_house.tick()
        worker = small_house.start_worker(NOTIFY)
        mailbox.at_letter = lambda: worker.send_signal(signal.SIGKILL)
        mailbox.cut = True
        until(lambda: mailbox.letters and worker.poll() is not None)
        mailbox.at_letter, mailbox.cut = (lambda: None), False
        until(lambda: states(small_house) in (["sending"], ["unsure"]))
        long_ago = datetime.now(UTC) - STUCK - timedelta(seconds=1)
        with small_house.core.database.write() as connection:
            connection.execute(update(deliveries).values(changed_at=long_ago, send_after=long_ago))
        small_house.redis().flushall()
        small_house.tick()
        assert small_house.start_worker(NOTIFY, burst=True).wait(60) == 0
        assert states(small_house) == ["sent"] and len(mailbox.ids) == 1
