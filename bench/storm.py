"""Storm: one platform answers nothing but faults while the others are read by two workers. Time runs ten times as fast: a
minute of the measurement is ten of the house, for its clock, its scheduler and its patience with a silent platform."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from random import Random
from statistics import fmean
from threading import Event, Thread
from typing import Any

from sqlalchemy import func, select, update
from werkzeug.wrappers import Response

from aggregator.app import App, build_app
from aggregator.config import Settings
from aggregator.demo.kabupaten import add_account, set_up_apps
from aggregator.fakes.internet import FakeInternet, served
from aggregator.fakes.skins import SKINS
from aggregator.fakes.world import World
from aggregator.jobs import tasks
from aggregator.jobs.embedded import EmbeddedServer
from aggregator.jobs.queues import GLANCE, PULL, connect
from aggregator.jobs.scheduler import TICK, Scheduler
from aggregator.jobs.worker import work
from aggregator.services.units import UnitRow, import_units
from aggregator.storage.tables import accounts, breakers, pulls
from bench.places import account_line, talk
from tests.jobs.house import Forked, end

SPEED = 10
MINUTES = 10  # of the house
WORKERS = 2
MOST_MORE = 0.10  # of the others' lag
STORMED = "facebook"
CALM = (("instagram", None, 24), ("website", "wordpress", 12), ("tiktok", None, 12), ("opensid", "natra", 12))
STORMED_ACCOUNTS = 30
_TOO_BUSY = 30.0  # seconds of the house: its workers did not keep up under a clear sky
_TOTAL = 20.0  # seconds the house waits for an answer

Fault = Callable[[datetime], Response]


class FastClock:
    """The time, ten times as fast since it was made."""

    def __init__(self) -> None:
        self._began = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self._began + (datetime.now(UTC) - self._began) * SPEED


def _told(status: int, body: bytes = b"", **headers: str) -> Fault:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Response(body, status, {"Content-Type": "application/json", **named})


def _later(now: datetime) -> Response:
    return Response(b"", 429, {"Retry-After": format_datetime(now + timedelta(minutes=2), usegmt=True)})


def _silence(_: datetime) -> Response:
    time.sleep(1.5 * _TOTAL / SPEED)
    return Response(b"", 500)


def _reset(_: datetime) -> Response:
    raise ConnectionResetError


MIXED: Sequence[Fault] = (
    _silence, _told(429, Retry_After="60"), _reset, _later, _told(500), _told(503), _told(200, b'{"data": [{"id": "1"'),
    _told(200, b"<html><body>Sebentar</body></html>", Content_Type="text/html"), _told(200, b"\xff\xfe\xfa{"), _told(200),
)  # fmt: skip
SILENT: Sequence[Fault] = (_silence,)


class Storm:
    """The pretended internet, with one platform that breaks every request."""

    def __init__(self, internet: FakeInternet, clock: FastClock, faults: Iterable[Fault]) -> None:
        self._internet = internet
        self._clock = clock
        self._faults = itertools.cycle(faults)
        self.calls = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "").partition(":")[0].lower()
        if self._internet.platform_of(host) != STORMED:
            return self._internet(environ, start_response)
        self.calls += 1
        return next(self._faults)(self._clock())(environ, start_response)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """What a run was like. Lags are in the house's seconds, from due to read."""

    lags: tuple[float, ...]
    unread: int
    calls: int  # of the stormed platform
    most_tries: int  # of one of its accounts
    most_calls: int  # in one pull of it
    budget: int
    waits: tuple[float, ...]  # until its accounts are tried again
    breaker: str | None

    @property
    def lag(self) -> float:
        return fmean(self.lags)


class House:
    """An installation with two real workers, its queue server and its scheduler."""

    def __init__(self, folder: Path, origin: str, internet: FakeInternet, clock: FastClock) -> None:
        self.notes = folder / "lags.txt"
        self.clock = clock
        self.settings = Settings(data_dir=folder, stand_in=origin, host_gap_seconds=0)
        self.app: App = build_app(self.settings, clock=clock)
        self._hurry()
        import_units(self.app.database, [UnitRow(name="Dinas Uji", kind="dinas", short_name="Uji")], clock())
        self.app.units.forget()
        set_up_apps(self.app, internet)
        self._internet = internet

    def _hurry(self) -> None:
        """Let everything that waits in real time wait a tenth, and note how late each reading begins."""
        desk = self.app.engine._desk
        patience = replace(
            desk.line.settings, connect_seconds=5 / SPEED, read_seconds=_TOTAL / SPEED, total_seconds=_TOTAL / SPEED
        )
        object.__setattr__(desk.line, "settings", patience)
        desk.line.pace._sleep = lambda seconds: time.sleep(seconds / SPEED)  # type: ignore[attr-defined]
        begin = desk.accounts.begin

        def noted(account_id: int, now: datetime, **how: Any) -> Any:
            account = begin(account_id, now, **how)
            if account is not None and account.next_pull_at is not None:
                with self.notes.open("a") as file:
                    file.write(f"{account.platform} {(now - account.next_pull_at).total_seconds()}\n")
            return account

        desk.accounts.begin = noted  # type: ignore[method-assign]

    def furnish(self) -> None:
        """Accounts that become due one after the other while the storm lasts."""
        chance, begins = Random(8), self.clock() + timedelta(seconds=30)  # noqa: S311 - the same weather each time
        for platform, face, count in (*CALM, (STORMED, None, STORMED_ACCOUNTS)):
            for number in range(count):
                place = account_line(platform, number, face).open(self._internet.world)
                list(talk(self._internet.world, place, self.clock() - timedelta(days=1), posts=1, comments=3))
                self._internet.skins[platform].secrets(place)
                add_account(self.app, self._internet, place, self.app.units.find("Uji").id)
        with self.app.database.write() as connection:
            for identity in list(connection.execute(select(accounts.c.id).order_by(accounts.c.id)).scalars()):
                due = begins + timedelta(minutes=chance.random() * (MINUTES - 1))
                values = {"next_pull_at": due, "inspect_at": due + timedelta(days=9)}
                connection.execute(update(accounts).where(accounts.c.id == identity).values(values))

    def live(self) -> None:
        """So many minutes of the house."""
        server = EmbeddedServer(self.settings.data_dir)
        queue = server.start()
        stop = Event()
        self.app.database.engine.dispose()
        workers = [Forked(partial(self._work, line)) for line in (*[PULL.queue] * WORKERS, GLANCE.queue)]
        scheduler = Scheduler(self.app, partial(connect, self.settings), tick=TICK / SPEED)
        ticking = Thread(target=scheduler.run, args=(stop,), daemon=True)
        ticking.start()
        try:
            stop.wait((MINUTES * 60 + 60) / SPEED)
        finally:
            stop.set()
            ticking.join(10)
            for process in (*workers, queue):
                end(process)

    def _work(self, queue: str) -> None:
        tasks.process_app = lambda: self.app  # type: ignore[assignment]  # nothing but this process sees it
        work(self.app, partial(connect, self.settings), queue)

    def weather(self, calls: int) -> Weather:
        lines = [line.split() for line in self.notes.read_text().splitlines()]
        mine = select(accounts.c.id).where(accounts.c.platform == STORMED)
        of_it = pulls.c.account_id.in_(mine)
        made = select(func.count()).where(of_it, pulls.c.calls > 0).group_by(pulls.c.account_id)
        tried_again = select(accounts.c.next_pull_at, accounts.c.last_pull_at).where(
            accounts.c.platform == STORMED, accounts.c.failures == 1, accounts.c.last_pull_at.is_not(None)
        )
        with self.app.database.read() as connection:
            tries = list(connection.execute(made).scalars())
            most = connection.execute(select(func.max(pulls.c.calls)).where(of_it)).scalar_one()
            breaker = connection.execute(select(breakers.c.open_until, breakers.c.reason)).first()
            waits = [(row.next_pull_at - row.last_pull_at).total_seconds() for row in connection.execute(tried_again)]
            unread = select(func.count()).where(accounts.c.last_pull_at.is_(None), accounts.c.platform != STORMED)
            return Weather(
                lags=tuple(float(lag) for platform, lag in lines if platform != STORMED), calls=calls,
                unread=connection.execute(unread).scalar_one(), most_tries=max(tries, default=0), most_calls=most or 0,
                budget=self.app.host.platforms[STORMED].info.pace.calls_per_pull, waits=tuple(waits),
                breaker=breaker.reason if breaker and breaker.open_until else None,
            )  # fmt: skip


def measure(faults: Sequence[Fault]) -> Weather:
    """Ten minutes of the house in this weather; without faults the sky is clear."""
    clock = FastClock()
    internet = FakeInternet(World(clock), SKINS)
    storm = Storm(internet, clock, faults)
    with tempfile.TemporaryDirectory(prefix="sahut-storm-") as place, served(storm if faults else internet) as origin:  # type: ignore[arg-type]  # any WSGI application
        house = House(Path(place), origin, internet, clock)
        house.furnish()
        house.live()
        weather = house.weather(storm.calls if faults else internet.calls_to(STORMED))
        house.app.close()
        return weather


def run() -> Iterator[str]:
    """The report's lines."""
    yield f"Storm over {STORMED} for {MINUTES} minutes, {WORKERS} workers, {sum(n for _, _, n in CALM)} other accounts:"
    clear = measure(())
    yield f"  without: others wait {clear.lag:.1f} s from due to read (n={len(clear.lags)}, worst {max(clear.lags):.0f} s)"
    if clear.lag > _TOO_BUSY:
        yield "  this machine is too busy just now to tell SHORT"
        return
    for name, faults in (("every fault in turn", MIXED), ("nothing but silence", SILENT)):
        yield from _lines(name, measure(faults), clear)


def _lines(name: str, weather: Weather, clear: Weather) -> Iterator[str]:
    more = weather.lag / clear.lag - 1
    ok = more <= MOST_MORE and not weather.unread
    waits = f"{min(weather.waits):.0f}–{max(weather.waits):.0f} s" if weather.waits else "none"
    calm = weather.most_calls <= weather.budget and weather.breaker is not None
    yield (
        f"  {name}: others wait {weather.lag:.1f} s ({more:+.0%}, ≤ {MOST_MORE:+.0%}) {'ok' if ok else 'SHORT'}   "
        f"n={len(weather.lags)}, worst {max(weather.lags):.0f} s, unread {weather.unread}"
    )
    yield (
        f"    {weather.calls} calls to {STORMED}, at most {weather.most_calls} in a pull (≤ {weather.budget}) and "
        f"{weather.most_tries} pulls of one account; next try after {waits}; breaker open: {weather.breaker} "
        f"{'ok' if calm else 'SHORT'}"
    )
