"""Every field of the plan schema, with a plan to set it in and another value than it has there."""

import json
from collections.abc import Iterator
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.plan.plan import Plan
from domain.plan.specs import WalkSpec
from tests.acceptance.plans.bases import BASES, ITEM, OTHERS, Json

REFUSED: Final = {"enable_intermediate_llm", "document.search_type"}
"""The fields of which every other value is refused by name."""


def every_field() -> dict[str, FieldInfo]:
    """Return the fields by their paths: `graph.depth`, `steps.0.primary.filters.0.op`."""
    return dict(_fields(Plan))


def _fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        inner = next(_models(field.annotation), None)
        is_again = path.startswith(("branches", "loops")) and name == "steps"
        if is_again or _is_constant(field):
            continue
        if inner in {None, WalkSpec}:  # a view of one's own is set as a whole
            yield path + name, field
        elif inner is not None:
            is_list = any(get_origin(each) is list for each in _with_options(field.annotation))
            yield from _fields(inner, f"{path}{name}.{'0.' if is_list else ''}")


def _is_constant(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1


def _with_options(kind: Any) -> list[Any]:  # noqa: ANN401 - an annotation
    return [kind, *get_args(kind)]


def _models(kind: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - an annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for each in get_args(kind):
        yield from _models(each)


def base(path: str) -> Json:
    """Return the plan that the field is set in; of the field of a step, a plan of a step."""
    is_of_step, own = path.startswith("steps.0."), path.removeprefix("steps.0.")
    within = path.rpartition(".")[0]
    names = [path, within, own, own.rpartition(".")[0], own.split(".")[0]]
    plan = next((BASES[name] for name in names if name in BASES), {"primary": ITEM})
    count = plan.get("steps")
    if isinstance(count, int):
        return _of_steps({"primary": ITEM}, count)
    return _of_steps(plan, 1) if is_of_step and "steps" not in plan else dict(plan)


def _of_steps(parts: Json, count: int) -> Json:
    of_each = {"name": "A step", "intent": "LOOKUP", **parts}
    inside = json.dumps(of_each).replace("{primary", "{s0:primary").replace("{list", "{s0:list")
    steps = [{"step_id": f"s{number}", **json.loads(inside)} for number in range(count)]
    return {"enable_multistep": True, "steps": steps}


def other_value(path: str, field: FieldInfo) -> Any:  # noqa: ANN401 - of any field
    """Return a value that the field does not have in its plan."""
    parts = path.split(".")
    for start in range(len(parts)):
        if (ending := ".".join(parts[start:])) in OTHERS:
            return OTHERS[ending]
    return _another(field, _at(base(path), path, field.get_default(call_default_factory=True)))


def _another(field: FieldInfo, now: Any) -> Any:  # noqa: ANN401 - of any field
    kind = field.annotation
    if get_origin(kind) is Literal:
        return next(each for each in get_args(kind) if each != now)
    if isinstance(now, bool) or kind is bool:
        return not now
    if isinstance(now, int | float):
        return now + 1
    return ["other"] if isinstance(now, list) else "other"


def changed(plan: Json, path: str, value: Any) -> Json:  # noqa: ANN401 - of any field
    """Return the plan with another value at the path."""
    key, _, rest = path.partition(".")
    if key == "0":
        first: Any = changed(plan[0], rest, value)  # type: ignore[index]  # a list of the plan
        return [first, *plan[1:]]  # type: ignore[index,return-value]
    inner = plan.get(key, [{}] if rest.startswith("0.") else {})
    return {**plan, key: changed(inner, rest, value) if rest else value}


def _at(plan: Any, path: str, default: Any) -> Any:  # noqa: ANN401 - of any field
    for key in path.split("."):
        if isinstance(plan, list):
            plan = plan[0] if plan else None
        elif isinstance(plan, dict) and key in plan:
            plan = plan[key]
        else:
            return default
    return plan
