"""The processes of a running Sahut: all of them on one machine, or each on its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from threading import Event
from urllib.parse import urlsplit

import click
import structlog

from aggregator.cli.session import Session, pass_session
from aggregator.config import Settings
from aggregator.jobs.embedded import EmbeddedServer
from aggregator.jobs.lifeline import end_with_parent
from aggregator.jobs.pages import check_port, serve_pages
from aggregator.jobs.queues import LEARN, NOTIFY, PULL, PUSH, QUEUES, SEND, connect
from aggregator.jobs.scheduler import Scheduler
from aggregator.jobs.supervisor import Child, Start, Supervisor, answers, command, only_one
from aggregator.jobs.tasks import process_app
from aggregator.jobs.worker import work
from aggregator.log import configure_logging
from aggregator.services.errors import Refused, ServiceError
from aggregator.storage.demo import demo_began, demo_origin

PAGES = "web.wsgi:app"

log = structlog.get_logger(__name__)
_PLATFORMS_SECONDS = 30.0


@click.command()
@pass_session
def run(session: Session) -> None:
    """Run everything on this machine; without SAHUT_REDIS_URL the queue server too."""
    settings = session.settings
    with only_one(settings.data_dir):
        check_port(settings.host, settings.port)
        origin = demo_origin(session.app.database)  # and the database is up to date before others open it
        session.close()
        foundation = None if settings.redis_url else Child("queue", EmbeddedServer(settings.data_dir).start)
        Supervisor(foundation, _children(settings.workers, origin)).run(partial(_say_address, settings))


@click.command()
@pass_session
def serve(session: Session) -> None:
    """Serve the pages only."""
    serve_pages(PAGES, session.settings, session.settings.log_level)


@click.command()
@click.option("--queue", "name", type=click.Choice(sorted(QUEUES)), default=PULL.queue, show_default=True)
@click.option("--burst", is_flag=True, help="Stop when the queue is empty.")
@pass_session
def worker(session: Session, name: str, burst: bool) -> None:
    """Work off one queue: `pull` reads accounts, `send` sends answers, `errand` does what is short (webhooks, looks at
    many accounts, logins), `learn` trains triage, `notify` tells people what waits for them. Start several for more at once."""
    _as_service(session)
    work(process_app(), partial(connect, session.settings), name, burst=burst)


@click.command()
@pass_session
def scheduler(session: Session) -> None:
    """Put what is due into the queues, every few seconds. Harmless to run twice."""
    _as_service(session)
    stop = Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stop.set())
    Scheduler(session.app, partial(connect, session.settings)).run(stop)


@click.command()
@pass_session
def platforms(session: Session) -> None:
    """Serve the demo's pretended platforms."""
    from aggregator.demo.stage import perform

    settings, database = session.settings, session.app.database
    began, origin = demo_began(database), demo_origin(database)
    if began is None or origin is None:
        raise Refused("Contoh belum dimuat di folder data ini. Jalankan dahulu: sahut demo")
    stop = Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, lambda *_: stop.set())
    log.info("platforms_served", origin=origin)
    perform(began, settings.data_dir, origin, f"{settings.base_url}/kait", stop)


COMMANDS = [run, serve, worker, scheduler]


def _as_service(session: Session) -> None:
    """On a terminal only what went wrong is shown; a log that is read later tells what was done."""
    configure_logging(session.log_level if sys.stderr.isatty() else session.settings.log_level)


def _children(workers: int, demo_origin: str | None) -> list[Child]:
    return [
        *([Child("platforms", partial(_platforms, demo_origin))] if demo_origin else []),
        Child("pages", _child("serve")),
        Child("scheduler", _child("scheduler")),
        *(Child(f"pull-{number}", _child("worker", "--queue", PULL.queue)) for number in range(1, workers + 1)),
        Child("send", _child("worker", "--queue", SEND.queue)),
        Child("errand", _child("worker", "--queue", PUSH.queue)),
        Child("learn", _child("worker", "--queue", LEARN.queue)),
        Child("notify", _child("worker", "--queue", NOTIFY.queue)),
    ]


def _platforms(origin: str) -> subprocess.Popen[bytes]:
    """Whoever starts after the pretended platforms finds them there."""
    process = _child("platforms")()
    place = urlsplit(origin)
    deadline = time.monotonic() + _PLATFORMS_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if answers(place.hostname or "", place.port or 0):
            break
        time.sleep(0.1)
    return process


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


for _command in (*COMMANDS, platforms):
    child.add_command(_command)

if __name__ == "__main__":
    try:
        child()
    except ServiceError as error:
        sys.exit(f"sahut: {error}")
