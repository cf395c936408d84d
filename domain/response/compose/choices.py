"""What can be chosen where a name is ambiguous, or is not there."""

from collections.abc import Iterator

from pydantic import JsonValue

from domain.json import as_maps, as_text, as_texts
from domain.plan.flow import places_of, steps_of
from domain.plan.plan import OwnCall, Plan, PlanStep
from domain.plan.planned_call import BUILDERS
from domain.response.compose.call_result import CallResult
from domain.response.edition import NEWEST, SECOND
from domain.response.next_actions import NextAction, rerun

_SELECTED = {"primary": "selected_ci_id", "secondary": "selected_secondary_ci_id"}
_NAMED = {"metric": "metric.metric_name", "cep": "cep.rule_id"}
"""Which part of a plan names what a tool does not know."""
_IDS = ("ci_id", "source_id", "target_id")
"""Params that take no code."""
_FEW = 3


def choices(plan: Plan, call: CallResult, *, edition: int = NEWEST) -> Iterator[NextAction]:
    """Yield an action for each candidate of an ambiguous name, or name close to an unknown one.

    The first edition chooses items only.
    """
    is_whole = edition > 1
    if call.status != "failed":
        return
    yield from _other_field(plan, call, edition) if is_whole else ()
    selected = _SELECTED.get(call.part)
    if selected is None:
        yield from _other_names(plan, call, edition) if is_whole else ()
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


def _other_field(plan: Plan, call: CallResult, edition: int) -> Iterator[NextAction]:
    """Yield the actions of taking a field that is close to an unknown one."""
    unknown, allowed = as_text(call.details.get("field")), as_texts(call.details.get("allowed"))
    close = _matches(unknown, allowed)
    places = [
        path
        for path in _fields(plan.model_dump(mode="json", exclude_unset=True), unknown, ())
        if path.startswith(path_of(plan, call))
    ]
    for field in close if places and (len(close) == 1 or edition > SECOND) else ():
        yield rerun(f"{field} instead of {unknown}", dict.fromkeys(places, field))


def _fields(value: JsonValue, unknown: str, path: tuple[str, ...]) -> Iterator[str]:
    match value:
        case dict() | list():
            parts = value.items() if isinstance(value, dict) else enumerate(value)
            for key, part in parts:
                yield from _fields(part, unknown, (*path, str(key)))
        case str() if value == unknown and {"field", "group_by"} & {*path[-2:]}:
            yield ".".join(path)


def _other_names(plan: Plan, call: CallResult, edition: int) -> Iterator[NextAction]:
    """Yield an action for what is closest to an unknown name, or meant by one of `calls:`."""
    if (own := own_call(plan, call)) is not None:
        yield from _of_own(*own, call)
        yield from _items_of_own(plan, *own, call) if edition > SECOND else ()
    field = _NAMED.get(call.tool)
    if field is None or call.part not in BUILDERS:
        return
    for name in _close(call):
        searched = as_text(call.details.get("searched"))
        yield rerun(f"{name} instead of {searched}", {f"{path_of(plan, call)}{field}": name})


def _of_own(path: str, own: OwnCall, call: CallResult) -> Iterator[NextAction]:
    """Yield an action for what may be meant by the param that names what is not clear."""
    searched = call.details.get("searched")
    fields = [name for name in own.params if own.params[name] == searched]
    candidates = [as_text(each.get("ci_code")) for each in as_maps(call.details.get("candidates"))]
    for field in (name for name in fields if name not in _IDS):
        for name in candidates or _close(call):
            yield rerun(f"{name} ({call.part})", {f"{path}params.{field}": name})


def _items_of_own(plan: Plan, path: str, own: OwnCall, call: CallResult) -> Iterator[NextAction]:
    """Yield an action for each item that may be meant by an id: its code is looked up first."""
    searched = call.details.get("searched")
    calls = [each.model_dump(mode="json", exclude_unset=True) for each in _parts(plan, call).calls]
    prefix = f"{call.step_id}:" if call.step_id else ""
    for field in (*_IDS, "ci_ids"):
        given = own.params.get(field)
        if searched is None or given not in (searched, [searched]):
            continue
        name, row = f"{own.call_id}_{field}", "*" if isinstance(given, list) else "0"
        params = {key: value for key, value in own.params.items() if key != field}
        fed = {**own.output_mapping, field: f"{{{prefix}{name}.rows[{row}].ci_id}}"}
        changed = {"params": params, "output_mapping": fed}
        new = [{**each, **changed} if each["call_id"] == own.call_id else each for each in calls]
        for code in _close(call):
            found = {"call_id": name, "tool": "ci", "operation": "resolve"}
            whole: JsonValue = [{**found, "params": {"text": code}}, *new]
            yield rerun(f"{code} ({call.part})", {f"{path.partition('calls.')[0]}calls": whole})


def _close(call: CallResult) -> list[str]:
    """Return the few known names that are closest to the one that is not known."""
    known = as_texts(call.details.get("suggestions"))
    return (_matches(as_text(call.details.get("searched")), known) or known)[:_FEW]


def _matches(name: str, known: list[str]) -> list[str]:
    from difflib import get_close_matches  # noqa: PLC0415 - few questions need it

    return get_close_matches(name, known)


def own_call(plan: Plan, call: CallResult) -> tuple[str, OwnCall] | None:
    """Return the path of a call of `calls:` in the plan, with its dot, and the call as planned."""
    for at, own in enumerate(_parts(plan, call).calls):
        if own.call_id == call.part:
            return f"{path_of(plan, call)}calls.{at}.", own
    return None


def _parts(plan: Plan, call: CallResult) -> Plan | PlanStep:
    """Return the step of a call; of one without a step, the plan."""
    return next((step for step in steps_of(plan) if step.step_id == call.step_id), plan)


def path_of(plan: Plan, call: CallResult) -> str:
    """Return the path of the call's step in the plan, with its dot; empty without a step."""
    paths = (place.path for place in places_of(plan) if place.step.step_id == call.step_id)
    return next((f"{path}." for path in paths), "")
