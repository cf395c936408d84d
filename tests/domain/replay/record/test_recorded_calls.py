"""Answers from the record are found by what was asked, and come in the order in which they did."""

import asyncio
import dataclasses
from typing import TYPE_CHECKING, Literal

import pytest
from msgspec.structs import replace

from domain.errors import ErasedResult
from domain.replay.record.recorded_call import RecordedCall
from domain.replay.record.recorded_calls import MissingRecording, RecordedCalls, RecordEnded
from domain.replay.record.recording import Recording, recording_of
from domain.replay.record.recordings import Recordings
from domain.run.call_events import PayloadRef, ToolCallStarted, ToolCallSucceeded
from domain.run.events import StageFailed
from domain.run.lifecycle import Stage
from domain.stages.past import past_after
from domain.stages.recorder import RunStopped
from domain.stages.sources import CallRequest, Past
from domain.tools.policies.waits import Throttled
from domain.tools.registry import ToolRegistry
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import (
    FAULT,
    REQUESTED,
    call_failed,
    call_started,
    call_throttled,
    started,
)
from tests.domain.stages.running import finish

if TYPE_CHECKING:
    from domain.run.events import RunEvent

GONE = PayloadRef(digest="0" * 64, size=5000, preview="")


def recorded(call_id: str, label: str = "L", ended_version: int | None = 9) -> RecordedCall:
    """A call whose answer is its own name; without a version it has no end."""
    started = ToolCallStarted(
        call_id=call_id, tool="ci", operation="get", params={}, label=label, timeout_ms=1
    )
    ended = ToolCallSucceeded(call_id=call_id, attempt=1, data=call_id, duration_ms=1)
    return RecordedCall(started, ended if ended_version else None, ended_version)


def asked(call_id: str, label: str = "L") -> CallRequest:
    return CallRequest(
        call_id=call_id, tool="ci", operation="get", params={}, label=label, timeout_ms=1
    )


def calls(*of: RecordedCall, is_out_of_time: bool = False) -> RecordedCalls:
    recording = Recording(calls=of, is_out_of_time=is_out_of_time)
    return RecordedCalls(recording, ToolRegistry(), replaced={})


def answers_in_order(source: RecordedCalls, *requests: CallRequest) -> list[object]:
    """The answers to requests that are made at once, in the order in which they come."""
    came: list[object] = []

    async def ask(request: CallRequest) -> None:
        came.append((await source.call(request)).result.data)

    async def ask_all() -> None:
        await asyncio.gather(*map(ask, requests))

    finish(ask_all())
    return came


def stopped(source: RecordedCalls, request: CallRequest) -> Exception:
    """Why the run is stopped that asks for this."""

    async def ask() -> Exception:
        try:
            await source.call(request)
        except RunStopped as stop:
            return stop.error
        raise AssertionError

    return finish(ask())


def test_a_call_is_found_by_its_label_not_by_its_place() -> None:
    recordings = Recordings([recorded("a", "A"), recorded("b", "B")])
    found = recordings.take(asked("b", "B"))
    assert found is not None
    assert found.started.call_id == "b"


def test_of_several_with_one_label_that_of_the_same_call_id_is_found() -> None:
    recordings = Recordings([recorded("a"), recorded("b")])
    found = recordings.take(asked("b"))
    assert found is not None
    assert found.started.call_id == "b"


def test_another_call_with_the_same_label_has_the_same_answer() -> None:
    found = Recordings([recorded("a")]).take(asked("renamed"))
    assert found is not None
    assert found.started.call_id == "a"


def test_a_recorded_call_is_taken_once() -> None:
    recordings = Recordings([recorded("a")])
    recordings.take(asked("a"))
    assert recordings.take(asked("a")) is None


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_answers_come_in_the_order_of_the_record(
    order: tuple[Literal["a", "b"], Literal["a", "b"]],
) -> None:
    first, second = order
    source = calls(recorded(first, first, 5), recorded(second, second, 6))
    assert answers_in_order(source, asked("a", "a"), asked("b", "b")) == [first, second]


def test_an_answer_does_not_wait_for_one_that_nobody_asks_for() -> None:
    source = calls(recorded("a", "A", 5), recorded("b", "B", 6))
    assert answers_in_order(source, asked("b", "B")) == ["b"]


def test_a_call_that_is_not_on_the_record_is_missing() -> None:
    error = stopped(calls(recorded("a")), asked("a", "other"))
    assert isinstance(error, MissingRecording)
    assert str(error) == "call a: ci.get is not on the record with these params"


def test_a_call_without_an_end_ends_the_record() -> None:
    assert isinstance(stopped(calls(recorded("a", ended_version=None)), asked("a")), RecordEnded)


def test_a_call_without_an_end_is_out_of_time_where_the_plan_was() -> None:
    source = calls(recorded("a", ended_version=None), is_out_of_time=True)

    async def ask() -> None:
        async with source.within(0.001):
            await source.call(asked("a"))

    with pytest.raises(TimeoutError):
        finish(ask())


def test_time_is_not_measured() -> None:
    """However long it takes, there is as much time as there was."""
    source = calls(recorded("a"))

    async def ask() -> object:
        async with source.within(0.001):
            await asyncio.sleep(0.01)
            return (await source.call(asked("a"))).result.data

    assert finish(ask()) == "a"


@pytest.mark.parametrize("turns", range(8))
def test_of_the_last_in_time_one_that_is_asked_for_later_ends_too(turns: int) -> None:
    ended, hanging = [recorded(name, name, at) for name, at in (("a", 5), ("b", 6))], "c"
    recording = Recording(
        calls=(*ended, recorded(hanging, hanging, None)),
        is_out_of_time=True,
        last_in_time=((("a", 1), ("b", 1)),),
    )
    source, came = RecordedCalls(recording, ToolRegistry(), replaced={}), list[object]()

    async def ask(name: str, later: int = 0) -> None:
        for _ in range(later):
            await asyncio.sleep(0)
        came.append((await source.call(asked(name, name))).result.data)
        came.append(f"after {name}")

    async def ask_all() -> None:
        async with source.within(None):
            await asyncio.gather(ask("a"), ask("b", turns), ask(hanging))

    with pytest.raises(TimeoutError):
        finish(ask_all())
    assert came == ["a", "after a", "b", "after b"]


def test_what_a_call_without_an_end_waited_for_is_told_at_once() -> None:
    waited, told = Throttled("queue", 5.0), list[Throttled]()
    source = calls(dataclasses.replace(recorded("a", ended_version=None), waits=(waited,)))

    async def ask() -> None:
        call = source.call(replace(asked("a"), tell=told.append))
        task = asyncio.create_task(call)
        await asyncio.sleep(0)
        task.cancel()

    finish(ask())
    assert told == [waited]


def test_where_no_time_is_left_nothing_else_begins_and_the_time_is_over() -> None:
    source = calls(recorded("a"), is_out_of_time=True)
    whys = list[str | None]()

    async def ask() -> None:
        async with source.within(0.0):
            whys.extend(source.clearance(asked(name, name)).why_wait for name in "Lb")

    with pytest.raises(TimeoutError):
        finish(ask())
    assert whys == [None, "its time was over before it began"]


def test_what_failed_before_a_stage_began_has_no_fallback_in_it() -> None:
    first, other = call_started(), replace(call_started(attempt=2), tool="spare")
    begins: list[RunEvent] = [REQUESTED, started(Stage.EXECUTE), first, call_failed()]
    within = recording_of(entries([*begins, other]))
    after = recording_of(entries([*begins, started(Stage.EXECUTE, 2), other]))
    assert [within.calls[0].fallback, after.calls[0].fallback] == ["spare", None]


def test_what_others_waited_for_does_not_hide_which_call_was_the_last_in_time() -> None:
    out_of_time = replace(FAULT, code="EXECUTE_TIMEOUT")
    over = StageFailed(stage=Stage.EXECUTE, attempt=1, error=out_of_time)
    begun: list[RunEvent] = [REQUESTED, started(Stage.EXECUTE), call_started(), call_started("b")]
    recording = recording_of(entries([*begun, call_failed(), call_throttled("b"), over]))
    assert recording.last_in_time == ((("a", 1),),)


def test_a_tool_that_is_asked_again_has_no_fallback_any_more() -> None:
    first, other = call_started(), replace(call_started(attempt=2), tool="spare")
    past = past_after(Past(), [first, call_failed(), other])
    assert past.fallbacks == {"a": "spare"}
    assert past_after(past, [replace(other, attempt=3)]).fallbacks == {"a": "spare"}
    assert past_after(past, [call_started(attempt=3), call_failed(attempt=3)]).fallbacks == {}


def test_a_result_that_was_erased_cannot_be_given() -> None:
    known = recorded("a")
    assert isinstance(known.ended, ToolCallSucceeded)
    ended = replace(known.ended, data=None, payload=GONE)
    error = stopped(calls(RecordedCall(known.started, ended, 9)), asked("a"))
    assert isinstance(error, ErasedResult)
    assert str(error) == "the result of call a was erased; nothing can go on from it"
