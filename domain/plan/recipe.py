"""The calls of an auto recipe: one item, looked at from every side that its plan names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from domain.estate.view_policy import View, clamped
from domain.plan.condition import StepCondition
from domain.plan.data_flow import DataFlow, Parts
from domain.plan.intent import Intent
from domain.plan.planned_call import BUILDERS, PlannedCall
from domain.plan.specs import (
    SCOPE_VIEWS,
    AggregateSpec,
    GraphSpec,
    HistorySpec,
    MetricSpec,
    policy_of,
)

METRICS, TARGETS = "metrics", "path_candidates"
"""The calls that say which of the usual metrics there are, and where a path could lead."""
USUAL_METRICS: Final = {
    f"metric_{spec.metric_name}": spec
    for spec in (
        MetricSpec(metric_name="cpu_usage", agg="max"),
        MetricSpec(metric_name="latency", agg="max"),
        MetricSpec(metric_name="error", agg="count"),
    )
}
"""The metrics of a recipe that names none, by their calls; only those that there are count."""
USUAL_HISTORY: Final = HistorySpec(enabled=True, source="event_log", limit=20)


def recipe_calls(parts: Parts, prefix: str) -> Iterator[PlannedCall]:
    """Yield the calls in the order of the answer; those that need no other run at once."""
    recipe = _Recipe(parts, DataFlow(prefix, frozenset({"primary"})))
    yield recipe.item("primary", " ".join(parts.primary.keywords))
    if View.PATH in parts.auto.views:
        yield from recipe.path()
    for view in parts.auto.views:
        if view is not View.PATH:
            yield recipe.view(view_name(view), view, parts.auto.depth_hint)
    yield from recipe.metrics()
    yield from recipe.histories()
    if parts.cep is not None and parts.cep.rule_id is not None:
        yield recipe.rule()


def view_name(view: View) -> str:
    """Return the name of the call that looks along a view: view_impact."""
    return f"view_{view.lower()}"


@dataclass(frozen=True)
class _Recipe:
    parts: Parts
    flow: DataFlow

    def item(self, name: str, text: str) -> PlannedCall:
        return PlannedCall(self.flow.name(name), "ci", "resolve", {"text": text})

    def call(self, name: str, part: str, **specs: object) -> PlannedCall:
        """Return the call that a part stands for, where the plan has these specs instead."""
        made = BUILDERS[part](self.parts.model_copy(update=specs), self.flow)
        return structs.replace(made, call_id=self.flow.name(name))

    def view(self, name: str, view: View, depth: int | None) -> PlannedCall:
        policy = policy_of(view, *self.parts.auto.walks)
        asked = None if depth is None else clamped(policy, depth)
        walk = next((each for each in self.parts.auto.walks if each.like is view), None)
        limits = self.parts.graph.limits
        spec = GraphSpec(view=view, depth=asked, limits=limits, walk=walk)
        return self.call(name, "graph", graph=spec, intent=Intent.EXPAND)

    def path(self) -> Iterator[PlannedCall]:
        """Yield the calls of the path; without a target, that of what could be one."""
        ends, source = self.parts.auto.path, "primary"
        if ends.source_ci_code is not None:
            source = "path_source"
            yield _helping(self.item(source, ends.source_ci_code))
        if ends.target_ci_code is None:
            near = self.view(TARGETS, View.NEIGHBORS, 1)
            yield _helping(self._reading(near, "ci_id", f"{source}.rows[0].ci_id"))
            return
        yield _helping(self.item("path_target", ends.target_ci_code))
        policy = policy_of(View.PATH, *self.parts.auto.walks)
        depth = clamped(policy, self.parts.auto.depth_hint)
        path = self.view("path", View.PATH, depth)
        path = self._reading(path, "source_id", f"{source}.rows[0].ci_id")
        yield self._reading(path, "target_id", "path_target.rows[0].ci_id")

    def metrics(self) -> Iterator[PlannedCall]:
        named, spec = self.parts.metric, self.parts.auto
        asked = {"metric": named} if named else USUAL_METRICS
        calls = list[PlannedCall]()
        if spec.graph_scope.include_metric:
            groups = AggregateSpec(scope="metric", top_n=50)
            for name, metric in asked.items():
                call = self.call(f"scope_{name}", "aggregate", aggregate=groups, metric=metric)
                calls.append(self._of_scope(call))
        if spec.include_metric:
            mode = {} if spec.metric_mode == "aggregate" else {"mode": spec.metric_mode}
            for name, metric in asked.items():
                calls.append(self.call(name, "metric", metric=metric.model_copy(update=mode)))
        if calls and named is None:
            listed = PlannedCall(self.flow.name(METRICS), "metric", "list", {"limit": 1000})
            yield _helping(listed)
        yield from calls if named else map(self._if_there, calls)

    def histories(self) -> Iterator[PlannedCall]:
        spec = self.parts.history if self.parts.history.enabled else USUAL_HISTORY
        call = self.call("history", "history", history=spec)
        if self.parts.auto.graph_scope.include_history:
            scope = structs.replace(call, call_id=self.flow.name("scope_history"))
            yield self._of_scope(scope)
        if self.parts.auto.include_history:
            yield call

    def rule(self) -> PlannedCall:
        """Return the simulation of the rule, told the first metric there is, and the history."""
        call, spec = self.call("cep", "cep"), self.parts.auto
        if call.operation == "evaluate":
            return call
        call = structs.replace(call, later={"ci_context": ()})  # the item alone will do
        is_series = "series" in {spec.metric_mode, self.parts.metric and self.parts.metric.mode}
        if spec.include_metric and not is_series:
            names = ["metric"] if self.parts.metric else USUAL_METRICS
            call = self._reading(call, "metric_context", *names, None)
        if spec.include_history:
            call = self._reading(call, "history_context", "history", None)
        return call

    def _of_scope(self, call: PlannedCall) -> PlannedCall:
        """Return the call, about the items of the first view that shows what needs what."""
        views = [view for view in self.parts.auto.views if view in SCOPE_VIEWS]
        return self._reading(call, "ci_ids", *(f"{view_name(view)}.ids" for view in views))

    def _reading(self, call: PlannedCall, param: str, *sources: str | None) -> PlannedCall:
        """Return the call with a parameter from the first source, the others for later rounds."""
        read = [each and f"{{{self.flow.name(each)}}}" for each in sources]
        if not read or read[0] is None:
            return call
        mapping, later = {**call.output_mapping, param: read[0]}, dict(call.later)
        if read[1:]:
            later[param] = tuple(read[1:])
        return structs.replace(call, output_mapping=mapping, later=later)

    def _if_there(self, call: PlannedCall) -> PlannedCall:
        """Return the call, left out when the estate has no such metric."""
        field, name = self.flow.name(f"{METRICS}.rows[*].metric_name"), call.params["metric_name"]
        condition = StepCondition(field=field, operator="contains", value=str(name))
        return structs.replace(call, conditions=(condition,))


def _helping(call: PlannedCall) -> PlannedCall:
    """Return the call as one that only others need."""
    return structs.replace(call, is_answer=False)
