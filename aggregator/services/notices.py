"""What people are told: a row for each person, written in the transaction of the change it tells of, so that nothing is
told of a change that was rolled back. How it reaches them is decided later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection

from aggregator.storage.bulk import execute_many
from aggregator.storage.db import to_micros

_INSERT = (
    "INSERT INTO notices (person_id, key, kind, item_id, at, data) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (person_id, key) DO NOTHING"
)


def announce(
    connection: Connection,
    *,
    key: str,
    kind: str,
    person_ids: Iterable[int],
    item_id: int | None,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Tell each of these people once: `key` names the happening, and the same key is never told a person twice. `data`
    holds no citizen's words."""
    told = orjson.dumps(data or {}).decode()
    rows = [(person_id, key, kind, item_id, to_micros(at), told) for person_id in sorted(set(person_ids))]
    execute_many(connection, _INSERT, rows)
