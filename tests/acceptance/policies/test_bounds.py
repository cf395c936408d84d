"""How long and how large a run may be by its policies, and what its answer says is missing."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from domain.run.call_events import ToolCallFailed, ToolCallSucceeded, ToolCallThrottled
from domain.run.events import ResponseComposed, RunCompleted, RunFailed, StageFailed
from domain.stages import runner
from domain.tools.policies.policy import ToolPolicy
from domain.views.response import run_response
from tests.acceptance.policies.policed import DOWN, Site, call, down_for, slow, slowly
from tests.fakes import ScriptedTool, answering

WIDE = answering({"rows": [{"text": "x" * 50} for _ in range(10)]})
DEEP = answering({"rows": [{"a": {"b": {"c": {"d": 1}}}}]})


def late(function: Callable[..., Any]) -> Callable[..., Any]:
    def called(*given: Any, **more: Any) -> Any:  # noqa: ANN401 - passed on
        time.sleep(0.3)
        return function(*given, **more)

    return called


@pytest.mark.parametrize(
    ("limit", "slow_part", "stage", "code"),
    [
        ("plan_ms", "validate_plan", "validate", "PLAN_TIMEOUT"),
        ("compose_ms", "compose", "compose", "COMPOSE_TIMEOUT"),
        ("compose_ms", "as_maps", "present", "COMPOSE_TIMEOUT"),
        ("run_ms", "validate_plan", "validate", "PLAN_TIMEOUT"),
        ("run_ms", "compose", "compose", "COMPOSE_TIMEOUT"),
    ],
)
def test_a_stage_that_takes_too_long_fails_the_run_which_can_be_resumed(
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    slow_part: str,
    stage: str,
    code: str,
) -> None:
    site = Site(url, slow(slowly), **{limit: 250})
    with monkeypatch.context() as patched:
        patched.setattr(runner, slow_part, late(getattr(runner, slow_part)))
        ran = site.run(call(1))
    (failed,) = ran.all(StageFailed)
    assert (failed.stage, failed.error.code) == (stage, code)
    assert failed.error.details == {"limit": limit, "timeout_ms": 250}
    assert (ran.all(RunFailed)[0].error, ran.is_same()) == (failed.error, True)
    resumed = site.resume(ran)
    assert (resumed.all(RunCompleted)[0].status, resumed.is_same()) == ("success", True)


def test_a_call_that_takes_too_long_says_how_long_it_took(url: str) -> None:
    site = Site(url, slow(slowly))
    site.policies["slow"] = ToolPolicy(timeout_ms=5, max_retries=2)
    (failed,) = site.run(call(1)).all(ToolCallFailed)  # what took its whole time is not repeated
    assert (failed.error.code, 5 <= failed.duration_ms < 500) == ("TOOL_TIMEOUT", True)


def test_a_repetition_waits_as_long_as_its_failure_says(url: str) -> None:
    site = Site(url, slow(down_for(1)))
    site.policies["slow"] = ToolPolicy(max_retries=1, retry_backoff_ms=40)
    ran = site.run(call(1))
    (failed,), (wait,) = ran.all(ToolCallFailed), ran.all(ToolCallThrottled)
    assert isinstance(failed.retry_after_ms, int)
    assert 40 <= failed.retry_after_ms <= 80
    assert (wait.cause, wait.waited_ms >= failed.retry_after_ms - 1) == ("back_off", True)


def test_bytes_beyond_the_limit_are_cut_off_by_whole_rows_and_told(url: str) -> None:
    site = Site(url, slow(WIDE))
    site.policies["slow"] = ToolPolicy(max_bytes=300)
    ran = site.run(call(1))
    (answer,) = ran.all(ToolCallSucceeded)
    assert (answer.row_count, answer.data["truncated"]) == (4, True)
    told = "only the first 4 of 10 rows are kept (max_bytes of the tool's policy)"
    assert (answer.warnings, ran.is_same()) == ([told], True)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (ToolPolicy(max_bytes=30), "bytes, and at most 30 are taken (max_bytes of its policy)"),
        (ToolPolicy(max_depth=4), "is nested deeper than 4 levels (max_depth of its policy)"),
    ],
)
def test_what_cannot_be_cut_fails_and_says_what_to_ask_for(
    url: str, policy: ToolPolicy, said: str
) -> None:
    site = Site(url, slow(DEEP))
    site.policies["slow"] = policy
    ran = site.run(call(1))
    (failed,) = (each.error for each in ran.all(ToolCallFailed))
    assert (failed.code, said in failed.message) == ("MAX_ROWS_EXCEEDED", True)
    assert (failed.message.endswith("a smaller limit"), ran.is_same()) == (True, True)


def test_a_partial_answer_says_which_call_is_missing_and_why(url: str) -> None:
    site = Site(url, slow(slowly), ScriptedTool("other", get=DOWN))
    site.policies["other"] = ToolPolicy(max_retries=0)
    ran = site.run(call(1), {**call(2), "tool": "other"})
    (composed,) = ran.all(ResponseComposed)
    assert (ran.all(RunCompleted)[0].status, ran.is_same()) == ("partial", True)
    assert any("c2" in each or "other" in each for each in composed.confidence_reasons), composed
    assert composed.confidence < 1


def test_a_degraded_answer_says_who_answered_in_whose_place(url: str) -> None:
    site = Site(url, slow(DOWN), ScriptedTool("slow", name="spare", get=slowly))
    site.policies["slow"] = ToolPolicy(max_retries=0, fallback="spare")
    ran = site.run(call(1))
    response = run_response(ran.history)
    assert response["status"] == "degraded"
    assert response["meta"]["other_sources"] == [
        "spare answered c1 in place of slow (UPSTREAM_UNAVAILABLE: no answer)"
    ]
