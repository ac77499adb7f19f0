"""Who may see and do what. A person's rights lie on the unit tree: their role gives the first ones, grants (a substitute, a
second office, an exception) add to them or take away, and the nearest one up the tree counts. Every query about items goes
through one scope made of them (`services/inbox/scope.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

UnitSet = frozenset[int] | None  # None: every unit, and what has none yet


class Right(IntEnum):
    """What a person may do with a unit's items; each includes the ones before it."""

    NONE = 0
    READ = 1
    WORK = 2
    MANAGE = 3  # approve answers, keep the unit's templates and people's turns


class Role(StrEnum):
    """What a person is to Sahut."""

    OPERATOR = "operator"  # answers for an OPD, a kecamatan, a kelurahan or a desa
    PIC = "pic"  # answers for a unit and sees to it that others do
    HEAD = "kepala"  # heads a unit: approves, decides
    VERIFIER = "verifikator"  # Diskominfo: sorts, routes, verifies
    DISKOMINFO = "diskominfo"  # Diskominfo's admin: all of that, and people, accounts, settings
    TRC = "trc"  # rapid reaction team: reads every unit, works on what its own has
    INSPECTORATE = "inspektorat"  # accusations against officials
    LEADER = "pimpinan"  # Sekda, Bupati: reads every unit, leaves notes
    DEVELOPER = "developer"  # looks after plugins and accounts; reads no person's words


@dataclass(frozen=True, slots=True)
class RoleRights:
    """The rights a role brings: in every unit, and in the person's own with all below it."""

    everywhere: Right
    own: Right


ROLE_RIGHTS: Mapping[Role, RoleRights] = MappingProxyType(
    {
        Role.OPERATOR: RoleRights(Right.NONE, Right.WORK),
        Role.PIC: RoleRights(Right.NONE, Right.MANAGE),
        Role.HEAD: RoleRights(Right.NONE, Right.MANAGE),
        Role.VERIFIER: RoleRights(Right.WORK, Right.WORK),
        Role.DISKOMINFO: RoleRights(Right.MANAGE, Right.MANAGE),
        Role.TRC: RoleRights(Right.READ, Right.WORK),
        Role.INSPECTORATE: RoleRights(Right.NONE, Right.WORK),
        Role.LEADER: RoleRights(Right.READ, Right.READ),
        Role.DEVELOPER: RoleRights(Right.NONE, Right.NONE),
    }
)
OF_A_UNIT = frozenset({Role.OPERATOR, Role.PIC, Role.HEAD, Role.TRC, Role.INSPECTORATE})  # must have one
READS_CONFIDENTIAL = frozenset({Role.DISKOMINFO, Role.INSPECTORATE})  # when added; kept with the person afterwards


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person who is logged in. `unit_ids`, `work_ids`, `manage_ids`: the units whose items may be seen, worked on,
    managed; None means every unit. `confidential`: named to see confidential items of those units; `named`: named for
    single confidential items besides."""

    person_id: int | None  # None: whoever runs the command line on this machine
    login: str
    name: str
    role: Role
    unit_id: int | None
    unit_ids: UnitSet
    work_ids: UnitSet
    manage_ids: UnitSet
    confidential: bool = False
    named: bool = False

    @property
    def reads_items(self) -> bool:
        return self.role is not Role.DEVELOPER

    @property
    def works(self) -> bool:
        """Whether there is anything this person may act on."""
        return self.reads_items and self.work_ids != frozenset()

    @property
    def sees_everything(self) -> bool:
        return self.unit_ids is None

    @property
    def sorts(self) -> bool:
        """Sorts what no unit has yet, and teaches triage."""
        return self.reads_items and self.work_ids is None

    @property
    def tends_accounts(self) -> bool:
        return self.role in (Role.DISKOMINFO, Role.DEVELOPER)

    @property
    def administers(self) -> bool:
        """Looks after people, rights and settings of the whole installation."""
        return self.role is Role.DISKOMINFO

    def may_see(self, unit_id: int | None) -> bool:
        """Whether items of this unit (None: not routed yet) may be seen."""
        return self.reads_items and _holds(self.unit_ids, unit_id)

    def may_work(self, unit_id: int | None) -> bool:
        """Whether items of this unit may be acted on."""
        return self.reads_items and _holds(self.work_ids, unit_id)

    def may_manage(self, unit_id: int | None) -> bool:
        """Whether answers of this unit may be approved and its templates kept."""
        return self.reads_items and _holds(self.manage_ids, unit_id)


def _holds(units: UnitSet, unit_id: int | None) -> bool:
    return units is None or (unit_id is not None and unit_id in units)


def rights_on_tree(role: Role, unit_id: int | None, grants: Iterable[tuple[int, Right]]) -> dict[int, Right]:
    """The rights at the nodes of the tree where they begin: the role's on the own unit, and the granted ones. On one unit
    the greatest counts, but NONE takes everything away there."""
    nodes: dict[int, Right] = {}
    if unit_id is not None and ROLE_RIGHTS[role].own:
        nodes[unit_id] = ROLE_RIGHTS[role].own
    for granted, right in grants:
        before = nodes.get(granted, right)
        nodes[granted] = max(before, right) if before and right else Right.NONE
    return nodes


def right_at(role: Role, nodes: Mapping[int, Right], path: Iterable[int]) -> Right:
    """The right at one unit, whose path leads from itself up to the root."""
    nearest = next((nodes[unit] for unit in path if unit in nodes), Right.NONE)
    return max(nearest, ROLE_RIGHTS[role].everywhere)


def reach(role: Role, nodes: Mapping[int, Right], wanted: Right, children: Callable[[int], Iterable[int]]) -> UnitSet:
    """Every unit where the person has at least the right that is wanted: below a node up to the next node."""
    if ROLE_RIGHTS[role].everywhere >= wanted:
        return None
    found: set[int] = set()
    for node, right in nodes.items():
        stack = [node] if right >= wanted else []
        while stack:
            unit = stack.pop()
            found.add(unit)
            stack.extend(below for below in children(unit) if below not in nodes and below not in found)
    return frozenset(found)
