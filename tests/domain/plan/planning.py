"""Plans as a caller writes them, and the calls that they stand for."""

from typing import Any

from domain.plan.calls import planned_calls
from domain.plan.plan import Plan
from domain.plan.planned_call import PlannedCall


def plan(**parts: Any) -> Plan:  # noqa: ANN401 - plain JSON, as in a plan file
    """Return the plan that these parts, as plain JSON, say."""
    return Plan.model_validate(parts)


def calls(**parts: Any) -> dict[str, PlannedCall]:  # noqa: ANN401 - plain JSON
    """Return the calls of a plan by id, in plan order."""
    return {call.call_id: call for call in planned_calls(plan(**parts))}


def step(step_id: str, **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    """Return a step as plain JSON."""
    return {"step_id": step_id, "name": step_id, "intent": "LOOKUP", **parts}


FILTER = {"field": "ci_type", "op": "=", "value": "server"}
SEARCH = {"tool_type": "ci_search", "keywords": ["srv"]}
LOOKUP = {"keywords": ["srv-1"]}
CPU = {"metric_name": "cpu"}
