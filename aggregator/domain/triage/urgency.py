"""How soon someone must look: danger now, soon, or in the ordinary course. The clock and the queue's order follow it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from aggregator.domain.triage.lexicon import grouped_phrases
from aggregator.domain.triage.phrases import PhraseBook
from aggregator.domain.triage.records import Because, Reason, Urgency

CROWD = 5  # so many citizens complaining under one post within a day: the talk is heating up
_ALARMS = frozenset({"danger", "violence"})
_REPORTS = frozenset({"complaint", "question"})


def judge_urgency(words: Sequence[str], kind: str) -> tuple[Urgency, Reason | None]:
    """The urgency of one message by its own words, and the reason. Wishes, criticism and what is told of the past, as an
    example or as taken care of are in the ordinary course, violence apart: a victim may only dare to hint."""
    if kind not in _REPORTS:
        return Urgency.ORDINARY, None
    book, groups = _lists()
    found: dict[str, str] = {}
    for _, phrase in book.found(words):
        for group in groups[phrase]:
            found.setdefault(group, phrase)
    if "violence" in found:
        return Urgency.DANGER, Reason(Because.URGENCY, f"“{found['violence']}”: kekerasan")
    if "past" in found or (kind == "question" and "danger" not in found):
        return Urgency.ORDINARY, None
    if "danger" in found:
        return Urgency.DANGER, Reason(Because.URGENCY, f"“{found['danger']}”: bahaya sekarang")
    if "soon" in found:
        return Urgency.SOON, Reason(Because.URGENCY, f"“{found['soon']}”: perlu segera")
    return Urgency.ORDINARY, None


def is_alarming(words: Sequence[str]) -> bool:
    """Whether any words tell of danger or violence, whatever kind of message it is."""
    book, groups = _lists()
    return any(groups[phrase] & _ALARMS for _, phrase in book.found(words))


def crowded(urgency: Urgency, citizens: int) -> tuple[Urgency, Reason | None]:
    """The urgency of a message under a post where so many citizens complained within a day."""
    if urgency is not Urgency.ORDINARY or citizens < CROWD:
        return urgency, None
    return Urgency.SOON, Reason(Because.URGENCY, f"{citizens} warga mengeluh di kiriman ini dalam sehari")


@cache
def _lists() -> tuple[PhraseBook, dict[str, frozenset[str]]]:
    groups = grouped_phrases("urgency.json")
    return PhraseBook(groups), groups
