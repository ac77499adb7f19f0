"""The kabupaten's own rules, and what one would have done last month: tried before it is kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from aggregator.clock import Clock
from aggregator.domain.access import Viewer
from aggregator.domain.triage import Context, Triage
from aggregator.domain.triage.masking import masked
from aggregator.domain.triage.rules import ALL_DAYS, Rule, compile_rules
from aggregator.services.errors import NotFound, Refused
from aggregator.services.inbox.scope import items_of
from aggregator.services.learning.access import must_sort
from aggregator.services.learning.taught import lessons, rule_of, unit_profiles
from aggregator.services.units import Units
from aggregator.storage.db import Database, to_micros
from aggregator.storage.ids import code_of, first_id_at, time_of
from aggregator.storage.tables import people, routing_rules

TRIED_ON = timedelta(days=30)
_MOST_TRIED, _MOST_SECONDS, _MOST_LISTED = 20_000, 2.5, 20
_BATCH = 500
_EXCERPT = 160
_LONGEST_NAME, _LONGEST_WORDS = 80, 2_000
_ITEMS = (
    "SELECT i.id, i.account_id, i.platform, i.verdict, a.unit_id AS account_unit, m.text, t.title, e.outcome, "
    "e.unit_id AS decided FROM items i JOIN messages m ON m.id = i.id JOIN accounts a ON a.id = i.account_id "
    "JOIN threads t ON t.id = i.thread_id LEFT JOIN examples e ON e.item_id = i.id "
    "WHERE i.id < :before AND i.id >= :since AND {scope} ORDER BY i.id DESC LIMIT :most"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """A rule as the page lists it."""

    rule: Rule
    active: bool
    target: str
    author: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An item that the rule would have sent elsewhere than officers did."""

    code: str
    excerpt: str
    officers: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a rule would have done. `tried`: items of the last 30 days that were looked at (`whole`: all of them); `fits`:
    those it speaks of; `moved`: of these, where triage had thought otherwise; `agreed` and `against`: beside the decisions
    of officers, the latter listed."""

    tried: int
    whole: bool
    fits: int
    moved: int
    agreed: int
    against: int
    listed: tuple[Moved, ...]


class Rules:
    """Kept in one order; the first that fits decides."""

    def __init__(self, database: Database, units: Units, clock: Clock, zone: tzinfo) -> None:
        self._database = database
        self._units = units
        self._clock = clock
        self._zone = zone

    def page(self) -> tuple[RuleRow, ...]:
        """Every rule, in the order in which they are tried."""
        statement = (
            select(routing_rules, people.c.name.label("author"))
            .select_from(routing_rules.outerjoin(people, people.c.id == routing_rules.c.created_by))
            .order_by(routing_rules.c.position, routing_rules.c.id)
        )
        with self._database.read() as connection:
            return tuple(self._row(row) for row in connection.execute(statement).mappings())

    def one(self, rule_id: int) -> Rule:
        """Raises NotFound."""
        with self._database.read() as connection:
            row = (
                connection.execute(select(routing_rules).where(routing_rules.c.id == rule_id)).mappings().one_or_none()
            )
        if row is None:
            raise NotFound
        return rule_of(row)

    def checked(self, rule: Rule) -> Rule:
        """The rule, when it makes sense; Refused in words that say what to change."""
        if not rule.name.strip() or len(rule.name) > _LONGEST_NAME:
            raise Refused("Beri nama yang menerangkan aturan ini, misalnya: PJU ke Perkim.")
        if sum(map(len, (*rule.words, *rule.without))) > _LONGEST_WORDS:
            raise Refused("Kata-katanya terlalu banyak. Pecah menjadi beberapa aturan.")
        if not (rule.words or rule.place_unit_id or rule.account_id or rule.platform):
            raise Refused("Isi sedikitnya satu syarat: kata, tempat, akun, atau platform.")
        if rule.outcome == "unit" and (rule.unit_id is None or not self._units.exists(rule.unit_id)):
            raise Refused("Pilih unit tujuannya.")
        if (rule.from_hour is None) != (rule.to_hour is None):
            raise Refused("Isi jam mulai dan jam selesai, atau kosongkan keduanya.")
        if rule.valid_from and rule.valid_to and rule.valid_from > rule.valid_to:
            raise Refused("Tanggal mulai sesudah tanggal selesai.")
        if not compile_rules([rule]).compiled:
            raise Refused("Kata-kata itu tidak dapat dicari. Tulis kata biasa, misalnya: lampu jalan.")
        return rule

    def save(self, viewer: Viewer, rule: Rule) -> int:
        """Keep a rule (id 0: a new one, tried last); its id."""
        must_sort(viewer)
        values = _columns(self.checked(rule))
        try:
            with self._database.write() as connection:
                if rule.id:
                    changed = connection.execute(
                        update(routing_rules).where(routing_rules.c.id == rule.id).values(values)
                    )
                    if changed.rowcount != 1:
                        raise NotFound
                    return rule.id
                last = connection.execute(select(func.max(routing_rules.c.position))).scalar() or 0
                new = {"position": last + 1, "created_by": viewer.person_id, "created_at": self._clock()}
                key = connection.execute(insert(routing_rules).values(values | new)).inserted_primary_key
        except IntegrityError:
            raise Refused(f"Sudah ada aturan bernama “{rule.name}”. Pakai nama lain.") from None
        return int(key[0])  # type: ignore[index]  # one key

    def switch(self, viewer: Viewer, rule_id: int, *, active: bool) -> None:
        must_sort(viewer)
        with self._database.write() as connection:
            connection.execute(update(routing_rules).where(routing_rules.c.id == rule_id).values(active=active))

    def drop(self, viewer: Viewer, rule_id: int) -> None:
        must_sort(viewer)
        with self._database.write() as connection:
            connection.execute(delete(routing_rules).where(routing_rules.c.id == rule_id))

    def sooner(self, viewer: Viewer, rule_id: int) -> None:
        """Let a rule be tried before the one that stands above it now."""
        must_sort(viewer)
        with self._database.write() as connection:
            order = list(connection.execute(
                select(routing_rules.c.id).order_by(routing_rules.c.position, routing_rules.c.id)
            ).scalars())  # fmt: skip
            at = order.index(rule_id) if rule_id in order else 0
            if at:
                order[at - 1 : at + 1] = [order[at], order[at - 1]]
            for position, one in enumerate(order, start=1):
                connection.execute(update(routing_rules).where(routing_rules.c.id == one).values(position=position))

    def trial(self, viewer: Viewer, rule: Rule) -> Trial:
        """What the rule would have done with the items of the last 30 days that the viewer may see, newest first, within a
        few seconds."""
        must_sort(viewer)
        rule, now = self.checked(rule), self._clock()
        book = compile_rules([rule])
        with self._database.read() as connection:
            units = unit_profiles(connection, now.astimezone(self._zone).date())
            triage = Triage(units, lessons(connection, None, rules=False))
            return self._tried(rule, triage.trier(book), self._items(connection, viewer, now))

    def _tried(self, rule: Rule, fits: Callable[[str, Context], bool], rows: Iterable[RowMapping]) -> Trial:
        tried = fitting = moved = agreed = against = 0
        listed: list[Moved] = []
        until, whole = time.monotonic() + _MOST_SECONDS, True
        for row in rows:
            if tried >= _MOST_TRIED or time.monotonic() > until:
                whole = False
                break
            tried += 1
            if not fits(row["text"], self._context(row)):
                continue
            fitting += 1
            moved += _proposed(row["verdict"]) != _target(rule)
            if row["outcome"] in ("unit", "outside", "nobody"):
                decided = (row["outcome"], row["decided"])
                agreed += decided == _target(rule)
                if decided != _target(rule):
                    against += 1
                    if len(listed) < _MOST_LISTED:
                        listed.append(self._moved(row, rule))
        return Trial(
            tried=tried, whole=whole, fits=fitting, moved=moved, agreed=agreed, against=against, listed=tuple(listed)
        )

    def _items(self, connection: Connection, viewer: Viewer, now: datetime) -> Iterator[RowMapping]:
        before, since = (1 << 63) - 1, first_id_at(to_micros(now - TRIED_ON))
        scope, named = items_of(viewer)
        statement, fixed = text(_ITEMS.format(scope=scope)), named | {"since": since, "most": _BATCH}
        while True:
            rows = connection.execute(statement, fixed | {"before": before}).mappings().all()
            yield from rows
            if len(rows) < _BATCH:
                return
            before = rows[-1]["id"]

    def _context(self, row: RowMapping) -> Context:
        return Context(
            account_id=row["account_id"],
            account_unit_id=row["account_unit"],
            platform=row["platform"],
            thread_title=row["title"],
            said_at=time_of(row["id"]).astimezone(self._zone),
        )

    def _moved(self, row: RowMapping, rule: Rule) -> Moved:
        words = " ".join(masked(row["text"]).split())
        return Moved(
            code=code_of(row["id"]),
            excerpt=words if len(words) <= _EXCERPT else words[: _EXCERPT - 1] + "…",
            officers=self._named(row["outcome"], row["decided"]),
            rule=self._named(*_target(rule)),
        )

    def _named(self, outcome: str, unit_id: int | None) -> str:
        fixed = {"outside": "bukan kewenangan kabupaten", "nobody": "tidak perlu jawaban"}
        return fixed.get(outcome) or self._units.name(unit_id) or "unit yang sudah tidak ada"

    def _row(self, row: RowMapping) -> RuleRow:
        rule = rule_of(row)
        return RuleRow(
            rule=rule,
            active=bool(row["active"]),
            target=self._named(*_target(rule)),
            author=row["author"],
        )


def _target(rule: Rule) -> tuple[str, int | None]:
    return rule.outcome, rule.unit_id if rule.outcome == "unit" else None


def _proposed(verdict: str) -> tuple[str, int | None]:
    kept = orjson.loads(verdict)
    if not kept.get("needs", True):
        return "nobody", None
    if kept.get("outside"):
        return "outside", None
    return "unit", kept.get("unit")


def _columns(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name.strip(), "words": ";".join(rule.words), "without": ";".join(rule.without),
        "place_unit_id": rule.place_unit_id, "account_id": rule.account_id, "platform": rule.platform,
        "days": "" if rule.days == ALL_DAYS else "".join(map(str, sorted(rule.days))), "from_hour": rule.from_hour,
        "to_hour": rule.to_hour, "outcome": rule.outcome, "unit_id": rule.unit_id if rule.outcome == "unit" else None,
        "body": rule.body if rule.outcome == "outside" else None, "valid_from": rule.valid_from, "valid_to": rule.valid_to,
    }  # fmt: skip
