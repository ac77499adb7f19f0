"""Setting an installation up: the database, units, the demo, and a look at its health."""

from __future__ import annotations

from pathlib import Path

import click

from aggregator.cli.serve import COMMANDS as SERVE_COMMANDS
from aggregator.cli.serve import platforms as serve_platforms
from aggregator.cli.session import Session, pass_session
from aggregator.services.units import import_units, read_unit_file


@click.command()
@pass_session
def init(session: Session) -> None:
    """Make the data folder and bring the database up to date. Harmless to repeat."""
    app = session.app
    click.echo(f"Siap: {app.database.engine.url.render_as_string(hide_password=True)}")


@click.group()
def unit() -> None:
    """Offices: OPD, kecamatan, kelurahan, desa …"""


@unit.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@pass_session
def import_(session: Session, file: Path) -> None:
    """Add or update units from a CSV: name, kind, short_name?, parent?, affairs? (separated by ';')."""
    added, updated = import_units(session.app.database, read_unit_file(file), session.app.clock())
    session.app.units.forget()
    click.echo(f"{added} unit baru, {updated} unit diperbarui.")


@unit.command("list")
@pass_session
def list_(session: Session) -> None:
    """The units that exist today."""
    for entry in session.app.units.all():
        click.echo(f"{entry.id}\t{entry.kind}\t{entry.short_name or ''}\t{entry.name}")


@click.command()
@click.option("--recount", is_flag=True, help="Count all roll-ups anew when they differ.")
@pass_session
def doctor(session: Session, recount: bool) -> None:
    """Look at the installation's health, in plain words; exit code 1 when something needs a person."""
    from aggregator.cli.health import examine

    findings = examine(session.app, recount=recount)
    for finding in findings:
        click.echo(f"{'ok ' if finding.well else '!! '} {finding.text}")
    if not all(finding.well for finding in findings):
        raise SystemExit(1)


@click.command()
@click.option(
    "--platforms", is_flag=True, help="Then serve its pretended platforms until stopped, as `sahut run` does."
)
@pass_session
@click.pass_context
def demo(context: click.Context, session: Session, platforms: bool) -> None:
    """Load a demo kabupaten: invented people, pretended platforms, no real complaint. Harmless to repeat."""
    from aggregator.demo.kabupaten import load_demo

    for line in load_demo(session.app):
        click.echo(line)
    if platforms:
        context.invoke(serve_platforms)


COMMANDS = [init, unit, doctor, demo, *SERVE_COMMANDS]
