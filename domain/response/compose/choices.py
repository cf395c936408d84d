"""What to choose from when a call failed because a name fits several items, or none."""

from collections.abc import Iterator

from pydantic import JsonValue

from domain.json import as_maps, as_text, as_texts
from domain.plan.plan import Plan
from domain.response.compose.call_result import CallResult
from domain.response.next_actions import NextAction

_SELECTED = {"primary": "selected_ci_id", "secondary": "selected_secondary_ci_id"}


def choices(plan: Plan, call: CallResult) -> Iterator[NextAction]:
    """Yield an action for each candidate of an ambiguous name, or code close to an unknown one."""
    selected = _SELECTED.get(call.part)
    if selected is None or call.status != "failed":
        return
    for candidate in as_maps(call.details.get("candidates")):
        code = as_text(candidate.get("ci_code"))
        yield _choose(plan, call, code, {selected: candidate.get("ci_id")})
    for code in as_texts(call.details.get("suggestions")):
        yield _choose(plan, call, code, {})


def _choose(plan: Plan, call: CallResult, code: str, selected: dict[str, JsonValue]) -> NextAction:
    spec = f"{_path(plan, call)}{call.part}"
    patch: JsonValue = {f"{spec}.keywords": [code], f"{spec}.tool_type": "ci_lookup"}
    return NextAction(
        type="rerun", label=f"{code} ({call.part})", payload={**selected, "patch": patch}
    )


def _path(plan: Plan, call: CallResult) -> str:
    """The path of the call's step in the plan, with its dot; empty for a plan without steps."""
    places = {step.step_id: place for place, step in enumerate(plan.steps)}
    return f"steps.{places[call.step_id]}." if call.step_id in places else ""
