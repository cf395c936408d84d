"""The calls of a plan are checked before anything runs: tools, parameters, times, data flow."""

from typing import Any, cast

import pytest

from domain.plan.plan import Plan
from domain.stages.faults import StageFault
from domain.stages.validation import validate_plan
from domain.tools.registry import ToolRegistry
from tests.domain.plan.planning import step
from tests.domain.stages.validating import CPU, LOOKUP, DescribedTool, Resolve, problems, validated
from tests.fakes import NOON

METRIC = {"primary": LOOKUP, "metric": CPU}
CALLS = "calls: metric, primary"


def mapped(tool_id: str, **mapping: str) -> dict[str, Any]:
    return {"tool_dependencies": [{"tool_id": tool_id, "output_mapping": mapping}]}


def waiting(**depends_on: str) -> dict[str, Any]:
    found = [{"tool_id": one, "depends_on": [other]} for one, other in depends_on.items()]
    return {"tool_dependencies": found}


@pytest.mark.parametrize(
    ("plan", "field", "message"),
    [
        ({}, "plan", "asks for nothing: no part of it names what to look at"),
        (
            {**METRIC, **waiting(elsewhere="primary")},
            "tool_dependencies.0",
            f"'elsewhere' is no call of the plan; {CALLS}",
        ),
        (
            {**METRIC, **waiting(metric="elsewhere")},
            "tool_dependencies.0",
            f"'elsewhere' is no call of the plan; {CALLS}",
        ),
        (
            {**METRIC, **mapped("metric", ci_ids="{elsewhere.rows}")},
            "tool_dependencies",
            f"'{{elsewhere.rows}}' reads from 'elsewhere', which is no call of the plan; {CALLS}",
        ),
        (
            {**METRIC, **mapped("metric", ci_ids="{primary.}")},
            "tool_dependencies",
            "'{primary.}' is not a mapping; expected a form like "
            "{call.key[0].key}, [*] for every row, .length, and ?? for a default",
        ),
        (
            {"primary": LOOKUP, **waiting(metric="primary")},
            "tool_dependencies",
            "metric is named as a dependency, but the plan has no metric",
        ),
        (
            {"document": {"query": "x"}},
            "document",
            "tool 'document' is not installed; tools: cep, ci, graph, history, metric",
        ),
        (
            {"aggregate": {"group_by": ["status"]}},
            "aggregate",
            "tool ci has no operation 'aggregate'; operations: list_preview, resolve, search",
        ),
        (
            {**METRIC, **mapped("metric", hostname="{primary.rows[0].ci_name}")},
            "metric",
            "metric.aggregate takes no 'hostname'; parameters: agg, ci_ids, metric_name, "
            "time_range",
        ),
        ({"cep": {}}, "cep.rule_id", "input should be a valid string, got None"),
        (
            {"metric": {**CPU, "mode": "series"}},
            "primary.keywords",
            "the part metric needs an item to look at, none is given",
        ),
        (
            {"intent": "EXPAND", "history": {"enabled": True, "scope": "all"}},
            "primary.keywords",
            "the part graph needs an item to look at, none is given",
        ),
        (
            {"metric": CPU, "primary": {"filters": [{"field": "a", "value": "b"}]}},
            "metric.filters",
            "extra inputs are not permitted, got [{'field': 'a', 'op': '=', 'value': 'b'}]",
        ),
    ],
)
def test_a_call_that_cannot_be_made_is_refused(
    plan: dict[str, Any], field: str, message: str
) -> None:
    assert problems(**plan) == [{"field": field, "message": message}]


def test_a_wrong_time_range_is_refused_with_what_is_allowed() -> None:
    (problem,) = problems(primary=LOOKUP, metric={**CPU, "time_range": "lately"})
    assert (problem["field"], problem["message"].split(";")[0]) == (
        "metric.time_range",
        "time_range 'lately' is not understood",
    )


def test_calls_that_wait_for_each_other_are_refused_with_the_cycle() -> None:
    plan = {
        "enable_multistep": True,
        "steps": [step(name, primary=LOOKUP) for name in ("a", "b", "c")],
        "tool_dependencies": [
            {"tool_id": f"{one}:primary", "depends_on": [f"{other}:primary"]}
            for one, other in (("a", "b"), ("b", "c"), ("c", "a"))
        ],
    }
    (problem,) = problems(**plan)
    cycle = problem["message"].removeprefix("the calls wait for each other in a cycle: ")
    first, *between, last = cycle.split(" -> ")
    assert (first == last, {first, *between}) == (True, {"a:primary", "b:primary", "c:primary"})


def test_a_call_that_waits_for_itself_is_refused() -> None:
    (problem,) = problems(**METRIC, **waiting(metric="metric"))
    assert problem["message"].endswith("in a cycle: metric -> metric")


def test_no_more_than_100_calls_are_allowed() -> None:
    many = [step(f"s{n}", primary=LOOKUP, metric=CPU) for n in range(51)]
    plan = {"enable_multistep": True, "steps": many, "budget": {"max_steps": 100}}
    assert problems(**plan) == [
        {"field": "steps", "message": "102 tool calls, at most 100 are allowed"}
    ]


def test_all_problems_of_all_calls_are_listed_at_once() -> None:
    found = problems(
        metric={**CPU, "time_range": "lately", "mode": "series"},
        history={"enabled": True, "scope": "all", "time_range": "soon"},
        document={"query": "x"},
    )
    assert [each["field"] for each in found] == [
        "primary.keywords",
        "metric.time_range",
        "history.time_range",
        "document",
    ]


def test_a_parameter_that_an_earlier_call_gives_is_not_missing() -> None:
    assert validated(primary=LOOKUP, metric={**CPU, "mode": "series"}).decisions == ()


def test_tools_are_those_of_the_registry() -> None:
    registry = ToolRegistry()
    registry.register_dynamic(DescribedTool("ci", resolve=Resolve))
    plan = Plan.model_validate(METRIC)
    with pytest.raises(StageFault, match="tool 'metric' is not installed; tools: ci"):
        validate_plan(plan, tools=registry, now=NOON)


@pytest.mark.parametrize("steps", [0, 1])
def test_a_call_that_reads_of_a_list_that_was_switched_off_is_told_why(steps: int) -> None:
    prefix, path = ("a:", "steps.0.") if steps else ("", "")
    reads = {"ci_id": f"{{{prefix}list.rows[0].ci_id}}"}
    parts: dict[str, Any] = {
        "primary": LOOKUP,
        "view": "IMPACT",
        "list": {"enabled": True},
        "calls": [{"call_id": "x", "tool": "graph", "operation": "path", "output_mapping": reads}],
    }
    (problem,) = problems(
        **({"enable_multistep": True, "steps": [step("a", **parts)]} if steps else parts)
    )
    why = f"; {path}list.enabled is false and not true: a plan shows a graph view or a list"
    assert why in problem["message"]


@pytest.mark.parametrize("steps", [0, 1])
@pytest.mark.parametrize(
    ("dates", "field", "said"),
    [
        ({"date_from": "2026-13"}, "date_from", "'2026-13' is not a possible time (month must"),
        ({"date_to": "soon"}, "date_to", "'soon' is not understood; allowed: days, months"),
        (
            {"date_from": "2030-01-01", "date_to": "2020-01-01"},
            "date_to",
            "'2020-01-01' is not after date_from '2030-01-01'",
        ),
    ],
)
def test_a_wrong_date_is_told_as_it_was_written(
    steps: int, dates: dict[str, str], field: str, said: str
) -> None:
    parts: dict[str, Any] = {"document": {"query": "backup", **dates}}
    whole = {"enable_multistep": True, "steps": [step("a", **parts)]} if steps else parts
    with pytest.raises(StageFault) as raised:
        validate_plan(Plan.model_validate(whole), tools=None, now=NOON)
    (problem,) = cast("list[dict[str, str]]", raised.value.fault.details["problems"])
    assert problem["field"] == f"{'steps.0.' if steps else ''}document.{field}"
    assert problem["message"].startswith(said)
