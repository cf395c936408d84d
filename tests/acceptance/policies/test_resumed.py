"""A run that is resumed under its policies: what its second try decides is on record, too."""

import time
from contextlib import suppress

from domain.run.call_events import (
    ToolCallFailed,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
)
from domain.run.events import RunCompleted
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from domain.tools.policies.policy import ToolPolicy
from tests.acceptance.chaos.storm import losing_workers, take_over_lost
from tests.acceptance.plans.running import WorkerLost
from tests.acceptance.policies.policed import GIVEN, Ran, Site, call, down_for, slow, slowly
from tests.fakes import AnyParams

AGAIN = {"time_range": "2026-03-01"}


def decided(ran: Ran, call_id: str) -> list[tuple[int, str]]:
    """What was decided on the attempts of a call: how each waited, and how it ended."""
    told = list[tuple[int, str]]()
    for event in (entry.event for entry in ran.history):
        if getattr(event, "call_id", None) != call_id:
            continue
        match event:
            case ToolCallThrottled(cause=cause):
                told.append((event.attempt, cause))
            case ToolCallFailed(error=error):
                told.append((event.attempt, error.code))
            case ToolCallSucceeded(answered_by=who):
                told.append((event.attempt, who))
            case _:
                pass
    return told


def test_an_answer_of_the_cache_is_kept_and_what_failed_is_asked_past_the_cache(
    any_url: str,
) -> None:
    is_down = [True]

    async def script(_: ToolContext, params: AnyParams) -> ToolResult:
        if params.text == "2" and is_down[0]:
            raise ToolFailure(ToolErrorCode.UPSTREAM_UNAVAILABLE, "no answer")
        return ToolResult(success=True, data={"rows": []})

    site = Site(any_url, slow(script))
    site.policies["slow"] = ToolPolicy(cache_ttl_seconds=60, max_retries=0)
    site.run(call(1, **AGAIN))
    partial = site.run(call(1, **AGAIN), call(2, **AGAIN))
    assert decided(partial, "c1") == [(1, "cache")]
    is_down[0] = False
    site.run(call(2, **AGAIN))  # its answer is at hand now
    resumed = site.resume(partial)
    assert decided(resumed, "c1") == [(1, "cache")]
    assert decided(resumed, "c2") == [(1, "UPSTREAM_UNAVAILABLE"), (2, "live")]
    assert (resumed.all(RunCompleted)[-1].status, resumed.is_same()) == ("success", True)


def test_what_had_no_place_waits_again_and_each_try_says_how_long(any_url: str) -> None:
    site = Site(any_url, slow(slowly))
    site.policies["slow"] = ToolPolicy(max_concurrent_calls=1, max_wait_ms=5)
    ran = site.run(*map(call, (1, 2, 3)))
    resumed = site.resume(ran)
    assert decided(resumed, "c2") == [(1, "queue"), (1, "RATE_LIMITED"), (2, "live")]
    refused = [(1, "queue"), (1, "RATE_LIMITED"), (2, "queue"), (2, "RATE_LIMITED")]
    assert decided(resumed, "c3") == refused
    assert all(each.waited_ms >= 5 for each in resumed.all(ToolCallThrottled))
    assert resumed.is_same()
    again = site.resume(resumed)
    assert decided(again, "c3") == [*refused, (3, "live")]
    assert (again.all(RunCompleted)[-1].status, again.is_same()) == ("success", True)


def test_what_came_too_often_waits_for_the_rate_when_it_is_resumed(url: str) -> None:
    site = Site(url, slow(GIVEN))
    site.policies["slow"] = ToolPolicy(rate_limit_per_second=2, max_wait_ms=700)
    ran = site.run(*map(call, (1, 2, 3)))
    (refused,) = ran.all(ToolCallFailed)
    assert decided(ran, refused.call_id) == [(1, "RATE_LIMITED")]
    assert 700 < refused.error.details["retry_after_ms"] <= 1000
    time.sleep(0.5)
    resumed = site.resume(ran)
    assert decided(resumed, refused.call_id) == [
        (1, "RATE_LIMITED"),
        (2, "rate_limit"),
        (2, "live"),
    ]
    (wait,) = resumed.all(ToolCallThrottled)
    assert (100 < wait.waited_ms < 600, resumed.is_same()) == (True, True)


def test_what_the_breaker_stopped_is_stopped_again_until_the_tool_may_be_tried(
    any_url: str,
) -> None:
    site = Site(any_url, slow(down_for(1, slowly)))
    site.policies["slow"] = ToolPolicy(
        max_retries=0, breaker_threshold=1, breaker_reset_ms=1500, max_wait_ms=2000
    )
    site.run(call(0))
    stopped = site.run(*map(call, (1, 2)))
    at_once = site.resume(stopped)
    for call_id in ("c1", "c2"):
        assert decided(at_once, call_id) == [(1, "CIRCUIT_OPEN"), (2, "CIRCUIT_OPEN")]
    afters = [each.error.details["retry_after_ms"] for each in at_once.all(ToolCallFailed)]
    assert (all(0 < each <= 1500 for each in afters), at_once.is_same()) == (True, True)
    time.sleep(1.6)
    later = site.resume(at_once)
    tried = sorted(decided(later, call_id)[2:] for call_id in ("c1", "c2"))
    assert tried == [[(3, "breaker_probe"), (3, "live")], [(3, "live")]]
    assert [each.attempt for each in later.all(ToolCallStarted)] == [1, 1, 2, 2, 3, 3]
    assert later.is_same()


def test_a_run_whose_worker_was_lost_asks_past_the_cache(url: str) -> None:
    site = Site(url, slow(GIVEN))
    site.policies["slow"] = ToolPolicy(cache_ttl_seconds=60)
    site.run(call(1, **AGAIN))
    run_id = site.request(call(1, **AGAIN))
    with losing_workers(1.0), suppress(WorkerLost):
        site.carry_out(run_id)
    take_over_lost(site.opstrail, site.ran(run_id).history)
    recovered = site.carry_out(run_id)
    assert decided(recovered, "c1") == [(2, "live")]
    assert recovered.is_same()
