"""A linear model over the features of a text: asked with numpy alone, kept as readable lines or as compact bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from aggregator.domain.triage.features import expanded

Floats = NDArray[np.float32]

_MOST_KNOWN = 100_000
_SUBLINEAR = 1 + np.log(np.maximum(np.arange(100), 1))
_NONE, _ZERO = np.array([], np.int64), np.array([0])
_STEP = 20  # weights are kept in twentieths: finer ones change no answer
# What a feature's first character says of its kind: pieces of words, signs of how it is said or written, topics. Each
# kind has a length of its own, so that the many pieces of a word do not drown the word.
BLOCKS: Mapping[str, float] = {"#": 1.0, "=": 1.0, "!": 1.0, "^": 0.4}
_NUMBERS = {mark: number for number, mark in enumerate(BLOCKS, start=1)}
_SCALES = np.array([1.0, *BLOCKS.values()], np.float32)


def block_of(feature: str) -> int:
    """The kind of a feature as a number; 0 is a plain word or pair of words."""
    return _NUMBERS.get(feature[:1], 0)


def scale_of(block: int) -> float:
    """How long the vector of this kind is."""
    return float(_SCALES[block])


@dataclass(frozen=True, slots=True)
class Vector:
    """The rows of a text's features and their TF-IDF."""

    rows: NDArray[np.int64]
    tfidf: NDArray[np.float64]


class PieceRows(dict[str, NDArray[np.int64]]):
    """A marked word -> the rows of its pieces; what is asked for is remembered, up to a bound."""

    def __init__(self, index: Mapping[str, int]) -> None:
        super().__init__()
        self._index = index

    def __missing__(self, feature: str) -> NDArray[np.int64]:
        found = [row for one in expanded(feature) if (row := self._index.get(one)) is not None]
        rows = np.array(found, np.int64) if found else _NONE
        if len(self) < _MOST_KNOWN:
            self[feature] = rows
        return rows


@dataclass(frozen=True, slots=True)
class LinearModel:
    """TF-IDF (1 + log of the count; a fixed length for each kind of feature) times weights. `index`: feature -> row;
    `blocks`: the kind of each feature; `weights`: features x classes."""

    classes: tuple[str, ...]
    index: Mapping[str, int]
    idf: Floats
    weights: Floats
    bias: Floats
    blocks: NDArray[np.int64]
    names: tuple[str, ...]  # of the features, by row
    pieces: PieceRows

    @staticmethod
    def of(classes: Sequence[str], index: Mapping[str, int], idf: Floats, weights: Floats, bias: Floats) -> LinearModel:
        names = tuple(sorted(index, key=index.__getitem__))
        blocks = np.array([block_of(name) for name in names], np.int64)
        return LinearModel(tuple(classes), index, idf, weights, bias, blocks, names, PieceRows(index))

    def scores(self, features: Iterable[str]) -> Floats:
        """One score a class; the bias alone when no feature is known. Grows with the number of features."""
        return self.scores_of(self.vector(features))

    def log_probabilities(self, features: Iterable[str]) -> Floats:
        """The scores as logarithms of probabilities."""
        return log_softmax(self.scores(features))

    def vector(self, features: Iterable[str]) -> Vector:
        """The known features of a text with their TF-IDF, each once."""
        rows = self._rows(features)
        if not len(rows):
            return Vector(_NONE, _NONE.astype(np.float64))
        rows.sort()
        another = np.flatnonzero(rows[1:] != rows[:-1]) + 1  # where the next row begins: quicker than np.unique
        bounds = np.concatenate((_ZERO, another, (len(rows),)))
        rows, often = rows[bounds[:-1]], bounds[1:] - bounds[:-1]
        tfidf = _SUBLINEAR[np.minimum(often, len(_SUBLINEAR) - 1)] * self.idf[rows]
        blocks = self.blocks[rows]
        lengths = np.sqrt(np.bincount(blocks, tfidf * tfidf, len(_SCALES)))
        return Vector(rows, tfidf * (_SCALES / np.maximum(lengths, 1e-9))[blocks])

    def _rows(self, features: Iterable[str]) -> NDArray[np.int64]:
        """The row of every known feature, as often as it is there. Only pieces of words are worth remembering: most pairs
        of words are seen once."""
        asked = list(features)
        plain = np.array([row for one in asked if (row := self.index.get(one)) is not None], np.int64)
        pieces = [self.pieces[one] for one in asked if one[0] == "#"]
        return np.concatenate((plain, *pieces)) if pieces else plain

    def scores_of(self, vector: Vector) -> Floats:
        """One score a class."""
        scores: Floats = vector.tfidf.astype(np.float32) @ self.weights[vector.rows] + self.bias
        return scores

    def telling(self, vector: Vector, chosen: int, most: int = 3) -> list[str]:
        """The words and pairs of words that speak most for a class against the others, strongest first."""
        plain = self.blocks[vector.rows] == 0
        rows, tfidf = vector.rows[plain], vector.tfidf[plain]
        pull = tfidf * (self.weights[rows, chosen] - self.weights[rows].mean(axis=1))
        return [self.names[rows[place]] for place in np.argsort(-pull)[:most] if pull[place] > 0]

    # -- kept as lines: what is packaged, so that a change can be read --------------------------------------------

    def lines(self) -> Iterator[str]:
        """Classes, bias, then a feature a line with its idf and its weights by the number of the class."""
        yield "\t".join(("#", *self.classes))
        yield "\t".join(("#", *(str(round(float(value) * _STEP)) for value in self.bias)))
        for feature in sorted(self.index):
            row = np.rint(self.weights[self.index[feature]] * _STEP).astype(int)
            kept = " ".join(f"{number}:{weight}" for number, weight in enumerate(row) if weight)
            if kept:
                yield f"{feature}\t{round(float(self.idf[self.index[feature]]) * _STEP)}\t{kept}"

    @staticmethod
    def of_lines(lines: Sequence[str]) -> LinearModel:
        classes = tuple(lines[0].split("\t")[1:])
        bias: Floats = np.array(lines[1].split("\t")[1:], np.float32) / np.float32(_STEP)
        weights: Floats = np.zeros((len(lines) - 2, len(classes)), np.float32)
        idf = np.zeros(len(lines) - 2, np.float32)
        index = {}
        for row, line in enumerate(lines[2:]):
            feature, rarity, kept = line.split("\t")
            index[feature], idf[row] = row, int(rarity) / _STEP
            for one in kept.split(" "):
                number, _, weight = one.partition(":")
                weights[row, int(number)] = int(weight) / _STEP
        return LinearModel.of(classes, index, idf, weights, bias)

    # -- kept as bytes: what was learnt here, in the database --------------------------------------------------------

    def to_bytes(self) -> bytes:
        """Compressed arrays, no pickle: what is read back can hold nothing but numbers and names."""
        buffer = io.BytesIO()
        names = json.dumps([self.classes, self.names])
        np.savez_compressed(
            buffer,
            names=np.frombuffer(names.encode(), np.uint8),
            weights=self.weights.astype(np.float16),
            idf=self.idf,
            bias=self.bias,
        )
        return buffer.getvalue()

    @staticmethod
    def of_bytes(data: bytes) -> LinearModel:
        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            classes, features = json.loads(kept["names"].tobytes())
            weights = kept["weights"].astype(np.float32)
            index = {name: row for row, name in enumerate(features)}
            return LinearModel.of(classes, index, kept["idf"], weights, kept["bias"])


def log_softmax(scores: Floats) -> Floats:
    """Logarithms of probabilities in proportion to exp(scores)."""
    shifted = scores - scores.max()
    logs: Floats = shifted - np.log(np.exp(shifted).sum())
    return logs
