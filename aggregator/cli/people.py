"""People who work with Sahut: adding, inviting, a new password, a lost telephone, the end."""

from __future__ import annotations

import secrets

import click

from aggregator.cli.session import Session, machine_admin, pass_session
from aggregator.domain.access import Role
from aggregator.services.people import Newcomer

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def person() -> None:
    """People who work with Sahut."""


@person.command("add")
@click.argument("login")
@click.option("--name", help="Full name; the login when left out.")
@click.option("--role", type=_ROLES, default=Role.OPERATOR.value, show_default=True)
@click.option("--unit", "unit_name", help="Name, short name or number of the unit.")
@click.option("--email", help="For log-in through the government's own accounts.")
@click.option("--password", help="At least 8 letters; made up and printed when left out.")
@pass_session
def add(
    session: Session,
    login: str,
    name: str | None,
    role: str,
    unit_name: str | None,
    email: str | None,
    password: str | None,
) -> None:
    """Add a person; prints a made-up password once."""
    app = session.app
    unit_id = app.units.find(unit_name).id if unit_name else None
    chosen = password or secrets.token_urlsafe(12)
    app.people.add(login, name or login, Role(role), unit_id, chosen, email)
    click.echo(f"{login} ditambahkan." if password else f"{login} ditambahkan. Kata sandi: {chosen}")


@person.command("invite")
@click.argument("login")
@click.option("--name", help="Full name; the login when left out.")
@click.option("--role", type=_ROLES, default=Role.OPERATOR.value, show_default=True)
@click.option("--unit", "unit_name", help="Name, short name or number of the unit.")
@click.option("--email", help="For log-in through the government's own accounts.")
@pass_session
def invite(session: Session, login: str, name: str | None, role: str, unit_name: str | None, email: str | None) -> None:
    """Add a person who chooses a password by a link; prints the link once. It is good for seven days."""
    app = session.app
    unit_id = app.units.find(unit_name).id if unit_name else None
    newcomer = Newcomer(login=login, name=name or login, role=Role(role), unit_id=unit_id, email=email)
    _, token = app.invitations.invite(machine_admin(), newcomer)
    click.echo(f"{app.settings.base_url}/undangan/{token}")


@person.command("link")
@click.argument("login")
@pass_session
def link(session: Session, login: str) -> None:
    """Print a link by which a person chooses a new password; older links die."""
    app = session.app
    token = app.invitations.renew(machine_admin(), app.staff.id_of(login))
    click.echo(f"{app.settings.base_url}/undangan/{token}")


@person.command("password")
@click.argument("login")
@click.option("--password", help="At least 8 letters; made up and printed when left out.")
@pass_session
def reset_password(session: Session, login: str, password: str | None) -> None:
    """Give a person a new password; their sessions end."""
    chosen = password or secrets.token_urlsafe(12)
    session.app.people.reset_password(login, chosen)
    click.echo("Kata sandi diganti." if password else f"Kata sandi baru {login}: {chosen}")


@person.command("reset-factor")
@click.argument("login")
@pass_session
def reset_factor(session: Session, login: str) -> None:
    """Take a person's second factor away (telephone and recovery codes lost); their sessions end."""
    app = session.app
    app.second_factor.reset(machine_admin(), app.staff.id_of(login))
    click.echo(f"Pengaman kedua {login} dilepas.")


@person.command("deactivate")
@click.argument("login")
@pass_session
def deactivate(session: Session, login: str) -> None:
    """Let a person who left log in no more; open items wait for colleagues again, what they did stays."""
    app = session.app
    released = app.leaving.deactivate(machine_admin(), app.staff.id_of(login))
    click.echo(f"{login} tidak dapat masuk lagi. {released} butir kembali menunggu rekan.")


COMMANDS = [person]
