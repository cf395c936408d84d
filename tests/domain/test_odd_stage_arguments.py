"""Whatever the classes of stages and responses are called with, they answer or refuse in words.

See `test_odd_arguments`; here are the orchestrator, its paths, the router and the builder.
"""

import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.json import JsonMap
from domain.orchestration import (
    ExecutionRouter,
    ResponseBuilder,
    StageOrchestrator,
    ToolExecutionTask,
)
from domain.plan.plan import PlanOutput
from domain.run.facts import StageDiagnostics
from domain.run.lifecycle import Stage
from domain.stages.faults import FaultCode
from domain.stages.stage import StageOutput
from domain.stages.stage_records import StageFailedError
from domain.values.arguments import WrongArgument
from tests.domain.stages.orchestrating import DIRECT, PLAN, REJECT
from tests.domain.test_odd_arguments import MADE, assert_told, odd
from tests.domain.tools.calls import answers

ROUTED = StageOutput(
    stage=Stage.ROUTE_PLAN, result={}, diagnostics=StageDiagnostics(status="ok"), duration_ms=0
)
OK: JsonMap = {"success": True, "answer": "A", "blocks": [{"type": "text", "text": "A"}]}


async def executing(_: PlanOutput) -> JsonMap:
    return {"results": []}


async def presenting(_: PlanOutput, shown: JsonMap | None = None) -> JsonMap:
    return {"summary": str(shown)}


def recorded(*_: object) -> None:
    """Keep nothing."""


LISTS: tuple[Any, ...] = ([], [], [], recorded, ROUTED)
VALID: dict[str, tuple[Any, ...]] = {
    "run_with_stages": (PLAN, executing, presenting),
    "_execute_direct_path": (DIRECT, presenting, *LISTS),
    "_execute_reject_path": (REJECT, *LISTS),
    "_execute_plan_path": (PLAN, executing, presenting, *LISTS, "trace-1"),
    "_build_stage_input": ("validate", PLAN, {"x": 1}, {"style": "s1"}),
    "_distribute_stage_assets": ("present", {"present:style": "s1"}),
    "build_orchestration_trace": (PLAN, [], []),
    "determine_route": (PLAN, True, False),
    "get_route_config": ("lookup",),
    "analyze_plan_structure": (PLAN,),
    "get_routing_context": ("123", "srv-1", True, False),
    "_should_use_sections_loop": (PLAN,),
    "_should_use_auto_recipe": (PLAN,),
    "_should_use_lookup": (PLAN,),
    "build_success_response": (OK["blocks"], "A", [{"id": "1"}], [], {"a": 1}),
    "build_error_response": ("down", "TOOL_TIMEOUT", {"a": 1}),
    "compose_answer_from_blocks": (OK["blocks"],),
    "aggregate_references": ([{"references": [{"id": "1"}]}], [{"id": "2"}]),
    "format_metadata": (12.7, 3, 2, ["a:1"]),
    "combine_responses": ([OK, {"answer": "B", "errors": None}],),
}
"""What each method takes, by place."""
OWNERS = [StageOrchestrator("acme"), ExecutionRouter("acme"), ResponseBuilder("acme")]
parts = st.dictionaries(st.sampled_from([*OK, "metadata", "references", "error", "errors"]), odd)


def method(name: str) -> Any:  # noqa: ANN401 - any of them
    return next(getattr(owner, name) for owner in OWNERS if hasattr(owner, name))


def assert_in_words(name: str, *values: object) -> str | None:
    """Return the words of a refusal, or None; what breaks inside a stage is raised."""
    try:
        return assert_told(lambda: answered(name, *values))
    except StageFailedError as failed:
        if failed.fault.code == FaultCode.INTERNAL_ERROR:
            raise
        return str(failed)


async def ended(work: Any) -> None:  # noqa: ANN401 - of whatever type it is
    _, _, full = await work
    assert full.get("error", {}).get("code") != FaultCode.INTERNAL_ERROR


def answered(name: str, *values: object) -> object:
    answer = method(name)(*values)
    return ended(answer) if inspect.isawaitable(answer) else answer


def test_every_public_method_is_tried() -> None:
    for owner in OWNERS:
        methods = {name for name, _ in inspect.getmembers(owner, inspect.ismethod)}
        assert {name for name in methods if not name.startswith("_")} <= set(VALID)


@pytest.mark.parametrize("name", VALID)
def test_what_a_method_is_meant_to_take_is_answered(name: str) -> None:
    assert assert_in_words(name, *VALID[name]) is None


@pytest.mark.parametrize("name", VALID)
@MADE
@given(data=st.data())
def test_a_method_answers_or_refuses_in_words(name: str, data: st.DataObject) -> None:
    values = list(VALID[name])
    values[data.draw(st.integers(0, len(values) - 1))] = data.draw(odd)
    assert_in_words(name, *values)


@MADE
@given(part=parts)
def test_an_odd_part_of_a_response_is_combined_or_refused(part: JsonMap) -> None:
    assert_in_words("combine_responses", [OK, part])


@MADE
@given(values=st.lists(odd, min_size=2, max_size=2))
def test_a_class_is_made_or_refused(values: list[Any]) -> None:
    assert_told(
        lambda: ended(StageOrchestrator(*values).run_with_stages(PLAN, executing, presenting))
    )
    assert_told(lambda: ExecutionRouter(*values).determine_route(PLAN))
    assert_told(lambda: ResponseBuilder(*values).build_error_response("down"))


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("_build_stage_input", ("validate", {"kind": "plan"}), "plan_output must be a PlanOutput"),
        ("_build_stage_input", ("validate", PLAN, None, 5), "stage_assets must be an object"),
        ("_build_stage_input", ("validate", PLAN, 5), "prev_output must be an object"),
        ("_distribute_stage_assets", ("present", [1]), "all_assets must be an object"),
        ("_distribute_stage_assets", ("present", {1: 2}), "each key of all_assets must be a text"),
        ("build_orchestration_trace", (None, [], []), "plan_output must be a PlanOutput"),
        ("_execute_direct_path", (DIRECT, 5, *LISTS), "present_fn must be a function"),
        ("combine_responses", ([OK, {"errors": "abc"}],), "errors must be a list"),
        ("combine_responses", ([OK, {"errors": [5]}],), "errors must be an object"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    name: str, values: tuple[Any, ...], said: str
) -> None:
    assert said in str(assert_in_words(name, *values))


def test_an_error_that_is_none_is_no_error() -> None:
    combined = method("combine_responses")([OK, {"answer": "B", "error": None}])
    assert (combined["success"], combined.get("errors")) == (True, None)


def test_parameters_of_a_task_have_texts_as_names() -> None:
    with pytest.raises(WrongArgument, match="each key of kwargs must be a text, not 1"):
        ToolExecutionTask("a", "ci", answers, kwargs={1: 2})  # type: ignore[dict-item]  # on purpose
