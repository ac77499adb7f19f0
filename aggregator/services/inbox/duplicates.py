"""What may say the same as an item: the same words elsewhere, the same person again, nearly the same words. Found along
indexes, judged by the words themselves; only among what the viewer may work on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from aggregator.domain.access import Viewer
from aggregator.domain.likeness import ANYONE, SAME_AUTHOR, likeness, telling_words
from aggregator.domain.search import Query, stems_of
from aggregator.services.inbox.privacy import handles, shown
from aggregator.services.inbox.scope import items_of
from aggregator.services.inbox.views import Duplicate
from aggregator.services.units import Units
from aggregator.storage.db import from_micros, to_micros
from aggregator.storage.ids import code_of, first_id_at

NEAR = timedelta(days=7)
SHOWN = 3
_LOOKED_AT = 20  # newest of each kind
_EXCERPT = 140
_BY_WORDS = "SELECT id FROM (SELECT id FROM items WHERE same_words = :words ORDER BY id DESC LIMIT :most) x1"
_BY_AUTHOR = (
    "SELECT id FROM (SELECT id FROM messages WHERE author_external_id = :author AND id BETWEEN :since AND :until "
    "ORDER BY id DESC LIMIT :most) x2"
)
_BY_TEXT = {
    "sqlite": "SELECT id FROM (SELECT rowid AS id FROM message_words WHERE message_words MATCH :telling AND "
    "rowid BETWEEN :since AND :until ORDER BY rowid DESC LIMIT :most) x3",
    "postgresql": "SELECT id FROM (SELECT id FROM message_words WHERE words @@ CAST(:telling AS tsquery) AND "
    "id BETWEEN :since AND :until ORDER BY id DESC LIMIT :most) x3",
}
_FOUND = (
    "SELECT i.id, i.unit_id, i.state, i.platform, i.same_words, i.place_unit_id, m.text, "
    "m.author_name, m.author_external_id, m.created_at "
    "FROM items i JOIN messages m ON m.id = i.id WHERE i.id <> :id AND i.state <> 'merged'"
)


def duplicates(connection: Connection, item: RowMapping, viewer: Viewer, units: Units) -> tuple[Duplicate, ...]:
    """At most three, the likest first; one statement."""
    statement, parameters = _search(connection, item, viewer)
    rows = connection.execute(text(statement), parameters).mappings()
    judged = [(_why(item, row), row) for row in rows if viewer.may_work(row["unit_id"])]
    alike = sorted(((why, row) for why, row in judged if why), key=lambda one: (one[0], -one[1]["id"]))
    return tuple(_duplicate(why, row, viewer, units) for why, row in alike[:SHOWN])


def _search(connection: Connection, item: RowMapping, viewer: Viewer) -> tuple[str, dict[str, Any]]:
    said_at = from_micros(item["said_at"])
    since, until = _id_at(said_at - NEAR), _id_at(said_at + NEAR)
    parameters = {"id": item["id"], "since": since, "until": until, "most": _LOOKED_AT}
    ways = []
    if item["same_words"] is not None:
        ways.append(_BY_WORDS)
        parameters["words"] = item["same_words"]
    if item["author_external_id"] is not None:
        ways.append(_BY_AUTHOR)
        parameters["author"] = item["author_external_id"]
    dialect = connection.dialect.name
    telling = _telling(item["text"], sqlite=dialect == "sqlite")
    if telling:
        ways.append(_BY_TEXT[dialect])
        parameters["telling"] = telling
    condition, scope = items_of(viewer)
    among = f"i.id IN ({' UNION '.join(ways)})" if ways else "1 = 0"
    return f"{_FOUND} AND {among} AND {condition}", parameters | scope


def _telling(said: str, *, sqlite: bool) -> str | None:
    """A full-text query for what holds either set of its telling words; None when there are none."""
    sets = (tuple((stem,) for word in words for stem in stems_of(word)) for words in telling_words(said))
    query = Query(needs=(tuple(one for one in sets if one),))
    return query.fts5() if sqlite else query.tsquery()


def _id_at(moment: datetime) -> int:
    return first_id_at(to_micros(moment))


def _why(item: RowMapping, row: RowMapping) -> str | None:
    """words, author or text; in this order they are shown. None: it only shares a few words, or speaks of another place."""
    if item["place_unit_id"] and row["place_unit_id"] and item["place_unit_id"] != row["place_unit_id"]:
        return None
    if item["same_words"] is not None and row["same_words"] == item["same_words"]:
        return "a_words"
    alike = likeness(item["text"], row["text"])
    author = (item["platform"], item["author_external_id"])
    if author == (row["platform"], row["author_external_id"]) and author[1] is not None and alike >= SAME_AUTHOR:
        return "b_author"
    return "c_text" if alike >= ANYONE else None


def _duplicate(why: str, row: RowMapping, viewer: Viewer, units: Units) -> Duplicate:
    said = shown(row["text"], open_to_viewer=handles(viewer, row["unit_id"]))
    return Duplicate(
        code=code_of(row["id"]),
        why=why[2:],
        excerpt=said if len(said) <= _EXCERPT else said[: _EXCERPT - 1] + "…",
        author=row["author_name"],
        platform=row["platform"],
        unit=units.name(row["unit_id"]),
        state=row["state"],
        created_at=from_micros(row["created_at"]),
    )
