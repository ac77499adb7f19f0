"""What triage hid because nobody needs to answer, drawn by lot for a person to look at: hidden is not dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, text

from aggregator.domain.access import Viewer
from aggregator.services.inbox.item import reasons_of
from aggregator.services.inbox.privacy import shown
from aggregator.services.inbox.scope import items_of
from aggregator.services.inbox.views import Reason
from aggregator.storage.db import from_micros, to_micros
from aggregator.storage.ids import code_of, first_id_at

_WITHIN = timedelta(days=30)
_DRAWN = 10
_HASH = (1 << 30) - 1  # the low bits of an id are a hash: their order is a lot that stays the same
_SELECT = (
    "FROM items i JOIN messages m ON m.id = i.id LEFT JOIN examples e ON e.item_id = i.id "
    "WHERE i.state = 'no_answer_needed' AND i.id >= :since AND i.closed_at IS NULL AND e.id IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenRow:
    """One hidden item, and why it was hidden."""

    code: str
    kind: str
    text: str
    author: str
    platform: str
    created_at: datetime
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class HiddenPage:
    """A draw of what was hidden in the last 30 days, and how much that is."""

    rows: tuple[HiddenRow, ...]
    total: int


def hidden_page(connection: Connection, viewer: Viewer, now: datetime) -> HiddenPage:
    """Two statements along the newest 30 days of items."""
    condition, parameters = items_of(viewer)
    parameters |= {"since": first_id_at(to_micros(now - _WITHIN))}
    where = f"{_SELECT} AND {condition}"
    columns = "i.id, i.kind, m.text, m.author_name, i.platform, m.created_at, i.verdict"
    drawn = text(f"SELECT {columns} {where} ORDER BY (i.id & {_HASH}), i.id LIMIT {_DRAWN}")
    rows = connection.execute(drawn, parameters).all()
    total = connection.execute(text(f"SELECT count(*) {where}"), parameters).scalar_one()
    return HiddenPage(
        tuple(
            HiddenRow(
                code=code_of(row[0]),
                kind=row[1],
                text=shown(row[2], open_to_viewer=False),
                author=row[3],
                platform=row[4],
                created_at=from_micros(row[5]),
                reasons=reasons_of(orjson.loads(row[6])["reasons"]),
            )
            for row in rows
        ),
        int(total),
    )
