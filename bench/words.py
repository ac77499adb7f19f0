"""Makes the packaged word weights (`aggregator/domain/triage/data/*.tsv`) from labelled texts outside the repository.

    python -m bench.words --families FILE… --kinds FILE… --gambling FILE…
    python -m bench.words --families FILE… --check FILE      how weights of the first do on the last, which they never saw

Each file is JSON lines: families {"text", "family"}, kinds {"text", "kind"}, gambling {"text", "label": judol or bukan}.
Only sums over many texts come out: a word or pair of words is kept when at least `--least` texts of at least two of the
given files hold it, and when it is made of everyday words: no name
of a person or place survives, and no text can be read back.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from sklearn.linear_model import LogisticRegression

from aggregator.cli.figures import profiles_from_labels, same_text
from aggregator.domain.triage import scoring
from aggregator.domain.triage.engine import Triage
from aggregator.domain.triage.features import expanded, word_features
from aggregator.domain.triage.kinds import kind_features
from aggregator.domain.triage.lexicon import OUTSIDE, entries, families
from aggregator.domain.triage.linear import BLOCKS, Floats, LinearModel
from aggregator.domain.triage.measures import Judged, interval, score
from aggregator.domain.triage.normalise import slang
from aggregator.domain.triage.spam import gambling_features
from aggregator.domain.triage.training import vectors

DATA = Path(__file__).parents[1] / "aggregator/domain/triage/data"
_DIGITS = re.compile(r"\d{3,}")

# Words that say nothing of an office's matter: a model learns from them who wrote, not what about.
_EMPTY_WORDS = (
    "di ke dari yang dan atau ini itu saya kami kita anda aku dia mereka pak bu bapak ibu min admin kak mas "
    "mbak yth kepada mohon tolong minta harap segera dimohon terima kasih selamat pagi siang sore malam "
    "assalamualaikum wr wb dengan untuk pada dalam akan sudah belum tidak ada adalah juga agar supaya karena "
    "sehingga tersebut oleh saja lagi bisa dapat ya kok nya lah kah sih dong deh mau ingin bagaimana kenapa "
    "kapan apakah apa siapa dimana mana hormat salam perhatian bantuan tanya info informasi warga masyarakat "
    "surabaya kota pemerintah pemkot nama alamat nomor telp nik"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())
_CITIES = frozenset(("surabaya", "suroboyo", "jakarta", "bandung", "semarang", "jawa", "timur", "tengah", "barat"))

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How weights of one kind are made. `label`: the key of a row's class; `files`: how many of the given files must hold a
    feature; `strength`: of the regression; `most` features are kept, and of these no weight below `faintest`."""

    file: str
    label: str
    files: int
    strength: float
    most: int
    faintest: float


RECIPES = {
    "families": Recipe(file="families.tsv", label="family", files=2, strength=5, most=8_000, faintest=0.2),
    "kinds": Recipe(file="kinds.tsv", label="kind", files=2, strength=3, most=4_000, faintest=0.05),
    "gambling": Recipe(file="gambling.tsv", label="label", files=1, strength=10, most=15_000, faintest=0.05),
}


def read(paths: Iterable[str]) -> list[Row]:
    """Every row once, however often its words stand in the files; with the number of its file."""
    rows, seen = [], set()
    for number, path in enumerate(paths):
        for line in Path(path).read_bytes().splitlines():
            row = orjson.loads(line)
            key = same_text(row["text"])
            if key not in seen:
                seen.add(key)
                rows.append(row | {"file": number})
    return rows


def everyday(invented: Iterable[str]) -> frozenset[str]:
    """The words that may be kept: those of the packaged lists and of texts invented for this purpose. Whatever else a
    complaint holds may be the name of a person or a place, however often it stands there."""
    reader = Triage(())
    words = {word for spelling, meaning in slang().items() for word in (spelling, *meaning)}
    words |= {word for phrase in entries() for word in phrase.split()}
    for path in invented:
        for line in Path(path).read_bytes().splitlines():
            words |= set(reader.words_of(orjson.loads(line)["text"]))
    return frozenset(words - _CITIES)


def spread(
    rows: Sequence[Row], featured: Sequence[Sequence[str]], least: int, files: int, known: frozenset[str]
) -> frozenset[str]:
    """The features that enough texts of enough files hold, and that are made of known words."""
    texts: Counter[str] = Counter()
    where: dict[str, set[int]] = defaultdict(set)
    for row, features in zip(rows, featured, strict=True):
        for feature in set(features):
            texts[feature] += 1
            where[feature].add(row["file"])
    return frozenset(
        feature
        for feature, n in texts.items()
        if n >= least and len(where[feature]) >= files and _is_sound(feature, known)
    )


def _is_sound(feature: str, known: frozenset[str]) -> bool:
    if _DIGITS.search(feature) or "\t" in feature:
        return False
    if feature[0] in BLOCKS:
        return not feature.startswith("=first-") or feature.removeprefix("=first-") in known
    return known.issuperset(feature.split(" "))


def learn(
    rows: Sequence[Row], recipe: Recipe, features: Callable[[str], list[str]], least: int, known: frozenset[str]
) -> LinearModel:
    """One logistic regression a class, each class weighed up by the root of its rarity."""
    featured = [[part for f in features(row["text"]) for part in expanded(f)] for row in rows]
    kept = spread(rows, featured, least, recipe.files, known)
    matrix, index, idf = vectors([[f for f in one if f in kept] for one in featured], 1)
    labels = np.array([row[recipe.label] for row in rows])
    classes = tuple(sorted(set(labels)))
    weights, bias = [], []
    for name in classes:
        mine = labels == name
        boost = (len(labels) / len(classes) / mine.sum()) ** 0.5
        fitted = LogisticRegression(C=recipe.strength, solver="liblinear").fit(
            matrix, mine, sample_weight=np.where(mine, boost, 1.0)
        )
        weights.append(fitted.coef_[0])
        bias.append(fitted.intercept_[0])
    learnt = np.array(weights, np.float32).T
    return _strongest(classes, index, idf, learnt, np.array(bias, np.float32), recipe)


def _strongest(
    classes: tuple[str, ...],
    index: dict[str, int],
    idf: Floats,
    weights: Floats,
    bias: Floats,
    recipe: Recipe,
) -> LinearModel:
    """Only the features that move an answer most, and of these only the weights that do: what is packaged stays small."""
    weights = np.where(np.abs(weights) >= recipe.faintest, weights, 0)
    rows = np.argsort(-np.abs(weights).max(axis=1) * idf)[: recipe.most]
    names = {row: name for name, row in index.items()}
    return LinearModel.of(classes, {names[row]: at for at, row in enumerate(rows)}, idf[rows], weights[rows], bias)


def write(name: str, model: LinearModel) -> None:
    lines = "\n".join(model.lines())
    (DATA / name).write_text(lines + "\n", encoding="utf-8")
    print(f"{name}: {len(model.classes)} classes, {len(model.index)} features, {len(lines) // 1024} kB")


def check(model: LinearModel, rows: Sequence[Row]) -> None:
    """How weights learnt elsewhere do on a place they never saw, with the usual names of the families as its units."""
    scoring.family_model = lambda: model
    units = profiles_from_labels([{"opd": family.code} for family in families() if family.code != OUTSIDE])
    codes = {unit.id: unit.short_name for unit in units}
    triage = Triage(units)
    judged = []
    for row in rows:
        ranking = triage.ranking_of(row["text"])
        choices = tuple(codes[unit] for unit in ranking.choices if unit is not None)
        judged.append(Judged(truth=row["family"], choices=choices, confidence=ranking.confidence))
    places = ("kecamatan", "kelurahan_desa")
    for name, some in (
        ("all", judged),
        ("offices of places left out", [one for one in judged if one.truth not in places]),
    ):
        found = score(some)
        low, high = interval(round(found.accuracy * found.n), found.n)
        print(
            f"{name}: accuracy {found.accuracy:.3f} ({low:.3f}-{high:.3f}), first three {found.top3:.3f}, "
            f"calibration error {found.calibration_error:.3f}, n = {found.n:,}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in RECIPES:
        parser.add_argument(f"--{name}", nargs="+", default=[])
    parser.add_argument("--least", type=int, default=4)
    parser.add_argument("--invented", nargs="+", default=[], help="Invented texts: their words may be kept.")
    parser.add_argument(
        "--check", help="Write nothing: judge this file of families with weights learnt from --families."
    )
    given = parser.parse_args()
    reader = Triage(())

    def words(text: str) -> list[str]:
        said = reader.words_of(text)
        return [feature for feature in word_features(said) if not _EMPTY.issuperset(feature.split(" "))]

    def kind(text: str) -> list[str]:
        return kind_features(reader.reading_of(text))

    features = {"families": words, "kinds": kind, "gambling": gambling_features}
    known = everyday(given.invented)
    if given.check:
        one_file = replace(RECIPES["families"], files=1)
        check(learn(read(given.families), one_file, words, given.least, known), read([given.check]))
        return
    for name, recipe in RECIPES.items():
        files = getattr(given, name)
        if files:
            write(recipe.file, learn(read(files), recipe, features[name], given.least, known))


if __name__ == "__main__":
    main()
