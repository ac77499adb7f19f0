"""Who speaks for an office. The registry knows, never the plugin: whoever writes an account's own posts, whoever its
settings name, whoever a person confirmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection

from aggregator.contract import Author, Kind, Message
from aggregator.services.intake.records import Source
from aggregator.storage.bulk import execute_many, rows_where_in
from aggregator.storage.db import to_micros


def names_of(author: Author | None) -> tuple[str, ...]:
    """The spellings under which an author may be registered. A guest (no id) can be nobody official: anyone may
    type an office's name."""
    if author is None or author.external_id is None:
        return ()
    return (author.external_id, f"name:{author.name.casefold().strip()}")


def registered_names(setting: str) -> set[str]:
    """The author ids that an account's `official_users` setting (ids or names, comma-separated) stands for."""
    entries = [entry.strip() for entry in setting.split(",") if entry.strip()]
    return {form for entry in entries for form in (entry, f"user:{entry}", f"name:{entry.casefold()}")}


def learn_officials(
    connection: Connection, source: Source, author_ids: Iterable[str], how: str, now: datetime
) -> list[str]:
    """Register authors as official; the ones that are new, which older messages may have been written by."""
    wanted = set(author_ids)
    fresh = sorted(wanted - official_ids(connection, source, wanted))
    execute_many(
        connection,
        "INSERT INTO official_authors (realm, author_id, account_id, source, created_at) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        [(source.realm, author_id, source.account_id, how, to_micros(now)) for author_id in fresh],
    )
    return fresh


def official_ids(connection: Connection, source: Source, author_ids: Collection[str]) -> set[str]:
    """Which of these author ids speak for an office."""
    return {
        row[0]
        for row in rows_where_in(
            connection,
            "SELECT author_id FROM official_authors WHERE realm = ?",
            (source.realm,),
            "author_id",
            author_ids,
        )
    }


def official_messages(connection: Connection, source: Source, new: Collection[Message]) -> set[str]:
    """External ids of the new messages that the office itself wrote; its posts always are."""
    spellings = {name for message in new for name in names_of(message.author)}
    known = official_ids(connection, source, spellings)
    return {
        message.external_id
        for message in new
        if message.kind is Kind.POST or not known.isdisjoint(names_of(message.author))
    }


def authors_of_posts(new: Iterable[Message]) -> set[str]:
    """Authors of the account's own posts: they speak for the office wherever they write on it."""
    return {m.author.external_id for m in new if m.kind is Kind.POST and m.author and m.author.external_id}
