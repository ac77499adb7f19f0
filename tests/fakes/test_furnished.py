"""The shared fixtures themselves: a furnished house has people, accounts, items and answers."""

from __future__ import annotations

from sqlalchemy import select

from aggregator.services.intake import Source
from aggregator.services.ledger import counted, recounted
from aggregator.storage.tables import items, messages
from tests.fakes.demo import PASSWORD, Demo
from tests.intake.house import said


def test_the_demo_is_whole(demo: Demo) -> None:
    with demo.core.database.read() as connection:
        rows = connection.execute(
            select(messages.c.external_id, items.c.state).join(items, items.c.id == messages.c.id)
        )
        states = {row.external_id: row.state for row in rows}
        assert counted(connection) == recounted(connection)
    assert set(states) == {"c1", "c3", "c4", "c6"}
    assert states["c1"] == "answered"
    assert demo.core.people.log_in("operator", PASSWORD)
    assert demo.people["operator"].unit_ids == frozenset({demo.units["PUPR"]})


def test_triage_itself_survives_strange_texts(demo: Demo) -> None:
    """The intake judges before it stores: a text that breaks triage would cost the whole batch."""
    source = Source(account_id=demo.accounts["Dinkes"], platform="website", unit_id=demo.units["Dinkes"], own_host=True)
    texts = ["setengah \ud800 huruf", "", "\u202e" * 50, "x" * 100_000, "🙏" * 3000, "jalan rusak"]
    tally = demo.core.intake.store(source, [said(f"s{n}", words) for n, words in enumerate(texts)], demo.core.clock())
    assert (tally.new, tally.rejected) == (5, 1)
