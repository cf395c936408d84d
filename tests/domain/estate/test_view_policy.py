import pytest

from domain.estate.records import RelationType
from domain.estate.view_policy import (
    VIEW_POLICIES,
    View,
    build_policy_trace,
    clamp_depth,
    get_allowed_rel_types,
)


def test_every_view_has_a_policy() -> None:
    assert set(VIEW_POLICIES) == set(View)


@pytest.mark.parametrize("view", View)
def test_a_view_starts_within_its_own_limits(view: View) -> None:
    policy = VIEW_POLICIES[view]
    assert 1 <= policy.default_depth <= policy.max_depth


@pytest.mark.parametrize(
    ("requested", "depth"), [(None, 3), (-1, 1), (0, 1), (2, 2), (6, 6), (7, 6)]
)
def test_a_depth_is_clamped_to_the_view_and_defaults_to_its_own(
    requested: int | None, depth: int
) -> None:
    assert clamp_depth(View.IMPACT, requested) == depth


def test_what_is_affected_is_found_against_the_direction_of_needing() -> None:
    assert VIEW_POLICIES[View.IMPACT].direction == "in"
    assert VIEW_POLICIES[View.DEPENDENCY].direction == "out"


def test_a_failing_part_affects_the_whole() -> None:
    assert RelationType.COMPOSED_OF in get_allowed_rel_types(View.IMPACT)


def test_a_missing_protection_does_not_make_an_item_fail() -> None:
    assert RelationType.PROTECTED_BY not in get_allowed_rel_types(View.IMPACT)


def test_being_composed_of_parts_is_not_a_dependency() -> None:
    assert RelationType.COMPOSED_OF not in get_allowed_rel_types(View.DEPENDENCY)


def test_a_policy_trace_tells_what_was_requested_from_what_is_used() -> None:
    trace = build_policy_trace(View.COMPOSITION, 9)
    assert trace == {
        "view": "COMPOSITION",
        "requested_depth": 9,
        "clamped_depth": 3,
        "max_depth": 3,
        "direction": "out",
        "allowed_rel_types": ["COMPOSED_OF"],
    }


def test_a_policy_trace_without_a_request_says_so() -> None:
    assert build_policy_trace(View.NEIGHBORS)["requested_depth"] is None
