"""Who bears which family of affairs in this kabupaten, found from names, short names and affairs of its
units."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aggregator.domain.triage.lexicon import (
    OUTSIDE,
    WHOLE_FAMILY,
    Family,
    Topic,
    canonical,
    entries,
    families,
)
from aggregator.domain.triage.records import UnitProfile

PLACE_KINDS = {
    "kecamatan": "kecamatan",
    "distrik": "kecamatan",
    "kelurahan": "kelurahan_desa",
    "desa": "kelurahan_desa",
}
PLACE_KINDS |= dict.fromkeys(("nagari", "gampong", "pekon"), "kelurahan_desa")
# Units that serve one place only: they answer for a family when named or when their own account was
# addressed.
_LOCAL_KINDS = {
    *PLACE_KINDS,
    "upt",
    "uptd",
    "sekolah",
    "puskesmas",
    "pustu",
    "sd",
    "sdn",
    "smp",
    "smpn",
    "tk",
    "paud",
}
_OFFICES = {
    "dinas",
    "badan",
    "satuan",
    "inspektorat",
    "sekretariat",
    "rsud",
    "rumah",
    "pdam",
    "perumda",
    "perumdam",
}
_HOSPITALS = {"rsud", "rumah"}
_GENERAL_FAMILIES = {"setda", "diskominfo"}
_OWNER = re.compile(r"\b(kabupaten|kota|provinsi)\b(?! padang\b).*$")
_COURSES = re.compile(r"\bpendidikan (dan )?pelatihan\b")  # a staff agency, not a school office
_MAX_NAME_WORDS = 6


@dataclass(frozen=True, slots=True)
class Holders:
    """`of[family, topic]`: ids of the units responsible, none when the kabupaten has no such office.

    families_of: unit id -> families its name or affairs speak of. aliases: a unit's own names -> its ids, places apart
    (`place.Gazetteer`). general: units whose account receives everybody's messages.
    """

    of: dict[tuple[str, int], tuple[int, ...]]
    families_of: dict[int, frozenset[str]]
    aliases: dict[str, tuple[int, ...]]
    general: frozenset[int]


def find_holders(units: Sequence[UnitProfile]) -> Holders:
    """Read the list of units once. Order does not matter; equal names are kept apart by id."""
    by_name = _index((unit, [unit.name, unit.short_name or ""]) for unit in units)
    by_affair = _index((unit, unit.affairs) for unit in units)
    rank = {unit.id: _rank(unit) for unit in units}
    of = {key: ids for family in families() for key, ids in _holders_of(family, by_name, by_affair, rank)}
    of.update(_place_holders(units))
    spoken = _families_of(by_name, by_affair, units)
    return Holders(
        of=of,
        families_of=spoken,
        aliases=_aliases(units),
        general=frozenset(
            u.id for u in units if u.kind in ("kabupaten", "kota", "pemda") or spoken[u.id] & _GENERAL_FAMILIES
        ),
    )


def place_family(unit: UnitProfile) -> str | None:
    """The family of a kecamatan, kelurahan or desa; None for any other unit."""
    return PLACE_KINDS.get(unit.kind) or PLACE_KINDS.get(_first_word(unit.name))


def is_place(kind: str, name: str) -> bool:
    """Whether a unit is a kecamatan, kelurahan or desa, by its kind or the first word of its name."""
    return kind in PLACE_KINDS or _first_word(name) in PLACE_KINDS


def bare_name(name: str) -> str:
    """The canonical name without the kabupaten it belongs to."""
    plain = canonical(name)
    return _OWNER.sub("", plain).strip() or plain


Index = dict[str, set[int]]


def _index(named: Iterable[tuple[UnitProfile, Sequence[str]]]) -> Index:
    """Every run of words in the given names -> units."""
    found: Index = defaultdict(set)
    for unit, names in named:
        for name in names:
            words = _COURSES.sub("diklat", canonical(name)).split()
            for start in range(len(words)):
                for end in range(start + 1, min(len(words), start + _MAX_NAME_WORDS) + 1):
                    found[" ".join(words[start:end])].add(unit.id)
    return found


def _holders_of(
    family: Family, by_name: Index, by_affair: Index, rank: dict[int, int]
) -> Iterable[tuple[tuple[str, int], tuple[int, ...]]]:
    if family.code == OUTSIDE:
        return
    names = (*family.affairs, *family.names)
    whole = (
        _best((family.code, *names), by_affair, rank)
        or _best(names, by_name, rank)
        or _best(family.stand_ins, by_name, rank)
    )
    yield (family.code, WHOLE_FAMILY), whole
    for number, topic in enumerate(family.topics):
        own = _best(_words_of(topic), by_affair, rank) or _best(topic.affairs, by_name, rank)
        yield (family.code, number), own or whole


def _words_of(topic: Topic) -> tuple[str, ...]:
    return (topic.name, *topic.affairs, *topic.strong_words)


def _best(names: Iterable[str], index: Index, rank: dict[int, int]) -> tuple[int, ...]:
    """The weightiest units that bear the first of these names anybody bears."""
    for name in names:
        ids = [unit for unit in index.get(canonical(name), ()) if rank[unit]]
        if ids:
            top = max(rank[unit] for unit in ids)
            return tuple(sorted(unit for unit in ids if rank[unit] == top))
    return ()


def _rank(unit: UnitProfile) -> int:
    first = _first_word(unit.name)
    if first in _HOSPITALS:
        return 3  # often a UPT on paper, and yet the one hospital of the kabupaten
    if unit.kind in _LOCAL_KINDS or first in _LOCAL_KINDS:
        return 0
    return 1 if first == "bagian" else 3 if first in _OFFICES else 2


def _first_word(name: str) -> str:
    return next(iter(canonical(name).split()), "")


def _place_holders(units: Sequence[UnitProfile]) -> dict[tuple[str, int], tuple[int, ...]]:
    """Offices of places are many: the family is nobody's until a place or an account narrows it down."""
    found: dict[tuple[str, int], tuple[int, ...]] = {}
    for code in ("kecamatan", "kelurahan_desa"):
        ids = tuple(unit.id for unit in units if place_family(unit) == code)
        for family in families():
            if family.code == code:
                found |= {(code, n): ids for n in range(WHOLE_FAMILY, len(family.topics))}
    return found


def _families_of(by_name: Index, by_affair: Index, units: Sequence[UnitProfile]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for family in families():
        for name in (*family.affairs, *family.names, family.code):
            for index in (by_name, by_affair):
                for unit_id in index.get(canonical(name), ()):
                    found[unit_id].add(family.code)
        for topic in family.topics:
            for name in topic.affairs:
                for unit_id in by_name.get(canonical(name), ()):
                    found[unit_id].add(family.code)
    for unit_id in by_name.get("puskesmas", ()):
        found[unit_id].add("dinkes")
    for unit in units:  # a village's own page is where people ask for its funds and its people
        place = place_family(unit)
        if place is not None:
            found[unit.id] |= {place, "dpmd"} if place == "kelurahan_desa" else {place}
    return defaultdict(frozenset, {unit: frozenset(codes) for unit, codes in found.items()})


def _aliases(units: Sequence[UnitProfile]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = defaultdict(set)
    for unit in units:
        if place_family(unit):
            continue
        for name in (unit.name, unit.short_name or ""):
            alias = bare_name(name)
            if len(alias) > 2 and not is_common(alias):
                found[alias].add(unit.id)
    return {alias: tuple(sorted(ids)) for alias, ids in found.items()}


def is_common(name: str) -> bool:
    """A word of the taxonomy or of everyday speech, so that a unit called so needs more than the bare
    word."""
    entry = entries().get(name)
    return bool(
        entry and (entry.cues or any(sense.topic != WHOLE_FAMILY or sense.weight < 1 for sense in entry.senses))
    )
