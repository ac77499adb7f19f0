"""Messages and items in and out: imports, exports and a look at what triage would say."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import click
import orjson

from aggregator.cli.session import Session, pairs, pass_session, say_json
from aggregator.domain.triage import Verdict
from aggregator.services.errors import Refused
from aggregator.services.exports import EXPORTS

_ERRORS_SHOWN = 50


@click.command()
@click.argument("what", type=click.Choice(sorted(EXPORTS)))
@pass_session
def export(session: Session, what: str) -> None:
    """Write messages, items, accounts or pulls as NDJSON to standard output."""
    for row in EXPORTS[what](session.app.database):
        say_json(row)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--preset", default="auto", show_default=True, help="How to read it; an unknown name lists all.")
@click.option("--unit", "unit_name", required=True, help="The unit whose comments these are.")
@click.option("--option", "options", multiple=True, help="name=value for the preset, as map.text=Isi.")
@pass_session
def import_(session: Session, file: Path, preset: str, unit_name: str, options: tuple[str, ...]) -> None:
    """Import a file; rows that cannot be stored are listed with their number, the rest is stored."""
    app = session.app
    report = app.imports.read(file, preset, app.units.find(unit_name).id, pairs(options, "--option"))
    for row, reason in report.errors[:_ERRORS_SHOWN]:
        click.echo(f"Baris {row}: {reason}", err=True)
    if len(report.errors) > _ERRORS_SHOWN:
        click.echo(f"… dan {len(report.errors) - _ERRORS_SHOWN} baris lain.", err=True)
    for name, rows in report.unknown_units.most_common(_ERRORS_SHOWN):
        click.echo(
            f"Unit “{name}” dalam berkas tidak dikenal ({rows} baris); baris itu dipilah seperti biasa.", err=True
        )
    tally = report.tally
    say_json({"rows": report.rows, "new": tally.new, "duplicate": tally.duplicate, "edited": tally.edited,
              "rejected": tally.rejected + len(report.errors), "items": tally.items, "accounts": report.account_ids,
              "errors": [{"row": row, "reason": reason} for row, reason in report.errors[:1000]]})  # fmt: skip
    if report.errors and not tally.fetched:
        raise Refused("Tidak ada satu baris pun yang dapat disimpan.")


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@click.option("--unit", "unit_name", help="The unit on whose account the texts stand.")
@pass_session
def triage(session: Session, file: BinaryIO, unit_name: str | None) -> None:
    """Say what triage thinks of texts: NDJSON {"id","text"} in, one judgement a line out. Stores nothing."""
    app = session.app
    unit_id = app.units.find(unit_name).id if unit_name else None
    names = {unit.id: unit.name for unit in app.units.all()}
    for number, line in enumerate(file, start=1):
        if line.strip():
            identity, text = _text_of(line, number)
            say_json({"id": identity} | _judgement(app.triage.judge(text, unit_id, None, "cli"), names))


def _text_of(line: bytes, number: int) -> tuple[object, str]:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise Refused(f'Baris {number} bukan JSON; tulis {{"id": …, "text": "…"}}.') from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise Refused(f'Baris {number} tidak mempunyai "text".')
    return row.get("id"), row["text"]


def _judgement(verdict: Verdict, names: dict[int, str]) -> dict[str, object]:
    return {
        "kind": verdict.kind,
        "needs_someone": verdict.needs_someone,
        "unit": names.get(verdict.unit_id) if verdict.unit_id is not None else None,
        "units": [names[candidate.unit_id] for candidate in verdict.candidates],
        "topic": verdict.topic,
        "confidence": round(verdict.confidence, 4),
        "sure": verdict.sure,
        "outside": verdict.outside,
        "reasons": list(verdict.reasons),
    }


COMMANDS = [export, import_, triage]
