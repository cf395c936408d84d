"""What calls log is on the record before their ends, and decides nothing."""

from typing import Any

import pytest

from domain.errors import InvalidReport
from domain.large_results import INLINE_BYTES
from domain.replay.compare.compare import compare
from domain.replay.fork.descent import Fork, Rerun
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallLogged,
    ToolCallStarted,
    ToolCallSucceeded,
)
from domain.run.facts import Patches, ResultPatch
from domain.tools.contracts import ToolContext, ToolResult
from domain.views.calls import call_views
from domain.views.verdict import DivergenceClass
from tests.domain.replay.verify.verifying import hang, verdict
from tests.domain.run.samples import EXECUTING, call_started, call_succeeded
from tests.domain.run.spec import given
from tests.domain.stages.running import (
    BY,
    ITEM,
    LOOKUP,
    METRIC,
    TENANT,
    Ran,
    Running,
    ci,
    metric,
    plan_output,
    ran,
)
from tests.domain.stages.test_confidential_runs import NAMED, running
from tests.fakes import Script

LINE = {"level": "INFO", "logger": "tool", "text": "looked"}
FAILED = {"type": "OSError", "message": "no route", "frames": []}
LOGGED = ToolCallLogged(
    call_id="a", attempt=1, line_count=1, data={"lines": [LINE], "exceptions": []}
)


def logs(*texts: str) -> Script:
    def found(context: ToolContext, _: object) -> ToolResult:
        for text in texts:
            context.log(text)
        return ToolResult(success=True, data={"rows": [ITEM], "total": 1})

    return found


def breaks(context: ToolContext, _: object) -> ToolResult:
    context.log("looked")
    raise OSError(*["no route"])


def looked_up(script: Script) -> Ran:
    return ran(Running(ci(script), planned=plan_output(**LOOKUP)))


def stored(done: Ran) -> Any:  # noqa: ANN401 - any JSON
    return done.one(ToolCallLogged).data


def test_what_a_call_logged_stands_right_before_its_end() -> None:
    done = looked_up(logs("looked"))
    at = done.events.index(done.one(ToolCallLogged))
    assert isinstance(done.events[at + 1], ToolCallSucceeded)
    assert stored(done) == {"lines": [LINE], "exceptions": []}
    assert done.one(ToolCallLogged).says.format(done.one(ToolCallLogged)) == (
        "call primary logged 1 line"
    )


def test_a_call_that_breaks_tells_its_lines_and_its_exceptions() -> None:
    done = looked_up(breaks)
    log, (error,) = stored(done), stored(done)["exceptions"]
    assert (log["lines"], error["type"], error["message"]) == ([LINE], "OSError", "no route")
    assert done.one(ToolCallLogged).what == "1 line and 1 exception"
    assert isinstance(done.events[done.events.index(done.one(ToolCallLogged)) + 1], ToolCallFailed)


def test_a_call_that_logs_nothing_has_no_such_event() -> None:
    assert looked_up(logs()).all(ToolCallLogged) == []


@pytest.mark.parametrize(
    "script", [logs("looked"), breaks, logs(*["x" * 1000] * 20)], ids=["a line", "breaks", "large"]
)
def test_a_run_whose_calls_log_verifies_as_the_same(script: Script) -> None:
    running = Running(ci(script), planned=plan_output(**LOOKUP))
    done = ran(running)
    assert verdict(running, done.history).verdict == "same"


def test_what_ends_with_the_time_of_the_plan_verifies_as_the_same_where_it_logged() -> None:
    plan = {**METRIC, "budget": {"timeout_seconds": 0.1}}
    running = Running(ci(logs("looked")), metric(hang), planned=plan_output(**plan))
    done = ran(running)
    assert len(done.all(ToolCallLogged)) == 1
    assert verdict(running, done.history).verdict == "same"


def test_a_large_log_is_a_payload_and_is_there_again_for_who_reads() -> None:
    running = Running(ci(logs(*["x" * 1000] * 9)), planned=plan_output(**LOOKUP))
    done = ran(running)
    event = done.one(ToolCallLogged)
    assert (event.data, event.line_count) == (None, 9)
    assert event.payload is not None
    assert event.payload.size > INLINE_BYTES
    (view,) = call_views(running.service.history(TENANT, done.run_id))
    assert view.log is not None
    assert len(view.log["lines"]) == 9  # type: ignore[arg-type]  # a list


def test_the_view_of_a_call_has_its_log() -> None:
    (view,) = call_views(looked_up(logs("looked")).history)
    assert view.log == {"lines": [LINE], "exceptions": []}


def test_a_fork_takes_the_log_of_a_recorded_answer_from_the_record() -> None:
    running = Running(ci(logs("looked")), planned=plan_output(**LOOKUP))
    parent = ran(running)
    run_id = running.replays.fork(parent.run_id, Fork(reason="to see"), BY).run_id
    running.carry_out(run_id)
    fork = Ran(running, run_id)
    assert stored(fork) == stored(parent)
    assert verdict(running, fork.history).verdict == "same"


def test_a_patched_answer_logs_nothing() -> None:
    running = Running(ci(logs("looked")), planned=plan_output(**LOOKUP))
    parent = ran(running)
    patches = Patches(results={"primary": ResultPatch(kind="empty")})
    run_id = running.replays.fork(parent.run_id, Fork(reason="why", patches=patches), BY).run_id
    running.carry_out(run_id)
    assert Ran(running, run_id).all(ToolCallLogged) == []


def test_two_runs_that_log_otherwise_answer_the_same() -> None:
    said = iter(["one", "two"])

    def changes(context: ToolContext, params: Any) -> Any:  # noqa: ANN401 - a fake's
        return logs(next(said))(context, params)

    running = Running(ci(changes), planned=plan_output(**LOOKUP))
    parent = ran(running)
    run_id = running.replays.rerun(parent.run_id, Rerun(reason="why"), BY).run_id
    running.carry_out(run_id)
    other = Ran(running, run_id)
    assert stored(other) != stored(parent)
    found = compare(parent.history, other.history).divergences
    assert {each.kind for each in found} <= {DivergenceClass.TIMING}


def test_a_password_is_not_logged() -> None:
    done = ran(running(ci(logs("password=hunter2 sent"))), plan_output=None)
    assert "hunter2" not in " ".join(entry.envelope.data for entry in done.history)
    assert stored(done)["lines"][0]["text"].startswith("password=")


def test_a_secret_that_was_opened_is_not_logged() -> None:
    def tells(context: ToolContext, params: Any) -> ToolResult:  # noqa: ANN401 - a fake's
        context.log(f"with {params.text}")
        return ToolResult(success=True, data={"rows": [ITEM], "total": 1})

    done = ran(running(ci(tells), ERP="tiger-42"), plan_output=NAMED)
    assert "tiger-42" not in " ".join(entry.envelope.data for entry in done.history)
    assert stored(done)["lines"][0]["text"] == "with [redacted:secret-erp]"


def test_a_running_call_logs() -> None:
    given(*EXECUTING, call_started("a")).when_reported(LOGGED).then(LOGGED)


@pytest.mark.parametrize("history", [[], [call_started("a"), call_succeeded("a")]])
def test_a_call_that_is_not_running_logs_nothing(history: list[Any]) -> None:
    given(*EXECUTING, *history).when_reported(LOGGED).then_refused(
        InvalidReport, match="call a attempt 1 is not running"
    )


def test_each_attempt_has_its_own_log() -> None:
    tries = iter([breaks, logs("found")])

    def moody(context: ToolContext, params: Any) -> Any:  # noqa: ANN401 - a fake's
        return next(tries)(context, params)

    running = Running(ci(moody), planned=plan_output(**LOOKUP))
    done = ran(running)
    running.service.resume(done.run_id, Resumption(reason="again"), BY)
    running.carry_out(done.run_id)
    again = Ran(running, done.run_id)
    assert [each.attempt for each in again.all(ToolCallStarted)] == [1, 2]
    logged = [(each.attempt, each.exception_count) for each in again.all(ToolCallLogged)]
    assert logged == [(1, 1), (2, 0)]
