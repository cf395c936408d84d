"""Runs of plans from files that change their plan, from the command line to the events."""

import json

import pytest

from domain.tools.contracts import ToolErrorCode
from tests.acceptance.plans.running import Plans

EVENTS = {
    "primary": {"keywords": ["srv-erp-01"]},
    "history": {"enabled": True, "source": "event_log"},
}
WATCHED = {
    "primary": {"keywords": ["srv-erp-01"]},
    "metric": {"metric_name": "cpu_usage"},
    "cep": {"rule_id": "rule-high-cpu"},
}


class Once(dict[str, ToolErrorCode]):
    """Failures of calls, each of one time only."""

    def __getitem__(self, call_id: str) -> ToolErrorCode:
        return self.pop(call_id)


def test_a_slow_list_is_asked_for_less(plans: Plans) -> None:
    plans.tools.failing = Once(history=ToolErrorCode.TOOL_TIMEOUT)
    done = plans.run(EVENTS)
    decided = done.one("replan-decided")
    assert (decided.patch.before, decided.patch.after) == (
        {"history.time_range": None},
        {"history.time_range": "last_84h"},
    )
    assert (done.status, done.started) == ("degraded", ["primary", "history", "history"])
    assert "Note: planned again (history: TOOL_TIMEOUT: no answer)" in done.ended.out
    shown = plans.opstrail("run", "show", done.run_id)
    assert "by another plan. It planned again once: history.time_range becomes last_84h." in (
        " ".join(shown.out.split())
    )
    told = plans.opstrail("run", "events", done.run_id, "--type", "replan-decided")
    assert "the run plans again: history.time_range becomes last_84h" in told.out
    meta = plans.opstrail("run", "response", done.run_id, "-o", "json").json["meta"]
    assert meta["confidence_reasons"][-1].startswith("planned again (history: TOOL_TIMEOUT")
    assert plans.verdict(done) == "same"


def test_a_fork_of_it_and_one_that_asks_again(plans: Plans) -> None:
    plans.tools.failing = Once(history=ToolErrorCode.TOOL_TIMEOUT)
    done = plans.run(EVENTS)
    fork = plans.forked(done, "--block-live")
    assert (fork.answer, fork.status) == (done.answer, "degraded")
    resumed = plans.resumed(done)
    assert (resumed.all("run-completed")[-1].status, plans.verdict(resumed)) == ("success", "same")


def test_what_waits_for_a_source_that_is_down_goes_on_without_it(plans: Plans) -> None:
    plans.tools.failing = {"metric": ToolErrorCode.UPSTREAM_UNAVAILABLE}
    done = plans.run(WATCHED)
    assert (done.status, done.started) == ("partial", ["primary", "metric", "cep"])
    assert done.one("replan-decided").why == "left out: metric, so that cep goes on"
    assert plans.verdict(done) == "same"


def test_another_worker_goes_on_with_the_changed_plan(plans: Plans) -> None:
    plans.tools.failing = {"metric": ToolErrorCode.UPSTREAM_UNAVAILABLE}
    left = plans.killed(WATCHED, "cep")
    assert left.one("replan-decided").is_approved
    taken_over = plans.recovered(left)
    assert (taken_over.status, plans.tools.asked) == ("partial", ["cep"])
    assert plans.verdict(taken_over) == "same"


def test_a_run_that_may_not_change_its_plan_ends_as_before(plans: Plans) -> None:
    plans.tools.failing = {"metric": ToolErrorCode.UPSTREAM_UNAVAILABLE}
    done = plans.run(WATCHED, "--no-replan")
    assert (done.status, done.skipped) == ("partial", {"cep": "Dependency 'metric' failed"})
    assert done.all("replan-requested") == []


def test_what_has_nothing_else_fails_at_once_with_its_own_error(plans: Plans) -> None:
    plans.tools.failing = {"primary": ToolErrorCode.UPSTREAM_UNAVAILABLE}
    done = plans.run(WATCHED)
    assert done.started == ["primary"]
    assert done.one("replan-decided").why == "what waits for primary cannot do without"
    assert done.one("run-failed").error.code == "UPSTREAM_UNAVAILABLE"


def test_a_setting_says_for_what_and_how_often(
    plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_REPLANNING", json.dumps({"allowed_triggers": ["empty_result"]}))
    plans.tools.failing = {"metric": ToolErrorCode.UPSTREAM_UNAVAILABLE}
    done = plans.run(WATCHED)
    assert done.all("replan-requested") == []
    assert done.one("run-requested").options.replanning.allowed_triggers == ["empty_result"]
    monkeypatch.setenv("OPSTRAIL_REPLANNING", '{"max_replans": 0}')
    refused = plans.opstrail("ask", "How many servers are there?")
    assert refused.err.strip() == "opstrail: OPSTRAIL_REPLANNING: max_replans must be positive"
