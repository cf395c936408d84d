"""Patches of plans: dotted paths, such as `graph.depth` or `steps.0.metric.agg`, and new values.

An object is merged into the object that is there, null takes a value away (its default is then in
effect), anything else takes the place of what is there.
"""

from collections.abc import Mapping, Sequence

from msgspec import structs
from pydantic import JsonValue

from domain.json import JsonMap
from domain.plan.plan import PlanOutput
from domain.plan.planned_call import PlannedCall


class WrongPatch(ValueError):
    """A patch that does not fit what it is to change; the message says where, and what would."""

    def __init__(self, path: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"patch {path!r}: {why}")


def patched_plan(plan_output: PlanOutput, patch: Mapping[str, JsonValue]) -> PlanOutput:
    """Return the plan output with the patch in its plan.

    Raises `WrongPatch` for a path that leads nowhere, pydantic's ValidationError for a plan that
    no longer is one.
    """
    if not patch:
        return plan_output
    if plan_output.plan is None:
        why = f"there is no plan to change: the question was met with a {plan_output.kind} answer"
        raise WrongPatch(next(iter(patch)), why)
    dumped = plan_output.model_dump(mode="json", exclude_unset=True)
    for path, value in patch.items():
        _set(dumped["plan"], path.split("."), value, path=path)
    return PlanOutput.model_validate(dumped)


def patched_calls(
    calls: Sequence[PlannedCall], params: Mapping[str, JsonMap]
) -> list[PlannedCall]:
    """Return the calls with the patched parameters, by call id.

    A patched parameter is not filled from earlier results any more.
    """
    return [_with(call, params.get(call.call_id)) for call in calls]


def _with(call: PlannedCall, params: JsonMap | None) -> PlannedCall:
    if not params:
        return call
    mapping = {name: text for name, text in call.output_mapping.items() if name not in params}
    given: JsonMap = {}
    for name, value in (call.params | params).items():
        if value is not None or name not in params:
            given[name] = value
    return structs.replace(call, params=given, output_mapping=mapping)


def _set(into: JsonValue, keys: Sequence[str], value: JsonValue, *, path: str) -> None:
    key, *rest = keys
    match into:
        case dict():
            _set_field(into, key, rest, value=value, path=path)
        case list():
            place = _place(into, key, path=path)
            if rest:
                _set(into[place], rest, value, path=path)
            else:
                into[place] = merged(into[place], value)
        case _:
            raise WrongPatch(path, f"{key!r} would be inside {into!r}, which has no parts")


def _set_field(
    into: JsonMap, key: str, rest: Sequence[str], *, value: JsonValue, path: str
) -> None:
    if rest:
        if into.get(key) is None:
            into[key] = {}
        _set(into[key], rest, value, path=path)
    elif value is None:
        into.pop(key, None)
    else:
        into[key] = merged(into.get(key), value)


def _place(items: Sequence[JsonValue], key: str, *, path: str) -> int:
    if not key.isdecimal() or int(key) >= len(items):
        allowed = f"0 to {len(items) - 1}" if items else "none, it is empty"
        raise WrongPatch(path, f"{key!r} is no place in the list; places: {allowed}")
    return int(key)


def merged(value: JsonValue, patch: JsonValue) -> JsonValue:
    """Return the value with a JSON merge patch (RFC 7396) applied."""
    if not isinstance(patch, dict):
        return patch
    result = dict(value) if isinstance(value, dict) else {}
    for key, part in patch.items():
        if part is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), part)
    return result
