"""Plugins are told what happened after the commit, once the past is left alone and nothing twice."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select

from aggregator.storage.ids import code_of
from aggregator.storage.tables import events, items
from tests.fakes.demo import Demo


def test_only_what_is_new_is_told_and_once(demo: Demo) -> None:
    now = demo.core.clock()
    told, mark = demo.core.herald.fresh(now)
    assert told == [], "the past is nobody's news"
    demo.core.herald.keep(mark)
    with demo.core.database.write() as connection:
        item = connection.execute(
            select(items.c.id, items.c.unit_id).where(items.c.unit_id.is_not(None)).limit(1)
        ).one()
        rows = [{"item_id": item.id, "at": now, "kind": kind} for kind in ("routed", "noted", "late", "confirmed")]
        connection.execute(insert(events), rows)
    assert demo.core.herald.fresh(now)[0] == [], "an event still settling waits"
    later = now + timedelta(seconds=6)
    told, mark = demo.core.herald.fresh(later)
    assert [event.kind for event in told] == ["routed", "overdue", "answered"]
    assert {(event.item, event.unit) for event in told} == {(code_of(item.id), demo.core.units.name(item.unit_id))}
    demo.core.herald.keep(mark)
    assert demo.core.herald.fresh(later) == ([], mark)
