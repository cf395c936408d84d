"""What can be chosen where a name is ambiguous, or is not there."""

from collections.abc import Iterator

from pydantic import JsonValue

from domain.json import as_maps, as_text, as_texts
from domain.plan.flow import places_of
from domain.plan.plan import Plan
from domain.plan.planned_call import BUILDERS
from domain.response.compose.call_result import CallResult
from domain.response.next_actions import NextAction, rerun

_SELECTED = {"primary": "selected_ci_id", "secondary": "selected_secondary_ci_id"}
_NAMED = {"metric": "metric.metric_name", "cep": "cep.rule_id"}
"""Which part of a plan names what a tool does not know."""
_FEW = 3


def choices(plan: Plan, call: CallResult, *, is_whole: bool = True) -> Iterator[NextAction]:
    """Yield an action for each candidate of an ambiguous name, or name close to an unknown one.

    What is not `is_whole` is of the first edition: it chooses items only.
    """
    if call.status != "failed":
        return
    selected = _SELECTED.get(call.part)
    if selected is None:
        yield from _other_names(plan, call) if is_whole else ()
        return
    for candidate in as_maps(call.details.get("candidates")):
        code = as_text(candidate.get("ci_code"))
        yield _choose(plan, call, code, {selected: candidate.get("ci_id")})
    for code in as_texts(call.details.get("suggestions")):
        yield _choose(plan, call, code, {})


def _choose(plan: Plan, call: CallResult, code: str, selected: dict[str, JsonValue]) -> NextAction:
    spec = f"{path_of(plan, call)}{call.part}"
    patch: JsonValue = {f"{spec}.keywords": [code], f"{spec}.tool_type": "ci_lookup"}
    return NextAction(
        type="rerun", label=f"{code} ({call.part})", payload={**selected, "patch": patch}
    )


def _other_names(plan: Plan, call: CallResult) -> Iterator[NextAction]:
    """Yield an action for the names of metrics or rules that are closest to an unknown one."""
    field = _NAMED.get(call.tool)
    if field is None or call.part not in BUILDERS:
        return
    from difflib import get_close_matches  # noqa: PLC0415 - few questions need it

    searched = as_text(call.details.get("searched"))
    known = as_texts(call.details.get("suggestions"))
    for name in (get_close_matches(searched, known) or known)[:_FEW]:
        yield rerun(f"{name} instead of {searched}", {f"{path_of(plan, call)}{field}": name})


def path_of(plan: Plan, call: CallResult) -> str:
    """Return the path of the call's step in the plan, with its dot; empty without a step."""
    paths = (place.path for place in places_of(plan) if place.step.step_id == call.step_id)
    return next((f"{path}." for path in paths), "")
