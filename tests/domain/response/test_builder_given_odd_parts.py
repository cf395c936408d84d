"""The response builder makes of odd parts what can be meant, and refuses the rest by name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.response.builder import ResponseBuilder
from domain.response.compose.call_result import CallResult
from domain.values.arguments import WrongArgument

BUILDER: Any = ResponseBuilder("acme")
A, B = {"id": "a"}, {"id": "b"}


def test_counts_are_metadata() -> None:
    assert BUILDER.format_metadata(12.7, 3, 2, ["a:1"]) == {
        "execution_time_ms": 12,
        "tool_calls": 3,
        "blocks_count": 2,
        "used_assets": ["a:1"],
    }


@pytest.mark.parametrize(
    "results", [{"references": [A, B]}, {"one": {"references": [A]}, "two": {"references": [B]}}]
)
def test_an_object_is_a_result_or_has_results_by_name(results: Any) -> None:  # noqa: ANN401
    assert BUILDER.aggregate_references(results) == [A, B]


def test_a_call_is_a_result() -> None:
    call = CallResult(
        call_id="c", tool="ci", operation="get", params={}, status="succeeded", references=[{**A}]
    )
    assert BUILDER.aggregate_references([call, {"data": 1}, 5]) == [A]


def test_parts_without_keys_are_combined() -> None:
    combined = BUILDER.combine_responses(
        [{"answer": "Yes.", "references": [A]}, {"error": "late"}]
    )
    assert combined == {
        "success": False,
        "answer": "Yes.",
        "blocks": [],
        "references": [A],
        "next_actions": [],
        "metadata": {"combined_from": 2, "parts": [{}, {}]},
        "errors": [{"error": "late", "error_code": "UNKNOWN_ERROR", "details": {}}],
    }


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (
            lambda: BUILDER.build_success_response(5, ""),
            "blocks must be a list, not 5",
        ),
        (lambda: BUILDER.build_success_response([], "", [5]), r"references must be .*, not 5"),
        (
            lambda: BUILDER.build_success_response([], "", None, "x"),
            r"next_actions must be .*, not 'x'",
        ),
        (
            lambda: BUILDER.build_success_response([], "", None, None, 5),
            r"metadata must be .*, not 5",
        ),
        (lambda: BUILDER.build_error_response("", None, "x"), r"details must be .*, not 'x'"),
        (lambda: BUILDER.format_metadata("soon"), r"execution_time_ms must be .*, not 'soon'"),
        (
            lambda: BUILDER.format_metadata(float("nan")),
            r"execution_time_ms .* finite .*, not nan",
        ),
        (
            lambda: BUILDER.format_metadata(float("inf")),
            r"execution_time_ms .* finite .*, not inf",
        ),
        (lambda: BUILDER.combine_responses([5]), r"responses must be .*, not 5"),
        (lambda: BUILDER.compose_answer_from_blocks([5]), r"blocks must be right \(0: .*\), not"),
        (lambda: BUILDER.aggregate_references(5), r"execution_results must be .*, not 5"),
    ],
)
def test_what_cannot_be_meant_is_refused(refused: Any, said: str) -> None:  # noqa: ANN401
    with pytest.raises(WrongArgument, match=said):
        refused()


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just(object()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "references", "id", "answer", "error", "metadata", "errors"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
METHODS = {
    "build_success_response": 5,
    "build_error_response": 3,
    "compose_answer_from_blocks": 1,
    "aggregate_references": 2,
    "format_metadata": 4,
    "combine_responses": 1,
}


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data())
def test_every_method_answers_or_refuses(method: str, data: st.DataObject) -> None:
    given_parts = [data.draw(ANYTHING) for _ in range(METHODS[method])]
    try:
        answered = getattr(BUILDER, method)(*given_parts)
    except WrongArgument as refused:
        answered = str(refused)
    assert isinstance(answered, str | list | dict)


def test_a_table_with_gaps_is_refused() -> None:
    table = {"type": "table", "columns": ["a", "b"], "rows": [["1", "2"], ["3"]]}
    with pytest.raises(WrongArgument, match=r"row of a table must be as long as the columns a, b"):
        BUILDER.build_success_response([table], "A")
