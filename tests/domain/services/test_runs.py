import gc
from datetime import timedelta
from typing import Any

import pytest

from domain.aggregate.envelope import Actor
from domain.errors import IllegalTransition, KeyReused, NotFound
from domain.replay.fork.descent import Rerun
from domain.run.call_events import ToolCallStarted
from domain.run.commands import FlagRun, RequestRun
from domain.run.events import RunRequested
from domain.run.facts import RunOptions
from domain.run.note_events import RunFlagged
from domain.stages.call_making import CallMaking
from domain.stages.execution import PlanExecution
from domain.stages.live import LiveCalls
from domain.stages.runner import Runner
from domain.writer import Authorship
from tests.domain.stages.running import (
    BY,
    LOOKUP,
    METRIC,
    TENANT,
    Ran,
    Running,
    ci,
    finish,
    metric,
    plan_output,
    ran,
)
from tests.fakes import NOON

KEYED = RequestRun(question="Which?", idempotency_key="k1")


def test_a_request_is_acknowledged_once_it_is_durable() -> None:
    running = Running()
    requested = running.service.request(RequestRun(question="Which?"), BY)
    (entry,) = running.history(requested.run_id)
    assert (entry.event, requested.is_repeat) == (RunRequested(question="Which?"), False)


def test_nothing_of_a_run_waits_for_the_garbage_collector() -> None:
    running = Running(ci(), metric(), planned=plan_output(**METRIC))
    run_id = running.request()
    gc.collect()
    gc.disable()
    try:
        running.carry_out(run_id)
        made = (Runner, PlanExecution, CallMaking, LiveCalls)
        left = [type(each) for each in gc.get_objects() if isinstance(each, made)]
    finally:
        gc.enable()
    assert left == []


def test_a_run_is_named_after_its_id() -> None:
    assert Running().request() == "run-00000001"


def test_the_one_who_asks_signs_the_request() -> None:
    running = Running()
    (entry,) = running.history(running.request())
    envelope = entry.envelope
    assert (envelope.tenant_id, envelope.actor, envelope.traceparent) == (
        TENANT,
        Actor("person", "ada"),
        "00-trace-span-01",
    )


def test_requesting_carries_nothing_out() -> None:
    running = Running(ci())
    assert (len(running.history(running.request())), running.planner.contexts) == (1, [])


def test_the_runner_signs_what_it_does() -> None:
    running = Running(ci())
    _, *others = ran(running).history
    assert {each.envelope.actor for each in others} == {Actor("service", "runner")}


def test_the_trace_of_the_request_goes_on() -> None:
    history = ran(Running(ci())).history
    assert {each.envelope.traceparent for each in history} == {"00-trace-span-01"}


def test_the_same_request_with_the_same_key_gives_the_same_run() -> None:
    running = Running()
    first = running.service.request(KEYED, BY)
    again = running.service.request(KEYED, BY)
    assert (again.run_id, again.is_repeat) == (first.run_id, True)


def test_a_repeated_request_writes_nothing() -> None:
    running = Running()
    for _request in range(2):
        running.service.request(KEYED, BY)
    assert len(running.memory.read_log()) == 1


@pytest.mark.parametrize(
    "other",
    [
        RequestRun(question="What?", idempotency_key="k1"),
        RequestRun(question="Which?", idempotency_key="k1", options=RunOptions(anchor="data")),
    ],
)
def test_a_key_with_other_content_is_refused(other: RequestRun) -> None:
    running = Running()
    running.service.request(KEYED, BY)
    with pytest.raises(KeyReused, match="idempotency key 'k1' was used for run-00000001"):
        running.service.request(other, BY)


def test_keys_of_tenants_do_not_meet() -> None:
    running = Running()
    running.service.request(KEYED, BY)
    elsewhere = Authorship("globex", Actor("person", "eve"))
    assert not running.service.request(KEYED, elsewhere).is_repeat


def test_without_keys_equal_requests_are_two_runs() -> None:
    running = Running()
    assert running.request() != running.request()


@pytest.mark.parametrize(("tenant_id", "run_id"), [(TENANT, "run-9"), ("globex", "run-00000001")])
def test_a_run_that_is_not_there_is_not_carried_out(tenant_id: str, run_id: str) -> None:
    running = Running()
    running.request()
    with pytest.raises(NotFound, match=f"no run {run_id} in this tenant"):
        finish(running.service.carry_out(tenant_id, run_id))


def test_a_finished_run_is_not_carried_out_again() -> None:
    running = Running(ci())
    run = ran(running)
    with pytest.raises(IllegalTransition, match="is completed: cannot start_route_plan"):
        running.carry_out(run.run_id)
    assert running.history(run.run_id) == run.history


def windows(run: Ran) -> list[str]:
    return [each.window.end for each in run.all(ToolCallStarted) if each.window]


def test_relative_times_count_back_from_the_request() -> None:
    running = Running(ci(), metric(), planned=plan_output(**METRIC))
    assert windows(ran(running)) == [NOON.isoformat()]


def test_anchored_times_count_back_from_the_newest_data() -> None:
    newest = NOON - timedelta(days=30)
    running = Running(ci(), metric(), planned=plan_output(**METRIC), newest_at=newest)
    run = ran(running, options=RunOptions(anchor="data"))
    assert windows(run) == [(newest + timedelta(milliseconds=1)).isoformat()]


def test_days_are_those_of_the_zone_of_who_asked_and_so_is_a_rerun_of_them() -> None:
    planned = plan_output(**{**LOOKUP, "metric": {"metric_name": "cpu", "time_range": "today"}})
    running = Running(ci(), metric(), planned=planned)
    run = ran(running, options=RunOptions(time_zone="Pacific/Kiritimati"))
    assert windows(run) == ["2026-03-02T10:00:00+00:00"]
    again = running.replays.rerun(run.run_id, Rerun(reason="r"), BY).run_id
    running.carry_out(again)
    assert windows(Ran(running, again)) == windows(run)


def test_anchored_times_of_an_estate_without_data_count_back_from_the_request() -> None:
    running = Running(ci(), metric(), planned=plan_output(**METRIC))
    run = ran(running, options=RunOptions(anchor="data"))
    assert windows(run) == [NOON.isoformat()]


def test_runs_of_one_service_do_not_meet() -> None:
    running = Running(ci(), planned=plan_output(**LOOKUP))
    first, second = ran(running), ran(running)
    assert {each.envelope.stream_id for each in first.history} & {
        each.envelope.stream_id for each in second.history
    } == set()


def test_notes_that_are_written_at_the_same_time_are_all_kept(monkeypatch: Any) -> None:  # noqa: ANN401
    running = Running(ci())
    run_id = ran(running).run_id
    append, meanwhile = running.memory.append, [FlagRun("wrong")]

    def raced(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - as the store's
        if meanwhile:
            running.service.note(run_id, meanwhile.pop(), BY)
        return append(*given, **named)

    monkeypatch.setattr(running.memory, "append", raced)
    running.service.note(run_id, FlagRun("right"), BY)
    flags = [e.event for e in running.history(run_id) if isinstance(e.event, RunFlagged)]
    assert [flag.verdict for flag in flags] == ["wrong", "right"]
