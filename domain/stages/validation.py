"""Validation of plans: what is refused, what is changed, and every decision on the record."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from domain.json import JsonMap
from domain.plan.plan import Plan
from domain.stages.adjustments import adjust
from domain.stages.call_checks import call_problems
from domain.stages.faults import FaultCode, stage_fault
from domain.stages.plan_checks import PLAN_CHECKS
from domain.stages.problem import Problem
from domain.stages.stages import ValidatedPlan
from domain.tools.catalogue import KnownTools

if TYPE_CHECKING:
    from pydantic import JsonValue


def validate_plan(
    plan: Plan,
    *,
    tools: KnownTools,
    now: datetime,
    params: Mapping[str, JsonMap] = MappingProxyType({}),
) -> ValidatedPlan:
    """Return the plan that may be executed, with the decisions that made it.

    First what opstrail cannot do is refused, then values outside the limits are brought inside,
    then every tool call of the resulting plan is checked: its tool, its parameters (with those
    that are patched, by call id), its data flow.
    Raises `StageFault` (PLAN_INVALID) that names each field, its value and what is allowed;
    nothing has run then.
    """
    _refuse([problem for check in PLAN_CHECKS for problem in check(plan)])
    plan, decisions = adjust(plan)
    _refuse(call_problems(plan, tools=tools, now=now, params=params))
    return ValidatedPlan(plan, tuple(decisions))


def _refuse(problems: list[Problem]) -> None:
    if not problems:
        return
    listed: list[JsonValue] = [dataclasses.asdict(problem) for problem in problems]
    said = "; ".join(str(problem) for problem in problems)
    raise stage_fault(FaultCode.PLAN_INVALID, f"the plan is not valid: {said}", problems=listed)
