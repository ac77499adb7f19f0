"""The job that learns: trains on all but the newest decisions, compares with what judges now on those, and only then lets
the new model take over. What is shown while it works stands in the model's row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial

import structlog

from aggregator.clock import Clock
from aggregator.domain.triage import Triage
from aggregator.domain.triage.examples import Example, TooFew
from aggregator.domain.triage.measures import Judged, Score, interval, score
from aggregator.services.learning.corpus import Kept, learnable
from aggregator.services.learning.models import Models, Report
from aggregator.services.learning.taught import lessons, unit_profiles
from aggregator.storage.db import Database

_HELD_BACK, _LEAST_HELD_BACK, _MOST_HELD_BACK = 0.2, 10, 1_000
log = structlog.get_logger(__name__)


class Trainer:
    """Trains one asked-for model at a time."""

    def __init__(self, database: Database, models: Models, clock: Clock, zone: tzinfo) -> None:
        self._database = database
        self._models = models
        self._clock = clock
        self._zone = zone

    def run(self, model_id: int) -> None:
        """Train a queued model, if nobody else does; it ends active, rejected or failed, each with its reason."""
        if not self._models.take(model_id, self._clock()):
            return
        try:
            self._train(model_id)
        except TooFew:
            self._models.fail(model_id, "contohnya masih terlalu sedikit", self._clock())
        except Exception as bug:
            self._models.fail(model_id, f"pelatihan terhenti ({type(bug).__name__})", self._clock())
            raise

    def _train(self, model_id: int) -> None:
        from aggregator.domain.triage.training import train  # half a second and 100 MB: only where something is learnt

        with self._database.read() as connection:
            kept = learnable(connection)
            units = unit_profiles(connection, self._clock().astimezone(self._zone).date())
            taught = lessons(connection, None, rules=False)
        current = self._models.active()
        say = partial(self._models.say, model_id)
        plain = Triage(units, taught)
        earlier, held_back = _split(kept, current.newest_example if current else 0)
        candidate = train([one.example for one in earlier], plain, say)
        say("membandingkan dengan model sekarang")
        old = _score(held_back, plain.with_model(current.model if current else None))
        new = _score(held_back, plain.with_model(candidate))
        report = Report(
            examples=len(kept),
            held_back=len(held_back),
            old=old,
            new=new,
            interval=interval(round(new.accuracy * new.n), new.n),
            packaged=candidate.packaged,
            own=candidate.own,
        )
        if report.better:
            final = train([one.example for one in kept], plain, say)
            self._models.activate(model_id, final, report, kept[-1].id, self._clock())
        else:
            self._models.reject(model_id, report, kept[-1].id, self._clock())
        log.info("model_trained", model=model_id, examples=len(kept), better=report.better)


def _split(kept: Sequence[Kept], seen: int) -> tuple[Sequence[Kept], Sequence[Kept]]:
    """The newest decisions are held back: those the current model never saw, when they are enough; else a fifth."""
    fresh = sum(one.id > seen for one in kept)
    wanted = fresh if seen and fresh >= _LEAST_HELD_BACK else round(len(kept) * _HELD_BACK)
    count = min(max(wanted, _LEAST_HELD_BACK), _MOST_HELD_BACK, len(kept) // 2)
    return kept[: len(kept) - count], kept[len(kept) - count :]


def _score(kept: Sequence[Kept], triage: Triage) -> Score:
    return score([_judged(one.example, triage) for one in kept])


def _judged(example: Example, triage: Triage) -> Judged:
    ranking = triage.ranking_of(example.text, example.context)
    return Judged(truth=example.unit_id, choices=ranking.choices, confidence=ranking.confidence)
