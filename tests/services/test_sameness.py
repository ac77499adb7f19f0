"""The same matter pasted at several accounts: as many items, as many answers, linked by their words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from aggregator.contract import Author, Kind, Message, ThreadRef
from aggregator.domain.access import Role
from aggregator.domain.sameness import same_words
from aggregator.services.inbox import Filter
from aggregator.services.intake import Source
from aggregator.storage.ids import code_of
from aggregator.storage.tables import items
from tests.fakes.demo import Demo
from tests.fakes.viewers import viewer_of

WORDS = "Jembatan gantung Air Jernih kayunya lapuk semua, tolong diperbaiki"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("JEMBATAN gantung Air Jernih – kayunya lapuk semua!! tolong diperbaiki 🙏🙏", True),
        ("Jembatan gantung Air Jernih kayunya lapuk, tolong diperbaiki", False),
    ],
)
def test_case_signs_and_emoji_do_not_matter(other: str, same: bool) -> None:
    assert (same_words(other) == same_words(WORDS)) is same


def test_what_anyone_would_write_is_not_the_same_matter() -> None:
    assert same_words("kapan diperbaiki pak?") is None


def test_one_matter_at_several_accounts_is_linked(demo: Demo) -> None:
    core, clock = demo.core, demo.core.clock
    for number, account in enumerate(demo.accounts.values()):
        for thread in ("a", "b"):
            message = Message(
                external_id=f"sama-{number}-{thread}",
                kind=Kind.COMMENT,
                thread=ThreadRef(external_id=f"utas-{thread}"),
                author=Author(external_id="warga-99", name="Warga"),
                text=WORDS if thread == "a" else WORDS.upper() + "!!",
                created_at=clock() - timedelta(hours=number + 1),
            )
            source = Source(account_id=account, platform="website", unit_id=1, own_host=True)
            core.intake.store(source, [message], clock())
    with core.database.read() as connection:
        linked = connection.execute(select(items.c.id).where(items.c.same_words == same_words(WORDS))).scalars().all()
    assert len(linked) == 2 * len(demo.accounts)
    viewer = viewer_of(Role.DISKOMINFO, person_id=None)
    page = core.inbox.item(viewer, code_of(linked[0]))
    assert page.twins == len(linked) - 1
    found = core.inbox.page(viewer, Filter(tab="all", same_as=code_of(linked[0])))
    assert {row.code for row in found.rows} == {code_of(identity) for identity in linked}
    assert core.inbox.page(viewer, Filter(tab="all", same_as="0000000000000")).rows == ()
