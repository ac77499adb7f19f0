"""Who may see and do what. One viewer, one scope: every query about items goes through `Viewer.scope`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is to Sahut."""

    OPERATOR = "operator"  # answers for a unit and the units below it
    DISKOMINFO = "diskominfo"  # sees every unit, sorts what waits for triage, looks after accounts
    LEADER = "pimpinan"  # reads every unit
    DEVELOPER = "developer"  # looks after plugins and accounts; reads no person's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person who is logged in. `unit_ids` are the units whose items may be seen; None means every unit."""

    person_id: int | None  # None: whoever runs the command line on this machine
    login: str
    name: str
    role: Role
    unit_id: int | None
    unit_ids: frozenset[int] | None

    @property
    def reads_items(self) -> bool:
        return self.role is not Role.DEVELOPER

    @property
    def works(self) -> bool:
        return self.role in (Role.OPERATOR, Role.DISKOMINFO)

    @property
    def sees_everything(self) -> bool:
        return self.unit_ids is None

    @property
    def sorts(self) -> bool:
        """Sorts what no unit has yet, and teaches triage."""
        return self.works and self.sees_everything

    @property
    def tends_accounts(self) -> bool:
        return self.role in (Role.DISKOMINFO, Role.DEVELOPER)

    def may_see(self, unit_id: int | None) -> bool:
        """Whether an item of this unit (None: not routed yet) may be seen."""
        if not self.reads_items:
            return False
        return self.unit_ids is None or (unit_id is not None and unit_id in self.unit_ids)
