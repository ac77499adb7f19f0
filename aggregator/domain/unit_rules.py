"""What a unit asks of its answers and of ends without one: a second person, and how often one text may be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

EVERY_UNIT = 0


class Approval(StrEnum):
    """When an answer needs a second person's word before it goes out."""

    NONE = "none"
    ALWAYS = "always"
    BY_KIND = "by_kind"


class End(StrEnum):
    """Ends without an answer that can be seen on the platform."""

    CLOSED = "closed"
    ELSEWHERE = "answered_elsewhere"
    NOT_NEEDED = "no_answer_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRule:
    """`approval_kinds` counts only with BY_KIND. `verified_ends`: ends that wait for a verifier who is not the worker."""

    approval: Approval = Approval.NONE
    approval_kinds: frozenset[str] = frozenset()
    verified_ends: frozenset[End] = frozenset()
    most_uses: int = 5
    uses_days: int = 30

    def wants_approval(self, kind: str) -> bool:
        """Whether an answer to an item of this kind needs a second person."""
        return self.approval is Approval.ALWAYS or (self.approval is Approval.BY_KIND and kind in self.approval_kinds)

    def wants_verifier(self, end: End) -> bool:
        return end in self.verified_ends


NO_RULE = UnitRule()


def nearest(rules: Mapping[int, UnitRule], path: Iterable[int]) -> UnitRule:
    """The rule that counts for a unit whose path leads from itself up to the root: the nearest one, then that of all."""
    return next((rules[unit] for unit in (*path, EVERY_UNIT) if unit in rules), NO_RULE)
