"""Learning from decisions: labelled examples in, a model and an honest account of it out. Runs in a job of its own.

Two linear models over the same features are added up (a support vector machine that treats rare units as equals, and a
logistic regression that knows how surely), then weighed against the packaged knowledge by how each did on examples that
it had not seen. Cost grows with examples x features x units: 9,000 examples of 25 units take about half a minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC

from aggregator.domain.triage.engine import Triage
from aggregator.domain.triage.examples import LEAST_EXAMPLES, Example, TooFew
from aggregator.domain.triage.features import expanded
from aggregator.domain.triage.learned import NOBODY_CLASS, OUTSIDE_CLASS, Calibration, LearnedModel, pooled
from aggregator.domain.triage.linear import LinearModel, block_of, scale_of

_FOLDS = 4
_HALF_LIFE_DAYS = 180.0  # a decision of half a year ago counts half: offices change, and so does what is handed to them
_MOST_FEATURES = 60_000
_SVM_SHARE = 4
_PACKAGED, _OWN = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0), (0.05, 0.15, 0.3, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
_DOUBT = (0.5, 0.5, 0.99, 0.99)
_CALIBRATED_AT = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.96, 0.98, 0.99, 0.995, 1.0)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Examples as numbers: features, class names, weights by age, and what the packaged knowledge says of each."""

    features: list[list[str]]
    labels: NDArray[np.str_]
    weights: NDArray[np.float64]
    packaged: list[dict[str, float]]
    folds: NDArray[np.int64]  # which part of the examples is held back together


def train(examples: Sequence[Example], triage: Triage, say: Say = lambda _: None) -> LearnedModel:
    """A model of these decisions, weighed and calibrated on examples held back in turn. `triage` judges without any
    learned model. Raises TooFew below 40 examples or when all belong to one unit."""
    if len(examples) < LEAST_EXAMPLES or len({example.unit_id for example in examples}) < 2:
        raise TooFew
    say("membaca contoh")
    prepared = _prepare(examples, triage)
    opinions = _held_back(prepared, say)
    say("menimbang pengetahuan bawaan dan yang dipelajari")
    weights = _weights(prepared, opinions)
    calibration = _calibrate(prepared, opinions, weights)
    say("melatih model akhir")
    counts = Counter(example.unit_id for example in examples if example.unit_id is not None)
    return LearnedModel(
        linear=_fit(prepared, np.arange(len(examples))),
        packaged=weights[0],
        own=weights[1],
        calibration=calibration,
        examples=dict(counts),
    )


def _prepare(examples: Sequence[Example], triage: Triage) -> _Prepared:
    features, packaged, labels = [], [], []
    for example in examples:
        featured, opinion = triage.lesson_of(example.text, example.context)
        features.append(featured)
        packaged.append(opinion)
        labels.append(OUTSIDE_CLASS if example.unit_id is None else triage.class_of(example.unit_id))
    newest = max((example.at for example in examples if example.at is not None), default=None)
    ages = np.array([(newest - example.at).days if newest and example.at else 0 for example in examples])
    weights = np.power(0.5, ages / _HALF_LIFE_DAYS)
    return _Prepared(features, np.array(labels), weights / weights.mean(), packaged, _folds(ages))


def _folds(ages: NDArray[np.int64]) -> NDArray[np.int64]:
    """Stretches of time where examples have one, so that a model is tried on weeks it has not seen; else every fourth."""
    turns = np.arange(len(ages)) % _FOLDS
    if ages.max() < _FOLDS * 7:
        return turns
    folds = np.empty(len(ages), np.int64)
    folds[np.argsort(ages, kind="stable")] = np.arange(len(ages)) * _FOLDS // len(ages)
    return folds


def _fit(prepared: _Prepared, rows: NDArray[np.int64]) -> LinearModel:
    matrix, index, idf = vectors([prepared.features[row] for row in rows], 2 if len(rows) > 200 else 1, _MOST_FEATURES)
    labels, weights = prepared.labels[rows], prepared.weights[rows]
    classes = tuple(sorted({str(label) for label in labels}))
    fitted = [_fit_class(matrix, labels == name, weights, len(classes)) for name in classes]
    weights_of = np.array([one for one, _ in fitted], np.float32).T
    return LinearModel.of(classes, index, idf, weights_of, np.array([bias for _, bias in fitted], np.float32))


def vectors(
    featured: Sequence[Sequence[str]], least: int, most: int | None = None
) -> tuple[csr_matrix, dict[str, int], NDArray[np.float32]]:
    """Texts x features as `LinearModel` reads them, the row of each feature, and its rarity. A feature counts from `least`
    texts on; of too many the commonest `most` are kept."""
    counter = CountVectorizer(
        analyzer=lambda one: [part for feature in one for part in expanded(feature)], min_df=least, max_features=most
    )
    counts = csr_matrix(counter.fit_transform(featured)).astype(np.float64)
    names = counter.get_feature_names_out()
    idf = np.log((1 + counts.shape[0]) / (1 + counts.getnnz(axis=0))) + 1
    counts.data = (1 + np.log(counts.data)) * idf[counts.indices]
    kinds = np.array([block_of(name) for name in names])
    order, parts = [], []
    for kind in np.unique(kinds):
        columns = np.flatnonzero(kinds == kind)
        order.append(columns)
        parts.append(normalize(counts[:, columns]) * scale_of(int(kind)))
    columns = np.concatenate(order)
    index = {str(names[column]): row for row, column in enumerate(columns)}
    return csr_matrix(hstack(parts)), index, idf[columns].astype(np.float32)


def _fit_class(
    matrix: csr_matrix, mine: NDArray[np.bool_], weights: NDArray[np.float64], classes: int
) -> tuple[NDArray[np.float64], float]:
    """One class against all others: its weights and bias."""
    if mine.all():
        return np.zeros(matrix.shape[1]), 0.0
    even = np.where(mine, len(mine) / (2 * mine.sum()), len(mine) / (2 * (~mine).sum()))
    machine = LinearSVC(C=0.2).fit(matrix, mine, sample_weight=weights * even)
    logistic = LogisticRegression(C=5, solver="liblinear").fit(
        matrix, mine, sample_weight=weights * np.where(mine, 2, 1)
    )
    weight = _SVM_SHARE * machine.coef_[0] + logistic.coef_[0]
    return weight, float(_SVM_SHARE * machine.intercept_[0] + logistic.intercept_[0])


def _held_back(prepared: _Prepared, say: Say) -> list[dict[str, float]]:
    """For each example what a model says that did not see it: logarithms of probabilities by class."""
    opinions: list[dict[str, float]] = [{} for _ in prepared.features]
    folds = prepared.folds
    for fold in range(_FOLDS):
        say(f"memeriksa silang {fold + 1} dari {_FOLDS}")
        model = _fit(prepared, np.flatnonzero(folds != fold))
        for row in np.flatnonzero(folds == fold):
            said = model.log_probabilities(prepared.features[row]).tolist()
            opinions[row] = dict(zip(model.classes, said, strict=True))
    return opinions


def _weights(prepared: _Prepared, opinions: Sequence[Mapping[str, float]]) -> tuple[float, float]:
    """The weights under which the right units were the least surprise."""
    labels = [str(label) for label in prepared.labels]
    classes = sorted({*labels, *(name for one in prepared.packaged for name in one)})
    place = {name: number for number, name in enumerate(classes)}
    first = np.array([_row(one, place) for one in map(_logs, prepared.packaged)])
    second = np.array([_row(one, place) for one in opinions])
    right = np.array([place[label] for label in labels])
    best = min(
        (float(_surprise(packaged * first + own * second, right, prepared.weights)), packaged, own)
        for packaged in _PACKAGED
        for own in _OWN
    )
    return best[1], best[2]


def _logs(shares: Mapping[str, float]) -> dict[str, float]:
    return {name: float(np.log(max(share, 1e-4))) for name, share in shares.items()}


def _row(values: Mapping[str, float], place: Mapping[str, int]) -> NDArray[np.float64]:
    row = np.full(len(place), np.log(1e-4))
    for name, value in values.items():
        if name in place:
            row[place[name]] = max(value, np.log(1e-4))
    return row


def _surprise(scores: NDArray[np.float64], right: NDArray[np.int64], weights: NDArray[np.float64]) -> float:
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-(logs[np.arange(len(right)), right] * weights).mean())


def _calibrate(
    prepared: _Prepared, opinions: Sequence[Mapping[str, float]], weights: tuple[float, float]
) -> Calibration:
    """Share of belief -> share of right decisions, on what each model had not seen; never falling."""
    shares, right = [], []
    for packaged, learnt, label in zip(prepared.packaged, opinions, prepared.labels, strict=True):
        believed = pooled(packaged, learnt, *weights)
        believed.pop(NOBODY_CLASS, None)  # what is shown and routed is always somebody's
        name, share = max(believed.items(), key=lambda pair: pair[1])
        shares.append(share)
        right.append(name == label)
    return points(shares, right)


def points(shares: Sequence[float], right: Sequence[bool]) -> Calibration:
    """A smooth rising curve through the measured shares of right decisions: a logistic regression on the logarithm of the
    odds. A few doubtful decisions are added, so that little evidence promises little."""
    given = np.array([*shares, *_DOUBT])
    curve = LogisticRegression(C=1.0).fit(_odds(given), [*map(bool, right), *([True, False] * (len(_DOUBT) // 2))])
    at = np.array(_CALIBRATED_AT)
    found = curve.predict_proba(_odds(at))[:, 1]
    return tuple((float(x), float(y)) for x, y in zip(at, np.maximum.accumulate(found), strict=True))


def _odds(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = np.clip(shares, 1e-3, 1 - 1e-3)
    return np.log(kept / (1 - kept)).reshape(-1, 1)
