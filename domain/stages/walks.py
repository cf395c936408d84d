"""How far the walks of a plan over the graph may go: as its budget and their views allow."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from pydantic import JsonValue, TypeAdapter, ValidationError

from domain.estate.view_policy import VIEW_POLICIES, View, ViewPolicy, clamped
from domain.plan.data_flow import Parts
from domain.plan.intent import PlanMode
from domain.plan.plan import OwnCall, Plan
from domain.plan.planned_call import PlannedCall, view_of
from domain.plan.specs import WalkSpec, policy_of
from domain.response.edition import SECOND
from domain.stages.faults import Problem
from domain.stages.obedience import Change, Given
from domain.tools.contracts import CommonToolTypes

_POLICIES: Final = {view.value: policy for view, policy in VIEW_POLICIES.items()}
_DEPTHS: Final = {"expand": "depth", "path": "hops"}
"""The operations that walk, and the parameter that says how far."""
_WHOLE: Final = TypeAdapter(int)
_WIDEST: Final = replace(VIEW_POLICIES[View.PATH], default_depth=10, max_depth=10)
"""What a view of somebody's own may allow at most."""


def graph_depth(parts: Parts, _: Given) -> Iterator[Change]:
    """A walk is no deeper than its view reaches; what was asked for is kept."""
    view, depth = parts.graph.view, parts.graph.depth
    if not isinstance(view, View) or depth is None:
        return
    policy = policy_of(view, parts.graph.walk)
    if depth == clamped(policy, depth):
        return
    why = f"view {view} reaches at most {policy.max_depth} relations, at least 1"
    yield "graph_depth", "graph.user_requested_depth", depth, why
    yield "graph_depth", "graph.depth", clamped(policy, depth), why


def walk_depth(parts: Parts, given: Given) -> Iterator[Change]:
    """A walk is as deep as was asked for, but no deeper than the budget and its view allow."""
    yield from _of_graph(parts, given)
    yield from _of_own_calls(parts, given)


def _of_graph(parts: Parts, given: Given) -> Iterator[Change]:
    why = f"budget.max_depth allows {given.max_depth} relations"
    if parts.mode is PlanMode.AUTO:
        spec = parts.auto
        policies = [policy_of(view, *spec.walks) for view in spec.views]
        if max(spec.depth_hint or each.default_depth for each in policies) > given.max_depth:
            yield "max_depth", "auto.depth_hint", given.max_depth, why
        return
    if "graph" not in given.chosen:
        return
    policy, graph = policy_of(view_of(parts), parts.graph.walk), parts.graph
    depth = graph.depth or graph.user_requested_depth
    asked = depth or policy.max_hops or policy.default_depth
    if asked > given.max_depth:
        yield "max_depth", "graph.depth", given.max_depth, why
    elif asked > policy.max_depth:
        why = f"view {policy.name} reaches at most {policy.max_depth} relations"
        yield "graph_depth", "graph.depth", policy.max_depth, why
    elif depth and graph.depth is None:
        yield "asked_depth", "graph.depth", depth, "it is the depth that was asked for"


def _of_own_calls(parts: Parts, given: Given) -> Iterator[Change]:
    why = f"budget.max_depth allows {given.max_depth} relations"
    for at, own in enumerate(parts.calls):
        name = _DEPTHS.get(own.operation, "")
        policy = _policy(own)
        if own.tool != CommonToolTypes.GRAPH or not policy or name in own.output_mapping:
            continue
        asked = own.params.get(name) or policy.max_hops or policy.default_depth
        if _whole(asked, given.edition) > given.max_depth:
            yield "max_depth", f"calls.{at}.params.{name}", given.max_depth, why


def _policy(call: OwnCall | PlannedCall) -> ViewPolicy | None:
    """Return the policy of what a call walks along; None for what is refused."""
    if walk := call.params.get("walk"):
        with suppress(ValidationError):
            return WalkSpec.model_validate(walk).policy
        return None
    if call.operation == "path":
        return VIEW_POLICIES[View.PATH]
    return _POLICIES.get(str(call.params.get("view", View.COMPOSITION)).upper())


def _whole(depth: JsonValue, edition: int) -> int:
    """Return a depth as tools read it; 0 for what they refuse."""
    if edition <= SECOND:
        return depth if isinstance(depth, int) else 0
    try:
        return _WHOLE.validate_python(depth)
    except ValidationError:
        return 0


def walk_problems(plan: Plan, calls: Sequence[PlannedCall]) -> Iterator[Problem]:
    """Yield the walks that may go further than the budget allows: their depth is no clamped one.

    It is patched, or comes from another call, as the view may whose usual depth is taken.
    """
    most = plan.budget.max_depth
    for call in calls:
        if call.tool != CommonToolTypes.GRAPH or call.operation not in _DEPTHS:
            continue
        name, given = _DEPTHS[call.operation], call.output_mapping
        reached = [_reached(call, policy) for policy in _possible(call)]
        if max(reached, default=0) > most:
            unknown = [each for each in (name, "walk", "view") if each in given]
            message = f"budget.max_depth allows {most} relations, this may be more"
            yield Problem(f"{call.call_id}.{unknown[0] if unknown else name}", message)


def _possible(call: PlannedCall) -> list[ViewPolicy]:
    """Return the policies of what a call may walk along, where another call says it: of all."""
    if "walk" in call.output_mapping:
        return [_WIDEST]
    own = _policy(call)
    is_open = "view" in call.output_mapping and not call.params.get("walk")
    return [*VIEW_POLICIES.values()] if is_open else [own] if own else []


def _reached(call: PlannedCall, policy: ViewPolicy) -> int:
    name = _DEPTHS[call.operation]
    if name in call.output_mapping:
        return policy.max_depth
    usual = policy.max_depth if call.operation == "path" else policy.default_depth
    return min(_whole(call.params.get(name), SECOND + 1) or usual, policy.max_depth)
