"""Figures about judgements: how many were right, how surely, and within which bounds chance lies."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One judgement beside the truth: its choices, best first, and how sure it was of the first."""

    truth: Hashable
    choices: tuple[Hashable, ...]
    confidence: float

    @property
    def right(self) -> bool:
        return bool(self.choices) and self.choices[0] == self.truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """accuracy, top3: shares of 1. macro_f1: over the classes that occur in the truth. calibration_error: expected
    distance between confidence and share of right ones, over ten bins."""

    n: int
    accuracy: float
    top3: float
    macro_f1: float
    calibration_error: float


def score(judged: Sequence[Judged]) -> Score:
    """All figures of a set; zeros for an empty one."""
    n = len(judged)
    if not n:
        return Score(n=0, accuracy=0.0, top3=0.0, macro_f1=0.0, calibration_error=0.0)
    return Score(
        n=n,
        accuracy=sum(one.right for one in judged) / n,
        top3=sum(one.truth in one.choices[:3] for one in judged) / n,
        macro_f1=macro_f1([(one.truth, one.choices[0] if one.choices else None) for one in judged]),
        calibration_error=calibration_error([(one.confidence, one.right) for one in judged]),
    )


def macro_f1(pairs: Iterable[tuple[Hashable, Hashable]]) -> float:
    """The mean F1 of the classes that occur among the truths; pairs of truth and choice."""
    pairs = list(pairs)
    truths, choices = Counter(truth for truth, _ in pairs), Counter(choice for _, choice in pairs)
    hits = Counter(truth for truth, choice in pairs if truth == choice)
    return sum(2 * hits[name] / (n + choices[name]) for name, n in truths.items()) / len(truths) if truths else 0.0


def f1(pairs: Iterable[tuple[bool, bool]]) -> float:
    """F1 of True; pairs of truth and choice."""
    pairs = list(pairs)
    hits = sum(truth and choice for truth, choice in pairs)
    total = sum(truth for truth, _ in pairs) + sum(choice for _, choice in pairs)
    return 2 * hits / total if total else 0.0


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """The mean distance between confidence and share of right ones, over ten bins of equal width."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        bins.setdefault(min(int(confidence * _BINS), _BINS - 1), []).append((confidence, right))
    distance = sum(abs(sum(c for c, _ in one) - sum(r for _, r in one)) for one in bins.values())
    return distance / len(pairs) if pairs else 0.0


def above(pairs: Sequence[tuple[float, bool]], threshold: float) -> tuple[float, float | None]:
    """Routed by itself from a threshold on: the share of all, and the share of right ones among them (None: there are
    none)."""
    routed = [right for confidence, right in pairs if confidence >= threshold]
    return (len(routed) / len(pairs) if pairs else 0.0), (sum(routed) / len(routed) if routed else None)


def surest(pairs: Sequence[tuple[float, bool]], share: float) -> float:
    """The share of right ones among the surest `share` of all."""
    ranked = sorted(pairs, key=lambda pair: -pair[0])[: max(round(len(pairs) * share), 1)]
    return sum(right for _, right in ranked) / len(ranked) if ranked else 0.0


def interval(hits: int, n: int) -> tuple[float, float]:
    """Wilson's interval: where a share lies with 95 %, of which `hits` of `n` were seen."""
    if not n:
        return 0.0, 1.0
    z, share = 1.96, hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)
