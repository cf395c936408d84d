"""Random plans, drawn field by field from the schema: a new field is drawn without being named.

What a schema cannot say (names of the estate, calls that may be read) is drawn by `values`.
"""

import random
from collections.abc import Sequence
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.estate.view_policy import View
from domain.plan.calls import PARTS, planned_calls
from domain.plan.plan import Plan, PlanBranch, PlanLoop, PlanStep
from domain.plan.planned_call import PlannedCall
from domain.plan.specs import AutoSpec
from domain.tools.catalogue import KnownTools
from tests.acceptance.plans.values import Values
from tests.acceptance.plans.wiring import Readable, condition, dependency, params_from

Json = dict[str, Any]

_LATER: Final = {
    *("calls", "condition", "next_step_id", "error_next_step_id", "merge_step_id"),
    *("break_condition", "steps", "branches", "loops", "tool_dependencies", "step_id"),
}
"""Fields that name other calls or steps, and are drawn when these are there."""
_OF_PLANNERS: Final = {"query", "choices"}
"""Fields in which a planner keeps how it read a question."""
_FIRST: Final = ("scope", "source", "intent", "metric", "mode")
"""Fields that others depend on."""
_LIKELY: Final = {
    "primary": 0.75,
    "secondary": 0.2,
    "output": 0.15,
    "budget": 0.3,
    "mode": 0.3,
    "rule_id": 0.95,
    "keywords": 0.8,
    "enable_intermediate_llm": 0.01,
    "search_type": 0.05,
}
_NOT_OF_RECIPES: Final = {"secondary", "list", "aggregate", "document", "graph", "auto"}
_OFTEN, _CHANCE = 0.5, 0.25


class Draw:
    """Draws one plan; the same seed gives the same plan."""

    def __init__(self, seed: int, values: Values, tools: KnownTools) -> None:
        self.chance, self._values, self._tools = random.Random(seed), values, tools
        self._values.chance = self.chance

    def plan(self) -> Json:
        """Return a plan: of parts, or of steps with branches and loops."""
        if self.chance.random() < 0.6:
            return self._wired(self._parts(Plan))
        plan: Json = {
            name: value
            for name, value in self._parts(Plan).items()
            if name not in {*_OF_STEPS, "mode"}
        }
        steps = [self._step(f"s{at}") for at in range(self.chance.randint(1, 3))]
        plan |= {"enable_multistep": True, "steps": steps, "calls": self._own_calls([])}
        self._wire_steps(steps, self._calls({"calls": plan["calls"]}))
        first = Readable(self._calls({**plan, "steps": steps[:1]}))
        last = steps[-1]["step_id"] if len(steps) > 1 else None
        if first and self.chance.random() < _OFTEN:
            plan["branches"] = [self._branch(f"b{at}", first, last) for at in range(self._few())]
        if first and self.chance.random() < _OFTEN:
            plan["loops"] = [self._loop(f"l{at}", first, last) for at in range(self._few())]
        return plan

    def part(self, model: type[BaseModel], path: str) -> Json:
        """Return an object of the model: what it needs, and some of the rest."""
        drawn: Json = {}
        fields = model.model_fields
        order = sorted(fields, key=lambda name: _FIRST.index(name) if name in _FIRST else 99)
        for name in order:
            where = f"{path}.{name}" if path else name
            if (
                name in _LATER
                or where in _OF_PLANNERS
                or not (fields[name].is_required() or self._is_drawn(name))
            ):
                continue
            drawn[name] = self._value(where, fields[name], drawn)
        return drawn

    def _is_drawn(self, name: str) -> bool:
        return self.chance.random() < _LIKELY.get(name, _CHANCE)

    def _value(self, path: str, field: FieldInfo, beside: Json) -> Any:  # noqa: ANN401
        known = self._values.of(path, beside)
        if known is not None:
            return known
        return self._typed(path, field.annotation, field.metadata)

    def _typed(self, path: str, kind: Any, bounds: Sequence[Any]) -> Any:  # noqa: ANN401
        origin, inner = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return self._typed(path, next(each for each in inner if each is not NoneType), bounds)
        if origin is Annotated:
            more = [part for each in inner[1:] for part in getattr(each, "metadata", [each])]
            return self._typed(path, inner[0], [*bounds, *more])
        if origin is Literal:
            return self.chance.choice(inner)
        if origin in (list, tuple):
            return [self._typed(path, inner[0], ()) for _ in range(self._few())]
        return self._of_class(path, kind, bounds) if isinstance(kind, type) else {}

    def _of_class(self, path: str, kind: type, bounds: Sequence[Any]) -> Any:  # noqa: ANN401
        if issubclass(kind, BaseModel):
            return self.part(kind, path)
        if issubclass(kind, StrEnum):
            return self.chance.choice([each.value for each in kind])
        if kind is bool:
            return self.chance.random() < _OFTEN
        if kind in (int, float):
            return self._number(kind, bounds)
        return self._values.word() if kind is str else {}

    def _number(self, kind: type, bounds: Sequence[Any]) -> int | float:
        lowest = [getattr(each, "ge", getattr(each, "gt", None)) for each in bounds]
        highest = [getattr(each, "le", getattr(each, "lt", None)) for each in bounds]
        low = next((each for each in lowest if each is not None), 0)
        high = next((each for each in highest if each is not None), 60)
        if kind is float:
            return self.chance.uniform(low, high)
        return self.chance.randint(low, min(high, self.chance.choice([low + 3, high])))

    def _few(self) -> int:
        return self.chance.choice([1, 1, 1, 2, 2, 3])

    def _parts(self, model: type[Plan | PlanStep]) -> Json:
        """Return a plan or a step with parts that stand for a call, and not yet wired."""
        parts = self.part(model, "")
        if parts.get("mode") == "auto":
            return self._recipe(parts)
        graph, metric = parts.get("graph", {}), parts.get("metric", {})
        is_path = "PATH" in {parts.get("intent"), parts.get("view"), graph.get("view")}
        is_walk = is_path or graph or parts.get("view") or parts.get("intent") == "EXPAND"
        if is_path:
            parts["secondary"] = self._values.item()
        if is_walk or metric.get("mode") == "series" or not any(each in parts for each in PARTS):
            parts["primary"] = self._values.item() | parts.get("primary", {})
        return parts

    def _recipe(self, parts: Json) -> Json:
        """Return the parts with those alone that a recipe carries out."""
        auto = self.part(AutoSpec, "auto")
        of_all = [View.PATH] if auto.get("path") else []
        of_all += [View.IMPACT] if auto.get("graph_scope") else []
        auto["views"] = [*of_all, *auto.get("views", [])]
        kept = {name: value for name, value in parts.items() if name not in _NOT_OF_RECIPES}
        for name in {"metric", "history"} & kept.keys():
            kept[name] = {key: each for key, each in kept[name].items() if key != "scope"}
        return kept | {"primary": self._values.item(), "auto": auto}

    def _step(self, step_id: str) -> Json:
        return {**self._parts(PlanStep), "step_id": step_id}

    def _wired(self, plan: Json) -> Json:
        calls = self._calls(plan)
        plan["calls"] = self._own_calls(calls)
        calls = self._calls(plan)
        if len(calls) > 1 and self.chance.random() < _OFTEN:
            at = self.chance.randrange(1, len(calls))
            said = dependency(self.chance, calls[at], Readable(calls[:at]), self._tools)
            plan["tool_dependencies"] = [said]
        return plan

    def _calls(self, plan: Json) -> list[PlannedCall]:
        """Return the calls that a plan stands for; none where it is no plan."""
        try:
            return planned_calls(Plan.model_validate(plan))
        except ValueError:
            return []

    def _own_calls(self, before: Sequence[PlannedCall]) -> list[Json]:
        drawn: list[Json] = []
        count = self.chance.choice([0, 0, 1, 2]) if before else self.chance.choice([0, 0, 1])
        for at in range(count):
            own = self.own_call(f"c{at}", Readable([*before]))
            drawn.append(own)
        return drawn

    def own_call(self, call_id: str, before: Readable) -> Json:
        """Return a call of any tool, with parameters by the schema of its operation."""
        tool = self.chance.choice(sorted(self._tools.get_available_tools()))
        operations = self._tools.get_tool(tool).operations
        name = self.chance.choice(sorted(operations))
        params = self.part(operations[name].params, f"call.{tool}.{name}")
        own: Json = {"call_id": call_id, "tool": tool, "operation": name, "params": params}
        own |= params_from(self.chance, operations[name].params, before)
        for each in own.get("output_mapping", {}):
            params.pop(each, None)
        if before and self.chance.random() < _CHANCE:
            own["depends_on"] = [before.any(self.chance)]
        if before and self.chance.random() < _CHANCE:
            own["condition"] = condition(self.chance, before)
        if self.chance.random() < _CHANCE and "[each]" in str(own):
            own["max_fan_out"] = self.chance.randint(1, 5)
        return own

    def _wire_steps(self, steps: Sequence[Json], before: Sequence[PlannedCall]) -> None:
        """Let steps have conditions, calls that read from those before, and ways on."""
        known = [*before]
        for at, step in enumerate(steps):
            own = self._calls({"enable_multistep": True, "steps": [step]})
            readable = Readable([*known, *own])
            if self.chance.random() < _CHANCE:
                step["calls"] = [self.own_call("c0", readable)]
            if known and self.chance.random() < _CHANCE:
                step["condition"] = condition(self.chance, Readable(known))
            later = [each["step_id"] for each in steps[at + 1 :]]
            for name in ("next_step_id", "error_next_step_id"):
                if later and self.chance.random() < _CHANCE:
                    step[name] = self.chance.choice(later)
            known += own

    def _branch(self, branch_id: str, first: Readable, last: str | None) -> Json:
        steps = [self._step(f"{branch_id}s{at}") for at in range(self._few())][:2]
        self._wire_steps(steps, first.calls)
        branch = self.part(PlanBranch, "branch") | {"branch_id": branch_id, "steps": steps}
        branch["condition"] = condition(self.chance, first)
        return {**branch, **({"merge_step_id": last} if last and self._few() == 1 else {})}

    def _loop(self, loop_id: str, first: Readable, last: str | None) -> Json:
        steps = [self._step(f"{loop_id}s{at}") for at in range(self._few())][:2]
        self._wire_steps(steps, first.calls)
        loop = self.part(PlanLoop, "loop") | {"loop_id": loop_id, "steps": steps}
        loop["max_iterations"] = self.chance.choice([1, 2, 3, 4, 200])
        inner = self._calls({"enable_multistep": True, "steps": steps})
        counted = {"field": f"{{{loop_id}.iteration}}", "operator": ">=", "value": self._few()}
        asked = condition(self.chance, Readable(inner)) if inner else counted
        loop["break_condition"] = self.chance.choice([counted, asked])
        return {**loop, **({"next_step_id": last} if last and self._few() == 1 else {})}


_OF_STEPS: Final = {*PARTS, "auto", "view"}
