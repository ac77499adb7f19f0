"""`sahut bench triage`: how good the engine is, on labelled data named on the command line. Prints n and 95 % bounds.

Lines of JSON with "text" and, for the unit, "unit", "instansi" or "opd" (a unit's name, or a family code of the packaged
taxonomy); for the kind "kind" or "jenis"; for gambling "label" (judol, bukan); "tanggal" or "date" where time counts.
"""

from __future__ import annotations

import random
import re
import resource
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

from aggregator.cli.session import say_json
from aggregator.cli.triage import OUTSIDE_NAMES, profiles_of
from aggregator.domain.triage import Context, Lessons, Triage, UnitProfile
from aggregator.domain.triage.examples import Example, TooFew
from aggregator.domain.triage.learned import LearnedModel
from aggregator.domain.triage.lexicon import OUTSIDE, families
from aggregator.domain.triage.measures import Judged, above, f1, interval, macro_f1, score, surest
from aggregator.domain.triage.normalise import fold
from aggregator.services.errors import Refused
from aggregator.services.units import read_unit_file

_KINDS = {"keluhan": "complaint", "pertanyaan": "question", "aspirasi": "aspiration", "kritik": "criticism",
          "pujian": "praise", "apresiasi": "praise", "lainnya": "other", "spam": "spam"}  # fmt: skip
_NOBODY = frozenset({"praise", "other", "spam"})
_CODES_OUTSIDE = frozenset({"pusat", "bpjs", "luar"})
_CODES_LIKE = {"distan_pangan": "distan", "disbudparpora": "dispora", "puskesmas": "dinkes"}
_LEAST_OF_A_UNIT = 15  # as in DOMAIN.md's baselines: a unit with fewer texts is left out
_SEED = 20_261_128
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: what, the figure, its bounds with 95 % where it is a share, and on how many texts."""

    name: str
    value: float
    n: int
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        bounds = f" ({self.low:.3f}-{self.high:.3f})" if self.low is not None and self.high is not None else ""
        shown = f"{self.value:,.0f}" if self.value >= 10 else f"{self.value:.3f}"
        return f"  {self.name:<58} {shown:>8}{bounds:<16} n = {self.n:,}"


@click.command("triage")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--units",
    "unit_file",
    type=click.Path(path_type=Path, exists=True),
    help="The list of units (CSV); else the labels are.",
)
@click.option(
    "--train",
    "train_files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Learn from these, report on FILES.",
)
@click.option(
    "--labels", type=click.IntRange(40, 100_000), default=500, show_default=True, help="For “after local labels”."
)
@click.option(
    "--ordinary", multiple=True, type=click.Path(path_type=Path, exists=True), help="Texts of which none is gambling."
)
@click.option("--seed", type=int, default=_SEED, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON a figure.")
def triage_figures(
    files: tuple[Path, ...],
    unit_file: Path | None,
    train_files: tuple[Path, ...],
    labels: int,
    ordinary: tuple[Path, ...],
    seed: int,
    as_json: bool,
) -> None:
    """How good triage is on labelled FILES (JSON lines); without FILES only masking is measured, on invented numbers."""
    profiles = profiles_of(read_unit_file(unit_file)) if unit_file else None
    for line in _figures(files, profiles, train_files, labels, ordinary, seed):
        if isinstance(line, str):
            if not as_json:
                click.echo(line)
        elif as_json:
            say_json(asdict(line))
        else:
            click.echo(str(line))


def _figures(
    files: Sequence[Path],
    profiles: Sequence[UnitProfile] | None,
    train_files: Sequence[Path],
    labels: int,
    ordinary: Sequence[Path],
    seed: int,
) -> Iterator[str | Figure]:
    yield "masking, invented numbers and look-alikes"
    yield from masking(seed)
    rows = read_rows(files)
    if rows:
        yield "speed and memory, one process"
        yield from speed([row["text"] for row in rows])
    if any("label" in row for row in rows):
        yield "gambling spam"
        yield from gambling([row for row in rows if "label" in row], read_rows(ordinary))
    if any(_kind_of(row) for row in rows):
        yield "kind"
        yield from kinds([row for row in rows if _kind_of(row)])
    labelled = [row for row in rows if _label_of(row) is not None]
    if labelled:
        yield from _units(labelled, profiles, read_rows(train_files), labels, seed)


def read_rows(files: Sequence[Path]) -> list[Row]:
    """The rows of all files, each text once: equal words are one text, whatever their signs and case."""
    rows, seen = [], set()
    for file in files:
        for number, line in enumerate(file.read_bytes().splitlines(), start=1):
            if not line.strip():
                continue
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError:
                raise Refused(f"{file.name}, baris {number}: bukan JSON.") from None
            if not isinstance(row, dict) or not isinstance(row.get("text"), str):
                raise Refused(f'{file.name}, baris {number}: tidak mempunyai "text".')
            key = same_text(row["text"])
            if key not in seen:
                seen.add(key)
                rows.append(row)
    return rows


def same_text(text: str) -> str:
    """Equal for texts of equal words, whatever their signs and case."""
    return re.sub(r"\W+", " ", fold(text)).strip()


# -- units -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Labelled:
    text: str
    unit_id: int | None
    at: datetime | None


def _units(
    rows: Sequence[Row],
    profiles: Sequence[UnitProfile] | None,
    train_rows: Sequence[Row],
    labels: int,
    seed: int,
) -> Iterator[str | Figure]:
    frequent = Counter(_label_of(row) for row in [*rows, *train_rows])
    rows = [row for row in rows if frequent[_label_of(row)] >= _LEAST_OF_A_UNIT or profiles]
    units = profiles or profiles_from_labels([*rows, *train_rows])
    known, unknown = _labelled(rows, units)
    mine = [one for one in known if one.unit_id is not None]
    if unknown:
        yield f"({unknown} texts of units that are not in the list are left out)"
    plain = Triage(units)
    yield f"unit, never seen: only the list of {len(units)} unit names"
    yield from _unit_figures(mine, plain)
    if len(mine) < len(known):
        yield "not the kabupaten's"
        yield from outside(known, plain)
    shuffled = random.Random(seed).sample(mine, len(mine))  # noqa: S311  # a split that can be repeated, no secret
    if len(shuffled) > 2 * labels:
        yield f"unit, after {labels} local labels drawn by lot, on the rest"
        yield from _unit_figures(shuffled[labels:], _taught(shuffled[:labels], units, plain))
    if train_rows:
        yield "unit, learnt from the files of --train"
        yield from _unit_figures(mine, _taught(_labelled(train_rows, units)[0], units, plain))
    dated = sorted(
        (one for one in mine if one.at is not None), key=lambda one: one.at or datetime.min.replace(tzinfo=UTC)
    )
    if len(dated) > 1_000:
        cut = len(dated) * 3 // 5
        yield "unit, learnt from the earlier three fifths, on the later two"
        yield from _unit_figures(dated[cut:], _taught(dated[:cut], units, plain))


def _unit_figures(rows: Sequence[Labelled], triage: Triage) -> Iterator[Figure]:
    judged = []
    for row in rows:
        ranking = triage.ranking_of(row.text)
        units = tuple(unit for unit in ranking.choices if unit is not None)
        judged.append(Judged(truth=row.unit_id, choices=units, confidence=ranking.confidence))
    found = score(judged)
    pairs = [(one.confidence, one.right) for one in judged]
    yield _share("accuracy", found.accuracy, found.n)
    yield Figure("macro F1", found.macro_f1, found.n)
    yield _share("among the first three", found.top3, found.n)
    yield Figure("calibration error", found.calibration_error, found.n)
    for part in (0.5, 0.6, 0.7):
        yield _share(f"right among the surest {part:.0%}", surest(pairs, part), round(found.n * part))
    for at_least in (0.88, 0.95):
        covered, right = above(pairs, at_least)
        yield _share(f"routed by itself from {at_least} on: share of all", covered, found.n)
        yield _share(f"routed by itself from {at_least} on: of these right", right or 0.0, round(covered * found.n))


def outside(rows: Sequence[Labelled], triage: Triage) -> Iterator[Figure]:
    """Whether a text is the kabupaten's at all."""
    pairs = [(row.unit_id is None, triage.ranking_of(row.text).choices[:1] == (None,)) for row in rows]
    yield _share("accuracy", sum(truth == said for truth, said in pairs) / len(pairs), len(pairs))
    yield Figure("F1 of what is not", f1(pairs), len(pairs))


def _taught(rows: Sequence[Labelled], units: Sequence[UnitProfile], plain: Triage) -> Triage:
    from aggregator.domain.triage.training import train  # half a second: only where something is learnt

    examples = [Example(text=row.text, unit_id=row.unit_id, at=row.at) for row in rows]
    try:
        return Triage(units, Lessons(model=train(examples, plain)))
    except TooFew:
        raise Refused("Contohnya terlalu sedikit untuk dipelajari.") from None


def profiles_from_labels(rows: Sequence[Row]) -> list[UnitProfile]:
    """A list of units made of the labels themselves; of a family code the family's usual name."""
    usual = {family.code: family.name for family in families()}
    names = sorted({name for row in rows if (name := _label_of(row)) and not _is_outside(name)})
    kinds_of = {"kecamatan": "kecamatan", "kelurahan": "kelurahan", "desa": "desa"}
    found = []
    for number, name in enumerate(names, start=1):
        called = "Kelurahan" if name == "kelurahan_desa" else usual.get(name, name)
        kind = kinds_of.get(called.lower().split(" ")[0], "opd")
        affairs = (name,) if name in usual and kind == "opd" else ()
        found.append(UnitProfile(id=number, name=called, short_name=name, kind=kind, parent_id=None, affairs=affairs))
    return found


def _labelled(rows: Sequence[Row], units: Sequence[UnitProfile]) -> tuple[list[Labelled], int]:
    ids = {name.casefold(): unit.id for unit in units for name in (unit.name, unit.short_name) if name}
    known, unknown = [], 0
    for row in rows:
        name = _label_of(row) or ""
        unit = ids.get(name.casefold())
        if unit is None and not _is_outside(name):
            unknown += 1
            continue
        known.append(Labelled(row["text"], unit, _date_of(row)))
    return known, unknown


def _label_of(row: Mapping[str, Any]) -> str | None:
    for name in ("unit", "opd", "instansi"):
        if isinstance(row.get(name), str) and row[name]:
            return _CODES_LIKE.get(row[name], str(row[name]))
    return None


def _is_outside(name: str) -> bool:
    return name in _CODES_OUTSIDE or name.casefold() in OUTSIDE_NAMES or name == OUTSIDE


def _date_of(row: Mapping[str, Any]) -> datetime | None:
    written = row.get("tanggal") or row.get("date")
    try:
        return datetime.fromisoformat(str(written)).replace(tzinfo=UTC) if written else None
    except ValueError:
        return None


# -- kinds, gambling, masking, speed -----------------------------------------------------------------------------------------


def _kind_of(row: Mapping[str, Any]) -> str | None:
    said = row.get("kind") or row.get("jenis")
    return _KINDS.get(str(said), str(said)) if said else None


def kinds(rows: Sequence[Row]) -> Iterator[Figure]:
    triage = Triage(())
    pairs = [(str(_kind_of(row)), triage.judge(row["text"], Context(platform="instagram")).kind) for row in rows]
    n = len(pairs)
    yield _share("accuracy", sum(truth == said for truth, said in pairs) / n, n)
    yield Figure("macro F1", macro_f1(pairs), n)
    yield Figure("F1 of “needs someone”", f1([(t not in _NOBODY, s not in _NOBODY) for t, s in pairs]), n)


def gambling(rows: Sequence[Row], ordinary: Sequence[Row]) -> Iterator[Figure]:
    triage = Triage(())

    def said(text: str) -> bool:
        return triage.judge(text).kind == "spam"

    pairs = [(row["label"] == "judol", said(row["text"])) for row in rows]
    yield Figure("F1", f1(pairs), len(pairs))
    hits = sum(truth and told for truth, told in pairs)
    yield _share("precision", hits / max(sum(told for _, told in pairs), 1), sum(told for _, told in pairs))
    yield _share("recall", hits / max(sum(truth for truth, _ in pairs), 1), sum(truth for truth, _ in pairs))
    if ordinary:
        flagged = sum(said(row["text"]) for row in ordinary)
        yield _share("ordinary texts flagged", flagged / len(ordinary), len(ordinary))


def masking(seed: int) -> Iterator[Figure]:
    from aggregator.domain.triage.lookalikes import measure

    found = measure(seed)
    yield _share("recall", found.found / found.hidden, found.hidden)
    yield _share("false alarms", found.false / found.ordinary, found.ordinary)


def speed(texts: Sequence[str]) -> Iterator[Figure]:
    began = time.perf_counter()
    triage = Triage(profiles_from_labels([{"opd": family.code} for family in families()]))
    yield Figure("seconds to load lists, weights and units", time.perf_counter() - began, 1)
    some = list(texts[:5_000])
    _once(triage.judge, some[:200])
    yield Figure("texts a second, packaged knowledge", len(some) / _once(triage.judge, some), len(some))
    yield Figure("MB of memory at most, the texts included", _megabytes(), 1)
    try:
        taught = _speedy(triage, some)
    except TooFew:
        taught = None
    if taught is not None:
        kept = taught.to_bytes()
        began = time.perf_counter()
        model = LearnedModel.of_bytes(kept)
        yield Figure("seconds to load a learned model", time.perf_counter() - began, 1)
        learnt = triage.with_model(model)
        _once(learnt.judge, some[:200])
        yield Figure("texts a second, with a learned model", len(some) / _once(learnt.judge, some), len(some))
    yield Figure("MB of memory at most, training included", _megabytes(), 1)


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _speedy(triage: Triage, texts: Sequence[str]) -> LearnedModel:
    """A model that learnt what triage itself says: as large as a real one."""
    from aggregator.domain.triage.training import train

    said = [(text, triage.ranking_of(text).choices[:1]) for text in texts[:1_500]]
    return train([Example(text=text, unit_id=first[0]) for text, first in said if first and first[0]], triage)


def _once(judge: Callable[[str], object], texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        judge(text)
    return max(time.process_time() - began, 1e-9)


def _share(name: str, value: float, n: int) -> Figure:
    low, high = interval(round(value * n), n)
    return Figure(name, value, n, low, high)
