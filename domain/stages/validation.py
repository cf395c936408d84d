"""Validation of plans: what is refused, what is changed, and every decision on the record.

Values outside the limits are brought inside; each such change is a decision.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar

from msgspec import UNSET
from pydantic import JsonValue

from domain.estate.view_policy import View, build_policy_trace, clamp_depth
from domain.json import JsonMap
from domain.plan.calls import planned_calls
from domain.plan.intent import Intent
from domain.plan.mapping import MappingError
from domain.plan.patch import patched_calls
from domain.plan.plan import Plan, PlanStep
from domain.plan.planned_call import PlannedCall
from domain.response.compose.remarks import Remarks
from domain.run.facts import PlanDecision
from domain.stages.faults import FaultCode, StageFault, stage_fault
from domain.stages.obedience import (
    Change,
    Parts,
    Place,
    Rule,
    asked_depth,
    unused,
    walk_depth,
    widened,
)
from domain.stages.plan_checks import PLAN_CHECKS, Problem, call_problems
from domain.stages.stage import ValidatedPlan
from domain.tools.catalogue import KnownTools

P = TypeVar("P", Plan, PlanStep)
_ASKED: Final = "graph.user_requested_depth"
_PRIMARY_LIMIT, _LIST_LIMIT, _LIST_OFFSET, _HISTORY_LIMIT = 50, 50, 5000, 200


def validate_plan(
    plan: Plan,
    *,
    tools: KnownTools,
    now: datetime,
    params: Mapping[str, JsonMap] = MappingProxyType({}),
    calls_of: Callable[[Plan], Sequence[PlannedCall]] = planned_calls,
    is_told: bool = True,
) -> ValidatedPlan:
    """Return the plan that may be executed, with the decisions that made it.

    First what opstrail cannot do is refused, then values outside the limits are brought inside,
    then every tool call of the resulting plan is checked: its tool, its parameters (with those
    that are patched, by call id), its data flow. What was decided before it was told with answers
    is decided again with `is_told` false.
    Raises `StageFault` (PLAN_INVALID) that names each field, its value and what is allowed;
    nothing has run then.
    """
    _refuse([problem for check in PLAN_CHECKS for problem in check(plan)])
    plan, decisions = adjust(plan, is_told=is_told)
    try:
        calls = patched_calls(calls_of(plan), params)
    except MappingError as error:
        raise _refusal([Problem("tool_dependencies", str(error))]) from error
    _refuse(call_problems(plan, calls, tools=tools, now=now, params=params))
    return ValidatedPlan(plan, tuple(decisions), tuple(calls))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise _refusal(problems)


def _refusal(problems: list[Problem]) -> StageFault:
    said = "; ".join(str(problem) for problem in problems)
    listed = list[JsonValue](dataclasses.asdict(problem) for problem in problems)
    return stage_fault(FaultCode.PLAN_INVALID, f"the plan is not valid: {said}", problems=listed)


def _path_view(parts: Parts) -> Iterator[Change]:
    if parts.intent is Intent.PATH and parts.graph.view is not View.PATH:
        why = "a plan with intent PATH looks along the view PATH"
        yield "path_view", "graph.view", View.PATH, why


def _primary_limits(parts: Parts) -> Iterator[Change]:
    for name in ("primary", "secondary"):
        limit = getattr(parts, name).limit
        yield from _clamped("primary_limit", f"{name}.limit", limit, (1, _PRIMARY_LIMIT))


def _graph_depth(parts: Parts) -> Iterator[Change]:
    view, depth = parts.graph.view, parts.graph.depth
    if view is None or depth is None or depth == clamp_depth(view, depth):
        return
    policy = build_policy_trace(view, depth)
    why = f"view {view} reaches at most {policy['max_depth']} relations, at least 1"
    yield "graph_depth", "graph.user_requested_depth", depth, why
    yield "graph_depth", "graph.depth", clamp_depth(view, depth), why


def _list_page(parts: Parts) -> Iterator[Change]:
    if not parts.list.enabled:
        return
    if parts.graph.view is not None:
        why = "a plan shows a graph view or a list, not both"
        yield "list_or_graph", "list.enabled", False, why
        return
    yield from _clamped("list_limit", "list.limit", parts.list.limit, (1, _LIST_LIMIT))
    yield from _clamped("list_offset", "list.offset", parts.list.offset, (0, _LIST_OFFSET))


def _metric_series(parts: Parts) -> Iterator[Change]:
    metric = parts.metric
    if metric is not None and metric.mode == "series" and metric.scope == "graph":
        why = "a series is of one item; over a graph only aggregates are possible"
        yield "metric_series", "metric.mode", "aggregate", why


def _history(parts: Parts) -> Iterator[Change]:
    if parts.history.enabled:
        limit = parts.history.limit
        yield from _clamped("history_limit", "history.limit", limit, (1, _HISTORY_LIMIT))


def _cep(parts: Parts) -> Iterator[Change]:
    if parts.cep is not None and not parts.cep.dry_run:
        yield "cep_dry_run", "cep.dry_run", True, "rules are only ever simulated"


_RULES: tuple[Callable[[Parts], Iterator[Change]], ...] = (
    _path_view,
    _primary_limits,
    _graph_depth,
    _list_page,
    _metric_series,
    _history,
    _cep,
)


def _clamped(rule: str, field: str, value: int, limits: tuple[int, int]) -> Iterator[Change]:
    low, high = limits
    effective = max(low, min(value, high))
    if effective != value:
        yield rule, field, effective, f"{field} must be from {low} to {high}"


def _anywhere(rule: Callable[[Parts], Iterator[Change]]) -> Rule:
    return lambda parts, _: rule(parts)


_UNTOLD_RULES: Final[tuple[Rule, ...]] = tuple(map(_anywhere, _RULES))
# What nothing reads is no longer there when limits are looked at; these leave out more.
_TOLD_RULES: Final = (widened, asked_depth, unused, *_UNTOLD_RULES, walk_depth, unused)
_CLAMP: Final = 0.05
_DEDUCTIONS: Final = {
    **dict.fromkeys(("mode_all", "asked_depth", "not_used"), 0.0),
    **dict.fromkeys(("primary_limit", "list_limit", "list_offset", "history_limit"), _CLAMP),
    **dict.fromkeys(("graph_depth", "max_depth"), _CLAMP),
    **dict.fromkeys(("list_or_graph", "metric_series", "cep_dry_run"), _CLAMP),
}
"""How much each rule lowers the confidence; another only says what the plan means anyway."""


def adjust(plan: Plan, *, is_told: bool = True) -> tuple[Plan, list[PlanDecision]]:
    """Return the plan and its steps inside all limits, and the decisions that brought it there."""
    named = frozenset(dependency.tool_id for dependency in plan.tool_dependencies)
    decisions: list[PlanDecision] = []
    steps = []
    for index, step in enumerate(plan.steps):
        place = Place(f"{step.step_id}:", named, plan.budget.max_depth)
        adjusted, made = _adjust_parts(step, f"steps.{index}.", place, is_told=is_told)
        steps.append(adjusted)
        decisions.extend(made)
    place = Place("", named, plan.budget.max_depth)
    whole, made = _adjust_parts(plan, "", place, is_told=is_told)
    if not decisions and plan.steps:
        return whole, made
    return whole.model_copy(update={"steps": steps}), [*made, *decisions]


def _adjust_parts(
    parts: P, path: str, place: Place, *, is_told: bool
) -> tuple[P, list[PlanDecision]]:
    decisions: list[PlanDecision] = []
    for rule in _TOLD_RULES if is_told else _UNTOLD_RULES:
        # A list, because a rule reads the parts that its own changes replace below.
        for name, field, effective, why in list(rule(parts, place)):
            requested = _at(parts, field)
            parts = _with(parts, field, effective)
            changed = requested, _at(parts, field)
            decisions.append(_decision(name, f"{path}{field}", changed, why, is_told=is_told))
    return parts, decisions


def _decision(
    rule: str, field: str, changed: tuple[Any, Any], why: str, *, is_told: bool
) -> PlanDecision:
    requested, effective = changed
    is_quiet = not is_told or rule not in _DEDUCTIONS or field.endswith(_ASKED)
    deduction = UNSET if is_quiet else _DEDUCTIONS[rule]
    return PlanDecision(
        rule=rule,
        field=field,
        requested=requested,
        effective=effective,
        why=why,
        deduction=deduction,
    )


def remarks_of(decisions: Sequence[PlanDecision]) -> Remarks:
    """Return what an answer says of the decisions that are told with it."""
    told = [(each, each.deduction) for each in decisions if each.deduction is not UNSET]
    return Remarks(
        notes=tuple(_in_words(decision) for decision, _ in told),
        deductions=tuple(
            (deduction, f"{each.field} was limited to {json.dumps(each.effective)}")
            for each, deduction in told
            if deduction
        ),
    )


def _in_words(decision: PlanDecision) -> str:
    requested, effective = json.dumps(decision.requested), json.dumps(decision.effective)
    if decision.rule == "not_used":
        return f"{decision.field} {requested} is not used: {decision.why}"
    return f"{decision.field} is {effective} and not {requested}: {decision.why}"


def _with(parts: P, field: str, value: Any) -> P:  # noqa: ANN401 - of any field
    name, _, attribute = field.partition(".")
    if attribute:
        value = getattr(parts, name).model_copy(update={attribute: value})
    return parts.model_copy(update={name: value})


def _at(parts: Parts, field: str) -> Any:  # noqa: ANN401 - of any field
    name, _, attribute = field.partition(".")
    value = parts.model_dump(mode="json", include={name: {attribute} if attribute else True})[name]
    return value[attribute] if attribute else value
