"""Answering from the command line."""

from __future__ import annotations

import click

from aggregator.cli.session import Session, machine_admin, pass_session
from aggregator.services.errors import NotFound, Refused
from aggregator.storage.ids import id_of


@click.command()
@click.argument("item")
@click.option("--text", required=True, help="What the office says, publicly, under the citizen's message.")
@click.option("--as", "login", help="Login of the person who answers; an admin of this machine when left out.")
@pass_session
def answer(session: Session, item: str, text: str, login: str | None) -> None:
    """Send an answer now through the platform's plugin and wait for it."""
    app = session.app
    viewer = app.people.find(login) if login else machine_admin()
    identity = id_of(item)
    if identity is None:
        raise NotFound(f"Butir “{item}” tidak ada.")
    page = app.inbox.item(viewer, item)
    if not page.can_answer:
        raise Refused("Platform ini tidak dapat dijawab dari Sahut, atau akunnya belum diberi kata sandi aplikasi.")
    app.acts.answer(viewer, item, page.revision, text)
    reply_id = app.answering.newest_queued(identity)
    if reply_id is None:
        raise Refused("Jawaban sedang dikirim proses lain.")
    app.answering.send_at_once(reply_id, app.clock())
    state = app.sender.send(reply_id)
    if state != "sent":
        raise Refused(app.answering.problem(reply_id) or f"Jawaban belum terkirim ({state}).")
    click.echo("Terkirim.")


COMMANDS = [answer]
