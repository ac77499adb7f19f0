"""Triage from outside: what it thinks of texts, what it learns from labelled ones, for this or another kabupaten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from aggregator.cli.session import Session, pass_session, say_json
from aggregator.domain.triage import Context, Lessons, Triage, UnitProfile, Verdict
from aggregator.domain.triage.examples import Example, TooFew
from aggregator.services.errors import Refused
from aggregator.services.learning.corpus import Labelled, import_labelled
from aggregator.services.learning.models import Models
from aggregator.services.units import UnitRow, read_unit_file

OUTSIDE_NAMES = frozenset({"luar", "bukan kewenangan", "bukan kewenangan kabupaten"})
_UNKNOWN_SHOWN = 20


class TriageGroup(click.Group):
    """`sahut triage FILE` judges; `sahut triage learn FILE` learns."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = [*args, ""][0]
        if named not in self.commands and named not in ("-h", "--help"):
            args = ["judge", *args]
        return super().parse_args(ctx, args)


@click.group(cls=TriageGroup)
def triage() -> None:
    """Say what triage thinks of texts (`sahut triage FILE`), or let it learn (`sahut triage learn FILE`)."""


@triage.command(hidden=True)
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--unit", "unit_name", help="The unit on whose account the texts stand.")
@click.option("--units", "unit_file", type=click.Path(path_type=Path), help="Judge for this list of units instead.")
@click.option(
    "--examples", type=click.File("rb"), help="With --units: learn from these labelled texts first, in memory."
)
@pass_session
def judge(
    session: Session, file: BinaryIO, unit_name: str | None, unit_file: Path | None, examples: BinaryIO | None
) -> None:
    """Say what triage thinks of texts: NDJSON {"id","text"} in, one judgement a line out. Stores nothing.

    A line may also name "title" (of the post it stands under) and "platform". With --units FILE.csv (columns name, kind,
    short_name?, parent?, affairs?) another kabupaten's list of units is judged for, and nothing of this installation is
    used."""
    if examples is not None and unit_file is None:
        raise click.UsageError("--examples goes with --units; `sahut triage learn FILE` learns for good")
    if unit_file is not None:
        profiles = profiles_of(read_unit_file(unit_file))
        desk: Triage | None = Triage(profiles)
        if examples is not None:
            desk = _taught(profiles, list(_labelled(examples, _finder(profiles))[0]))
        names = {profile.id: profile.name for profile in profiles}
        unit_id = _finder(profiles)(unit_name) if unit_name else None
    else:
        app = session.app
        desk, names = None, {unit.id: unit.name for unit in app.units.all()}
        unit_id = app.units.find(unit_name).id if unit_name else None
    for number, row in _rows(file):
        context = Context(
            account_unit_id=unit_id, platform=_word(row, "platform") or "cli", thread_title=_word(row, "title")
        )
        verdict = (desk or session.app.triage).judge(_text_of(row, number), context)
        say_json({"id": row.get("id")} | judgement(verdict, names))


@triage.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--train/--no-train", default=True, show_default=True, help="Train a model at once.")
@pass_session
def learn(session: Session, file: BinaryIO, train: bool) -> None:
    """Keep labelled texts, NDJSON {"text","unit","kind"?}, and train a model on everything known so far.

    "unit" is a unit's name, short name or number; "luar" (or null) means that it is not the kabupaten's, and "body" may
    say whose. Lines of an unknown unit are named and left out. The new model takes over only if it does no worse on the
    newest examples, which are held back for that."""
    app = session.app
    named = app.units.named
    kept, unknown = _labelled(file, lambda name: unit.id if (unit := named(name)) else None)
    for name, lines in list(unknown.items())[:_UNKNOWN_SHOWN]:
        click.echo(f"Unit “{name}” tidak dikenal ({lines} baris dilewati).", err=True)
    if not kept:
        raise Refused("Tidak ada satu contoh pun yang dapat disimpan.")
    with app.database.write() as connection:
        new = import_labelled(connection, kept, app.clock())
    said: dict[str, Any] = {"kept": len(kept), "new": new, "skipped": sum(unknown.values())}
    if train:
        said |= _train(session, app.models)
    say_json(said)


def _train(session: Session, models: Models) -> dict[str, Any]:
    model_id = models.ask(None)
    session.app.trainer.run(model_id)
    session.app.triage.forget()
    row = next(row for row in models.page().rows if row.id == model_id)
    if row.state == "failed":
        raise Refused(f"Contoh tersimpan, tetapi belum dapat dipelajari: {row.progress}.")
    return {"model": row.id, "state": row.state, "report": row.report}


def profiles_of(rows: Sequence[UnitRow]) -> list[UnitProfile]:
    """A list of units from a file as triage reads it; the line's place is its number."""
    numbers = {row.name: number for number, row in enumerate(rows, start=1)}
    return [
        UnitProfile(
            id=numbers[row.name],
            name=row.name,
            short_name=row.short_name,
            kind=row.kind,
            parent_id=numbers.get(row.parent or ""),
            affairs=tuple(part for part in row.affairs.split(";") if part),
        )
        for row in rows
    ]


def _finder(profiles: Sequence[UnitProfile]) -> Any:
    by_name = {name.casefold(): one.id for one in profiles for name in (one.short_name, one.name) if name}
    return lambda name: by_name.get(name.casefold())


def _taught(profiles: Sequence[UnitProfile], kept: Sequence[Labelled]) -> Triage:
    from aggregator.domain.triage.training import train  # half a second: only where something is learnt

    plain = Triage(profiles)
    try:
        model = train([Example(text=one.text, unit_id=one.unit_id) for one in kept], plain)
    except TooFew:
        raise Refused("Contoh di berkas --examples masih terlalu sedikit untuk dipelajari.") from None
    return Triage(profiles, Lessons(model=model))


def _labelled(file: BinaryIO, find: Any) -> tuple[list[Labelled], Mapping[str, int]]:
    """The labelled texts of a file, and how many lines named each unknown unit."""
    kept: list[Labelled] = []
    unknown: dict[str, int] = {}
    for number, row in _rows(file):
        text, name = _text_of(row, number), row.get("unit")
        if name is not None and not isinstance(name, str | int):
            raise Refused(f'Baris {number}: "unit" harus nama, singkatan, atau nomor unit.')
        outside = name is None or str(name).casefold() in OUTSIDE_NAMES
        unit_id = None if outside else find(str(name))
        if unit_id is None and not outside:
            unknown[str(name)] = unknown.get(str(name), 0) + 1
            continue
        kept.append(Labelled(text=text, unit_id=unit_id, kind=_word(row, "kind"), body=_word(row, "body")))
    return kept, unknown


def _rows(file: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(file, start=1):
        if line.strip():
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError:
                raise Refused(f'Baris {number} bukan JSON; tulis {{"id": …, "text": "…"}}.') from None
            if not isinstance(row, dict):
                raise Refused(f'Baris {number} tidak mempunyai "text".')
            yield number, row


def _text_of(row: Mapping[str, Any], number: int) -> str:
    if not isinstance(row.get("text"), str):
        raise Refused(f'Baris {number} tidak mempunyai "text".')
    return str(row["text"])


def _word(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return value if isinstance(value, str) and value else None


def judgement(verdict: Verdict, names: Mapping[int, str]) -> dict[str, object]:
    """A verdict as one line of JSON."""
    return {
        "kind": verdict.kind,
        "needs_someone": verdict.needs_someone,
        "unit": names.get(verdict.unit_id) if verdict.unit_id is not None else None,
        "units": [names[candidate.unit_id] for candidate in verdict.candidates],
        "probabilities": [candidate.probability for candidate in verdict.candidates],
        "topic": verdict.topic,
        "place": names.get(verdict.place_unit_id) if verdict.place_unit_id is not None else None,
        "confidence": round(verdict.confidence, 4),
        "sure": verdict.sure,
        "outside": verdict.outside,
        "body": verdict.body,
        "urgency": int(verdict.urgency),
        "confidential": verdict.confidential,
        "sp4n": verdict.sp4n,
        "rule": verdict.rule,
        "reasons": [reason.text for reason in verdict.reasons],
    }


COMMANDS = [triage]
