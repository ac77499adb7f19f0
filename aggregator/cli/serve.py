"""The processes of a running Sahut: all of them on one machine, or each on its own."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from threading import Event

import click

from aggregator.cli.session import Session, pass_session
from aggregator.config import Settings
from aggregator.jobs.embedded import EmbeddedServer
from aggregator.jobs.lifeline import end_with_parent
from aggregator.jobs.pages import check_port, serve_pages
from aggregator.jobs.queues import LINES, PULL, SEND, connect
from aggregator.jobs.scheduler import Scheduler
from aggregator.jobs.supervisor import Child, Start, Supervisor, answers, command, only_one
from aggregator.jobs.tasks import process_app
from aggregator.jobs.worker import work
from aggregator.log import configure_logging
from aggregator.services.errors import ServiceError

PAGES = "web.wsgi:app"


@click.command()
@pass_session
def run(session: Session) -> None:
    """Run everything on this machine; without SAHUT_REDIS_URL the queue server too."""
    settings = session.settings
    with only_one(settings.data_dir):
        check_port(settings.host, settings.port)
        _ = session.app  # brings the database up to date before anyone else opens it
        session.close()
        foundation = None if settings.redis_url else Child("queue", EmbeddedServer(settings.data_dir).start)
        Supervisor(foundation, _children(settings.workers)).run(partial(_say_address, settings))


@click.command()
@pass_session
def serve(session: Session) -> None:
    """Serve the pages only."""
    serve_pages(PAGES, session.settings, session.settings.log_level)


@click.command()
@click.option("--queue", "name", type=click.Choice(sorted(LINES)), default=PULL.name, show_default=True)
@click.option("--burst", is_flag=True, help="Stop when the queue is empty.")
@pass_session
def worker(session: Session, name: str, burst: bool) -> None:
    """Work off one queue: `pull` reads accounts, `send` sends answers. Start several for more at once."""
    _as_service(session)
    work(process_app(), partial(connect, session.settings), LINES[name], burst=burst)


@click.command()
@pass_session
def scheduler(session: Session) -> None:
    """Put what is due into the queues, every few seconds. Harmless to run twice."""
    _as_service(session)
    stop = Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stop.set())
    Scheduler(session.app, partial(connect, session.settings)).run(stop)


COMMANDS = [run, serve, worker, scheduler]


def _as_service(session: Session) -> None:
    """On a terminal only what went wrong is shown; a log that is read later tells what was done."""
    configure_logging(session.log_level if sys.stderr.isatty() else session.settings.log_level)


def _children(workers: int) -> list[Child]:
    return [
        Child("pages", _child("serve")),
        Child("scheduler", _child("scheduler")),
        *(Child(f"pull-{number}", _child("worker", "--queue", PULL.name)) for number in range(1, workers + 1)),
        Child("send", _child("worker", "--queue", SEND.name)),
    ]


def _child(*arguments: str) -> Start:
    return command([sys.executable, "-m", "aggregator.cli.serve", "--parent", str(os.getpid()), *arguments])


def _say_address(settings: Settings) -> bool:
    up = answers(settings.host, settings.port)
    if up:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        click.echo(f"Sahut berjalan di http://{host}:{settings.port} (Ctrl-C untuk berhenti)")
    return up


@click.group()
@click.option("--parent", type=int, required=True, help="The process that started this one.")
@click.pass_context
def child(context: click.Context, parent: int) -> None:
    """How `sahut run` starts its processes."""
    end_with_parent(parent)
    context.obj = Session(debug=False)
    _as_service(context.obj)


for _command in COMMANDS:
    child.add_command(_command)

if __name__ == "__main__":
    try:
        child()
    except ServiceError as error:
        sys.exit(f"sahut: {error}")
