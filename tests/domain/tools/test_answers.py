"""What tools answer, right or not, can be recorded and read back."""

from typing import Any

import pytest

from domain.replay.verify.verify import verify
from domain.run.aggregate import RUN
from domain.run.call_events import ToolCallFailed, ToolCallSucceeded
from domain.run.events import RunFailed
from domain.stages.call_facts import call_ended
from domain.stages.sources import Answer
from domain.tools.answers import checked
from domain.tools.contracts import ToolErrorCode, ToolResult
from tests.domain.stages.running import LOOKUP, Running, ci, finish, plan_output, ran, ran_plan
from tests.fakes import ScriptedTool, answering


def nested(levels: int) -> Any:  # noqa: ANN401 - what a tool may answer
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


class Word(str):
    """Text of a type of its own."""

    __slots__ = ()


NO_RESULTS: list[dict[str, Any]] = [
    {"warnings": [1]},
    {"warnings": "abc"},
    {"warnings": None},
    {"references": ["x"]},
    {"references": None},
    {"references": {"a": 1}},
    {"success": False, "error": 5},
    {"success": False, "error_code": 7},
    {"success": False, "error_details": ["a"]},
    {"success": False, "error_details": {"at": object()}},
    {"data": object()},
    {"data": "\ud800"},
    {"warnings": ["\ud800"]},
    {"metadata": None},
    {"data": float("nan")},
    {"data": {"rows": [float("-inf")]}},
    {"data": nested(97)},
    {"data": nested(198)},
    {"data": nested(5000)},
    {"references": [{"a": nested(96)}]},
    {"metadata": {"effect": nested(5000)}},
    {"metadata": {"effect": object()}},
    {"metadata": {"effect": float("nan")}},
    {"metadata": {"window": "\ud800"}},
    {"success": False, "error_details": {"a": float("nan")}},
]


@pytest.mark.parametrize("wrong", NO_RESULTS, ids=map(str, range(len(NO_RESULTS))))
def test_what_is_no_result_is_a_failed_one(wrong: dict[str, Any]) -> None:
    result, size = checked("ci", ToolResult(**{"success": True, **wrong}))
    assert (result.success, result.error_code, size) == (False, ToolErrorCode.INTERNAL_ERROR, 0)
    assert str(result.error).startswith("ci answered with something that is no")


def test_something_else_than_a_result_is_a_failed_one() -> None:
    result, _ = checked("ci", None)  # type: ignore[arg-type]  # as a tool may do
    assert str(result.error).startswith("ci answered with something that is no result: ")


@pytest.mark.parametrize(
    ("data", "stored"),
    [
        (Word("x"), "x"),
        ({None: 1}, {"null": 1}),
        ({True: 1}, {"true": 1}),
        ({2: (1, 2)}, {"2": [1, 2]}),
    ],
)
def test_what_json_has_another_type_for_is_recorded_as_that(data: Any, stored: object) -> None:  # noqa: ANN401 - whatever tools answer
    result, _ = checked("ci", ToolResult(success=True, data=data, metadata={"row_count": True}))
    event = call_ended("a", 1, Answer(result, 1.0))
    assert isinstance(event, ToolCallSucceeded)
    kind, version, text = RUN.encode(event)
    read = RUN.decode(kind, schema_version=version, data=text)
    assert isinstance(read, ToolCallSucceeded)
    assert (read.data, read.row_count) == (stored, 1)


@pytest.mark.parametrize("keys", [(3, "3"), (None, "null")])
def test_keys_that_are_the_same_as_text_are_refused(keys: Any) -> None:  # noqa: ANN401 - as above
    result, _ = checked("ci", ToolResult(success=True, data={"rows": [dict.fromkeys(keys, "x")]}))
    assert str(result.error).endswith("are the same as text, and one would be lost")


@pytest.mark.parametrize("rows", [[{3: "x"}], ({"name": "x"},)])
def test_a_run_goes_on_from_an_answer_as_it_is_recorded(rows: Any) -> None:  # noqa: ANN401 - as above
    running = Running(
        ScriptedTool("odd", do=answering({"rows": rows})),
        planned=plan_output(calls=[{"call_id": "a", "tool": "odd", "operation": "do"}]),
    )
    run = ran(running)
    assert (run.all(RunFailed), "x" in str(run.response["blocks"])) == ([], True)
    assert finish(verify(run.history, running.registry)).is_same


def test_what_is_as_deep_as_allowed_is_recorded_and_read_back() -> None:
    run = ran_plan(LOOKUP, ci(lambda *_: ToolResult(success=True, data=nested(96))))
    assert run.one(ToolCallSucceeded).data == nested(96)


def test_what_stands_beside_the_data_has_a_limit() -> None:
    result, _ = checked("ci", ToolResult(success=True, metadata={"effect": "x" * 70_000}))
    assert "at most 65,536 are taken" in str(result.error)


def test_a_failure_that_says_nothing_is_used_as_it_is_recorded() -> None:
    silent, _ = checked("ci", ToolResult(success=False))
    event = call_ended("a", 1, Answer(silent, 1.0))
    assert isinstance(event, ToolCallFailed)
    assert (silent.error, silent.error_code) == (event.error.message, event.error.code)
    assert silent.error == "the tool failed without saying why"


def test_nul_is_replaced_and_told() -> None:
    data: Any = {"a\0": ["\\u0000", "\\\0", "b"]}
    result, _ = checked(
        "ci", ToolResult(success=True, data=data, warnings=["w\0"], metadata={"effect": "e\0"})
    )
    assert result.data == {"a\ufffd": ["\\u0000", "\\\ufffd", "b"]}
    told = "the character NUL was replaced in what the tool answered"
    assert (result.warnings, result.metadata) == (["w\ufffd", told], {"effect": "e\ufffd"})


@pytest.mark.parametrize("wrong", NO_RESULTS, ids=map(str, range(len(NO_RESULTS))))
def test_a_run_records_that_a_tool_gave_no_result(wrong: dict[str, Any]) -> None:
    run = ran_plan(LOOKUP, ci(lambda *_: ToolResult(**{"success": True, **wrong})))
    assert run.one(ToolCallFailed).error.code == ToolErrorCode.INTERNAL_ERROR
