"""Triage at work: the rules of the domain over the units as the registry has them now."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import structlog
from sqlalchemy import select

from aggregator.contract import Classifier, Opinion
from aggregator.domain.triage import SURE_AT, Triage, UnitProfile, Verdict
from aggregator.storage.db import Database
from aggregator.storage.tables import units

_FRESH_SECONDS = 30.0

log = structlog.get_logger(__name__)


class TriageDesk:
    """Judges texts for the units of the registry; notices within half a minute that they changed."""

    def __init__(self, database: Database, classifiers: Sequence[Classifier] = ()) -> None:
        self._database = database
        self._classifiers = classifiers
        self._profiles: tuple[UnitProfile, ...] | None = None
        self._triage = Triage(())
        self._checked_at = 0.0

    def judge(self, text: str, account_unit_id: int | None, thread_title: str | None, platform: str) -> Verdict:
        """What a text under an account of `account_unit_id` is, whose it is and why."""
        self._refresh()
        verdict = self._triage.judge(
            text, account_unit_id=account_unit_id, thread_title=thread_title, platform=platform
        )
        for classifier in self._classifiers:
            verdict = self._weighed(verdict, _asked(classifier, text, thread_title))
        return verdict

    def _weighed(self, verdict: Verdict, opinion: Opinion | None) -> Verdict:
        """The surer of the two is believed; what the other said stays among the reasons."""
        if opinion is None or opinion.confidence <= verdict.confidence:
            return verdict
        unit_id = next((u.id for u in self._profiles or () if opinion.unit in (u.name, u.short_name)), None)
        return replace(
            verdict,
            kind=opinion.kind or verdict.kind,
            topic=opinion.topic or verdict.topic,
            unit_id=unit_id or verdict.unit_id,
            confidence=opinion.confidence,
            sure=verdict.sure or (unit_id is not None and opinion.confidence >= SURE_AT),
            reasons=(*opinion.reasons, *verdict.reasons),
        )

    def _refresh(self) -> None:
        if self._profiles is not None and time.monotonic() - self._checked_at < _FRESH_SECONDS:
            return
        profiles = unit_profiles(self._database)
        self._checked_at = time.monotonic()
        if profiles != self._profiles:
            self._profiles, self._triage = profiles, Triage(profiles)


def _asked(classifier: Classifier, text: str, context: str | None) -> Opinion | None:
    try:
        return classifier.classify(text, context)
    except Exception as bug:  # the fence: a plugin's classifier may fail; triage goes on without its opinion
        log.warning("classifier_failed", classifier=classifier.name, error=type(bug).__name__)
        return None


def unit_profiles(database: Database) -> tuple[UnitProfile, ...]:
    """The units that exist today, as triage reads them."""
    statement = select(units).where(units.c.valid_to.is_(None)).order_by(units.c.id)
    with database.read() as connection:
        return tuple(
            UnitProfile(
                id=row["id"],
                name=row["name"],
                short_name=row["short_name"],
                kind=row["kind"],
                parent_id=row["parent_id"],
                affairs=tuple(affair for affair in row["affairs"].split(";") if affair),
            )
            for row in connection.execute(statement).mappings()
        )
