"""Webhook calls: kept the moment their signature was right, worked off by a job, recognised when they come again."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import orjson
from sqlalchemy import delete, select, update

from aggregator.contract import PushRequest
from aggregator.storage.bulk import execute_many
from aggregator.storage.db import Database, to_micros
from aggregator.storage.tables import pushes

MAX_BODY = 3 * 1024 * 1024  # bytes; platforms send at most some hundred kilobytes
REMEMBERED = timedelta(hours=72)
_TRY_AGAIN = timedelta(minutes=2)
_MOST_TRIES = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """A webhook call to work off."""

    id: int
    platform: str
    method: str
    headers: dict[str, str]
    query: dict[str, str]
    body: bytes
    received_at: datetime


class PushBook:
    """The spool of webhook calls."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, platform: str, request: PushRequest) -> None:
        """Store a call to be worked off; one that came before changes nothing."""
        digest = sha256(platform.encode() + b"\x00" + request.body).hexdigest()
        told = {
            "method": request.method, "headers": dict(request.headers), "query": dict(request.query),
            "body": b64encode(request.body).decode(),
        }  # fmt: skip
        now = to_micros(request.now)
        with self._database.write() as connection:
            execute_many(
                connection,
                "INSERT INTO pushes (platform, digest, request, received_at, next_at) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (digest) DO NOTHING",
                [(platform, digest, orjson.dumps(told), now, now)],
            )

    def due(self, now: datetime, limit: int = 200) -> list[int]:
        with self._database.read() as connection:
            statement = select(pushes.c.id).where(pushes.c.next_at <= now).order_by(pushes.c.next_at).limit(limit)
            return list(connection.execute(statement).scalars())

    def begin(self, push_id: int, now: datetime) -> Kept | None:
        """Take a call to work off; None when it is done or another worker has it. One whose worker dies is taken
        again later, a few times at most."""
        mine = (pushes.c.id == push_id) & (pushes.c.next_at <= now)
        with self._database.write() as connection:
            again = {"next_at": now + _TRY_AGAIN, "tries": pushes.c.tries + 1}
            if connection.execute(update(pushes).where(mine).values(again)).rowcount != 1:
                return None
            row = connection.execute(select(pushes).where(pushes.c.id == push_id)).mappings().one()
            if row["tries"] > _MOST_TRIES:
                connection.execute(update(pushes).where(pushes.c.id == push_id).values(next_at=None, request=None))
                return None
        told = orjson.loads(row["request"])
        body = b64decode(told.pop("body"))
        return Kept(id=row["id"], platform=row["platform"], body=body, received_at=row["received_at"], **told)

    def done(self, push_id: int, problem: str | None = None) -> None:
        """Worked off: what it said is dropped, that it came stays for the replays' sake."""
        with self._database.write() as connection:
            ended = update(pushes).where(pushes.c.id == push_id)
            connection.execute(ended.values(next_at=None, request=None, problem=problem))

    def forget_old(self, now: datetime) -> None:
        with self._database.write() as connection:
            old = (pushes.c.received_at < now - REMEMBERED) & pushes.c.next_at.is_(None)
            connection.execute(delete(pushes).where(old))
