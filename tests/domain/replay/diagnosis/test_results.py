"""What results say of an answer: a lack that nobody asked for is a reason, all else is none."""

from datetime import datetime, timedelta

import pytest
from msgspec import convert
from msgspec.structs import replace

from domain.json import JsonMap
from domain.replay.diagnosis.case import Case
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import RunEvent, RunResumed
from domain.run.facts import Origin, Patches
from domain.run.lifecycle import Stage
from domain.times import recorded_text
from tests.domain.replay.compare.comparing import call, run_of
from tests.domain.replay.diagnosis.diagnosing import case_of, found, noted, notes_of, rules_of
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import ANSWERED, PLANNED, REQUESTED

ROWS: JsonMap = {"rows": [{"ci_code": f"srv-{n}"} for n in range(5)], "total": 30}
CUT = ["5 of 30 items shown"]


def answering(
    data: JsonMap, warnings: list[str], operation: str = "list_preview", **parts: object
) -> list[RunEvent]:
    """Return a run whose one call answers so."""
    started, _ = call(operation=operation)
    fields = {"call_id": "a", "attempt": 1, "duration_ms": 1, "data": data, "warnings": warnings}
    return run_of([started, convert({**fields, **parts}, ToolCallSucceeded)])


def of_caller(events: list[RunEvent]) -> list[RunEvent]:
    """Return the run as it is when its caller brought the plan along."""
    planned = replace(PLANNED, planner="caller")
    return [planned if event == PLANNED else event for event in events]


def test_the_first_few_that_a_question_asked_for_are_no_lack() -> None:
    case = case_of(answering(ROWS, CUT))
    assert (rules_of(case), notes_of(case)) == ([], [])


def test_rows_that_a_plan_of_the_caller_cuts_are_a_lack() -> None:
    hypothesis = found(case_of(of_caller(answering(ROWS, CUT))), "incomplete-result")
    assert hypothesis.sentence == "ci.list_preview (a) said: 5 of 30 items shown."


def test_rows_of_a_search_are_missing_wherever_it_is_gone_on_with() -> None:
    assert rules_of(case_of(answering(ROWS, CUT, operation="search"))) == ["incomplete-result"]


def test_fifty_rows_are_a_limit_that_no_question_names() -> None:
    data: JsonMap = {"rows": [{"ci_code": f"srv-{n}"} for n in range(50)], "total": 60}
    assert rules_of(case_of(answering(data, ["50 of 60 items shown"]))) == ["incomplete-result"]


GRAPH: JsonMap = {"beyond_depth": 2, "meta": {"depth": 3}}


def test_what_lies_beyond_the_depth_of_a_view_is_worth_knowing() -> None:
    case = case_of(answering(GRAPH, []))
    assert rules_of(case) == []
    assert "2 more items lie beyond depth 3" in noted(case, "incomplete-result").sentence


def test_what_lies_beyond_the_depth_of_a_callers_plan_is_a_lack() -> None:
    assert rules_of(case_of(of_caller(answering(GRAPH, [])))) == ["incomplete-result"]


def test_an_item_without_parts_is_shown_otherwise_and_nothing_is_missing() -> None:
    data: JsonMap = {"view": "COMPOSITION", "meta": {"direction": "in"}}
    case = case_of(answering(data, ["srv-01 has no parts; shown is what it is a part of"]))
    assert (rules_of(case), notes_of(case)) == ([], ["tool-said"])


def test_that_no_value_of_many_is_within_bounds_is_an_answer() -> None:
    data: JsonMap = {"rows": [], "total": 0, "ci_count_with_data": 3}
    case = case_of(answering(data, [], row_count=0))
    assert rules_of(case) == []


def test_an_empty_metric_beside_other_answers_may_be_missed() -> None:
    started, _ = call(tool="metric", operation="aggregate")
    fields = {"call_id": "a", "attempt": 1, "duration_ms": 1, "row_count": 0}
    case = case_of(run_of([started, convert(fields, ToolCallSucceeded)], call("b", data=[1])))
    assert found(case, "empty-result").confidence == "possible"


def test_old_points_are_told_as_the_tool_told_them() -> None:
    case = case_of(answering({"is_stale": True}, ["the newest point is of yesterday"]))
    assert rules_of(case) == ["stale-data"]


def test_a_resumption_with_another_plan_is_told_with_its_event() -> None:
    resumed = RunResumed(
        from_stage=Stage.ROUTE_PLAN, why="again", patches=Patches(plan={"graph.depth": 1})
    )
    hypothesis = found(case_of([*ANSWERED, resumed]), "patched")
    assert hypothesis.sentence == "The run was asked for otherwise: graph.depth = 1."
    assert hypothesis.evidence == (len(ANSWERED) + 1,)


def test_a_fork_with_another_asset_names_its_parent() -> None:
    patches = Patches(assets={"compose:text": "t2"}, params={"a": {"limit": 3}})
    origin = Origin(kind="fork", parent_run_id="run-0", parent_version=3, patches=patches)
    forked = [replace(REQUESTED, origin=origin), *ANSWERED[1:]]
    hypothesis = found(case_of(forked), "patched")
    assert "than run-0, which it comes from: compose:text = t2; a.limit = 3" in hypothesis.sentence
    assert hypothesis.next_step == "opstrail run fork run-0 --reason '...'"


@pytest.mark.parametrize("seconds", [0, 90])
def test_a_clock_that_went_back_is_worth_knowing(seconds: int) -> None:
    history = entries(ANSWERED, step_ms=1)
    envelope = history[-1].envelope
    at = datetime.fromisoformat(envelope.recorded_at) - timedelta(seconds=seconds)
    last = replace(envelope, recorded_at=recorded_text(at))
    entry = type(history[-1])(history[-1].position, last, history[-1].event)
    case = Case([*history[:-1], entry])
    assert notes_of(case) == (["clock-went-back"] if seconds else [])
    assert rules_of(case) == []
