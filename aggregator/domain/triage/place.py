"""Where a message is about: the names of kecamatan, kelurahan, desa, roads and landmarks of one kabupaten.

A name alone may fit several places ("Curup" stands in five names of one kabupaten). The word before it, another
place in the text, and the account that received the message tell which; where nothing does, the finding says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from aggregator.domain.triage.holders import PLACE_KINDS, bare_name, is_common, place_family
from aggregator.domain.triage.lexicon import canonical
from aggregator.domain.triage.phrases import PhraseBook
from aggregator.domain.triage.records import NOWHERE, Context, Place, UnitProfile

# The word before a name says on which level it is meant.
_MARKS: Mapping[str, str] = {
    **dict.fromkeys(("kecamatan", "camat", "distrik"), "kecamatan"),
    **dict.fromkeys(("kelurahan", "lurah"), "kelurahan"),
    **dict.fromkeys(("desa", "kades", "kepala desa", "nagari", "gampong", "pekon"), "desa"),
}  # fmt: skip
_MARKS_A_PLACE = frozenset((*_MARKS, "di", "warga", "wilayah", "daerah", "dusun", "rt", "rw", "jl", "pasar"))
_SHORTEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFinding:
    """`unit_id`: the smallest kecamatan, kelurahan or desa that is meant, None when none is or it is not clear; then
    `name` is what fits several and `others` are those. `named`: every unit of a place that was meant, with those it
    lies in."""

    unit_id: int | None = None
    name: str | None = None
    others: tuple[int, ...] = ()
    named: frozenset[int] = frozenset()


NO_PLACE = PlaceFinding()


@dataclass(frozen=True, slots=True)
class _Named:
    """A name that stands in the text, and the units it may mean."""

    name: str
    units: frozenset[int]
    marked: bool


class Gazetteer:
    """The places of one kabupaten. Built once; a look-up grows with the length of the text alone."""

    def __init__(self, units: Sequence[UnitProfile], places: Iterable[Place] = ()) -> None:
        self._family = {unit.id: family for unit in units if (family := place_family(unit))}
        self._offices: dict[str, list[int]] = defaultdict(list)
        for unit_id, family in self._family.items():
            self._offices[family].append(unit_id)
        self._level = {unit.id: _level(unit) for unit in units if unit.id in self._family}
        self._parent = {unit.id: unit.parent_id for unit in units if unit.id in self._family}
        self._names: dict[str, frozenset[int]] = {}
        self._weak: set[str] = set()
        names: dict[str, set[int]] = defaultdict(set)
        for unit in units:
            if unit.id in self._family:
                for name in filter(None, (unit.name, unit.short_name)):
                    names[_place_name(name)].add(unit.id)
        self._units_by_word = _by_word(names)
        own = {canonical(place.name): place.unit_id for place in places if place.unit_id in self._family}
        for name, unit_id in own.items():
            names[name].add(unit_id)
        for name, ids in names.items():
            if len(name) >= _SHORTEST and name not in PLACE_KINDS:
                self._keep(name, frozenset(ids), weak=name not in own and is_common(name))
        self._book = PhraseBook(self._names)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of a name: spelling is steered towards them."""
        return frozenset(word for name in self._names for word in name.split())

    def find(self, words: Sequence[str], context: Context = NOWHERE, title: Sequence[str] = ()) -> PlaceFinding:
        """The place a text speaks of; else that of the account, when the account belongs to an office of a place; else the
        one its thread's title names."""
        finding = self._resolved(list(self._read(words)), context)
        if finding is not NO_PLACE:
            return finding
        account = context.account_unit_id
        if account in self._family:
            return PlaceFinding(unit_id=account, named=self._with_parents([account]))
        return self._resolved(list(self._read(title)), context)

    def office_for(self, family: str, finding: PlaceFinding) -> int | None:
        """The office of a family ("kecamatan", "kelurahan_desa") that a place belongs to, or the only one there is; None
        when it is not known which."""
        if len(self._offices[family]) == 1:
            return self._offices[family][0]
        at: int | None = finding.unit_id
        while at is not None and self._family.get(at) != family:
            at = self._parent.get(at)
        return at

    def shared_class(self, unit_id: int) -> str | None:
        """The family of an office of a place when there are several of that family."""
        family = self._family.get(unit_id)
        return family if family is not None and len(self._offices[family]) > 1 else None

    # -- reading -------------------------------------------------------------------------------------------------------

    def _read(self, words: Sequence[str]) -> Iterator[_Named]:
        for position, name in self._book.found(words):
            named = self._meant(name, words[position - 1] if position else "")
            if named is not None:
                yield named

    def _meant(self, name: str, before: str) -> _Named | None:
        """The units a name may mean after the word before it; None when it is only an everyday word."""
        level = _MARKS.get(before)
        units = self._names[name]
        if level is not None:
            of_level = frozenset(unit for unit in units if self._level[unit] == level)
            return _Named(name, of_level or units, marked=True)
        if name in self._weak and before not in _MARKS_A_PLACE:
            return None
        wider = self._units_by_word.get(name, frozenset())  # "Curup" alone may be any place with that word in its name
        return _Named(name, units | wider, marked=False)

    # -- choosing --------------------------------------------------------------------------------------------------------

    def _resolved(self, found: Sequence[_Named], context: Context) -> PlaceFinding:
        certain = self._with_parents([unit for one in found if len(one.units) == 1 for unit in one.units])
        near = certain | self._with_parents([context.account_unit_id])
        settled: list[tuple[str, int]] = []
        unclear: _Named | None = None
        for one in found:
            unit = self._one_of(one, near)
            if unit is not None:
                settled.append((one.name, unit))
            elif unclear is None or one.marked:
                unclear = one
        if settled:
            name, unit = max(settled, key=lambda pair: self._depth(pair[1]))
            return PlaceFinding(unit_id=unit, name=name, named=self._with_parents([unit for _, unit in settled]))
        if unclear is not None:
            return PlaceFinding(name=unclear.name, others=tuple(sorted(unclear.units)))
        return NO_PLACE

    def _one_of(self, one: _Named, near: frozenset[int]) -> int | None:
        """The unit that is meant: the only one, or the only one that lies in, or is, a place known from elsewhere."""
        if len(one.units) == 1:
            return next(iter(one.units))
        here = [unit for unit in one.units if unit in near or self._parent.get(unit) in near]
        inner = [unit for unit in here if self._parent.get(unit) not in one.units] or here
        return inner[0] if len(inner) == 1 else None

    def _depth(self, unit: int) -> int:
        return 0 if self._family[unit] == "kecamatan" else 1

    def _with_parents(self, units: Iterable[int | None]) -> frozenset[int]:
        found: set[int] = set()
        for unit in units:
            at = unit
            while at is not None and at in self._family and at not in found:
                found.add(at)
                at = self._parent.get(at)
        return frozenset(found)

    def _keep(self, name: str, units: frozenset[int], *, weak: bool) -> None:
        self._names[name] = units
        if weak or name.startswith("kota "):  # "kota Padang" is a city elsewhere as well as a kecamatan here
            self._weak.add(name)


def _level(unit: UnitProfile) -> str:
    """kecamatan, kelurahan or desa, by its kind or else by its name."""
    word = unit.kind if unit.kind in PLACE_KINDS else canonical(unit.name).split(" ")[0]
    return _MARKS.get(word, "desa")


def _place_name(name: str) -> str:
    bare = bare_name(name)
    first, _, rest = bare.partition(" ")
    return rest if first in PLACE_KINDS and rest else bare


def _by_word(names: Mapping[str, set[int]]) -> dict[str, frozenset[int]]:
    """Every run of words inside a longer name -> the units called so."""
    found: dict[str, set[int]] = defaultdict(set)
    for name, units in names.items():
        words = name.split()
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                run = " ".join(words[start:end])
                if run != name and run in names:
                    found[run] |= units
    return {run: frozenset(units) for run, units in found.items()}
