"""Each policy in a run on a real database: decision, cause and cost are on the record."""

import asyncio
from itertools import count

import pytest

from adapters.tools.guarded import GuardedTool
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
)
from domain.run.events import RunCompleted, StageFailed
from domain.run.summary import summary_of
from domain.tools.contracts import ToolResult
from domain.tools.policies.policy import PhaseTimeouts, ToolPolicy
from domain.views.timeline import run_timeline
from tests.acceptance.policies.policed import (
    DOWN,
    GIVEN,
    SOON,
    Site,
    call,
    down_for,
    most_at_once,
    slow,
    slowly,
)
from tests.fakes import ScriptedTool


def test_of_fifty_calls_at_once_ten_run_and_forty_say_how_long_they_waited(any_url: str) -> None:
    site = Site(any_url, slow(slowly))
    site.policies["slow"] = ToolPolicy(max_concurrent_calls=10)
    ran = site.run(*map(call, range(50)), max_concurrent_calls=50)
    waits = ran.all(ToolCallThrottled)
    assert (most_at_once(ran.spans()), len(ran.spans())) == (10, 50)
    assert len(waits) >= 40
    assert {each.cause for each in waits} == {"queue"}
    assert max(each.waited_ms for each in waits) >= 60
    assert ran.is_same()


def test_the_limit_holds_over_all_runs_of_a_process(url: str) -> None:
    site = Site(url, slow(slowly))
    site.policies["slow"] = ToolPolicy(max_concurrent_calls=1)
    runs = [site.request(*map(call, range(3))) for _ in range(3)]
    site.carry_out(*runs)
    spans = [span for run in runs for span in site.ran(run).spans()]
    assert (most_at_once(spans), len(spans)) == (1, 9)


def test_calls_beyond_the_rate_wait_for_it_and_the_run_says_so(url: str) -> None:
    site = Site(url, slow(GIVEN))
    site.policies["slow"] = ToolPolicy(rate_limit_per_second=2)
    ran = site.run(*map(call, range(3)))
    (wait,) = [each for each in ran.all(ToolCallThrottled) if each.waited_ms > 500]
    assert (wait.cause, ran.is_same()) == ("rate_limit", True)
    assert summary_of(ran.history).waited_ms >= 500
    told = [each.cause for each in run_timeline(ran.history).waits]
    assert "for the rate limit of the tool" in told


def test_calls_that_waited_for_a_place_do_not_begin_beyond_the_rate(url: str) -> None:
    made = count()

    async def first_slowly(*_: object) -> ToolResult:
        await asyncio.sleep(0 if next(made) else 1.1)
        return ToolResult(success=True, data={"rows": []})

    site = Site(url, slow(first_slowly))
    site.policies["slow"] = ToolPolicy(rate_limit_per_second=2, max_concurrent_calls=1)
    ran = site.run(*map(call, range(4)))
    begun = sorted(begin for begin, _ in ran.spans())
    assert len(begun) == 4
    assert all(third - first > 900 for first, third in zip(begun, begun[2:], strict=False))


def test_who_has_no_turn_in_time_is_refused_with_when_to_come_again(url: str) -> None:
    site = Site(url, slow(GIVEN))
    site.policies["slow"] = ToolPolicy(rate_limit_per_minute=1, max_wait_ms=10)
    ran = site.run(*map(call, range(2)))
    (failed,) = ran.all(ToolCallFailed)
    assert failed.error.code == "RATE_LIMITED"
    assert 50_000 < failed.error.details["retry_after_ms"] <= 60_000
    assert (ran.all(RunCompleted)[0].status, ran.is_same()) == ("partial", True)


def test_a_tool_that_is_down_for_a_moment_is_asked_again(any_url: str) -> None:
    site = Site(any_url, slow(down_for(2)))
    site.policies["slow"] = SOON
    ran = site.run(call(1))
    afters = [each.retry_after_ms for each in ran.all(ToolCallFailed)]
    waits = [(each.attempt, each.cause) for each in ran.all(ToolCallThrottled)]
    assert (len(afters), all(isinstance(each, int) for each in afters)) == (2, True)
    assert waits == [(2, "back_off"), (3, "back_off")]
    assert [each.attempt for each in ran.all(ToolCallSucceeded)] == [3]
    assert (ran.all(RunCompleted)[0].status, ran.is_same()) == ("success", True)


def test_a_run_whose_repetitions_were_in_vain_is_resumed_and_verifies(url: str) -> None:
    site = Site(url, slow(down_for(3)))
    site.policies["slow"] = SOON
    failed = site.run(call(1))
    assert (len(failed.all(ToolCallStarted)), failed.is_same()) == (3, True)
    resumed = site.resume(failed)
    assert [each.attempt for each in resumed.all(ToolCallSucceeded)] == [4]
    assert resumed.is_same()


def test_a_tool_that_keeps_failing_is_left_alone_by_all_processes(any_url: str) -> None:
    policy = ToolPolicy(max_retries=0, breaker_threshold=3, breaker_reset_ms=60_000)
    here, there = Site(any_url, slow(DOWN)), Site(any_url, slow(GIVEN))
    here.policies["slow"] = there.policies["slow"] = policy
    for number in range(3):
        here.run(call(number))
    refused = there.run(call(4))
    (failed,) = refused.all(ToolCallFailed)
    assert failed.error.code == "CIRCUIT_OPEN"
    assert 50_000 < failed.error.details["retry_after_ms"] <= 60_000
    assert (failed.duration_ms, refused.is_same()) == (0.0, True)


def test_one_call_tries_a_tool_that_was_left_alone_and_the_others_wait_for_it(url: str) -> None:
    site = Site(url, slow(down_for(1, slowly)))
    site.policies["slow"] = ToolPolicy(
        max_retries=0, breaker_threshold=1, breaker_reset_ms=1, max_wait_ms=2000
    )
    site.run(call(0))
    ran = site.run(*map(call, range(1, 4)))
    causes = [each.cause for each in ran.all(ToolCallThrottled)]
    assert len(ran.all(ToolCallSucceeded)) == 3
    assert (causes, ran.is_same()) == (["breaker_probe"] * 2, True)


def test_an_answer_is_given_again_with_its_age(url: str) -> None:
    site = Site(url, slow(GIVEN))
    site.policies["slow"] = ToolPolicy(cache_ttl_seconds=60)
    asked = call(1, time_range="2026-03-01")
    first, again = site.run(asked), site.run(asked)
    (answer,) = again.all(ToolCallSucceeded)
    assert (first.all(ToolCallSucceeded)[0].answered_by, answer.answered_by) == ("live", "cache")
    assert isinstance(answer.cached_age_ms, int)
    assert answer.data == first.all(ToolCallSucceeded)[0].data
    assert (again.is_same(), site.resume) is not None


def test_an_answer_of_a_package_is_given_again_whatever_becomes_of_the_estate(url: str) -> None:
    site, origin = Site(url), "slow 1.0"
    site.opstrail.tools.register_dynamic(GuardedTool(slow(GIVEN), origin), origin)
    site.policies["slow"] = ToolPolicy(cache_ttl_seconds=60)
    asked = call(1, time_range="2026-03-01")
    first, again = site.run(asked), site.run(asked)
    (answer,) = again.all(ToolCallSucceeded)
    assert first.all(ToolCallSucceeded)[0].source_revision == origin
    assert (answer.answered_by, answer.source_revision, again.is_same()) == ("cache", origin, True)


def test_equal_calls_at_once_ask_the_tool_once(url: str) -> None:
    site = Site(url, slow(slowly))
    site.policies["slow"] = ToolPolicy(cache_ttl_seconds=60)
    same = [call(number, text="same") for number in range(5)]
    ran = site.run(*same)
    by = sorted(each.answered_by for each in ran.all(ToolCallSucceeded))
    assert (by, ran.is_same()) == (["cache"] * 4 + ["live"], True)


def test_rows_beyond_the_limit_are_cut_off_and_told(url: str) -> None:
    site = Site(url, slow(GIVEN))
    site.policies["slow"] = ToolPolicy(max_rows=2)
    ran = site.run(call(1))
    (answer,) = ran.all(ToolCallSucceeded)
    assert (len(answer.data["rows"]), answer.row_count) == (2, 2)
    told = "only the first 2 of 3 rows are kept (max_rows of the tool's policy)"
    assert (answer.warnings, ran.is_same()) == ([told], True)


def test_a_tool_gets_no_more_time_than_its_policy(url: str) -> None:
    site = Site(url, slow(slowly))
    site.policies["slow"] = ToolPolicy(timeout_ms=5)
    ran = site.run(call(1))
    (failed,) = (each.error for each in ran.all(ToolCallFailed))
    assert (failed.message, ran.is_same()) == ("Timeout after 5 ms", True)


async def stays(*_: object) -> ToolResult:
    await asyncio.sleep(2)
    return ToolResult(success=True, data={"rows": []})


@pytest.mark.parametrize("limit", ["execute_ms", "run_ms"])
def test_a_phase_that_takes_too_long_ends_the_run(url: str, limit: str) -> None:
    site = Site(url, slow(stays), **{limit: 200})
    ran = site.run(call(1))
    (failed,) = ran.all(StageFailed)
    assert (failed.stage, failed.error.code) == ("execute", "EXECUTE_TIMEOUT")
    assert failed.error.details == {"limit": limit, "timeout_ms": 200}
    assert ran.is_same()
    site.timeouts = PhaseTimeouts()
    assert site.resume(ran).is_same()


def test_another_tool_answers_and_the_run_is_degraded(url: str) -> None:
    site = Site(url, slow(DOWN), ScriptedTool("slow", name="spare", get=GIVEN))
    site.policies["slow"] = ToolPolicy(max_retries=0, fallback="spare")
    ran = site.run(call(1))
    assert [each.tool for each in ran.all(ToolCallStarted)] == ["slow", "spare"]
    assert (ran.all(RunCompleted)[0].status, ran.is_same()) == ("degraded", True)
