"""Validation of plans: what is refused, what is changed, and every decision on the record.

Values outside the limits are brought inside; each such change is a decision.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final, TypeVar, cast

from msgspec import UNSET
from pydantic import JsonValue
from pydantic_core import to_jsonable_python

from domain.clamps import CLAMPED
from domain.estate.view_policy import View
from domain.json import JsonMap
from domain.plan.calls import chosen_parts, depended_on, planned_calls
from domain.plan.data_flow import Parts
from domain.plan.intent import Intent, PlanMode
from domain.plan.mapping import MappingError
from domain.plan.patch import patched_calls
from domain.plan.plan import Plan, PlanStep
from domain.plan.planned_call import PlannedCall
from domain.response.edition import NEWEST, SECOND
from domain.run.facts import PlanDecision
from domain.stages.asset_placing import Assets, put_in_place
from domain.stages.faults import FaultCode, Problem, StageFault, stage_fault
from domain.stages.flow_checks import TOLD_CHECKS
from domain.stages.obedience import (
    ONE_OF_BOTH,
    Change,
    Given,
    as_read,
    asked_twice,
    changed,
    deprecated_calls,
    list_or_view,
    unused,
    why_gone,
    widened,
)
from domain.stages.plan_checks import PLAN_CHECKS, call_problems, idle_problems
from domain.stages.plan_words import in_plan_words
from domain.stages.stage import ValidatedPlan
from domain.stages.walks import graph_depth, walk_depth, walk_problems
from domain.tools.capability_registry import CapabilityRegistry
from domain.tools.catalogue import KnownTools

P = TypeVar("P", Plan, PlanStep)
Rule = Callable[[Parts, Given], Iterator[Change]]
_Known = tuple[Collection[str], int, int]  # which calls are read, how deep walks go, the edition
_PRIMARY_LIMIT, _LIST_LIMIT, _LIST_OFFSET, _HISTORY_LIMIT = 50, 50, 5000, 200


def validate_plan(  # noqa: PLR0913 - what plans are checked against
    plan: Plan,
    *,
    tools: KnownTools | None,
    now: datetime,
    assets: Assets = MappingProxyType({}),
    params: Mapping[str, JsonMap] = MappingProxyType({}),
    calls_of: Callable[[Plan], Sequence[PlannedCall]] = planned_calls,
    edition: int = NEWEST,
    tenant_id: str | None = None,
) -> ValidatedPlan:
    """Return the plan that may be executed, with the decisions that made it.

    First what the `assets` say that it names is put in place, then what opstrail cannot do is
    refused, then values outside the limits are brought inside, then every tool call of the
    resulting plan is checked: its tool, its parameters (with those that are patched, by call id),
    its data flow. Decisions of the first `edition` are not told. Without tools it is not looked
    at what they take, without a tenant not whose they are. Raises `StageFault` (PLAN_INVALID).
    """
    checks = (*PLAN_CHECKS, *TOLD_CHECKS) if edition > 1 else PLAN_CHECKS
    placed = put_in_place(plan, assets)
    _refuse([*placed.problems, *(each for check in checks for each in check(placed.plan))])
    plan, decisions = adjust(placed.plan, edition=edition)
    decisions = [*placed.decisions, *decisions]
    try:
        calls = patched_calls(calls_of(plan), params)
    except MappingError as error:
        problem = Problem(error.field, f"{error}{why_gone(error, plan, decisions)}")
        raise _refusal([problem]) from error
    registry = None if tools is None else CapabilityRegistry(tools, tenant_id)
    found = call_problems(plan, calls, registry=registry, now=now, params=params)
    if edition > 1:
        found += [each for each in idle_problems(plan, calls) if each not in found]
    if edition > SECOND:
        found = [*in_plan_words(plan, calls, found, tools), *walk_problems(plan, calls)]
    _refuse(found)
    old = deprecated_calls(calls, registry) if registry and edition > 1 else ()
    return ValidatedPlan(plan, (*decisions, *old), tuple(calls))


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise _refusal(problems)


def _refusal(problems: list[Problem]) -> StageFault:
    said = "; ".join(str(problem) for problem in problems)
    facts = (dataclasses.asdict(problem).items() for problem in problems)
    listed = list[JsonValue]({name: fact for name, fact in each if fact} for each in facts)
    return stage_fault(FaultCode.PLAN_INVALID, f"the plan is not valid: {said}", problems=listed)


def _recipe(parts: Parts, given: Given) -> Iterator[Change]:
    if parts.mode is PlanMode.AUTO:
        from domain.stages.recipe_checks import recipe_changes  # noqa: PLC0415 - few plans are recipes

        yield from recipe_changes(parts, given)


def _path_view(parts: Parts, _: Given) -> Iterator[Change]:
    is_recipe = parts.mode is PlanMode.AUTO
    if parts.intent is Intent.PATH and parts.graph.view is not View.PATH and not is_recipe:
        why = "a plan with intent PATH looks along the view PATH"
        yield "path_view", "graph.view", View.PATH, why


def _primary_limits(parts: Parts, _: Given) -> Iterator[Change]:
    for name in ("primary", "secondary"):
        limit = getattr(parts, name).limit
        yield from _clamped("primary_limit", f"{name}.limit", limit, (1, _PRIMARY_LIMIT))


def _list_page(parts: Parts, _: Given) -> Iterator[Change]:
    if not parts.list.enabled:
        return
    if parts.graph.view is not None:
        yield "list_or_graph", "list.enabled", False, ONE_OF_BOTH
        return
    yield from _clamped("list_limit", "list.limit", parts.list.limit, (1, _LIST_LIMIT))
    yield from _clamped("list_offset", "list.offset", parts.list.offset, (0, _LIST_OFFSET))


def _metric_series(parts: Parts, _: Given) -> Iterator[Change]:
    metric = parts.metric
    if metric is not None and metric.mode == "series" and metric.scope == "graph":
        why = "a series is of one item; over a graph only aggregates are possible"
        yield "metric_series", "metric.mode", "aggregate", why


def _history(parts: Parts, _: Given) -> Iterator[Change]:
    if parts.history.enabled:
        limit = parts.history.limit
        yield from _clamped("history_limit", "history.limit", limit, (1, _HISTORY_LIMIT))


def _cep(parts: Parts, _: Given) -> Iterator[Change]:
    if parts.cep is not None and not parts.cep.dry_run:
        yield "cep_dry_run", "cep.dry_run", True, "rules are only ever simulated"


_RULES: Final[tuple[Rule, ...]] = (
    _path_view,
    _primary_limits,
    graph_depth,
    _list_page,
    _metric_series,
    _history,
    _cep,
)


# What nothing reads is gone when limits are looked at; these leave out more.
_TOLD_RULES: Final[tuple[Rule, ...]] = (
    _recipe,
    list_or_view,
    widened,
    asked_twice,
    unused,
    *_RULES,
    walk_depth,
    unused,
)
_SILENT, _HARMLESS = {"path_view"}, {"mode_all", "asked_depth", "not_used"}


def _clamped(rule: str, field: str, value: int, limits: tuple[int, int]) -> Iterator[Change]:
    low, high = limits
    effective = max(low, min(value, high))
    if effective != value:
        yield rule, field, effective, f"{field} must be from {low} to {high}"


def adjust(plan: Plan, *, edition: int = NEWEST) -> tuple[Plan, list[PlanDecision]]:
    """Return the plan and its steps inside all limits, and the decisions that brought it there."""
    known = (depended_on(plan), plan.budget.max_depth, edition)
    whole, made = _adjust_parts(plan, known)
    steps, decisions = _adjust_steps(plan.steps, known, "steps")
    if decisions or not plan.steps:
        whole = whole.model_copy(update={"steps": steps})
    decisions = [*made, *decisions]
    for name in ("branches", "loops"):
        changed = []
        for at, outer in enumerate(getattr(plan, name)):
            steps, made = _adjust_steps(outer.steps, known, f"{name}.{at}.steps")
            decisions += made
            changed.append(outer.model_copy(update={"steps": steps}))
        whole = whole.model_copy(update={name: changed}) if changed else whole
    return (_fewer_iterations(whole, decisions) if plan.loops else whole), decisions


def _adjust_steps(
    steps: Sequence[PlanStep], known: _Known, path: str
) -> tuple[list[PlanStep], list[PlanDecision]]:
    adjusted = [
        _adjust_parts(step, known, f"{path}.{at}.", f"{step.step_id}:")
        for at, step in enumerate(steps)
    ]
    return [step for step, _ in adjusted], [each for _, made in adjusted for each in made]


def _fewer_iterations(plan: Plan, decisions: list[PlanDecision]) -> Plan:
    """Return the plan with what its budget allows all loops together; each has one at least."""
    most, left = plan.budget.max_iterations, plan.budget.max_iterations - len(plan.loops)
    loops = []
    for at, loop in enumerate(plan.loops):
        asked, effective = loop.max_iterations, min(loop.max_iterations, left + 1)
        left -= effective - 1
        loops.append(loop.model_copy(update={"max_iterations": effective}))
        if effective < asked:
            why = f"budget.max_iterations allows {most} in all loops together"
            known = {"rule": "iterations", "field": f"loops.{at}.max_iterations", "why": why}
            cut = PlanDecision(**known, requested=asked, effective=effective, deduction=CLAMPED)
            decisions.append(cut)
    return plan.model_copy(update={"loops": loops})


def _adjust_parts(
    parts: P, known: _Known, path: str = "", prefix: str = ""
) -> tuple[P, list[PlanDecision]]:
    decisions, given = list[PlanDecision](), cast("Given | None", None)
    read, depth, edition = known
    for rule in _TOLD_RULES if edition > 1 else _RULES:
        given = given or Given(chosen_parts(as_read(parts, edition), prefix, read), depth, edition)
        # A list, because a rule reads the parts that its own changes replace below.
        for name, field, effective, why in list(rule(parts, given)):
            given = None
            parts, was = changed(parts, field.split("."), effective)
            is_kept = name == "graph_depth" and field.endswith("user_requested_depth")
            is_silent = edition == 1 or name in _SILENT or is_kept
            much = UNSET if is_silent else 0.0 if name in _HARMLESS else CLAMPED
            was, now = to_jsonable_python(was), to_jsonable_python(effective)
            told = {"rule": name, "field": f"{path}{field}", "why": why}
            decisions.append(PlanDecision(**told, requested=was, effective=now, deduction=much))
    return parts, decisions
