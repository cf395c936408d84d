"""A default of a part of plans is changed: it is told as a change of the plan, by name and value.

Plans are recorded without what they leave to its default.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo

from domain.plan import plan, specs
from domain.replay.bulk.judgement import verified
from domain.replay.compare.ignore_rules import parse_ignore_rules
from domain.replay.fork.descent import Fork
from domain.replay.resume.resumption import Resumption
from domain.replay.verify.verify import verify
from domain.run.facts import Patches
from domain.stages import validation
from domain.tools.contracts import Operation, ToolErrorCode
from domain.views.bulk_replay import RunVerdict
from domain.views.verdict import DivergenceClass, Verdict
from tests.domain.replay.verify import planted
from tests.domain.replay.verify.verifying import History, ran, verdict
from tests.domain.stages.running import BY, METRIC, Running, ci, finish, metric, plan_output
from tests.fakes import AnyParams, ScriptedTool, answering, failing

Patch = pytest.MonkeyPatch
ROWS = answering({"rows": [], "total": 0})
HISTORY = {"step_id": "log", "name": "log", "intent": "LOOKUP", "history": {"enabled": True}}
DOCUMENTS = {
    "step_id": "docs",
    "name": "docs",
    "intent": "LOOKUP",
    "document": {"query": "backup"},
}
LOG = {"enable_multistep": True, "steps": [HISTORY, DOCUMENTS]}


class Defaults:
    """Changes the defaults of parts of plans, until it is left."""

    def __init__(self) -> None:
        self._changed = list[tuple[FieldInfo, object]]()

    def __call__(self, part: type[BaseModel], field: str, value: object) -> None:
        info = part.model_fields[field]
        self._changed.append((info, info.default))
        info.default = value
        self._read_anew()

    def back(self) -> None:
        for info, value in reversed(self._changed):
            info.default = value
        self._changed.clear()
        self._read_anew()

    def _read_anew(self) -> None:
        parts = [each for each in vars(specs).values() if _is_part(each)]
        for part in (*parts, plan.PlanStep, plan.Plan, plan.PlanOutput):
            for info in part.model_fields.values():
                if info.default_factory and _is_part(info.annotation):
                    info.default_factory = info.annotation
            part.model_rebuild(force=True)


def _is_part(each: object) -> bool:
    is_part = isinstance(each, type) and issubclass(each, specs.PlanPart)
    return is_part and each is not specs.PlanPart


@contextmanager
def _changing() -> Iterator[Defaults]:
    defaults = Defaults()
    try:
        yield defaults
    finally:
        defaults.back()


@pytest.fixture
def default() -> Iterator[Defaults]:
    with _changing() as defaults:
        yield defaults


class Walk(AnyParams):
    view: JsonValue = None
    limits: JsonValue = None


class Graph(ScriptedTool):
    """A scripted tool that takes what a walk over a graph has."""

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        made = super().operations.items()
        return {name: replace(operation, params=Walk) for name, operation in made}


def measured() -> tuple[Running, History]:
    return ran(Running(ci(), metric(), planned=plan_output(**METRIC)))


def walked() -> tuple[Running, History]:
    graph = Graph("graph", expand=answering({"nodes": [], "edges": [], "ids": []}))
    keywords = {"keywords": ["srv-1"]}
    made = plan_output(primary=keywords, intent="EXPAND", graph={"view": "NEIGHBORS"})
    return ran(Running(ci(), graph, planned=made))


def logged() -> tuple[Running, History]:
    tools = (
        ScriptedTool("history", work_and_maintenance=ROWS),
        ScriptedTool("document", search=ROWS),
    )
    return ran(Running(*tools, planned=plan_output(**LOG)))


Kind = Callable[[], tuple[Running, History]]
CASES: list[tuple[Kind, type[BaseModel], str, object, str]] = [
    (logged, specs.HistorySpec, "limit", 40, "steps[0].history.limit (default) 50 -> 40"),
    (logged, specs.DocumentSpec, "top_k", 12, "steps[1].document.top_k (default) 10 -> 12"),
    (walked, specs.GraphLimits, "max_nodes", 150, "graph.limits.max_nodes (default) 200 -> 150"),
    (
        measured,
        specs.MetricSpec,
        "time_range",
        "last_12h",
        'metric.time_range (default) "last_24h" -> "last_12h"',
    ),
]


@pytest.mark.parametrize(("kind", "part", "field", "value", "said"), CASES)
def test_a_changed_default_is_a_change_of_the_plan(
    default: Defaults, kind: Kind, part: type[BaseModel], field: str, value: object, said: str
) -> None:
    running, history = kind()
    assert verdict(running, history).is_same
    default(part, field, value)
    found = verdict(running, history)
    assert [(each.kind, each.sentence) for each in found.divergences] == [
        (DivergenceClass.PLAN, f"the same plan asks otherwise by its defaults: {said}")
    ]
    assert (found.missing, found.has_same_answer) == (None, True)
    assert verified(found).verdict is RunVerdict.PLAN


def test_two_defaults_are_told_together_and_other_changes_apart(
    default: Defaults, monkeypatch: Patch
) -> None:
    running, history = measured()
    default(specs.MetricSpec, "time_range", "last_12h")
    default(specs.MetricSpec, "agg", "max")
    planted.other_mapping(monkeypatch)
    by_default, call = verdict(running, history).divergences
    assert by_default.sentence.endswith(
        'metric.time_range (default) "last_24h" -> "last_12h", metric.agg (default) "avg" -> "max"'
    )
    assert call.kind is DivergenceClass.PATH
    assert call.sentence == (
        'call metric (metric.aggregate) asks otherwise: ci_ids[0] "c1" -> ["c1"]'
    )


def test_what_the_plan_says_itself_is_no_default(default: Defaults) -> None:
    said = {**METRIC, "metric": {"metric_name": "cpu", "time_range": "last_24h"}}
    running, history = ran(Running(ci(), metric(), planned=plan_output(**said)))
    default(specs.MetricSpec, "time_range", "last_12h")
    assert verdict(running, history).is_same


def test_a_patched_parameter_is_no_default(default: Defaults) -> None:
    running, history = measured()
    run_id = history[0].envelope.stream_id
    patches = Patches(params={"metric": {"time_range": "last_1h"}})
    fork = running.replays.fork(run_id, Fork(reason="r", patches=patches), BY).run_id
    running.carry_out(fork)
    default(specs.MetricSpec, "time_range", "last_12h")
    assert verdict(running, running.history(fork)).is_same


def test_a_changed_default_is_told_once_of_a_run_that_was_resumed(default: Defaults) -> None:
    broken = metric(failing(ToolErrorCode.DATA_NOT_FOUND))
    running, history = ran(Running(ci(), broken, planned=plan_output(**METRIC)))
    run_id = history[0].envelope.stream_id
    running.service.resume(run_id, Resumption(reason="r"), BY)
    running.carry_out(run_id)
    default(specs.MetricSpec, "time_range", "last_12h")
    found: Verdict = verdict(running, running.history(run_id))
    assert [each.kind for each in found.divergences] == [DivergenceClass.PLAN]


def test_what_a_resumed_run_used_again_was_asked_with_the_defaults_of_then(
    default: Defaults,
) -> None:
    broken = metric(failing(ToolErrorCode.DATA_NOT_FOUND))
    search = {"keywords": ["srv-1"], "tool_type": "ci_search"}
    plan_ = plan_output(**{**METRIC, "primary": search})
    running, history = ran(Running(ci(), broken, planned=plan_))
    run_id = history[0].envelope.stream_id
    running.service.resume(run_id, Resumption(reason="r"), BY)
    running.carry_out(run_id)
    assert verdict(running, running.history(run_id)).is_same
    default(specs.PrimarySpec, "limit", 7)
    found = verdict(running, running.history(run_id))
    assert [each.sentence.split(": ")[1] for each in found.divergences] == [
        "primary.limit (default) 5 -> 7"
    ]


def test_a_default_that_is_ignored_is_no_divergence(default: Defaults) -> None:
    running, history = logged()
    default(specs.HistorySpec, "limit", 40)
    ignore = parse_ignore_rules(["history:/limit"])
    assert finish(verify(history, running.registry, ignore=ignore)).is_same


def test_a_default_that_is_clamped_now_is_shown_with_its_value(monkeypatch: Patch) -> None:
    running, history = logged()
    monkeypatch.setattr(validation, "_HISTORY_LIMIT", 20)
    divergence = verdict(running, history).divergence
    assert divergence is not None
    assert divergence.kind is DivergenceClass.DATA
    assert divergence.sentence.startswith("the validated plan: steps[0].history.limit 50 -> 20; ")
