"""Loading just enough of a thread to say who answered whom: the sub-threads a batch touched, up to their roots and
down to their last replies, and the newest part of a thread where an office answers beside instead of below.

The number of statements is bounded by the depth of a conversation, never by the size of the batch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import Connection

from aggregator.domain.answers import Utterance
from aggregator.domain.replies import HANDS_ON
from aggregator.services.intake.records import Source
from aggregator.storage.bulk import execute_many, rows_where_in
from aggregator.storage.db import from_micros

_SELECT = (
    "SELECT external_id, id, parent_external_id, author_external_id, author_name, official, text, created_at, "
    "deleted_at, thread_id, reply_hash, url FROM messages WHERE account_id = ? AND kind <> 'post'"
)
_KEYS_BELOW = "SELECT external_id FROM messages WHERE account_id = ? AND kind <> 'post'"
_MAX_DEPTH = 12
_FLAT_WINDOW = 300
TEMPLATE_USES = 3

Row = tuple[Any, ...]


@dataclass(slots=True)
class Touched:
    """What a batch changed, as far as answers are concerned."""

    spoken: set[str] = field(default_factory=set)  # official messages, and replies by accounts a site knows
    heard_replies: set[str] = field(default_factory=set)  # citizens' messages below another message
    flat_threads: set[int] = field(default_factory=set)  # where an office answers beside or by name
    fresh: dict[str, Row] = field(default_factory=dict)  # rows of all new comments, as just written

    def __or__(self, other: Touched) -> Touched:
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Touched(*(one | two for one, two in pairs))


def load_conversations(connection: Connection, source: Source, touched: Touched) -> list[list[Row]]:
    """Rows of every conversation that may have changed: a sub-thread each, or the whole thread where an office answers
    beside the comments or by name."""
    loaded = _touched_rows(connection, source, touched)
    _merge_template_twins(connection, source, loaded, touched.spoken)
    missing = _climb(connection, source, loaded, touched.fresh)
    _descend(connection, source, loaded, (loaded.keys() - touched.fresh.keys()) | missing)
    flat = touched.flat_threads | flat_among(connection, {row[9] for row in loaded.values()})
    for thread_id in sorted(flat):
        loaded |= _newest_of(connection, thread_id)
    conversations: dict[object, list[Row]] = defaultdict(list)
    roots: dict[str, str] = {}
    for key, row in loaded.items():
        conversations[row[9] if row[9] in flat else _root(key, loaded, roots)].append(row)
    return [rows for rows in conversations.values() if any(_may_answer(row, source) for row in rows)]


def flat_among(connection: Connection, thread_ids: Collection[int]) -> set[int]:
    """The threads in which an office answers beside comments or by name."""
    flat = "SELECT id FROM threads WHERE flat_replies"
    return {row[0] for row in rows_where_in(connection, flat, (), "id", thread_ids)}


def _touched_rows(connection: Connection, source: Source, touched: Touched) -> dict[str, Row]:
    """What changed itself, and replies that had arrived before the new messages they reply to."""
    fresh = touched.fresh
    wanted = touched.spoken | touched.heard_replies
    early = rows_where_in(connection, _KEYS_BELOW, (source.account_id,), "parent_external_id", fresh)
    wanted |= {row[0] for row in early}
    old = _rows(connection, source, "external_id", wanted - fresh.keys())
    return {key: fresh[key] for key in wanted & fresh.keys()} | old


def _root(key: str, loaded: dict[str, Row], roots: dict[str, str]) -> str:
    """The topmost message, held or not, that this one hangs below."""
    path: list[str] = []
    while key not in roots and key in loaded and loaded[key][2] is not None and len(path) <= _MAX_DEPTH:
        path.append(key)
        key = loaded[key][2]
    root = roots.get(key, key)
    roots.update(dict.fromkeys((*path, key), root))
    return root


def _may_answer(row: Row, source: Source) -> bool:
    return bool(row[5]) or (source.own_host and row[3] is not None)


def _rows(connection: Connection, source: Source, column: str, values: Collection[str]) -> dict[str, Row]:
    return {row[0]: row for row in rows_where_in(connection, _SELECT, (source.account_id,), column, values)}


def _climb(connection: Connection, source: Source, loaded: dict[str, Row], fresh: Mapping[str, Row]) -> set[str]:
    """Add what the loaded messages hang below, up to the top; the parents that are not held, which orphans share."""
    missing: set[str] = set()
    for _ in range(2 * _MAX_DEPTH):
        parents = {row[2] for row in loaded.values() if row[2] is not None} - loaded.keys() - missing
        if not parents:
            break
        found = {key: fresh[key] for key in parents & fresh.keys()}
        found |= _rows(connection, source, "external_id", parents - fresh.keys())
        missing |= parents - found.keys()
        loaded |= found
    posts = "SELECT external_id FROM messages WHERE account_id = ? AND kind = 'post'"
    return missing - {row[0] for row in rows_where_in(connection, posts, (source.account_id,), "external_id", missing)}


def _descend(connection: Connection, source: Source, loaded: dict[str, Row], frontier: set[str]) -> None:
    """Add what hangs below; what hangs below a new message is loaded already."""
    for _ in range(_MAX_DEPTH):
        below = _rows(connection, source, "parent_external_id", frontier)
        frontier = below.keys() - loaded.keys()
        if not frontier:
            return
        loaded |= below


def _newest_of(connection: Connection, thread_id: int) -> dict[str, Row]:
    statement = _SELECT.replace("account_id = ?", "thread_id = ?") + f" ORDER BY id DESC LIMIT {_FLAT_WINDOW}"
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement if connection.dialect.name == "sqlite" else statement.replace("?", "%s"), (thread_id,))
        return {row[0]: row for row in cursor.fetchall()}
    finally:
        cursor.close()


def _merge_template_twins(
    connection: Connection, source: Source, loaded: dict[str, Row], spoken: Collection[str]
) -> None:
    """When a text becomes a template, or is none any more, its other pastings are judged again as well."""
    here = Counter(row[10] for key, row in loaded.items() if key in spoken and row[10] is not None)
    uses = template_uses(connection, here)
    tipped = [value for value, n in uses.items() if abs(n - TEMPLATE_USES) <= here[value]]
    loaded |= {row[0]: row for row in rows_where_in(connection, _SELECT, (source.account_id,), "reply_hash", tipped)}


def template_uses(connection: Connection, hashes: Collection[int]) -> dict[int, int]:
    """How often each reply text stands on its account now; one that sends citizens on counts as HANDS_ON."""
    uses = f"SELECT reply_hash, CASE WHEN hands_on THEN {HANDS_ON} ELSE uses END FROM reply_texts WHERE 1 = 1"
    rows = rows_where_in(connection, uses, (), "reply_hash", hashes)
    return {row[0]: row[1] for row in rows}


def count_reply_texts(connection: Connection, added: Iterable[int | None], removed: Iterable[int | None] = ()) -> None:
    """Keep the counts of official reply texts."""
    changes: Counter[int] = Counter(value for value in added if value is not None)
    changes.subtract(Counter(value for value in removed if value is not None))
    execute_many(
        connection,
        "INSERT INTO reply_texts (reply_hash, uses) VALUES (?, ?) "
        "ON CONFLICT (reply_hash) DO UPDATE SET uses = reply_texts.uses + excluded.uses",
        [(value, n) for value, n in sorted(changes.items()) if n],
    )


def utterance_of(row: Row, source: Source, *, discounted: Collection[int]) -> Utterance:
    """A row as the rules read it; an official message whose words were changed after it counted answers no more."""
    return Utterance(
        id=row[1],
        external_id=row[0],
        parent_id=row[2],
        author_id=row[3],
        author_name=row[4],
        official=bool(row[5]),
        registered=source.own_host and row[3] is not None and not row[5],
        text=row[6],
        created_at=from_micros(row[7]),
        deleted=row[8] is not None or row[1] in discounted,
    )
