"""Triggers, policies and the rules of the two events of a change of plan."""

import json

import pytest
from msgspec import ValidationError

from domain.errors import InvalidReport
from domain.run.commands import ReportProgress
from domain.run.fold import fold
from domain.run.lifecycle import RunState, Stage
from domain.run.replanning import (
    ControlLoopPolicy,
    ReplanDecided,
    ReplanPatchDiff,
    ReplanRequested,
    ReplanTrigger,
    safe_parse_trigger,
)
from domain.run.run import decide
from domain.run.state import Tries
from tests.domain.run.samples import (
    CALLED,
    EXECUTING,
    VALIDATING,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
    completed,
    failed,
    started,
)

CAUSE = ReplanTrigger(
    trigger_type="error", stage_name="execute", reason="down", timestamp="2026-03-01T12:00:00Z"
)
REQUESTED = ReplanRequested(stage=Stage.EXECUTE, cause=CAUSE)
PATCH = ReplanPatchDiff(before={"metric": {}}, after={"metric": None})
YES = ReplanDecided(stage=Stage.EXECUTE, is_approved=True, why="left out", patch=PATCH)
NO = ReplanDecided(stage=Stage.EXECUTE, is_approved=False, why="nothing waits")
MIXED = [
    *EXECUTING,
    *(call_started("a"), call_started("b"), call_started("c"), call_skipped("d")),
    *(call_succeeded("a"), call_failed("b"), completed(Stage.EXECUTE)),
]


def test_after_a_change_the_stages_from_validate_on_are_done_again() -> None:
    run = fold("run-1", [*MIXED, REQUESTED, YES])
    assert {stage: tries.status for stage, tries in run.stages.items()} == {
        Stage.ROUTE_PLAN: "completed",
        Stage.VALIDATE: "interrupted",
        Stage.EXECUTE: "interrupted",
    }


def test_after_a_change_what_answered_counts_on_and_the_rest_may_be_tried() -> None:
    run = fold("run-1", [*MIXED, REQUESTED, YES])
    assert run.calls == {
        "a": Tries("reused"),
        "b": Tries("reused"),
        "c": Tries("interrupted"),
        "d": Tries("interrupted", 0),
    }


def test_a_call_that_failed_may_be_skipped_by_the_changed_plan() -> None:
    begun = [started(Stage.VALIDATE, 2), started(Stage.EXECUTE, 2)]
    run = fold("run-1", [*MIXED, REQUESTED, YES, begun[0], completed(Stage.VALIDATE, 2), begun[1]])
    assert decide(run, ReportProgress(call_skipped("b")))


def test_a_plan_that_is_kept_changes_nothing() -> None:
    before, after = fold("run-1", MIXED), fold("run-1", [*MIXED, REQUESTED, NO])
    assert (after.stages, after.calls, after.state) == (before.stages, before.calls, before.state)


def test_a_plan_that_was_refused_is_validated_again() -> None:
    refused = fold("run-1", [*VALIDATING, failed(Stage.VALIDATE)])
    assert decide(refused, ReportProgress(started(Stage.VALIDATE, 2)))
    assert fold("run-1", [*VALIDATING, started(Stage.VALIDATE, 2)]).state is RunState.VALIDATE


@pytest.mark.parametrize("event", [REQUESTED, YES], ids=["requested", "decided"])
def test_it_is_reported_in_its_stage_only(event: ReplanRequested | ReplanDecided) -> None:
    assert decide(fold("run-1", CALLED), ReportProgress(event)) == [event]
    with pytest.raises(InvalidReport, match="the run is in validate, not in execute"):
        decide(fold("run-1", VALIDATING), ReportProgress(event))


def test_a_trigger_is_read_from_json() -> None:
    text = json.dumps({"trigger_type": "error", "stage_name": "execute", "severity": "high"})
    with pytest.raises(ValidationError, match="missing required field `reason`"):
        safe_parse_trigger(text)
    assert safe_parse_trigger(f'{text[:-1]}, "reason": "x", "timestamp": "t"}}').severity == "high"


def test_a_trigger_is_read_from_words() -> None:
    read = safe_parse_trigger("timeout execute it took too long")
    assert (read.trigger_type, read.stage_name, read.reason, read.timestamp, read.severity) == (
        *("timeout", "execute", "it took too long"),
        *("now", "low"),
    )
    assert safe_parse_trigger("timeout execute").reason == "Unknown"


@pytest.mark.parametrize("text", ["", "  ", "timeout", "{", '{"trigger_type": 1}'])
def test_what_is_no_trigger_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no trigger|malformed|missing|Expected|truncated"):
        safe_parse_trigger(text)


def test_a_policy_has_the_defaults_of_its_contract_and_nothing_wrong() -> None:
    policy = ControlLoopPolicy()
    assert policy.validate_policy() == []
    assert (policy.max_replans, policy.allowed_triggers, policy.enable_automatic_replan) == (
        *(3, ["error", "timeout", "policy_violation"]),
        True,
    )
    assert (policy.min_interval_seconds, policy.cooling_period_seconds) == (60, 300)


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        (ControlLoopPolicy(max_replans=0), ["max_replans must be positive"]),
        (ControlLoopPolicy(min_interval_seconds=-1), ["min_interval_seconds must be positive"]),
        (
            ControlLoopPolicy(cooling_period_seconds=0),
            [
                "cooling_period_seconds must be positive",
                "min_interval_seconds must not exceed cooling_period_seconds",
            ],
        ),
    ],
)
def test_a_policy_says_what_is_wrong_with_it(policy: ControlLoopPolicy, wrong: list[str]) -> None:
    assert policy.validate_policy() == wrong
