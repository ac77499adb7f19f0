"""Notices: in the transaction of their change, once for a person and happening; on both databases."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import select

from aggregator.services.notices import announce
from aggregator.storage.tables import notices
from tests.fakes.demo import Demo


def told(demo: Demo) -> list[tuple[int, str]]:
    with demo.core.database.read() as connection:
        return [(row.person_id, row.key) for row in connection.execute(select(notices).order_by(notices.c.id))]


def test_each_person_is_told_once(demo: Demo) -> None:
    ids = sorted(one.person_id for one in demo.people.values() if one.person_id is not None)
    for key in ("telat-1", "telat-1", "telat-2"):
        with demo.core.database.write() as connection:
            announce(connection, key=key, kind="late", person_ids=[*ids, ids[0]], item_id=None, at=demo.core.clock())
    assert told(demo) == [(one, key) for key in ("telat-1", "telat-2") for one in ids]


def test_nothing_is_told_of_what_did_not_happen(demo: Demo) -> None:
    person_id = demo.people["operator"].person_id
    assert person_id is not None
    with pytest.raises(RuntimeError), demo.core.database.write() as connection:
        announce(connection, key="x", kind="late", person_ids=[person_id], item_id=None, at=demo.core.clock())
        raise RuntimeError
    assert told(demo) == []


def test_what_is_told_keeps_its_data(demo: Demo) -> None:
    person_id = demo.people["operator"].person_id
    assert person_id is not None
    with demo.core.database.write() as connection:
        announce(connection, key="x", kind="late", person_ids=[person_id], item_id=None, at=demo.core.clock(),
                 data={"count": 7})  # fmt: skip
        announce(connection, key="y", kind="late", person_ids=[], item_id=None, at=demo.core.clock())
    with demo.core.database.read() as connection:
        (row,) = connection.execute(select(notices)).all()
    assert (orjson.loads(row.data), row.at, row.read_at) == ({"count": 7}, demo.core.clock(), None)
