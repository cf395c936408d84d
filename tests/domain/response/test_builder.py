import logging
from typing import TYPE_CHECKING

import pytest

from domain.response.blocks import NumberBlock, TableBlock, TextBlock
from domain.response.builder import Response, ResponseBuilder
from domain.response.next_actions import NextAction
from domain.response.references import Reference
from domain.values.arguments import WrongArgument

if TYPE_CHECKING:
    from domain.json import JsonMap

BUILDER = ResponseBuilder("acme")
TEXT = TextBlock(text="All is well.")
TRACE = NextAction(type="open_trace", label="Trace details")
ROW = Reference(id="ci:srv-01", kind="row", title="Server")


def success(answer: str = "Yes.", **more: object) -> Response:
    return BUILDER.build_success_response([TEXT], answer, **more)  # type: ignore[arg-type]  # tests name them


def test_a_success_has_every_part_though_nothing_but_an_answer_is_given() -> None:
    assert BUILDER.build_success_response([], "Yes.") == {
        "success": True,
        "answer": "Yes.",
        "blocks": [],
        "references": [],
        "next_actions": [],
        "metadata": {},
    }


def test_typed_blocks_and_plain_ones_come_out_the_same() -> None:
    plain: JsonMap = {"type": "text", "text": "All is well."}
    blocks = BUILDER.build_success_response([TEXT, plain], "Yes.")["blocks"]
    assert blocks[0] == blocks[1]


def test_a_block_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(WrongArgument, match=r"blocks must be right.*'hologram'"):
        BUILDER.build_success_response([{"type": "hologram"}], "Yes.")


def test_an_unknown_action_is_refused() -> None:
    with pytest.raises(WrongArgument, match=r"next_actions must be right .type.*reboot"):
        success(next_actions=[{"type": "reboot", "label": "Reboot"}])


def test_references_are_plain_and_named_once() -> None:
    plain = {"id": "ci:srv-01", "kind": "row", "title": "Server", "payload": {}}
    assert success(references=[ROW, plain])["references"] == [plain]


def test_next_actions_are_plain() -> None:
    assert success(next_actions=[TRACE])["next_actions"] == [
        {"type": "open_trace", "label": "Trace details", "payload": {}, "reason": None}
    ]


def test_an_error_response_has_every_part_too() -> None:
    assert BUILDER.build_error_response("no such item") == {
        "success": False,
        "answer": "Error: no such item",
        "blocks": [],
        "references": [],
        "next_actions": [],
        "metadata": {},
        "error": "no such item",
        "error_code": "UNKNOWN_ERROR",
        "details": {},
    }


def test_an_error_response_keeps_code_and_details() -> None:
    response = BUILDER.build_error_response("late", "TOOL_TIMEOUT", {"limit_ms": 5})
    assert (response["error_code"], response["details"]) == ("TOOL_TIMEOUT", {"limit_ms": 5})


def test_an_error_response_is_logged_for_its_tenant(caplog: pytest.LogCaptureFixture) -> None:
    ResponseBuilder("acme", logging.getLogger("tests")).build_error_response("late", "X")
    assert caplog.messages == ["error response: code=X error='late' tenant_id=acme"]


def test_the_answer_of_no_blocks_is_that_nothing_was_found() -> None:
    assert BUILDER.compose_answer_from_blocks([]) == "No results found"


@pytest.mark.parametrize(
    "block",
    [
        TEXT,
        {"type": "text", "text": "All is well."},
        {"type": "markdown", "content": "All is well."},
    ],
)
def test_the_first_text_is_the_answer(block: TextBlock | dict[str, object]) -> None:
    number = NumberBlock(label="servers", value=1)
    assert BUILDER.compose_answer_from_blocks([number, block]) == "All is well."  # type: ignore[list-item]  # plain blocks


def test_without_a_text_the_answer_names_the_kinds_once() -> None:
    number = NumberBlock(label="servers", value=1)
    table = TableBlock(columns=[], rows=[])
    answer = BUILDER.compose_answer_from_blocks([number, table, number])
    assert answer == "Results include: number, table"


def test_references_of_results_come_before_the_explicit_and_once_each() -> None:
    results: list[dict[str, object]] = [
        {"references": [{"id": "a"}, {"url": "https://x"}, {"title": "t"}]},
        {"references": [{"id": "a"}, {"url": "https://x"}, {"title": "t"}]},
        {"data": 1},
    ]
    assert BUILDER.aggregate_references(results, [{"id": "b"}]) == [
        {"id": "a"},
        {"url": "https://x"},
        {"title": "t"},
        {"id": "b"},
    ]


def test_without_results_there_are_no_references() -> None:
    assert BUILDER.aggregate_references() == []


def test_metadata_have_only_what_is_given() -> None:
    assert BUILDER.format_metadata(12.9, blocks_count=0) == {
        "execution_time_ms": 12,
        "blocks_count": 0,
    }


def test_metadata_hold_calls_and_assets() -> None:
    metadata = BUILDER.format_metadata(tool_calls=[{"tool": "ci"}], used_assets={"planner": "1"})
    assert metadata == {"tool_calls": [{"tool": "ci"}], "used_assets": {"planner": "1"}}


def test_combining_nothing_is_an_error() -> None:
    assert BUILDER.combine_responses([])["error"] == "No responses to combine"


def test_one_response_is_its_own_combination() -> None:
    assert BUILDER.combine_responses([success()]) == success()


def test_a_combination_has_the_blocks_of_all() -> None:
    assert len(BUILDER.combine_responses([success(), success()])["blocks"]) == 2


def test_a_combination_has_each_reference_and_each_action_once() -> None:
    part = success(references=[ROW], next_actions=[TRACE])
    combined = BUILDER.combine_responses([part, part])
    assert (len(combined["references"]), len(combined["next_actions"])) == (1, 1)


def test_a_combination_keeps_the_metadata_of_its_parts() -> None:
    parts = [success(metadata={"a": 1}), success(metadata={"b": 2})]
    assert BUILDER.combine_responses(parts)["metadata"] == {
        "combined_from": 2,
        "parts": [{"a": 1}, {"b": 2}],
    }


def test_a_combination_answers_with_the_first_part_that_succeeded() -> None:
    parts = [BUILDER.build_error_response("late"), success("43 servers."), success("More.")]
    assert BUILDER.combine_responses(parts)["answer"] == "43 servers."


def test_a_combination_of_failures_says_the_first() -> None:
    parts = [BUILDER.build_error_response("late"), BUILDER.build_error_response("gone")]
    assert BUILDER.combine_responses(parts)["answer"] == "Error: late"


def test_a_combination_of_silent_parts_says_that_there_is_something() -> None:
    assert BUILDER.combine_responses([success(""), success("")])["answer"] == (
        "Combined results ready"
    )


def test_a_combination_succeeds_only_when_every_part_does() -> None:
    parts = [success(), BUILDER.build_error_response("late")]
    assert not BUILDER.combine_responses(parts)["success"]


def test_a_combination_keeps_the_errors_of_its_parts() -> None:
    late = BUILDER.build_error_response("late", "TOOL_TIMEOUT", {"limit_ms": 5})
    assert BUILDER.combine_responses([success(), late])["errors"] == [
        {"error": "late", "error_code": "TOOL_TIMEOUT", "details": {"limit_ms": 5}}
    ]


def test_a_combination_of_combinations_keeps_their_errors() -> None:
    inner = BUILDER.combine_responses([success(), BUILDER.build_error_response("late")])
    outer = BUILDER.combine_responses([inner, success()])
    assert [error["error"] for error in outer["errors"]] == ["late"]


def test_a_combination_without_errors_has_no_list_of_them() -> None:
    assert "errors" not in BUILDER.combine_responses([success(), success()])
