"""Messages and items in and out: imports and exports."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.cli.session import Session, pairs, pass_session, say_json
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


COMMANDS = [export, import_]
