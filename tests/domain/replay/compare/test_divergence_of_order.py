"""What is a divergence and what is not: order, time, versions, and what came from outside."""

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from domain.run.call_events import ToolCallSucceeded, ToolsRanked
from domain.run.events import (
    RunEvent,
)
from domain.run.note_events import GoldenPinned, GoldenUnpinned, RunAnnotated
from domain.run.run_event import OnTimeline, Reported, RunEventData
from tests.domain.replay.compare.diverging import (
    DATA,
    PATH,
    TIMING,
    divergence,
    divergences,
    sides,
    with_change,
)
from tests.domain.run.samples import (
    ANSWERED,
    CALLED,
    CANCELLED,
    COMPLETED,
    COMPOSED,
    EXECUTING,
    FAILED,
    PLANNED,
    RANKED,
    REQUESTED,
    ROUTED,
    call_started,
    call_succeeded,
)

if TYPE_CHECKING:
    from pydantic import JsonValue


def test_the_order_of_calls_side_by_side_is_no_divergence() -> None:
    assert divergences(ANSWERED, _with_ends_swapped()) == []


def test_the_order_of_calls_side_by_side_is_a_divergence_of_timing() -> None:
    found = divergence(ANSWERED, _with_ends_swapped(), of_two_runs=True)
    assert (found.kind, found.version) == (TIMING, ANSWERED.index(call_succeeded("a")) + 1)
    assert sides(found)[1].data["call_id"] == "b"


def test_the_order_of_stages_is_a_path() -> None:
    swapped: list[RunEvent] = [ROUTED, PLANNED]
    found = divergence([PLANNED, ROUTED], swapped)
    assert found.kind is PATH


def test_a_measured_duration_is_no_divergence() -> None:
    changed = with_change(ANSWERED, call_succeeded("a"), duration_ms=99)
    assert divergences(ANSWERED, changed) == []


def test_a_measured_duration_is_a_divergence_of_timing() -> None:
    changed = with_change(ANSWERED, call_succeeded("a"), duration_ms=99)
    found = divergence(ANSWERED, changed, of_two_runs=True)
    assert (found.kind, found.pointers) == (TIMING, ("/duration_ms",))


def test_a_result_may_have_a_field_that_is_called_like_a_measured_one() -> None:
    first = ToolCallSucceeded(call_id="a", attempt=1, data={"duration_ms": 1}, duration_ms=1)
    other = replace(first, data={"duration_ms": 2})
    found = divergence([first], [other])
    assert found.kind is DATA


def ranked(load: float, score: float) -> ToolsRanked:
    context: dict[str, JsonValue] = {"current_load": {"ci": load}, "intent": "LOOKUP"}
    return replace(RANKED, context=context, candidates=[{"tool": "ci", "score": score}])


def test_scores_of_tools_that_were_measured_otherwise_are_no_divergence() -> None:
    assert divergences([ranked(0.1, 1)], [ranked(0.2, 2)]) == []


def test_scores_of_tools_that_were_measured_alike_are_data() -> None:
    found = divergence([ranked(0.1, 1)], [ranked(0.1, 2)])
    assert (found.kind, found.pointers) == (DATA, ("/candidates/0/score",))


def test_versions_count_when_nothing_else_differs() -> None:
    renamed = with_change(
        with_change(ANSWERED, PLANNED, planner_version="2"), COMPOSED, answer="Three."
    )
    found = divergence(ANSWERED, renamed)
    assert found.pointers == ("/answer",)


def test_who_asked_with_which_key_is_no_divergence() -> None:
    changed = with_change(ANSWERED, REQUESTED, idempotency_key="k")
    assert divergences(ANSWERED, changed) == []


@pytest.mark.parametrize(
    "event",
    [
        CANCELLED,
        RunAnnotated(text="well"),
        GoldenPinned(name="usual"),
        GoldenUnpinned(name="usual"),
    ],
    ids=lambda event: event.stored_as,
)
def test_what_was_done_to_a_run_from_outside_is_no_divergence(event: RunEvent) -> None:
    assert divergences([*CALLED, event], CALLED) == []
    assert divergences(CALLED, [event, *CALLED]) == []


def test_what_follows_the_end_of_a_cut_history_is_no_divergence() -> None:
    cut = [*EXECUTING, RANKED, call_started("a"), CANCELLED]
    assert divergences(cut, ANSWERED, ends_early=True) == []


def test_what_follows_the_end_of_a_whole_history_is_a_path() -> None:
    found = divergence(ANSWERED[:-1], ANSWERED)
    assert (found.kind, found.version) == (PATH, len(ANSWERED) - 1)


def test_a_cut_history_is_compared_up_to_its_end() -> None:
    cut = [*EXECUTING, RANKED, call_started("a")]
    found = divergence(cut, with_change(ANSWERED, call_started("a"), label="x"), ends_early=True)
    assert found.pointers == ("/label",)


class _SolarFlare(RunEventData, frozen=True, kw_only=True):
    """An event that this opstrail does not know."""

    stored_as = "solar-flare"
    comes_by = Reported()
    on_timeline = OnTimeline.NOTHING
    says = "the sun flares: {0.strength}"
    personal = ()

    strength: int


def test_an_event_of_an_unknown_type_is_a_path() -> None:
    found = divergence([COMPLETED], [COMPLETED, _SolarFlare(strength=1)])  # type: ignore[list-item]  # a newer one
    assert (found.kind, found.version) == (PATH, 1)


def test_a_field_of_an_unknown_name_is_data() -> None:
    found = divergence([_SolarFlare(strength=1)], [_SolarFlare(strength=2)])  # type: ignore[list-item]  # a newer one
    assert (found.kind, found.pointers) == (DATA, ("/strength",))


def test_what_came_instead_is_named_without_a_call_where_there_is_none() -> None:
    found = divergence([COMPLETED], [FAILED])
    assert found.sentence == (
        "the run: was completed: success -> failed: TOOL_TIMEOUT: Timeout after 5 ms"
    )


def _with_ends_swapped() -> list[RunEvent]:
    order = [*ANSWERED]
    one, other = order.index(call_succeeded("a")), order.index(call_succeeded("b"))
    order[one], order[other] = order[other], order[one]
    return order
