"""Pages: what the queue and the item cost beside a bare Flask page that shows the same 50 rows from one raw query."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text

from aggregator.app import App
from aggregator.domain.access import Role
from aggregator.storage.ids import code_of
from aggregator.storage.tables import items, people, units
from web import create_app

_ROUNDS = 120
_WARM = 15
_DEEP = 60
_WORD = "jalan"  # about every third comment says it
_BARE_TEMPLATE = (
    "<!doctype html><title>floor</title><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>"
    "{% endfor %}</tr>{% endfor %}</table>"
)
_BARE_QUERY = text(
    "SELECT i.id, i.kind, i.state, i.platform, i.due_at, substr(m.text, 1, 240), m.author_name, m.created_at, t.title "
    "FROM items i JOIN messages m ON m.id = i.id JOIN threads t ON t.id = i.thread_id "
    "WHERE i.waiting ORDER BY i.id DESC LIMIT 50"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """One page: median CPU and wall milliseconds, and the statements of one request."""

    cpu: float
    wall: float
    statements: int


class Statements:
    """Counts what reaches the database."""

    def __init__(self, app: App) -> None:
        self.count = 0
        event.listen(app.database.engine, "before_cursor_execute", self._tick)

    def _tick(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.count += not statement.startswith("BEGIN")


def bare_app(core: App) -> Flask:
    """The floor: one route, one query, one table."""
    app = Flask("floor")
    template = app.jinja_env.from_string(_BARE_TEMPLATE)

    @app.get("/")
    def rows() -> str:
        with core.database.read() as connection:
            return template.render(rows=connection.execute(_BARE_QUERY).all())

    return app


def measure(pages: Mapping[str, Callable[[], int]], statements: Statements) -> dict[str, Cost]:
    """Median cost of each page after a warm-up, all pages in turn so that the machine's drift hits them alike; raises
    when a page does not answer 200."""
    cpu: dict[str, list[float]] = {name: [] for name in pages}
    wall: dict[str, list[float]] = {name: [] for name in pages}
    asked: dict[str, int] = {}
    for turn in range(_WARM + _ROUNDS):
        for name, get in pages.items():
            before, began, spent = statements.count, time.perf_counter(), time.process_time()
            status = get()
            if turn >= _WARM:
                cpu[name].append((time.process_time() - spent) * 1000)
                wall[name].append((time.perf_counter() - began) * 1000)
            if status != 200:
                raise RuntimeError(f"{name} answered {status}")
            asked[name] = statements.count - before
    return {name: Cost(median(cpu[name]), median(wall[name]), asked[name]) for name in pages}


def client_of(core: App) -> FlaskClient:
    """A client logged in as Diskominfo, who sees every unit."""
    with core.database.read() as connection:
        known = connection.execute(select(people.c.id).where(people.c.login == "bench")).first()
        unit_id = connection.execute(select(units.c.id).limit(1)).scalar_one()
    if known is None:
        core.people.add("bench", "Bench", Role.DISKOMINFO, unit_id, "bench-bench")
    client = create_app(core).test_client()
    client.set_cookie("sahut_session", core.people.log_in("bench", "bench-bench"))
    return client


def deep_mark(core: App, pages: int) -> str:
    """The mark of the page `pages` pages below the newest."""
    statement = select(items.c.id).where(items.c.waiting).order_by(items.c.id.desc()).offset(50 * pages).limit(1)
    with core.database.read() as connection:  # the only OFFSET there is: it finds where page 60 begins
        return code_of(connection.execute(statement).scalar_one())


def costs(core: App) -> dict[str, Cost]:
    """Every page that has a figure to hold."""
    statements = Statements(core)
    client, floor = client_of(core), bare_app(core).test_client()
    first = deep_mark(core, 0)

    paths = {
        "queue": "/antrean",
        "page 60": f"/antrean?sebelum={deep_mark(core, _DEEP)}",
        "item": f"/butir/{first}",
        "search": f"/antrean?cari={_WORD}",
        "units": "/unit",
    }
    pages = {name: partial(_status, client, path) for name, path in paths.items()}
    return measure({"floor": partial(_status, floor, "/"), **pages}, statements)


def _status(client: FlaskClient, path: str) -> int:
    return client.get(path).status_code


def report(name: str, found: dict[str, Cost]) -> Iterator[str]:
    """Lines with each ratio beside what it must hold."""
    floor, queue = found["floor"], found["queue"]
    yield f"{name}: floor {floor.cpu:.2f} ms CPU, {floor.wall:.2f} ms wall, n={_ROUNDS} requests each"
    yield _line("queue page", queue, floor, 4.0, statements=4)
    yield _line("item page", found["item"], floor, 4.0, statements=4)
    yield _line("page 60 against page 1", found["page 60"], queue, 1.2)
    yield _line(f"search “{_WORD}” against the queue", found["search"], queue, 2.0)
    yield _line("counts per unit against the queue", found["units"], queue, 1.5)


def growth(small: dict[str, Cost], large: dict[str, Cost]) -> Iterator[str]:
    """How the pages grow from ten thousand to a million messages."""
    for name in ("queue", "item"):
        yield _line(f"{name} at the larger size against the smaller", large[name], small[name], 1.3)


def _line(name: str, cost: Cost, base: Cost, most: float, *, statements: int | None = None) -> str:
    cpu, wall = cost.cpu / base.cpu, cost.wall / base.wall
    well = cpu <= most and wall <= most and (statements is None or cost.statements <= statements)
    said = f", {cost.statements} statements (≤ {statements})" if statements else ""
    return f"  {name:<46} {cpu:4.2f}× CPU {wall:4.2f}× wall (≤ {most}×){said} {'ok' if well else 'SHORT'}  {cost.cpu:.2f} ms"
