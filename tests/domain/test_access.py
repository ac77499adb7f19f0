"""Rights on the unit tree: the role's, the granted ones, and the nearest one up the tree that counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.domain.access import ROLE_RIGHTS, Right, Role, reach, right_at, rights_on_tree
from tests.fakes.viewers import viewer_of

# 1 the kabupaten; 2 and 3 dinas below it, 4 and 5 UPT below 2; 6 a kecamatan with 7 and 8 below it
TREE = {1: (2, 3, 6), 2: (4, 5), 6: (7, 8)}
UNITS = range(1, 9)


def children(unit: int) -> tuple[int, ...]:
    return TREE.get(unit, ())


def path(unit: int) -> list[int]:
    found = [unit]
    while above := [parent for parent, below in TREE.items() if found[-1] in below]:
        found += above
    return found


def units(
    role: Role, unit: int | None, *granted: tuple[int, Right], wanted: Right = Right.WORK
) -> frozenset[int] | None:
    return reach(role, rights_on_tree(role, unit, granted), wanted, children)


def test_a_role_has_a_right_in_its_unit_and_everything_below() -> None:
    assert units(Role.OPERATOR, 2) == {2, 4, 5}
    assert units(Role.OPERATOR, 2, wanted=Right.MANAGE) == frozenset()
    assert units(Role.PIC, 2, wanted=Right.MANAGE) == {2, 4, 5}


def test_some_roles_have_it_everywhere() -> None:
    assert units(Role.VERIFIER, None) is None
    assert units(Role.VERIFIER, None, wanted=Right.MANAGE) == frozenset()
    assert units(Role.LEADER, None, wanted=Right.READ) is None
    assert units(Role.LEADER, None) == frozenset()
    assert units(Role.TRC, 3, wanted=Right.READ) is None
    assert units(Role.TRC, 3) == {3}
    assert units(Role.DEVELOPER, 1, wanted=Right.READ) == frozenset()


def test_a_grant_adds_a_second_office() -> None:
    assert units(Role.OPERATOR, 3, (6, Right.WORK)) == {3, 6, 7, 8}
    assert units(Role.OPERATOR, 3, (6, Right.READ)) == {3}
    assert units(Role.OPERATOR, 3, (6, Right.READ), wanted=Right.READ) == {3, 6, 7, 8}


def test_the_nearest_right_up_the_tree_counts() -> None:
    assert units(Role.OPERATOR, 2, (4, Right.NONE)) == {2, 5}
    assert units(Role.OPERATOR, 2, (4, Right.NONE), wanted=Right.READ) == {2, 5}
    assert units(Role.OPERATOR, 2, (4, Right.MANAGE), wanted=Right.MANAGE) == {4}


def test_on_one_unit_the_greatest_counts_but_none_takes_away() -> None:
    assert units(Role.OPERATOR, 2, (2, Right.READ)) == {2, 4, 5}
    assert units(Role.OPERATOR, 2, (2, Right.MANAGE), wanted=Right.MANAGE) == {2, 4, 5}
    assert units(Role.OPERATOR, 2, (2, Right.NONE), (2, Right.MANAGE)) == frozenset()


@given(
    st.sampled_from(Role),
    st.none() | st.sampled_from(UNITS),
    st.lists(st.tuples(st.sampled_from(UNITS), st.sampled_from(Right)), max_size=5),
)
def test_what_is_reached_is_what_the_right_at_each_unit_says(
    role: Role, unit: int | None, granted: list[tuple[int, Right]]
) -> None:
    nodes = rights_on_tree(role, unit, granted)
    for wanted in (Right.READ, Right.WORK, Right.MANAGE):
        reached = reach(role, nodes, wanted, children)
        for one in UNITS:
            assert (reached is None or one in reached) == (right_at(role, nodes, path(one)) >= wanted)


def test_every_role_has_its_rights() -> None:
    assert set(ROLE_RIGHTS) == set(Role)


def test_a_ring_of_units_ends() -> None:
    assert reach(Role.OPERATOR, {1: Right.WORK}, Right.WORK, {1: (2,), 2: (1,)}.__getitem__) == {1, 2}


@pytest.mark.parametrize(
    ("role", "reads", "works", "sorts", "tends", "administers"),
    [
        (Role.OPERATOR, True, True, False, False, False),
        (Role.PIC, True, True, False, False, False),
        (Role.HEAD, True, True, False, False, False),
        (Role.VERIFIER, True, True, True, False, False),
        (Role.DISKOMINFO, True, True, True, True, True),
        (Role.TRC, True, True, False, False, False),
        (Role.INSPECTORATE, True, True, False, False, False),
        (Role.LEADER, True, False, False, False, False),
        (Role.DEVELOPER, False, False, False, True, False),
    ],
)
def test_what_each_role_is_for(
    role: Role, reads: bool, works: bool, sorts: bool, tends: bool, administers: bool
) -> None:
    viewer = viewer_of(role, 2)
    told = (viewer.reads_items, viewer.works, viewer.sorts, viewer.tends_accounts, viewer.administers)
    assert told == (reads, works, sorts, tends, administers)


def test_what_has_no_unit_yet_is_only_for_who_has_the_right_everywhere() -> None:
    assert viewer_of(Role.VERIFIER).may_work(None) and not viewer_of(Role.OPERATOR, 2).may_see(None)
    assert not viewer_of(Role.DEVELOPER, 2).may_see(2)
    assert viewer_of(Role.HEAD, 2).may_manage(2) and not viewer_of(Role.OPERATOR, 2).may_manage(2)
