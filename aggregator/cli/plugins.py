"""Plugins on the command line: list, make a new one, try one on a real address, check one with the kit."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from itertools import islice
from pathlib import Path

import click
import structlog

from aggregator.app import App, http_settings
from aggregator.cli.session import Session, pairs, pass_session, say_json
from aggregator.contract import Account, Context, Message, Platform, PlatformError
from aggregator.services.errors import Refused
from aggregator.sync.http import GuardedHttp, PullBudget
from aggregator.sync.politeness import InMemoryHosts, LocalPace

_TRY_CALLS = 12
_TRY_SECONDS = 60


@click.group()
def plugin() -> None:
    """Platforms as plugins."""


@plugin.command("list")
@pass_session
def list_(session: Session) -> None:
    """Every plugin found, with the settings of its platforms; the ones left out with their reason."""
    app = session.app
    for status in app.host.statuses:
        click.echo(
            f"{status.id}\t{status.version}\t{status.source}\t{'ok' if status.ok else 'skipped: ' + (status.reason or '')}"
        )
        for name in status.platforms:
            for setting in app.sources[name].settings:
                click.echo(f"    --{'secret' if setting.secret else 'setting'} {setting.name}=…  {setting.label}")
            for setting in app.sources[name].app_settings:
                click.echo(f"    sahut platform set {name} {setting.name}=…  {setting.label}")


@plugin.command("new")
@click.argument("name")
@click.option("--plugins-dir", type=click.Path(path_type=Path), default=Path("plugins"), show_default=True)
@click.option("--tests-dir", type=click.Path(path_type=Path), default=Path("tests/plugins"), show_default=True)
def new(name: str, plugins_dir: Path, tests_dir: Path) -> None:
    """Copy the example plugin with its tests under a new name."""
    from aggregator.cli.scaffold import new_plugin

    try:
        written = new_plugin(name, plugins_dir, tests_dir)
    except ValueError as fault:
        raise Refused(str(fault)) from None
    for path in written:
        click.echo(path)


@plugin.command("try")
@click.argument("platform_id")
@click.argument("address")
@click.option("--setting", "settings", multiple=True, help="name=value")
@click.option("--secret", "secrets", multiple=True, help="name=value")
@click.option("--most", default=10, show_default=True, help="How many messages to show.")
@pass_session
def try_(
    session: Session,
    platform_id: str,
    address: str,
    settings: tuple[str, ...],
    secrets: tuple[str, ...],
    most: int,
) -> None:
    """Show what a plugin would read at an address: its public face, then messages as NDJSON. Stores nothing."""
    app = session.app
    platform = app.host.platforms.get(platform_id)
    if platform is None:
        raise Refused(f"Plugin “{platform_id}” tidak ada. Yang ada: {', '.join(sorted(app.host.platforms))}.")
    key = platform.resolve(address)
    if key is None:
        raise Refused(f"{platform.info.title} tidak mengenali alamat itu.")
    account = Account(key=key.key, url=key.url, settings=pairs(settings, "--setting"))
    try:
        _try(app, platform, account, pairs(secrets, "--secret"), most)
    except PlatformError as error:
        raise Refused(error.message) from None


def _try(app: App, platform: Platform, account: Account, secrets: dict[str, str], most: int) -> None:
    memory = InMemoryHosts()
    budget = PullBudget(_TRY_CALLS, app.clock() + timedelta(seconds=_TRY_SECONDS), app.clock)
    pace = LocalPace(memory, gap_seconds=app.settings.host_gap_seconds, clock=app.clock)
    line = {
        "settings": http_settings(app.settings, app.database),
        "budget": budget,
        "pace": pace,
        "memory": memory,
        "clock": app.clock,
    }
    with GuardedHttp(platform.info, account.url, **line) as http:  # type: ignore[arg-type]  # one mapping, many types
        context = Context(
            http=http, budget=budget, now=app.clock(), since=None, secrets=secrets, log=structlog.get_logger(),
            known=lambda ids: frozenset(),
        )  # fmt: skip
        say_json({"inspect": platform.inspect(account, context)})
        found = (event for event in platform.pull_since(account, None, context) if isinstance(event, Message))
        for message in islice(found, most):
            say_json({"message": message})
        click.echo(f"{http.calls} panggilan.", err=True)


@plugin.command("check")
@click.argument("name")
@click.option("--tests-dir", type=click.Path(path_type=Path), default=Path("tests/plugins"), show_default=True)
def check(name: str, tests_dir: Path) -> None:
    """Run a plugin's tests, the conformance kit among them."""
    folder = tests_dir / name
    if not folder.is_dir():
        raise Refused(f"Folder {folder} tidak ada; `sahut plugin new {name}` membuatnya.")
    raise SystemExit(subprocess.call([sys.executable, "-m", "pytest", "-q", str(folder)]))  # noqa: S603 - our own interpreter


COMMANDS = [plugin]
