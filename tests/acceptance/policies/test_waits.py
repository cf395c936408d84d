"""A call waits for its turn for so long and no longer, whatever it waits for, and says so."""

import asyncio
import time

import pytest

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
)
from domain.run.clockwork import WaitCause
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from domain.tools.policies.policy import ToolPolicy
from domain.views.response import run_response
from domain.views.timeline import Bar, run_timeline
from tests.acceptance.policies.policed import Ran, Site, call, down_for, slow
from tests.fakes import AnyParams, Script


def taking(seconds: float) -> Script:
    async def script(*_: object) -> ToolResult:
        await asyncio.sleep(seconds)
        return ToolResult(success=True, data={"rows": []})

    return script


def waits_of(ran: Ran, call_id: str) -> list[tuple[int, str, float]]:
    """Attempt, cause and cost of each wait of a call, as the events have them."""
    waits = [each for each in ran.all(ToolCallThrottled) if each.call_id == call_id]
    return [(each.attempt, each.cause, each.waited_ms) for each in waits]


def bar_of(ran: Ran, call_id: str) -> Bar:
    lanes = run_timeline(ran.history).lanes
    return next(bar for lane in lanes for bar in lane.calls if bar.name == call_id)


def test_what_a_call_waited_for_a_place_it_does_not_wait_again_for_the_rate(url: str) -> None:
    site = Site(url, slow(taking(0.5)))
    site.policies["slow"] = ToolPolicy(
        max_concurrent_calls=1, rate_limit_per_second=1, max_wait_ms=800
    )
    ran = site.run(call(1), call(2))  # the second one has its turn after 500 + 500 ms
    ((attempt, cause, waited_ms),) = waits_of(ran, "c2")
    assert (attempt, cause, 450 < waited_ms < 800) == (1, "queue", True)
    failed = ran.one(ToolCallFailed, "c2").error
    assert (failed.code, failed.message) == (
        "RATE_LIMITED",
        "slow.get had no turn within 800 ms: its rate limit is reached",
    )
    assert ran.is_same()


def test_what_a_call_has_waited_is_not_waited_again_by_its_repetition(url: str) -> None:
    async def script(_: ToolContext, params: AnyParams) -> ToolResult:
        await asyncio.sleep(0.02 if params.text == "2" else 0.3)
        if params.text == "2":
            raise ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "no answer")
        return ToolResult(success=True, data={"rows": []})

    site = Site(url, slow(script))
    site.policies["slow"] = ToolPolicy(
        max_concurrent_calls=1, max_wait_ms=450, max_retries=1, retry_backoff_ms=1
    )
    ran = site.run(*map(call, (1, 2, 3)))
    first, back_off, again = waits_of(ran, "c2")
    assert [each[:2] for each in (first, back_off, again)] == [
        (1, "queue"),
        (2, "back_off"),
        (2, "queue"),
    ]
    assert 440 < first[2] + again[2] < 650
    assert ran.one(ToolCallFailed, "c2").error.message == (
        "slow had no turn within 450 ms: 1 calls of it were running"
    )
    assert ran.is_same()


def test_what_a_call_waited_in_vain_is_on_record_and_no_work(url: str) -> None:
    site = Site(url, slow(taking(0.3)))
    site.policies["slow"] = ToolPolicy(max_concurrent_calls=1, max_wait_ms=100)
    ran = site.run(call(1), call(2))
    ((_, cause, waited_ms),) = waits_of(ran, "c2")
    assert (cause, 95 < waited_ms < 290) == ("queue", True)
    assert ran.one(ToolCallFailed, "c2").duration_ms == 0.0
    assert run_response(ran.history)["meta"]["waited_ms"] >= 95
    assert ran.is_same()


def test_the_timeline_has_a_segment_with_its_cause_for_each_wait_of_a_call(url: str) -> None:
    site = Site(url, slow(down_for(1, taking(0.15))))
    site.policies["slow"] = ToolPolicy(
        max_retries=0,
        breaker_threshold=1,
        breaker_reset_ms=1,
        max_concurrent_calls=1,
        rate_limit_per_second=1,
        max_wait_ms=5000,
    )
    site.run(call(0))  # it fails: the tool is left alone, and then tried by one call
    ran = site.run(*map(call, (1, 2, 3)))
    assert len(ran.all(ToolCallSucceeded)) == 3
    last = max(("c1", "c2", "c3"), key=lambda call_id: len(waits_of(ran, call_id)))
    waits = waits_of(ran, last)
    assert [cause for _, cause, _ in waits] == ["breaker_probe", "queue", "rate_limit"]
    segments = bar_of(ran, last).waits
    assert [wait.cause for wait in segments] == [
        WaitCause.BREAKER_PROBE,
        WaitCause.QUEUE,
        WaitCause.RATE_LIMIT,
    ]
    told = sum(wait.duration_ms for wait in segments)
    assert told == pytest.approx(sum(waited_ms for *_, waited_ms in waits), abs=150)
    assert ran.is_same()


def test_a_tool_that_was_left_alone_is_tried_by_a_call_that_may_not_wait(url: str) -> None:
    site = Site(url, slow(down_for(1)))
    site.policies["slow"] = ToolPolicy(
        max_retries=0, breaker_threshold=1, breaker_reset_ms=1, max_wait_ms=0
    )
    site.run(call(0))
    tried = site.run(call(1))
    assert (len(tried.all(ToolCallSucceeded)), tried.is_same()) == (1, True)


def test_a_call_that_waited_for_a_try_that_failed_says_how_long(url: str) -> None:
    async def fails_slowly(*_: object) -> ToolResult:
        await asyncio.sleep(0.1)
        raise ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "no answer")

    site = Site(url, slow(fails_slowly))
    site.policies["slow"] = ToolPolicy(max_retries=0, breaker_threshold=1, breaker_reset_ms=300)
    site.run(call(0))
    time.sleep(0.35)
    ran = site.run(call(1), call(2))
    started = [each.call_id for each in ran.all(ToolCallStarted)]
    (refused,) = [each for each in ran.all(ToolCallFailed) if each.error.code == "CIRCUIT_OPEN"]
    ((_, cause, waited_ms),) = waits_of(ran, refused.call_id)
    assert (started, cause, waited_ms > 90) == (["c1", "c2"], "breaker_probe", True)
    assert ran.is_same()
