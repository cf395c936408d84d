"""Resuming asks again what did not succeed, and nothing else, however the run has ended."""

import asyncio

import pytest

from domain.errors import IllegalTransition, ReplayRefused
from domain.run.call_events import ToolCallSkipped
from domain.run.commands import CancelRun
from domain.run.events import RunResumed, StageStarted
from domain.run.lifecycle import Stage
from domain.run.summary import summary_of
from tests.domain.replay.resume.moody import AGAIN, Desk, Moody, attempts, partial
from tests.domain.stages.running import (
    BY,
    FOUND,
    ITEM,
    METRIC,
    TENANT,
    TWO_STEPS,
    finish,
)
from tests.fakes import answering


def test_a_partial_run_asks_again_what_failed_and_nothing_else() -> None:
    desk = partial()
    ran = desk.resume()
    assert (desk.called, ran.response["status"], desk.verifies()) == ((0, 1, 0), "success", True)


def test_a_partial_run_goes_on_where_calls_are_made() -> None:
    ran = partial().resume()
    assert ran.one(RunResumed).from_stage is Stage.EXECUTE
    assert [(e.stage.value, e.attempt) for e in ran.all(StageStarted)][-3:] == [
        ("execute", 2),
        ("compose", 2),
        ("present", 2),
    ]


def test_a_partial_run_can_be_resumed_until_it_has_all_answers() -> None:
    desk = partial()
    desk.value.mood = "fails"
    assert desk.resume().response["status"] == "partial"
    desk.value.mood = "answers"
    assert desk.resume().response["status"] == "success"
    with pytest.raises(IllegalTransition, match="it is final"):
        desk.resume()
    assert (attempts(desk.ran), desk.verifies()) == (
        [("one:primary", 1), ("two:metric", 1), ("two:metric", 2), ("two:metric", 3)],
        True,
    )


def test_a_resumed_run_has_no_end_until_it_ends_again() -> None:
    desk = partial()
    desk.running.service.resume(desk.run_id, AGAIN, BY)
    summary = summary_of(desk.running.history(desk.run_id))
    assert (summary.state, summary.status, summary.ended_at, summary.error) == (
        "resumed",
        None,
        None,
        None,
    )


def test_a_degraded_run_asks_the_tool_again_that_another_stood_in_for() -> None:
    desk = Desk()
    desk.running.let_stand_in("ci", "spare")
    desk.found.mood = "is down"
    assert desk.carry_out().response["status"] == "degraded"
    desk.found.mood = "answers"
    ran = desk.resume()
    assert (desk.called, ran.response["status"], desk.verifies()) == ((1, 0, 0), "success", True)


def test_a_call_that_is_asked_otherwise_after_the_one_before_it_is_asked_anew() -> None:
    desk = Desk(METRIC)
    desk.running.let_stand_in("ci", "spare")
    desk.spare.then = answering({"rows": [{**ITEM, "ci_id": "c9"}], "total": 1})
    desk.found.mood = "is down"
    desk.carry_out()
    desk.found.mood = "answers"
    ran = desk.resume()
    assert (desk.called, ran.response["status"], desk.verifies()) == ((1, 1, 0), "success", True)
    assert [each["ci_ids"] for each in desk.value.asked] == [["c1"]]


def test_a_call_that_comes_out_the_same_after_the_one_before_it_is_not_asked_anew() -> None:
    desk = Desk(METRIC)
    desk.running.let_stand_in("ci", "spare")
    desk.spare.then = FOUND
    desk.found.mood = "is down"
    desk.carry_out()
    desk.found.mood = "answers"
    desk.resume()
    assert (desk.called, desk.verifies()) == ((1, 0, 0), True)


def test_what_did_not_come_within_the_budget_is_asked_again() -> None:
    desk = Desk({**TWO_STEPS, "budget": {"timeout_seconds": 0.02}})
    desk.value.mood = "is slow"
    assert desk.carry_out().response["status"] == "failed"
    desk.value.mood = "answers"
    ran = desk.resume()
    assert (desk.called, ran.response["status"], desk.verifies()) == ((0, 1, 0), "success", True)


def cancelled_while(desk: Desk, *, asked: Moody) -> None:
    """Cancel the run while this tool is asked."""

    async def cancel() -> None:
        work = asyncio.create_task(desk.running.service.carry_out(TENANT, desk.run_id))
        while not asked.asked:  # noqa: ASYNC110 - a tool tells nobody that it is asked
            await asyncio.sleep(0.001)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    finish(cancel())


def test_a_cancelled_run_goes_on_where_it_stopped() -> None:
    desk = Desk(METRIC)
    desk.value.mood = "is slow"
    cancelled_while(desk, asked=desk.value)
    desk.value.mood = "answers"
    ran = desk.resume()
    assert (desk.called, ran.response["status"], desk.verifies()) == ((0, 1, 0), "success", True)
    assert attempts(ran) == [("primary", 1), ("metric", 1), ("metric", 2)]


def test_a_run_that_was_cancelled_before_it_began_is_planned_when_it_is_resumed() -> None:
    desk = Desk()
    desk.running.service.record(desk.running.history(desk.run_id), CancelRun("wait"), BY)
    ran = desk.resume()
    assert (ran.response["status"], desk.called, desk.verifies()) == ("success", (1, 1, 0), True)


def test_a_failed_run_that_was_cancelled_can_be_resumed_all_the_same() -> None:
    desk = Desk(METRIC)
    desk.found.mood = "fails"
    desk.carry_out()
    desk.running.service.record(desk.running.history(desk.run_id), CancelRun("enough"), BY)
    desk.found.mood = "answers"
    assert (desk.resume().response["status"], desk.verifies()) == ("success", True)


def test_a_run_whose_calls_have_all_answered_is_not_resumed() -> None:
    desk = Desk(METRIC)
    desk.found.then = answering({"total": 0})
    assert [event.call_id for event in desk.carry_out().all(ToolCallSkipped)] == ["metric"]
    with pytest.raises(ReplayRefused, match=r"nothing is left to ask again; .*metric was skipped"):
        desk.resume()
    assert desk.ran.all(RunResumed) == []
