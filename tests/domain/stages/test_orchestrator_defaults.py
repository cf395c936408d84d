"""The stage orchestrator made of a tenant alone, and what it makes of odd functions."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.json import JsonMap
from domain.plan.plan import PlanOutput
from domain.response.blocks import TextBlock
from domain.stages.orchestrator import StageOrchestrator
from domain.values.arguments import WrongArgument
from tests.domain.stages.orchestrating import DIRECT, PLAN, records

ORCHESTRATOR = StageOrchestrator("acme")
ITEM: JsonMap = {"ci_id": "123", "ci_code": "srv-1", "ci_name": "Server 1"}
FOUND: JsonMap = {
    "call_id": "primary",
    "tool": "ci",
    "operation": "get",
    "params": {"ci_id": "123"},
    "status": "succeeded",
    "data": {"rows": [ITEM], "total": 1},
    "references": [{"id": "ci:123", "kind": "row", "title": "Server 1"}],
}
FAILED: JsonMap = {
    **FOUND,
    "call_id": "again",
    "status": "failed",
    "data": None,
    "references": [],
    "error": "too slow",
    "error_code": "TOOL_TIMEOUT",
}
ODD = [3, "text", 2.5, b"bytes", {1}]


def orchestrate(
    plan_output: Any = PLAN,  # noqa: ANN401 - odd on purpose
    executed: object = None,
    presented: object = None,
) -> tuple[list[JsonMap], str, JsonMap]:
    async def execution_fn(_: PlanOutput) -> object:
        return executed

    async def present_fn(_: PlanOutput, shown: JsonMap | None = None) -> object:
        return (shown or {}) if presented is None else presented

    return asyncio.run(ORCHESTRATOR.run_with_stages(plan_output, execution_fn, present_fn))


def test_the_engine_composes_the_results() -> None:
    blocks, answer, full = orchestrate(executed={"results": [FOUND]})
    composed: Any = records(full, "stage_outputs")[3]["result"]
    assert (blocks[0]["type"], answer, composed["answer"]) == (
        "table",
        "CI insight ready",
        "srv-1 (Server 1) is without a status.",
    )


def test_failed_results_are_parts_of_the_response() -> None:
    _, _, full = orchestrate(executed=[FOUND, FAILED])
    composed: Any = records(full, "stage_outputs")[3]["result"]
    assert (composed["success"], composed["errors"], composed["metadata"]["combined_from"]) == (
        False,
        [{"error": "too slow", "error_code": "TOOL_TIMEOUT", "details": {}}],
        2,
    )


def test_results_tell_status_and_diagnostics_as_those_of_a_run() -> None:
    _, _, full = orchestrate(executed={"results": [FOUND, FAILED]})
    executed, composed = records(full, "stage_outputs")[2:4]
    diagnostics: Any = executed["diagnostics"]
    assert (diagnostics["status"], diagnostics["errors"]) == ("warning", ["again: too slow"])
    assert (diagnostics["empty_flags"], diagnostics["counts"]) == (
        {"result_empty": False},
        {"succeeded": 1, "failed": 1, "skipped": 0, "references": 1},
    )
    assert composed["result"]["status"] == "partial"


def test_results_without_an_answer_fail_execute_as_those_of_a_run() -> None:
    _, answer, full = orchestrate(executed={"results": [FAILED]})
    fault: Any = full["error"]
    assert (answer, fault["code"]) == ("Error: too slow", "TOOL_TIMEOUT")
    assert [each["status"] for each in records(full)] == ["ok", "ok", "error"]


def test_metadata_count_calls_and_blocks() -> None:
    blocks, _, full = orchestrate(executed=[FOUND])
    composed: Any = records(full, "stage_outputs")[3]["result"]
    assert composed["metadata"] == {"tool_calls": 1, "blocks_count": len(blocks)}


def test_the_execute_result_goes_on_as_it_is() -> None:
    _, _, full = orchestrate(executed={"anything": 1})
    composed: Any = records(full, "stage_outputs")[3]["result"]
    assert composed["execution_result"] == {"anything": 1}


def test_the_engine_validates() -> None:
    empty = PlanOutput.model_validate(
        {"kind": "plan", "plan": {"metric": {"metric_name": "cpu", "time_range": "soon"}}}
    )
    _, answer, full = orchestrate(empty)
    assert (answer.partition(":")[0], records(full)[-1]["name"]) == ("Error", "validate")
    assert "time_range" in answer


def test_what_is_beyond_a_limit_is_brought_inside() -> None:
    wide = PlanOutput.model_validate(
        {
            "kind": "plan",
            "plan": {"primary": {"keywords": ["a"], "limit": 900, "tool_type": "ci_search"}},
        }
    )
    _, _, full = orchestrate(wide, executed={})
    decision, *_ = records(full, "stage_outputs")[1]["result"]["decisions"]
    assert (decision["requested"], decision["effective"]) == (900, 50)


def test_all_stages_have_one_trace_id_and_the_caller_has_it() -> None:
    _, _, full = orchestrate(executed={})
    ids = {each["trace_id"] for each in records(full, "stage_inputs")}
    assert (ids, len(str(full["trace_id"]))) == ({full["trace_id"]}, 32)


@pytest.mark.parametrize(
    ("plan_output", "answer"), [(PLAN, "CI insight ready"), (DIRECT, "Direct answer")]
)
def test_what_is_presented_without_keys_has_a_usual_answer(
    plan_output: PlanOutput, answer: str
) -> None:
    assert orchestrate(plan_output, executed={}, presented={})[:2] == ([], answer)


def test_a_list_that_is_presented_is_its_blocks() -> None:
    typed, plain = TextBlock(text="One."), {"type": "text", "text": "Two."}
    blocks, _, _ = orchestrate(presented=[typed, plain])
    assert [block["text"] for block in blocks] == ["One.", "Two."]


def test_a_function_that_is_not_async_will_do() -> None:
    functions: Any = (lambda _: {}, lambda *_: {"summary": "Yes."})
    _, answer, _ = asyncio.run(ORCHESTRATOR.run_with_stages(PLAN, *functions))
    assert answer == "Yes."


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_execute_result_fails_the_stage_by_name(odd: object) -> None:
    _, answer, full = orchestrate(executed=odd)
    assert "what the execution function returns must be an object" in answer
    assert (records(full)[-1]["name"], records(full)[-1]["status"]) == ("execute", "error")


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_presentation_fails_the_stage_by_name(odd: object) -> None:
    assert "what the present function returns must be an object" in orchestrate(presented=odd)[1]


def test_a_block_that_is_none_fails_the_stage() -> None:
    assert "a block must be an object, not 3" in orchestrate(presented={"blocks": [3]})[1]


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (3, "(0: Input should be a dictionary or an instance of CallResult)"),
        ({}, "0.call_id: Field required; 0.tool: Field required"),
        ({**FOUND, "status": "fine"}, "(0.status: Input should be 'succeeded', 'failed' or"),
        ({**FOUND, "warnings": [1]}, "(0.warnings.0: Input should be a valid string)"),
        ({**FOUND, "params": None}, "(0.params: Input should be"),
    ],
)
def test_an_odd_result_is_named(result: object, said: str) -> None:
    assert said in orchestrate(executed=[result])[1]


@pytest.mark.parametrize("odd", [None, {}, 3, "plan"], ids=repr)
def test_what_is_no_plan_output_fails_the_first_stage(odd: object) -> None:
    _, answer, full = orchestrate(odd)
    assert ("the plan must be a PlanOutput" in answer, len(records(full))) == (True, 1)


def test_the_input_of_a_stage_is_built_of_its_name_and_the_plan() -> None:
    built = ORCHESTRATOR._build_stage_input("validate", PLAN)
    assert (built.stage, built.applied_assets, built.prev_output) == ("validate", {}, {})
    assert built.params == {
        "stage_name": "validate",
        "plan_output": {"kind": "plan", "plan": {"primary": {"keywords": ["srv-1"]}}},
    }


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(
        WrongArgument, match=r"stage_name must be one of route_plan, validate.*'cook'"
    ):
        ORCHESTRATOR._build_stage_input("cook", PLAN)


def test_assets_are_distributed_by_stage() -> None:
    assets = {"present:style": "s1", "validate:policy": "v1", "present:a:b": "x"}
    assert ORCHESTRATOR._distribute_stage_assets("present", assets) == {"style": "s1", "a:b": "x"}


def test_a_trace_is_of_now() -> None:
    trace = ORCHESTRATOR.build_orchestration_trace(PLAN, [], [])
    age = datetime.now(UTC) - datetime.fromisoformat(str(trace["timestamp"]))  # noqa: TID251
    assert timedelta() <= age < timedelta(minutes=1)


def test_a_trace_of_what_is_no_output_is_refused() -> None:
    outputs: Any = 3
    with pytest.raises(WrongArgument, match="stage_outputs must be a list, not 3"):
        ORCHESTRATOR.build_orchestration_trace(PLAN, outputs, [])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["results", "blocks", "summary", "references", "data", "status", "params"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(executed=ANYTHING, presented=ANYTHING)
def test_whatever_the_functions_return_there_is_an_answer(
    executed: object, presented: object
) -> None:
    _, answer, full = orchestrate(executed=executed, presented=presented)
    assert isinstance(answer, str)
    assert "AttributeError" not in answer
    assert "KeyError" not in answer
    assert records(full)[-1]["name"] in {"execute", "compose", "present"}
