"""The versions of the learned model: asked for, trained, compared, taken over, rolled back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.triage.examples import LEAST_EXAMPLES
from aggregator.domain.triage.learned import LearnedModel
from aggregator.domain.triage.measures import Score
from aggregator.services.errors import NotFound, Refused
from aggregator.services.learning.access import must_sort
from aggregator.storage.db import Database
from aggregator.storage.tables import examples, models, people

LEASE = timedelta(minutes=20)
_SHOWN = 30
# Learnt again by itself when so many decisions are new, and so large a share of what was known.
_LEAST_NEW, _SHARE_NEW = 25, 0.05
# The new model may be this much worse on the held-back decisions and still take over: within it lies chance alone.
_CHANCE = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the old and the new judge did on decisions held back from both; `interval`: where the new accuracy lies with
    95 %. `packaged` and `own`: how much the packaged knowledge and what was learnt count."""

    examples: int
    held_back: int
    old: Score
    new: Score
    interval: tuple[float, float]
    packaged: float
    own: float

    @property
    def better(self) -> bool:
        return self.new.accuracy >= self.old.accuracy - _CHANCE


@dataclass(frozen=True, slots=True)
class Active:
    """The model that judges now, and the newest example it saw."""

    id: int
    newest_example: int
    model: LearnedModel


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """A version on the page. state: queued, training, active, retired, rejected or failed."""

    id: int
    state: str
    progress: str
    asked_by: str | None
    created_at: datetime
    activated_at: datetime | None
    examples: int
    report: Report | None
    can_return: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPage:
    rows: tuple[ModelRow, ...]
    waiting: int  # decisions that no model has learnt from yet
    enough: bool


class Models:
    """Keeps the versions; the newest active one judges."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    # -- for the page --------------------------------------------------------------------------------------------------

    def page(self) -> ModelPage:
        """The newest versions, and how many decisions wait to be learnt from."""
        columns = [column for column in models.c if column.name != "weights"]
        listed = (
            select(*columns, people.c.name.label("asker"), models.c.weights.is_not(None).label("whole"))
            .select_from(models.outerjoin(people, people.c.id == models.c.asked_by))
            .order_by(models.c.id.desc())
            .limit(_SHOWN)
        )
        with self._database.read() as connection:
            rows = tuple(_row(row) for row in connection.execute(listed).mappings())
            waiting, known = _waiting(connection)
        return ModelPage(rows=rows, waiting=waiting, enough=known >= LEAST_EXAMPLES)

    def ask(self, viewer: Viewer | None) -> int:
        """Queue a training; the id of the one that waits already, if one does."""
        if viewer is not None:
            must_sort(viewer)
        with self._database.write() as connection:
            under_way = select(models.c.id).where(models.c.state.in_(("queued", "training")))
            there = connection.execute(under_way).scalar()
            return int(there) if there is not None else self._queue(connection, viewer.person_id if viewer else None)

    def roll_back(self, viewer: Viewer, model_id: int) -> None:
        """Let an earlier version judge again, at once: the newer active ones are retired."""
        must_sort(viewer)
        with self._database.write() as connection:
            row = connection.execute(
                select(models.c.state, models.c.weights.is_not(None).label("whole")).where(models.c.id == model_id)
            ).one_or_none()
            if row is None:
                raise NotFound
            if row.state != "retired" or not row.whole:
                raise Refused("Versi itu tidak dapat dipakai lagi.")
            _retire(connection)
            connection.execute(
                update(models).where(models.c.id == model_id).values(state="active", activated_at=self._clock())
            )

    def forget_all(self, viewer: Viewer) -> None:
        """Judge by the packaged knowledge alone again; every version stays and can come back."""
        must_sort(viewer)
        with self._database.write() as connection:
            _retire(connection)

    # -- for the jobs --------------------------------------------------------------------------------------------------

    def ask_when_due(self) -> int | None:
        """Queue a training when enough was decided since the last one; its id."""
        with self._database.read() as connection:
            waiting, known = _waiting(connection)
            under_way = connection.execute(
                select(models.c.id).where(models.c.state.in_(("queued", "training")))
            ).first()
        if under_way or known < LEAST_EXAMPLES or waiting < max(_LEAST_NEW, known * _SHARE_NEW):
            return None
        return self.ask(None)

    def due(self, now: datetime) -> list[int]:
        """Trainings that wait, and those whose worker died."""
        left = (models.c.state == "training") & (models.c.lease_until < now)
        with self._database.read() as connection:
            return list(connection.execute(select(models.c.id).where((models.c.state == "queued") | left)).scalars())

    def take(self, model_id: int, now: datetime) -> bool:
        """Win a training; False when another worker has it."""
        free = (models.c.state == "queued") | ((models.c.state == "training") & (models.c.lease_until < now))
        statement = update(models).where(models.c.id == model_id, free)
        with self._database.write() as connection:
            taken = connection.execute(statement.values(state="training", lease_until=now + LEASE, progress="mulai"))
        return taken.rowcount == 1

    def say(self, model_id: int, words: str) -> None:
        """What is being done, for people; renews the lease."""
        values = {"progress": words, "lease_until": self._clock() + LEASE}
        with self._database.write() as connection:
            connection.execute(
                update(models).where(models.c.id == model_id, models.c.state == "training").values(values)
            )

    def active(self) -> Active | None:
        statement = select(models).where(models.c.state == "active").order_by(models.c.id.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(statement).mappings().one_or_none()
        return Active(row["id"], row["newest_example"], LearnedModel.of_bytes(row["weights"])) if row else None

    def activate(self, model_id: int, model: LearnedModel, report: Report, newest: int, now: datetime) -> None:
        """Let a trained model judge from now on."""
        with self._database.write() as connection:
            _retire(connection)
            self._end(connection, model_id, "active", report, newest, now, weights=model.to_bytes(), activated_at=now)

    def reject(self, model_id: int, report: Report, newest: int, now: datetime) -> None:
        """Keep the model that judges now: the new one did worse."""
        with self._database.write() as connection:
            self._end(connection, model_id, "rejected", report, newest, now)

    def fail(self, model_id: int, problem: str, now: datetime) -> None:
        with self._database.write() as connection:
            newest = connection.execute(select(func.max(examples.c.id))).scalar() or 0
            values = {"state": "failed", "progress": problem, "finished_at": now, "newest_example": newest}
            connection.execute(update(models).where(models.c.id == model_id).values(values))

    def _end(
        self,
        connection: Connection,
        model_id: int,
        state: str,
        report: Report,
        newest: int,
        now: datetime,
        **more: Any,
    ) -> None:
        values = {
            "state": state, "progress": "", "report": json.dumps(asdict(report)), "examples": report.examples,
            "newest_example": newest, "finished_at": now, "lease_until": None,
        }  # fmt: skip
        connection.execute(update(models).where(models.c.id == model_id).values(values | more))

    def _queue(self, connection: Connection, person_id: int | None) -> int:
        values = {"state": "queued", "asked_by": person_id, "created_at": self._clock(), "progress": "menunggu giliran"}
        return int(connection.execute(insert(models).values(values)).inserted_primary_key[0])  # type: ignore[index]  # one key


def _retire(connection: Connection) -> None:
    connection.execute(update(models).where(models.c.state == "active").values(state="retired"))


def _waiting(connection: Connection) -> tuple[int, int]:
    """Decisions that no training has seen, and all of them."""
    seen = connection.execute(select(func.max(models.c.newest_example))).scalar() or 0
    taught = examples.c.outcome.in_(("unit", "outside"))
    counted = select(func.count().filter(examples.c.id > seen), func.count()).select_from(examples).where(taught)
    waiting, known = connection.execute(counted).one()
    return int(waiting), int(known)


def _row(row: RowMapping) -> ModelRow:
    return ModelRow(
        id=row["id"],
        state=row["state"],
        progress=row["progress"],
        asked_by=row["asker"],
        created_at=row["created_at"],
        activated_at=row["activated_at"],
        examples=row["examples"],
        report=_report(json.loads(row["report"])),
        can_return=row["state"] == "retired" and bool(row["whole"]),
    )


def _report(kept: Mapping[str, Any]) -> Report | None:
    if not kept:
        return None
    low, high = kept["interval"]
    return Report(**{**kept, "old": Score(**kept["old"]), "new": Score(**kept["new"]), "interval": (low, high)})
