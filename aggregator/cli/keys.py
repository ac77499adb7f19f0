"""What opens the platforms' doors: Diskominfo's apps, logins, and the keys they are sealed with."""

from __future__ import annotations

import click

from aggregator.cli.session import Session, pairs, pass_session
from aggregator.services.keyring import reseal_all


@click.group()
def platform() -> None:
    """Platforms: the app that Diskominfo registered there, and logins."""


@platform.command("list")
@pass_session
def list_(session: Session) -> None:
    """Every platform, with the fields its app still lacks and the address for its webhooks."""
    app = session.app
    for name, source in sorted(app.sources.items()):
        kept = app.logins.app_values(name)
        lacks = [setting.name for setting in source.app_settings if setting.required and setting.name not in kept]
        hook = f"{app.settings.base_url}/kait/{name}" if source.pushes else ""
        click.echo(f"{name}\t{source.title}\t{'kurang: ' + ', '.join(lacks) if lacks else 'siap'}\t{hook}")


@platform.command("set")
@click.argument("name")
@click.argument("values", nargs=-1, required=True, metavar="FIELD=VALUE...")
@pass_session
def set_(session: Session, name: str, values: tuple[str, ...]) -> None:
    """Fill in fields of a platform's app; they are kept encrypted. `sahut plugin list` tells which there are."""
    session.app.logins.keep_app(None, name, pairs(values, "FIELD=VALUE"))
    click.echo(f"Aplikasi {name} tersimpan; akunnya dibaca lagi sebentar lagi.")


@click.group()
def secrets() -> None:
    """The keys that secrets are sealed with."""


@secrets.command("rotate")
@pass_session
def rotate(session: Session) -> None:
    """Seal every secret again under the newest key of SAHUT_SECRET_KEYS. Afterwards the old keys may be taken out."""
    app = session.app
    click.echo(f"{reseal_all(app.database, app.vault)} rahasia disegel ulang dengan kunci terbaru.")
    click.echo(f"{app.seals.rekey()} segel riwayat diikat ulang dengan kunci terbaru.")


COMMANDS = [platform, secrets]
