"""The plans nearest to one that was refused, as changes of it."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from pydantic import JsonValue, ValidationError

from domain.json import JsonMap, as_text, as_texts
from domain.plan.calls import planned_calls
from domain.plan.flow import places_of
from domain.plan.mapping import MappingError
from domain.plan.patch import WrongPatch, patched_plan
from domain.plan.plan import Plan, PlanOutput, PlanStep
from domain.response.next_actions import NextAction, rerun

_NO_RULE, _ENDS = "cep.rule_id", ("primary.keywords", "secondary.keywords")
_RULES: JsonMap = {"call_id": "rules", "tool": "cep", "operation": "list_rules"}


def nearest_plans(plan_output: JsonMap, problems: Sequence[JsonMap]) -> Iterator[NextAction]:
    """Yield what may have been meant, then the plan without what is wrong; each asks something."""
    try:
        given = PlanOutput.model_validate(plan_output)
    except ValidationError:  # a plan of another opstrail: it can be read, but not changed here
        return
    plan = given.plan or Plan()
    fields = [as_text(each.get("field")) for each in problems]
    offered = [
        action
        for problem in problems
        for action, mended in _meant(plan, problem)
        if {*fields} <= {as_text(problem.get("field")), mended}
    ]
    without: dict[str, JsonValue] = {_path(plan, field): None for field in fields}
    for action in (*offered, rerun(f"Without {', '.join(fields)}", without)):
        if _is_something(given, action):
            yield action


def _is_something(given: PlanOutput, action: NextAction) -> bool:
    patch = action.payload["patch"]
    try:
        rest = patched_plan(given, patch if isinstance(patch, dict) else {})
        return rest != given and rest.plan is not None and bool(planned_calls(rest.plan))
    except (WrongPatch, ValidationError, MappingError):
        return False


def _meant(plan: Plan, problem: JsonMap) -> Iterator[tuple[NextAction, str]]:
    """Yield names close to an unknown one, the rules, or what is near the one end of a path.

    With each is told which other field it mends.
    """
    field = as_text(problem.get("field"))
    path, name = _path(plan, field), field.rpartition(".")[2]
    before, _, _ = path.rpartition(".")
    for close in get_close_matches(name, as_texts(problem.get("allowed"))):
        value = _at(plan, path)
        renamed: JsonMap = {path: None, f"{before}.{close}": value}
        mended = f"{field.removesuffix(name)}{close}"
        yield rerun(f"{close} instead of {name}", renamed), mended
    if path.endswith(_NO_RULE):
        start = path.removesuffix(_NO_RULE)
        calls = _at(plan, f"{start}calls") or []
        listed = [*(calls if isinstance(calls, list) else []), _RULES]
        yield rerun("List the rules", {f"{start}cep": None, f"{start}calls": listed}), field
    for end, other in zip(_ENDS, reversed(_ENDS), strict=True):
        start = path.removesuffix(end)
        if path.endswith(end) and (item := _at(plan, f"{start}{other.partition('.')[0]}")):
            near: JsonMap = {"intent": "EXPAND", "graph.view": "NEIGHBORS", "secondary": None}
            patch = {f"{start}{key}": value for key, value in near.items()}
            yield rerun("What is near the other item", {**patch, f"{start}primary": item}), field


def _path(plan: Plan, field: str) -> str:
    """Return the path of a field of a call in the plan."""
    head, dot, name = field.partition(".")
    step_id, _, part = head.rpartition(":")
    places: list[tuple[str, Plan | PlanStep]] = [("", plan)]
    places += [(f"{p.path}.", p.step) for p in places_of(plan) if p.step.step_id == step_id]
    path, parts = places[-1]
    own = [at for at, each in enumerate(parts.calls) if each.call_id == part]
    return f"{path}calls.{own[0]}.params.{name}" if own else f"{path}{part}{dot}{name}"


def _at(plan: Plan, path: str) -> JsonValue:
    value: JsonValue = plan.model_dump(mode="json", exclude_unset=True)
    for key in path.split("."):
        if isinstance(value, list):
            value = value[int(key)]
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value
