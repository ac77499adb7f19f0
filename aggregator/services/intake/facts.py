"""Writing what a platform showed: threads, messages, versions, tombstones, and what could not be stored."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

import orjson
from sqlalchemy import Connection, bindparam, select, update

from aggregator.contract import Author, Kind, Message, ThreadRef
from aggregator.domain.pace import FIRST_REREAD
from aggregator.services.intake.records import COARSENESS, Held, NoJson, Sorted, Source
from aggregator.storage.bulk import execute_many, insert_rows, rows_where_in
from aggregator.storage.db import from_micros, to_micros
from aggregator.storage.ids import message_id, next_id
from aggregator.storage.tables import accounts, message_versions, messages, quarantine, threads

NAMELESS = Author(external_id=None, name="")
_MESSAGE_COLUMNS = (
    "id", "account_id", "thread_id", "external_id", "parent_external_id", "kind", "author_external_id", "author_name",
    "official", "text", "created_at", "edited_at", "url", "rating", "place", "precision", "extra", "version",
    "first_seen_at", "reply_hash",
)  # fmt: skip
_NOT_WORDS = re.compile(r"[\W_]+|\d+", re.UNICODE)
_TEMPLATE_MIN_LETTERS = 12


@dataclass(frozen=True, slots=True)
class Stored:
    """A message that was just written."""

    id: int
    thread_id: int
    official: bool
    created: int  # microseconds
    reply_hash: int | None
    message: Message


def message_texts(connection: Connection, source: Source, external_ids: Collection[str]) -> dict[str, str]:
    """The words of messages that are held, by external id."""
    statement = "SELECT external_id, text FROM messages WHERE account_id = ?"
    rows = rows_where_in(connection, statement, (source.account_id,), "external_id", external_ids)
    return {row[0]: row[1] for row in rows}


def store_threads(connection: Connection, source: Source, refs: Iterable[ThreadRef], now: datetime) -> dict[str, int]:
    """Make sure that each thread exists; its id by external id. A better title or address replaces none."""
    wanted = {ref.external_id: ref for ref in refs}
    known = _thread_rows(connection, source, wanted)
    moment, first_read = to_micros(now), to_micros(now + FIRST_REREAD)
    fresh = [ref for external_id, ref in wanted.items() if external_id not in known]
    insert_rows(
        connection,
        threads,
        ("account_id", "external_id", "url", "title", "read_at", "next_read_at"),
        [(source.account_id, ref.external_id, ref.url, ref.title, moment, first_read) for ref in fresh],
    )
    better = [
        (ref.title or title, ref.url or url, thread_id)
        for external_id, (thread_id, title, url) in known.items()
        if _improves(ref := wanted[external_id], title, url)
    ]
    execute_many(connection, "UPDATE threads SET title = ?, url = ? WHERE id = ?", better)
    if fresh:
        known = _thread_rows(connection, source, wanted)
    return {external_id: row[0] for external_id, row in known.items()}


def _improves(ref: ThreadRef, title: str | None, url: str | None) -> bool:
    return (ref.title is not None and ref.title != title) or (ref.url is not None and ref.url != url)


def _thread_rows(
    connection: Connection, source: Source, external_ids: Collection[str]
) -> dict[str, tuple[int, str | None, str | None]]:
    rows = rows_where_in(
        connection,
        "SELECT external_id, id, title, url FROM threads WHERE account_id = ?",
        (source.account_id,),
        "external_id",
        external_ids,
    )
    return {row[0]: row[1:] for row in rows}


def thread_titles(connection: Connection, source: Source, new: Collection[Message]) -> dict[str, str]:
    """Titles of the threads these messages stand in: as they tell themselves, else as an earlier reading did."""
    told = {m.thread.external_id: m.thread.title for m in new if m.thread.title}
    untold = {m.thread.external_id for m in new} - told.keys()
    select_titles = "SELECT external_id, title FROM threads WHERE account_id = ? AND title IS NOT NULL"
    return told | dict(rows_where_in(connection, select_titles, (source.account_id,), "external_id", untold))


def store_new(
    connection: Connection,
    source: Source,
    new: Mapping[str, Message],
    official: Collection[str],
    thread_ids: Mapping[str, int],
    now: datetime,
    taken: Collection[int],
) -> list[Stored]:
    """Write new messages; `official` are the external ids spoken by the office, `taken` ids already in use."""
    used = set(taken)
    stored = []
    for external_id, message in new.items():
        created = to_micros(message.created_at)
        identity = message_id(created, source.account_id, external_id)
        while identity in used:
            identity = next_id(identity)
        used.add(identity)
        ours = external_id in official
        template = reply_hash(source.account_id, message.text) if ours else None
        stored.append(Stored(identity, thread_ids[message.thread.external_id], ours, created, template, message))
    seen_at = to_micros(now)
    insert_rows(connection, messages, _MESSAGE_COLUMNS, [_message_row(source, entry, seen_at) for entry in stored])
    return stored


def ids_in_use(connection: Connection, source: Source, new: Mapping[str, Message]) -> frozenset[int]:
    """Which of the ids these messages would get, or would move on to, belong to another message already."""
    wanted = {message_id(to_micros(m.created_at), source.account_id, key) for key, m in new.items()}
    taken: set[int] = set()
    while wanted:
        found = {row[0] for row in rows_where_in(connection, "SELECT id FROM messages WHERE 1 = 1", (), "id", wanted)}
        taken |= found
        wanted = {next_id(identity) for identity in found} - taken
    return frozenset(taken)


def _message_row(source: Source, entry: Stored, seen_at: int) -> tuple[Any, ...]:
    message = entry.message
    author = message.author or NAMELESS
    extra = None
    if message.media or message.raw:
        extra = _json({"media": message.media, "raw": dict(message.raw)})
    return (
        entry.id, source.account_id, entry.thread_id, message.external_id, message.parent_id, message.kind.value,
        author.external_id, author.name, entry.official, message.text, entry.created,
        to_micros(message.edited_at) if message.edited_at else None, message.url, message.rating, message.place,
        message.precision, extra, 1, seen_at, entry.reply_hash,
    )  # fmt: skip


def _json(value: Mapping[str, Any]) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # orjson's word for what is no JSON
        raise NoJson from None


def reply_hash(account_id: int, text: str) -> int | None:
    """A number that two pastings of one template on one account share, whatever numbers were put between; None for
    texts too short to be a template."""
    letters = _NOT_WORDS.sub("", text.casefold())
    return (
        crc32(letters.encode("utf-8", "surrogatepass"), account_id) if len(letters) >= _TEMPLATE_MIN_LETTERS else None
    )


def reworded_reply_texts(source: Source, batch: Sorted) -> list[int | None]:
    """Hashes of what the office's edited messages say now."""
    return [reply_hash(source.account_id, new.text) for held, new in batch.edited.values() if held.official]


def replaced_reply_texts(source: Source, batch: Sorted) -> list[int | None]:
    """Hashes of what the office's edited and deleted messages said before, as far as that still stood."""
    gone = [*(held for held, _ in batch.edited.values()), *batch.deleted.values()]
    return [reply_hash(source.account_id, held.text) for held in gone if held.official and held.deleted_at is None]


def store_edits(
    connection: Connection, source: Source, edited: Collection[tuple[Held, Message]], now: datetime
) -> None:
    """Keep the old words as a version and show the new ones; a message that came back loses its tombstone."""
    moment = to_micros(now)
    reworded = [(held, new) for held, new in edited if (held.text, held.author_name) != (new.text, _name(held, new))]
    insert_rows(
        connection,
        message_versions,
        ("message_id", "version", "text", "author_name", "replaced_at"),
        [(held.id, held.version, held.text, held.author_name, moment) for held, _ in reworded],
    )
    if edited:
        connection.execute(
            update(messages).where(messages.c.id == bindparam("key")),
            [_edit_of(source, held, new, now) for held, new in edited],
        )


def _name(held: Held, new: Message) -> str:
    return new.author.name if new.author is not None else held.author_name


def _edit_of(source: Source, held: Held, new: Message, now: datetime) -> dict[str, Any]:
    reworded = (held.text, held.author_name) != (new.text, _name(held, new))
    author_id = new.author.external_id if new.author is not None else None
    as_exact = COARSENESS[new.precision] <= COARSENESS[held.precision]
    return {
        "key": held.id,
        "text": new.text,
        "author_name": _name(held, new),
        "author_external_id": author_id or held.author_id,
        "parent_external_id": new.parent_id or held.parent_id,
        "rating": held.rating if new.rating is None else new.rating,
        "created_at": new.created_at if as_exact else from_micros(held.created_at),
        "precision": new.precision if as_exact else held.precision,
        "edited_at": new.edited_at or (now if reworded else None),
        "version": held.version + reworded,
        "deleted_at": None,
        "reply_hash": reply_hash(source.account_id, new.text) if held.official else None,
    }


def store_tombstones(connection: Connection, deleted: Iterable[Held], now: datetime) -> None:
    """The platform no longer shows these; their words stay for whoever must account for them."""
    execute_many(
        connection,
        "UPDATE messages SET deleted_at = ? WHERE id = ?",
        [(to_micros(now), held.id) for held in deleted],
    )


def note_posts(connection: Connection, stored: Iterable[Stored]) -> None:
    """Let each thread know the message that is its post."""
    posts = sorted((entry.thread_id, entry.id) for entry in stored if entry.message.kind is Kind.POST)
    execute_many(connection, "UPDATE threads SET post_id = ? WHERE id = ?", [(post, thread) for thread, post in posts])


def count_held(connection: Connection, source: Source, batch: Sorted, stored: Sequence[Stored]) -> None:
    """Keep the counts of shown messages (posts left out) of the account and its threads."""
    per_thread: Counter[int] = Counter(entry.thread_id for entry in stored if entry.message.kind is not Kind.POST)
    per_thread.update(
        held.thread_id for held, _ in batch.edited.values() if held.deleted_at is not None and held.kind != "post"
    )
    per_thread.subtract(Counter(held.thread_id for held in batch.deleted.values() if held.kind != "post"))
    changes = sorted((thread_id, n) for thread_id, n in per_thread.items() if n)
    execute_many(
        connection,
        "UPDATE threads SET held = held + ? WHERE id = ?",
        [(n, thread_id) for thread_id, n in changes],
    )
    total = sum(n for _, n in changes)
    if total:
        table = accounts
        connection.execute(update(table).where(table.c.id == source.account_id).values(held=table.c.held + total))


def store_reply_counts(connection: Connection, counts: Mapping[int, int]) -> None:
    """Remember how many replies the platform says a thread has, so that missing ones are fetched at once."""
    rows = [(count, thread_id, count) for thread_id, count in sorted(counts.items())]
    execute_many(
        connection,
        "UPDATE threads SET reply_count = ? WHERE id = ? AND (reply_count IS NULL OR reply_count <> ?)",
        rows,
    )


def store_rejects(
    connection: Connection, source: Source, rejected: Iterable[tuple[str | None, str]], now: datetime
) -> None:
    """Count the tries of records that could not be stored; nothing they say is kept."""
    reasons = {external_id or f"?{crc32(reason.encode()):08x}": reason for external_id, reason in rejected}
    moment = to_micros(now)
    execute_many(
        connection,
        "INSERT INTO quarantine (account_id, external_id, reason, tries, first_at, last_at) VALUES (?, ?, ?, 1, ?, ?) "
        "ON CONFLICT (account_id, external_id) DO UPDATE SET tries = quarantine.tries + 1, "
        "reason = excluded.reason, last_at = excluded.last_at",
        [(source.account_id, key.encode("utf-8", "replace").decode().replace("\x00", "")[:512], reason[:300], moment, moment)
         for key, reason in sorted(reasons.items())],
    )  # fmt: skip


def release_from_quarantine(connection: Connection, source: Source, external_ids: Collection[str]) -> None:
    """Records that could be stored after all are no longer quarantined."""
    table = quarantine
    stuck = (
        connection.execute(select(table.c.external_id).where(table.c.account_id == source.account_id)).scalars().all()
    )
    freed = sorted(set(stuck) & set(external_ids))
    if freed:
        connection.execute(
            table.delete().where(table.c.account_id == source.account_id, table.c.external_id.in_(freed))
        )
