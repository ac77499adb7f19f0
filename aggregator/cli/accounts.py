"""Official accounts on the command line: adding them and reading them now."""

from __future__ import annotations

import sys

import click
from sqlalchemy import select

from aggregator.app import App
from aggregator.cli.session import Session, pairs, pass_session, say_json
from aggregator.services.errors import Refused
from aggregator.storage.tables import accounts

_FAILED = frozenset(
    {"auth_expired", "gone", "transient", "permanent", "malformed", "rate_limited", "plugin_bug", "no_plugin"}
)


@click.group()
def account() -> None:
    """Official accounts on platforms and sites."""


@account.command("add")
@click.argument("address")
@click.option("--unit", "unit_name", required=True, help="Name, short name or number of the unit it belongs to.")
@click.option("--platform", help="Which platform, when an address could mean several.")
@click.option("--setting", "settings", multiple=True, help="name=value; see `sahut plugin list`.")
@click.option("--secret", "secrets", multiple=True, help="name=value; kept encrypted.")
@pass_session
def add(
    session: Session,
    address: str,
    unit_name: str,
    platform: str | None,
    settings: tuple[str, ...],
    secrets: tuple[str, ...],
) -> None:
    """Register an account; prints its id."""
    app = session.app
    unit = app.units.find(unit_name)
    given = pairs(settings, "--setting") | pairs(secrets, "--secret")
    click.echo(app.registry.add(None, address, unit.id, platform=platform, settings=given))


@account.command("list")
@pass_session
def list_(session: Session) -> None:
    """Every account, with what stands in its way."""
    with session.app.database.read() as connection:
        for row in connection.execute(select(accounts).order_by(accounts.c.id)).mappings():
            click.echo(f"{row['id']}\t{row['platform']}\t{row['state']}\t{row['url']}\t{row['problem'] or ''}")


@click.command()
@click.option("--account", "account_ids", type=int, multiple=True, help="Only this account; may be repeated.")
@click.option("--full", is_flag=True, help="Read everything again, whatever the bookmark says.")
@click.option("--wait", is_flag=True, help="Read in this process and report; else let the workers do it soon.")
@pass_session
def sync(session: Session, account_ids: tuple[int, ...], full: bool, wait: bool) -> None:
    """Read accounts now. With --wait: one JSON report a line, and exit code 1 when one failed."""
    app = session.app
    chosen = _chosen(app, account_ids)
    if not wait:
        _schedule(app, chosen)
        click.echo(f"{len(chosen)} akun akan segera dibaca.")
        return
    reports = [_sync_one(app, account_id, full=full) for account_id in chosen]
    if any(report["outcome"] in _FAILED for report in reports):
        raise SystemExit(1)


def _chosen(app: App, account_ids: tuple[int, ...]) -> list[int]:
    statement = select(accounts.c.id).where(accounts.c.state.not_in(("file", "paused"))).order_by(accounts.c.id)
    with app.database.read() as connection:
        known = list(connection.execute(statement).scalars())
    unknown = sorted(set(account_ids) - set(known))
    if unknown:
        raise Refused(f"Akun {', '.join(map(str, unknown))} tidak ada atau tidak dibaca dari jaringan.")
    return list(account_ids) or known


def _schedule(app: App, account_ids: list[int]) -> None:
    with app.database.write() as connection:
        chosen = accounts.update().where(accounts.c.id.in_(account_ids))
        connection.execute(chosen.values(next_pull_at=app.clock()))


def _sync_one(app: App, account_id: int, *, full: bool) -> dict[str, object]:
    if sys.stderr.isatty():
        click.echo(f"Membaca akun {account_id} …", err=True)
    end = app.engine.run_pull(account_id, full=full)
    if end is None:
        report: dict[str, object] = {
            "account": account_id,
            "outcome": "busy",
            "problem": "Akun ini sedang dibaca proses lain.",
        }
    else:
        tally = end.tally
        report = {
            "account": account_id, "outcome": end.outcome, "calls": end.calls, "fetched": tally.fetched, "new": tally.new,
            "duplicate": tally.duplicate, "edited": tally.edited, "deleted": tally.deleted, "rejected": tally.rejected,
            "items": tally.items, "census": end.census, "problem": end.problem, "next_pull_at": end.next_pull_at,
        }  # fmt: skip
    say_json(report)
    sys.stdout.flush()
    return report


COMMANDS = [account, sync]
