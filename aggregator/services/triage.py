"""Triage at work: the rules of the domain over the units as the registry has them now, and what people taught."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from zoneinfo import ZoneInfo

import structlog

from aggregator.clock import Clock, utc_now
from aggregator.contract import Classifier, Opinion
from aggregator.domain.sameness import same_words
from aggregator.domain.triage import NOWHERE, Context, Lessons, Triage, UnitProfile, Verdict
from aggregator.services.learning.taught import active_model_id, lessons, load_model, precedents, unit_profiles
from aggregator.storage.db import Database

_FRESH_SECONDS = 30.0
_ZONE = ZoneInfo("Asia/Jakarta")

log = structlog.get_logger(__name__)

Asked = tuple[str, Context]  # a text and where it stands


class TriageDesk:
    """Judges texts for the units of the registry; notices within half a minute that they, a rule, a word, a threshold or
    the learned model changed."""

    def __init__(
        self,
        database: Database,
        classifiers: Sequence[Classifier] = (),
        *,
        zone: tzinfo = _ZONE,
        clock: Clock = utc_now,
    ) -> None:
        self._database = database
        self._classifiers = classifiers
        self._zone = zone
        self._clock = clock
        self._known: tuple[tuple[UnitProfile, ...], Lessons] | None = None
        self._triage = Triage(())
        self._checked_at = 0.0
        self._model_id: int | None = None

    @property
    def model_id(self) -> int | None:
        """The learned model that judges now; None before anything was learnt."""
        return self._model_id

    def forget(self) -> None:
        """Read anew at the next question."""
        self._checked_at = 0.0

    def judge(self, text: str, context: Context = NOWHERE) -> Verdict:
        """What a text is where it stands, whose it is and why."""
        return self.judge_all([(text, context)])[0]

    def judge_all(self, asked: Sequence[Asked]) -> list[Verdict]:
        """The same for many: what officers decided about the very same words is looked up once for all of them."""
        self._refresh()
        same = [same_words(text) for text, _ in asked]
        known = self._precedents([one for one in same if one is not None])
        return [
            self._judge(text, context, known.get(one or 0, {}))
            for (text, context), one in zip(asked, same, strict=True)
        ]

    def _judge(self, text: str, context: Context, known: Mapping[int, int]) -> Verdict:
        context = context.at(self._zone)
        opinions = [o for classifier in self._classifiers if (o := _asked(classifier, text, context.thread_title))]
        return self._triage.judge(text, context, known, opinions)

    def _precedents(self, same: Sequence[int]) -> Mapping[int, Mapping[int, int]]:
        if not same:
            return {}
        with self._database.read() as connection:
            return precedents(connection, same)

    def _refresh(self) -> None:
        if self._known is not None and time.monotonic() - self._checked_at < _FRESH_SECONDS and self._checked_at:
            return
        with self._database.read() as connection:
            profiles = unit_profiles(connection, self._clock().astimezone(self._zone).date())
            model_id = active_model_id(connection)
            model = self._known[1].model if self._known is not None and model_id == self._model_id else None
            if model is None and model_id is not None:
                model = load_model(connection, model_id)
            taught = lessons(connection, model)
        self._checked_at, self._model_id = time.monotonic(), model_id
        if (profiles, taught) != self._known:
            self._known, self._triage = (profiles, taught), Triage(profiles, taught)


def _asked(classifier: Classifier, text: str, context: str | None) -> Opinion | None:
    try:
        return classifier.classify(text, context)
    except Exception as bug:  # the fence: a plugin's classifier may fail; triage goes on without its opinion
        log.warning("classifier_failed", classifier=classifier.name, error=type(bug).__name__)
        return None
