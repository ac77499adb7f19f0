"""Everything a kabupaten taught triage, read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, RowMapping, func, or_, select

from aggregator.domain.triage import Lessons, Place, UnitProfile
from aggregator.domain.triage.learned import LearnedModel
from aggregator.domain.triage.rules import ALL_DAYS, Rule, compile_rules
from aggregator.storage.tables import examples, items, models, places, routing_rules, slang_words, thresholds, units


def unit_profiles(connection: Connection, today: date) -> tuple[UnitProfile, ...]:
    """The units that exist today, as triage reads them."""
    begun = or_(units.c.valid_from.is_(None), units.c.valid_from <= today)
    lasts = or_(units.c.valid_to.is_(None), units.c.valid_to > today)
    return tuple(
        UnitProfile(
            id=row["id"],
            name=row["name"],
            short_name=row["short_name"],
            kind=row["kind"],
            parent_id=row["parent_id"],
            affairs=tuple(affair for affair in row["affairs"].split(";") if affair),
        )
        for row in connection.execute(select(units).where(begun, lasts).order_by(units.c.id)).mappings()
    )


def active_model_id(connection: Connection) -> int | None:
    """The model that is asked now."""
    newest = select(func.max(models.c.id)).where(models.c.state == "active")
    return connection.execute(newest).scalar()


def load_model(connection: Connection, model_id: int) -> LearnedModel:
    weights = connection.execute(select(models.c.weights).where(models.c.id == model_id)).scalar_one()
    return LearnedModel.of_bytes(weights)


def lessons(connection: Connection, model: LearnedModel | None, *, rules: bool = True) -> Lessons:
    """What was taught, around a model. Without `rules`: triage's own opinion, which rules are tried against."""
    return Lessons(
        slang={row.spelling: row.meaning for row in connection.execute(select(slang_words))},
        places=tuple(Place(name=r.name, kind=r.kind, unit_id=r.unit_id) for r in connection.execute(select(places))),
        rules=compile_rules(active_rules(connection) if rules else ()),
        model=model,
        thresholds={row.unit_id: row.at_least for row in connection.execute(select(thresholds))},
    )


def active_rules(connection: Connection) -> list[Rule]:
    """The kabupaten's rules in the order in which they are tried; those whose dates are over stay for what was said then."""
    rows = select(routing_rules).where(routing_rules.c.active).order_by(routing_rules.c.position, routing_rules.c.id)
    return [rule_of(row) for row in connection.execute(rows).mappings()]


def rule_of(row: RowMapping) -> Rule:
    return Rule(
        id=row["id"],
        name=row["name"],
        words=parts(row["words"]),
        without=parts(row["without"]),
        place_unit_id=row["place_unit_id"],
        account_id=row["account_id"],
        platform=row["platform"] or None,
        days=frozenset(int(day) for day in row["days"]) or ALL_DAYS,
        from_hour=row["from_hour"],
        to_hour=row["to_hour"],
        outcome=row["outcome"],
        unit_id=row["unit_id"],
        body=row["body"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


def parts(listed: str) -> tuple[str, ...]:
    """Phrases separated by ';' or line ends."""
    return tuple(part.strip() for part in listed.replace("\n", ";").split(";") if part.strip())


def precedents(connection: Connection, same: Sequence[int]) -> Mapping[int, Mapping[int, int]]:
    """For texts by their hash of words: unit -> how often officers gave it the very same words."""
    if not same:
        return {}
    statement = (
        select(items.c.same_words, examples.c.unit_id, func.count())
        .select_from(examples.join(items, items.c.id == examples.c.item_id))
        .where(items.c.same_words.in_(same), examples.c.outcome == "unit", examples.c.unit_id.is_not(None))
        .group_by(items.c.same_words, examples.c.unit_id)
    )
    found: dict[int, dict[int, int]] = {}
    for words, unit_id, often in connection.execute(statement):
        found.setdefault(words, {})[unit_id] = often
    return found
