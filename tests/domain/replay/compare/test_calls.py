"""The calls of two runs are aligned, and marked by whether they came out the same."""

from unittest.mock import Mock

import jsonpatch
import pytest
from msgspec.structs import replace
from pydantic import JsonValue

from domain.json import JsonMap
from domain.replay.compare import call_alignment
from domain.run.call_events import PayloadRef
from domain.run.events import RunEvent
from domain.views.comparison import Delta, Mark, delta
from tests.domain.replay.compare.comparing import (
    call,
    call_failed,
    call_skipped,
    call_started,
    compared,
    marks,
    only_call,
    run_of,
)

SAME, COSMETIC, DIFFERENT = Mark.SAME, Mark.COSMETIC, Mark.DIFFERENT
ADDED, REMOVED = Mark.ADDED, Mark.REMOVED
ROWS: JsonValue = {"rows": [{"id": 1}, {"id": 2}]}
TURNED: JsonValue = {"rows": [{"id": 2}, {"id": 1}]}


def test_a_call_with_the_same_result_is_the_same() -> None:
    assert only_call(call(data=ROWS), call(data=ROWS, duration_ms=9)).mark is SAME


@pytest.mark.parametrize("other", [TURNED, {"rows": [{"id": 1}, {"id": 3}]}])
def test_a_call_with_another_result_is_different(other: JsonValue) -> None:
    ordered = {"sort": "id"}
    found = only_call(call(data=ROWS, params={**ordered}), call(data=other, params={**ordered}))
    assert found.mark is DIFFERENT


def test_another_order_of_rows_that_have_none_is_cosmetic() -> None:
    assert only_call(call(data=ROWS), call(data=TURNED)).mark is COSMETIC


def test_another_order_of_values_is_different() -> None:
    assert only_call(call(data=[1, 2]), call(data=[2, 1])).mark is DIFFERENT


def test_other_white_space_is_cosmetic() -> None:
    assert only_call(call(data={"t": "a b"}), call(data={"t": " a\n b"})).mark is COSMETIC


def test_what_is_ignored_is_cosmetic() -> None:
    found = only_call(call(data={"at": 1, "n": 2}), call(data={"at": 5, "n": 2}), "/at")
    assert (found.mark, found.result_patch) == (COSMETIC, [])


def test_what_another_tool_may_ignore_is_different() -> None:
    assert only_call(call(data={"at": 1}), call(data={"at": 5}), "metric:/at").mark is DIFFERENT


def _metric(end: str, *, query: str) -> list[RunEvent]:
    reference: JsonMap = {"id": query, "kind": "query", "payload": {"window": {"end": end}}}
    return call(
        params={"time_range": "last_24h"},
        data={"value": 5, "window": {"start": f"before {end}", "end": end}},
        window=(f"before {end}", end),
        references=[reference],
    )


def test_a_window_that_moved_with_the_time_of_asking_is_cosmetic() -> None:
    a, b = _metric("monday", query="query:1"), _metric("tuesday", query="query:2")
    assert only_call(a, b).mark is COSMETIC


def test_an_instant_that_is_no_bound_of_a_window_is_different() -> None:
    assert only_call(call(data={"at": "monday"}), call(data={"at": "tuesday"})).mark is DIFFERENT


@pytest.mark.parametrize("part", [{"references": [{"id": "ci:1"}]}, {"warnings": ["cut"]}])
def test_a_call_with_other_references_or_warnings_is_different(part: JsonMap) -> None:
    started, ended = call(data=ROWS)
    other: list[RunEvent] = [started, replace(ended, **part)]
    assert only_call(call(data=ROWS), other).mark is DIFFERENT


def test_a_call_that_failed_is_different_from_one_that_succeeded() -> None:
    found = only_call(call(params={"limit": 5}), [call_started(), call_failed()])
    assert found.b is not None
    assert (found.mark, found.b.reason) == (DIFFERENT, "TOOL_TIMEOUT: Timeout after 5 ms")


def test_calls_that_failed_alike_are_the_same() -> None:
    failing: list[RunEvent] = [call_started(), call_failed()]
    assert only_call(failing, failing).mark is SAME


def test_a_skipped_call_is_aligned_with_the_one_of_its_id() -> None:
    comparison = compared(
        run_of([call_skipped("x"), call_skipped("y")]),
        run_of(call("x", params={"limit": 1}), [call_skipped("y")]),
    )
    assert marks(comparison) == [(DIFFERENT, "x", "x"), (SAME, "y", "y")]


def test_a_call_without_an_end_is_running() -> None:
    found = only_call([call_started()], [call_started()])
    assert found.a is not None
    assert (found.mark, found.a.status, found.a.ended_version) == (SAME, "running", None)


def test_calls_are_aligned_by_what_they_ask_not_by_their_place_or_id() -> None:
    one, other = {"text": "x"}, {"text": "y"}
    comparison = compared(
        run_of(call("a", params={**one}), call("b", params={**other})),
        run_of(call("b", params={**one}), call("c", params={**other})),
    )
    assert marks(comparison) == [(SAME, "a", "b"), (SAME, "b", "c")]


def test_equal_calls_are_aligned_by_their_ids() -> None:
    comparison = compared(run_of(call("a"), call("b")), run_of(call("b"), call("a")))
    assert marks(comparison) == [(SAME, "a", "a"), (SAME, "b", "b")]


def test_calls_with_other_params_are_aligned_with_the_most_similar() -> None:
    comparison = compared(
        run_of(call("a", params={"text": "x", "limit": 1, "page": 1})),
        run_of(
            call("a", params={"text": "y", "limit": 2, "page": 2}),
            call("b", params={"text": "x", "limit": 1, "page": 2}),
        ),
    )
    assert marks(comparison) == [(DIFFERENT, "a", "b"), (ADDED, None, "a")]


def test_calls_of_another_tool_are_aligned_by_their_ids() -> None:
    comparison = compared(
        run_of(call("a", tool="ci"), call("b", tool="graph")),
        run_of(call("b", tool="metric"), call("z", tool="history")),
    )
    assert marks(comparison) == [
        (REMOVED, "a", None),
        (DIFFERENT, "b", "b"),
        (ADDED, None, "z"),
    ]


def test_patches_turn_the_params_and_the_result_of_a_into_those_of_b() -> None:
    found = only_call(
        call(params={"limit": 1, "text": "x"}, data=ROWS),
        call(params={"limit": 2, "text": "x"}, data={"rows": [{"id": 2}]}),
    )
    assert found.params_patch == [{"op": "replace", "path": "/limit", "value": 2}]
    assert jsonpatch.apply_patch(ROWS, found.result_patch) == {"rows": [{"id": 2}]}


def test_a_call_tells_its_attempts_and_the_events_of_the_last() -> None:
    once: list[RunEvent] = [call_started(), call_failed()]
    retried: list[RunEvent] = [*once, call_started(attempt=2), call_failed(attempt=2)]
    found = only_call(once, retried)
    assert found.a is not None
    assert found.b is not None
    assert (found.a.attempt_count, found.b.attempt_count) == (1, 2)
    assert found.b.started_version == found.a.started_version + 2


def test_the_time_of_a_call_is_compared() -> None:
    found = only_call(call(duration_ms=80), call(duration_ms=100))
    assert found.duration == Delta(80, 100, 20, 25.0)


def test_a_call_that_has_not_ended_has_no_difference_in_time() -> None:
    found = only_call([call_started()], call(params={"limit": 5}))
    assert found.duration == Delta(None, 10, None, None)


def test_compared_with_no_time_there_is_no_percentage() -> None:
    assert delta(0, 3) == Delta(0, 3, 3, None)


def _payload(letter: str) -> PayloadRef:
    return PayloadRef(digest=letter * 64, size=5000, preview="[1, ")


@pytest.mark.parametrize(
    ("other", "mark"), [("a", SAME), ("b", DIFFERENT)], ids=["same digest", "other digest"]
)
def test_an_erased_result_is_compared_by_its_digest(other: str, mark: Mark) -> None:
    erased = call(data=None, payload=_payload("a"))
    found = only_call(erased, call(data=[1, 2], payload=_payload(other)))
    assert found.a is not None
    assert (found.mark, found.a.is_erased) == (mark, True)


def test_many_calls_that_ask_otherwise_are_not_compared_each_with_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fit = Mock(wraps=call_alignment._fit)
    monkeypatch.setattr(call_alignment, "_fit", fit)
    a, b = (
        run_of(*(call(f"{side}{n}", params={"text": f"{side}{n}", "limit": 5}) for n in range(99)))
        for side in "ab"
    )
    assert compared(a, b).call_counts == {DIFFERENT: 99}
    assert 99 <= fit.call_count <= 198
