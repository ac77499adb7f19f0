"""What was learnt from one kabupaten's own decisions, and how much it counts beside the packaged knowledge."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from aggregator.domain.triage.features import piece_features, word_features
from aggregator.domain.triage.linear import LinearModel, Vector, log_softmax
from aggregator.domain.triage.records import Context

OUTSIDE_CLASS, NOBODY_CLASS = "outside", "nobody"
_LEAST = 1e-4  # no share of belief counts as smaller
_SOMEBODY = 0.02  # what is learnt is always someone's: how much of its belief is left for nobody

Calibration = tuple[tuple[float, float], ...]  # share of belief -> measured share of right decisions


def learning_features(typed: Sequence[str], topics: Iterable[str], context: Context) -> list[str]:
    """What is learnt from: words and pairs of words as they were typed, pieces of them, the topics they name, and the
    account a message stands at (its history). The packaged knowledge has read them in their plain spelling already."""
    account = [f"^@{context.account_id}"] if context.account_id is not None else []
    return [*word_features(typed), *piece_features(typed), *(f"^{topic}" for topic in topics), *account]


def pooled(packaged: Mapping[str, float], learnt: Mapping[str, float], first: float, second: float) -> dict[str, float]:
    """Both opinions in one: the product of their shares of belief, each raised to its weight. `packaged` are shares,
    `learnt` logarithms of shares. A class that learning never saw keeps what the packaged knowledge says of it."""
    weights = {}
    for name in {*packaged, *learnt}:
        share = math.log(max(packaged.get(name, 0.0), _LEAST))
        other = math.log(_SOMEBODY) if name == NOBODY_CLASS else learnt.get(name, share)
        weights[name] = first * share + second * max(other, math.log(_LEAST))
    highest = max(weights.values())
    odds = {name: math.exp(weight - highest) for name, weight in weights.items()}
    total = sum(odds.values())
    return {name: one / total for name, one in odds.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedModel:
    """`linear` has a class for each unit that was learnt (its id), one for the offices of places of a kind and one for
    bodies outside. `packaged` and `own` are the weights of both opinions; `examples`: decisions behind each unit."""

    linear: LinearModel
    packaged: float
    own: float
    calibration: Calibration
    examples: Mapping[int, int]

    def vector(self, features: Sequence[str]) -> Vector:
        return self.linear.vector(features)

    def weigh(self, packaged: Mapping[str, float], vector: Vector) -> dict[str, float]:
        """Shares of belief by class, from the packaged ones and the features of a text."""
        logs = log_softmax(self.linear.scores_of(vector)).tolist()
        return pooled(packaged, dict(zip(self.linear.classes, logs, strict=True)), self.packaged, self.own)

    def calibrated(self, share: float) -> float:
        """The share of right decisions that was measured at this share of belief."""
        return interpolated(share, self.calibration)

    def telling(self, name: str, vector: Vector) -> list[str]:
        """The words that speak most for a class, by what was learnt; none when it was never learnt."""
        if name not in self.linear.classes:
            return []
        return self.linear.telling(vector, self.linear.classes.index(name))

    # -- kept in the database ------------------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        head = {
            "packaged": self.packaged,
            "own": self.own,
            "calibration": self.calibration,
            "examples": {str(unit): n for unit, n in self.examples.items()},
        }
        written = json.dumps(head).encode()
        return struct.pack(">I", len(written)) + written + self.linear.to_bytes()

    @staticmethod
    def of_bytes(data: bytes) -> LearnedModel:
        (length,) = struct.unpack_from(">I", data)
        head = json.loads(data[4 : 4 + length])
        return LearnedModel(
            linear=LinearModel.of_bytes(data[4 + length :]),
            packaged=head["packaged"],
            own=head["own"],
            calibration=tuple((low, high) for low, high in head["calibration"]),
            examples={int(unit): n for unit, n in head["examples"].items()},
        )


def interpolated(share: float, points: Sequence[tuple[float, float]]) -> float:
    """Linear between measured points, flat beyond them."""
    for (low, at_low), (high, at_high) in pairwise(points):
        if share <= high:
            part = max(share - low, 0.0) / (high - low) if high > low else 1.0
            return round(at_low + (at_high - at_low) * part, 4)
    return points[-1][1]
