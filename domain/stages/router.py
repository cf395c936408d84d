"""The router: which way a run takes, told from what its planner decided."""

import logging
from contextlib import suppress
from enum import StrEnum
from typing import NotRequired, TypedDict

from domain.plan.calls import PlannedOnce
from domain.plan.intent import Intent, PlanMode, PlanOutputKind
from domain.plan.mapping import MappingError
from domain.plan.plan import Plan, PlanOutput
from domain.plan.planned_call import PlannedCall
from domain.values.arguments import require, require_logger

_ENDS = ("route_plan", "present")
_ALL_STAGES = ("route_plan", "validate", "execute", "compose", "present")


class Route(StrEnum):
    """The ways that a run can take."""

    DIRECT = "direct"
    LOOKUP = "lookup"
    SECTIONS_LOOP = "sections_loop"
    AUTO_RECIPE = "auto_recipe"
    ERROR = "error"


_ROUTES: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    Route.DIRECT: ("The planner has the answer", _ENDS, None),
    Route.ERROR: ("There is nothing to run", _ENDS, None),
    Route.LOOKUP: ("Look up one configuration item", _ALL_STAGES, "lookup"),
    Route.SECTIONS_LOOP: ("Run each part of the plan", _ALL_STAGES, "sections"),
    Route.AUTO_RECIPE: ("Run the recipe", _ALL_STAGES, "recipe"),
}
"""Each route with its description, its stages and the kind of execution."""
_UNKNOWN = ("Unknown route", ("route_plan",), None)


class RouteConfig(TypedDict):
    """What a route does: the stages it runs, and what kind of execution when there is one."""

    description: str
    stages: list[str]
    requires_execution: bool
    execution_type: NotRequired[str]


class PlanAnalysis(TypedDict):
    """What a planner's output asks for; `intent` is None without a plan."""

    kind: str | None
    has_plan: bool
    has_views: bool
    has_sections: bool
    has_auto_spec: bool
    intent: str | None
    ci_focus: bool
    metric_focus: bool
    graph_focus: bool


class RoutingContext(TypedDict):
    """What is known before routing: the item that was chosen, and what is asked about it."""

    ci_id: str | None
    ci_code: str | None
    has_ci_context: bool
    has_graph_request: bool
    has_metric_request: bool
    is_specific_lookup: bool


class ExecutionRouter:
    """Chooses routes for one tenant; with a logger, every choice is logged at level DEBUG."""

    def __init__(
        self,
        tenant_id: str,
        logger: logging.Logger | None = None,
        *,
        calls_of: PlannedOnce | None = None,
    ) -> None:
        require_logger(logger)
        self._tenant_id = tenant_id
        self._logger = logger
        self._calls_of = calls_of or PlannedOnce()

    def determine_route(
        self,
        plan_output: PlanOutput | None,
        has_ci_context: bool = False,  # noqa: FBT001, FBT002 - callers pass it by position
        has_metrics: bool = False,  # noqa: FBT001, FBT002 - callers pass it by position
    ) -> Route:
        """Return the route.

        `has_ci_context` says that the item to look up is known though the plan names none,
        `has_metrics` that metrics are asked for beside the plan, which makes a lookup more than a
        lookup.
        """
        route = self._route(plan_output, has_ci_context=has_ci_context, has_metrics=has_metrics)
        if self._logger is not None:
            self._logger.debug("route chosen: route=%s tenant_id=%s", route, self._tenant_id)
        return route

    def get_route_config(self, route: object) -> RouteConfig:
        """Return what a route does; an unknown one runs the first stage only and says so."""
        description, stages, kind = _ROUTES.get(str(route), _UNKNOWN)
        config: RouteConfig = {
            "description": description,
            "stages": list(stages),
            "requires_execution": kind is not None,
        }
        return {**config, "execution_type": kind} if kind is not None else config

    def analyze_plan_structure(self, plan_output: PlanOutput | None) -> PlanAnalysis:
        """Return what the output asks for, as recorded with the choice of a route."""
        plan = _plan(plan_output)
        tools = {call.tool for call in self._calls(plan)}
        return {
            "kind": plan_output.kind.value if plan_output else None,
            "has_plan": plan is not None,
            "has_views": "graph" in tools,
            "has_sections": self._should_use_sections_loop(plan_output),
            "has_auto_spec": self._should_use_auto_recipe(plan_output),
            "intent": plan.intent.value if plan else None,
            "ci_focus": "ci" in tools,
            "metric_focus": "metric" in tools,
            "graph_focus": "graph" in tools,
        }

    def get_routing_context(
        self,
        ci_id: str | None,
        ci_code: str | None,
        has_graph_request: bool = False,  # noqa: FBT001, FBT002 - callers pass it by position
        has_metric_request: bool = False,  # noqa: FBT001, FBT002 - callers pass it by position
    ) -> RoutingContext:
        """Return the context; a lookup is specific when a known item is all that is asked."""
        is_known = bool(ci_id or ci_code)
        return {
            "ci_id": ci_id,
            "ci_code": ci_code,
            "has_ci_context": is_known,
            "has_graph_request": has_graph_request,
            "has_metric_request": has_metric_request,
            "is_specific_lookup": is_known and not (has_graph_request or has_metric_request),
        }

    def _route(
        self, plan_output: PlanOutput | None, *, has_ci_context: bool, has_metrics: bool
    ) -> Route:
        plan = _plan(plan_output)
        if plan_output is not None and plan_output.kind is PlanOutputKind.DIRECT:
            return Route.DIRECT
        if plan is None:
            return Route.ERROR
        if self._should_use_auto_recipe(plan_output):
            return Route.AUTO_RECIPE
        if has_metrics or self._should_use_sections_loop(plan_output):
            return Route.SECTIONS_LOOP
        is_lookup = plan.intent is Intent.LOOKUP and has_ci_context
        if is_lookup or self._should_use_lookup(plan_output):
            return Route.LOOKUP
        return Route.SECTIONS_LOOP

    def _should_use_sections_loop(self, plan_output: PlanOutput | None) -> bool:
        plan = _plan(plan_output)
        if plan is None:
            return False
        if _is_of_several(plan) or plan.tool_dependencies:
            return True
        return any(call.call_id != "primary" for call in self._calls(plan))

    def _should_use_auto_recipe(self, plan_output: PlanOutput | None) -> bool:
        plan = _plan(plan_output)
        return plan is not None and plan.mode is PlanMode.AUTO

    def _should_use_lookup(self, plan_output: PlanOutput | None) -> bool:
        plan = _plan(plan_output)
        if plan is None or _is_of_several(plan) or plan.intent is not Intent.LOOKUP:
            return False
        return {call.call_id for call in self._calls(plan)} == {"primary"}

    def _calls(self, plan: Plan | None) -> list[PlannedCall]:
        """Return the calls that the parts of a plan stand for."""
        if plan is None:
            return []
        # What a plan says itself of its calls may be wrong: validation says so.
        if plan.tool_dependencies:
            plan = plan.model_copy(update={"tool_dependencies": []})
        with suppress(MappingError):
            return self._calls_of(plan)
        return []


def _is_of_several(plan: Plan) -> bool:
    return bool(plan.steps or plan.branches or plan.loops or plan.calls)


def _plan(plan_output: PlanOutput | None) -> Plan | None:
    if plan_output is None:
        return None
    require("plan_output", plan_output, PlanOutput, "a PlanOutput or None")
    return plan_output.plan
