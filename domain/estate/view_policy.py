"""Views of the estate's graph: which relations each follows, in which direction, how far."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from pydantic import JsonValue

from domain.estate.records import RelationType

Direction = Literal["out", "in", "both"]


class View(StrEnum):
    """The questions that can be asked of the graph around a configuration item."""

    SUMMARY = "SUMMARY"
    COMPOSITION = "COMPOSITION"
    DEPENDENCY = "DEPENDENCY"
    IMPACT = "IMPACT"
    PATH = "PATH"
    NEIGHBORS = "NEIGHBORS"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPolicy:
    """Which relations a view follows, in which direction, and how far.

    `direction` is seen from the root: "out" follows relations from source to target, "in" from
    target to source. `output_defaults` are the kinds of blocks that show the view best. `max_hops`
    bounds the length of a path and is None for views that expand.
    """

    name: View
    description: str
    default_depth: int
    max_depth: int
    direction: Direction
    rel_types: tuple[RelationType, ...]
    output_defaults: tuple[str, ...]
    notes: str = ""
    max_hops: int | None = None


_ALL_TYPES = tuple(RelationType)

_POLICIES = (
    ViewPolicy(
        name=View.SUMMARY,
        description="What is directly around an item",
        default_depth=1,
        max_depth=1,
        direction="both",
        rel_types=_ALL_TYPES,
        output_defaults=("table", "text"),
    ),
    ViewPolicy(
        name=View.COMPOSITION,
        description="What an item consists of",
        default_depth=2,
        max_depth=3,
        direction="out",
        rel_types=(RelationType.COMPOSED_OF,),
        output_defaults=("network", "table"),
        notes="An item without parts shows what it is a part of instead.",
    ),
    ViewPolicy(
        name=View.DEPENDENCY,
        description="What an item needs to work",
        default_depth=2,
        max_depth=3,
        # Not both: what needs the item is the IMPACT view; mixed, neither question is answered.
        direction="out",
        rel_types=tuple(kind for kind in RelationType if kind is not RelationType.COMPOSED_OF),
        output_defaults=("network", "table"),
    ),
    ViewPolicy(
        name=View.IMPACT,
        description="What is affected when an item fails",
        default_depth=3,
        max_depth=6,
        direction="in",
        # PROTECTED_BY is missing: without its protection an item is exposed, but it works.
        rel_types=tuple(kind for kind in RelationType if kind is not RelationType.PROTECTED_BY),
        output_defaults=("network", "table"),
        notes="A system is affected when one of its parts fails.",
    ),
    ViewPolicy(
        name=View.PATH,
        description="How two items are connected",
        default_depth=3,
        max_depth=6,
        direction="both",
        rel_types=_ALL_TYPES,
        output_defaults=("path", "table"),
        max_hops=6,
    ),
    ViewPolicy(
        name=View.NEIGHBORS,
        description="What is near an item",
        default_depth=1,
        max_depth=2,
        direction="both",
        rel_types=_ALL_TYPES,
        output_defaults=("network", "table"),
    ),
)

VIEW_POLICIES: Mapping[View, ViewPolicy] = MappingProxyType(
    {policy.name: policy for policy in _POLICIES}
)


def clamp_depth(view: View, requested: int | None = None) -> int:
    """Return the depth that a view reaches: the requested within its limits, else its default."""
    return clamped(VIEW_POLICIES[view], requested)


def clamped(policy: ViewPolicy, requested: int | None) -> int:
    """Return the same of a policy."""
    if requested is None:
        return policy.default_depth
    return max(1, min(requested, policy.max_depth))  # depth 0 would show the item alone


def get_allowed_rel_types(view: View) -> tuple[RelationType, ...]:
    """Return the relation types that a view follows."""
    return VIEW_POLICIES[view].rel_types


def build_policy_trace(view: View, requested_depth: int | None = None) -> dict[str, JsonValue]:
    """Return as plain JSON what was asked of a view and what its policy makes of that."""
    return policy_trace(VIEW_POLICIES[view], requested_depth)


def policy_trace(policy: ViewPolicy, requested_depth: int | None) -> dict[str, JsonValue]:
    """Return the same of a policy."""
    return {
        "view": policy.name.value,
        "requested_depth": requested_depth,
        "clamped_depth": clamped(policy, requested_depth),
        "max_depth": policy.max_depth,
        "direction": policy.direction,
        "allowed_rel_types": [kind.value for kind in policy.rel_types],
    }
