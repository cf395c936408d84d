"""The control loop of one run: what it allows, in which order it asks, and what it remembers."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.run.replanning import (
    ControlLoopPolicy,
    ReplanPatchDiff,
    ReplanTrigger,
    approved,
)
from domain.stages.control_loop import ControlLoopManager, ControlLoopRuntime
from domain.times import recorded_text
from tests.fakes import NOON, FrozenClock

PATCH = ReplanPatchDiff(before={}, after={"history.limit": 25})
TRIGGER = ReplanTrigger(
    trigger_type="error", stage_name="execute", reason="down", timestamp=recorded_text(NOON)
)


def after(seconds: float, **changes: str) -> ReplanTrigger:
    """The trigger, so long after the first one."""
    return replace(TRIGGER, timestamp=recorded_text(NOON + timedelta(seconds=seconds)), **changes)


def changed_once(policy: ControlLoopPolicy | None = None) -> ControlLoopManager:
    manager = ControlLoopManager(policy)
    assert manager.evaluate_replan_request(TRIGGER, PATCH)
    return manager


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (ControlLoopPolicy(enable_automatic_replan=False), "replanning is off"),
        (
            ControlLoopPolicy(allowed_triggers=["timeout"]),
            "error is no allowed trigger; allowed: timeout",
        ),
        (ControlLoopPolicy(), None),
    ],
)
def test_a_policy_allows_or_says_why_not(policy: ControlLoopPolicy, why: str | None) -> None:
    runtime = ControlLoopRuntime(policy)
    assert (runtime.why_not(TRIGGER), runtime.should_replan(TRIGGER)) == (why, why is None)


@pytest.mark.parametrize("text", ["nonsense", "error execute down"])
def test_what_has_no_instant_or_is_no_trigger_is_refused(text: str) -> None:
    assert not ControlLoopRuntime(ControlLoopPolicy()).should_replan(text)


def test_a_trigger_of_now_is_timed_by_the_clock() -> None:
    manager = ControlLoopManager(clock=FrozenClock().now)
    assert manager.runtime.should_replan("error execute down")
    assert manager.evaluate_replan_request(replace(TRIGGER, timestamp="now"), PATCH)
    assert manager.get_replan_history()[0].timestamp == recorded_text(NOON)


@pytest.mark.parametrize(
    ("trigger", "why"),
    [
        (after(59), "min_interval_seconds is 60, and the plan was changed 59.0 s ago"),
        (after(59, severity="critical"), "min_interval_seconds is 60, and the plan was changed"),
        (after(299), "cooling_period_seconds is 300, and the plan was changed 299.0 s ago"),
        (after(60, severity="critical"), None),
        (after(300), None),
    ],
)
def test_the_next_change_must_wait(trigger: ReplanTrigger, why: str | None) -> None:
    found = changed_once().runtime.why_not(trigger)
    assert found is None if why is None else (found or "").startswith(why)


def test_there_are_only_so_many_changes() -> None:
    manager = changed_once(ControlLoopPolicy(max_replans=1))
    why = manager.runtime.why_not(after(1000))
    assert why == "max_replans is 1, and the plan was changed so often"


def test_only_what_was_approved_is_remembered_until_a_reset() -> None:
    manager = changed_once()
    assert not manager.evaluate_replan_request(after(1), PATCH)
    (event,) = manager.get_replan_history()
    assert (event.event_type, event.patch, event.trigger) == ("replan_decision", PATCH, TRIGGER)
    manager.reset()
    assert manager.get_replan_history() == []


def test_it_goes_on_after_what_the_record_tells() -> None:
    manager = ControlLoopManager(history=[approved(TRIGGER, PATCH)])
    assert not manager.evaluate_replan_request(after(1), PATCH)


def test_two_runs_have_nothing_in_common() -> None:
    changed_once(ControlLoopPolicy(max_replans=1))
    assert ControlLoopManager(ControlLoopPolicy(max_replans=1)).get_replan_history() == []


def test_it_counts() -> None:
    assert changed_once().get_stats() == {
        "replan_count": 1,
        "max_replans": 3,
        "last_replan_time": recorded_text(NOON),
        "replan_history_count": 1,
        "trigger_counts": {"error": 1},
        "policy": {
            "max_replans": 3,
            "allowed_triggers": ["error", "timeout", "policy_violation"],
            "enable_automatic_replan": True,
            "min_interval_seconds": 60,
            "cooling_period_seconds": 300,
            "min_confidence": 0.5,
        },
    }


@pytest.mark.parametrize(("seconds", "is_over"), [(299, False), (300, True)])
def test_it_knows_whether_it_has_cooled(seconds: int, *, is_over: bool) -> None:
    clock = FrozenClock(NOON + timedelta(seconds=seconds))
    manager = ControlLoopManager(clock=clock.now, history=[approved(TRIGGER, PATCH)])
    assert manager.check_and_handle_cooling_period() is is_over
