"""The kabupaten's own rules: words, place, account, platform and time decide whose a message is, whatever triage thinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from aggregator.domain.triage.lexicon import canonical
from aggregator.domain.triage.records import Context

ALL_DAYS = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """All conditions that are given must hold; of `words` one must stand in the text, of `without` none may.

    `place_unit_id`: the message speaks of this place or of one inside it. `days`: 1 is Monday; hours are local, from 22
    to 5 goes over midnight and 5 itself is no longer in it. outcome: unit (then `unit_id`), outside (then `body`), nobody.
    """

    id: int
    name: str
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    place_unit_id: int | None = None
    account_id: int | None = None
    platform: str | None = None
    days: frozenset[int] = ALL_DAYS
    from_hour: int | None = None
    to_hour: int | None = None
    outcome: str = "unit"
    unit_id: int | None = None
    body: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    words: tuple[str, ...]
    without: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules in the order in which they are tried."""

    compiled: tuple[_Compiled, ...] = field(default=())

    def first(self, words: Sequence[str], folded: str, context: Context, places: frozenset[int]) -> Rule | None:
        """The first rule that fits, None when none does. `words` as triage reads the text, `folded` as it was typed;
        `places`: the units of the places it speaks of. Grows with the number of rules."""
        if not self.compiled:
            return None
        said = (f" {' '.join(words)} ", f" {folded} ")
        return next((one.rule for one in self.compiled if _fits(one, said, context, places)), None)


def compile_rules(rules: Sequence[Rule]) -> RuleBook:
    """Bring the rules' words to the spelling in which texts are read; a rule that says nothing fits nothing."""
    compiled = (_Compiled(rule, _phrases(rule.words), _phrases(rule.without)) for rule in rules)
    return RuleBook(tuple(one for one in compiled if _says_something(one)))


def _phrases(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(phrase for one in given if (phrase := canonical(one)))


def _says_something(one: _Compiled) -> bool:
    rule = one.rule
    if rule.words:
        return bool(one.words)
    return rule.place_unit_id is not None or rule.account_id is not None or rule.platform is not None


def _fits(one: _Compiled, said: tuple[str, str], context: Context, places: frozenset[int]) -> bool:
    rule = one.rule
    return (
        (rule.account_id is None or rule.account_id == context.account_id)
        and (rule.platform is None or rule.platform == context.platform)
        and (rule.place_unit_id is None or rule.place_unit_id in places)
        and _in_time(rule, context)
        and (not one.words or _stands(one.words, said))
        and not _stands(one.without, said)
    )


def _stands(phrases: Sequence[str], said: tuple[str, str]) -> bool:
    return any(f" {phrase} " in text for phrase in phrases for text in said)


def _in_time(rule: Rule, context: Context) -> bool:
    timed = (
        rule.days != ALL_DAYS or rule.from_hour is not None or rule.valid_from is not None or rule.valid_to is not None
    )
    if not timed:
        return True
    at = context.said_at
    if at is None:
        return False
    if (rule.valid_from is not None and at.date() < rule.valid_from) or (
        rule.valid_to is not None and at.date() > rule.valid_to
    ):
        return False
    return at.isoweekday() in rule.days and _in_hours(rule, at.hour)


def _in_hours(rule: Rule, hour: int) -> bool:
    if rule.from_hour is None or rule.to_hour is None:
        return True
    if rule.from_hour <= rule.to_hour:
        return rule.from_hour <= hour < rule.to_hour
    return hour >= rule.from_hour or hour < rule.to_hour
