"""A stage that fails ends the orchestration, on the record."""

import asyncio

import pytest

from domain.json import JsonMap
from domain.plan.plan import PlanOutput
from domain.stages.faults import stage_fault
from tests.domain.stages.orchestrating import DIRECT, PLAN, REJECT, Listening, Stages, records

FAULT = stage_fault("TOOL_TIMEOUT", "too slow", tool="ci")
FAILURES = {
    "validate": Stages(validate=FAULT),
    "execute": Stages(execute=FAULT),
    "compose": Stages(compose=FAULT),
    "present": Stages(present=FAULT),
}


async def no_plan() -> PlanOutput:
    raise FAULT


def outcome(stage: str) -> tuple[list[JsonMap], str, JsonMap]:
    if stage == "route_plan":
        return Stages().orchestrate(no_plan)
    return FAILURES[stage].orchestrate(PLAN)


STAGES = ["route_plan", *FAILURES]


@pytest.mark.parametrize("stage", STAGES)
def test_a_failed_stage_gives_an_error_for_an_answer(stage: str) -> None:
    blocks, answer, full = outcome(stage)
    assert (blocks, answer, full["error"]) == (
        [],
        "Error: too slow",
        {
            "code": "TOOL_TIMEOUT",
            "message": "too slow",
            "details": {"tool": "ci"},
            "can_retry": False,
        },
    )


@pytest.mark.parametrize("stage", STAGES)
def test_the_records_end_with_the_failed_stage(stage: str) -> None:
    _, _, full = outcome(stage)
    assert [each["name"] for each in records(full)] == STAGES[: STAGES.index(stage) + 1]


@pytest.mark.parametrize("stage", STAGES)
def test_a_failed_stage_leaves_an_error_record(stage: str) -> None:
    last = records(outcome(stage)[2], "stage_outputs")[-1]
    assert (last["result"], last["diagnostics"]["status"], last["diagnostics"]["errors"]) == (
        {"error": "too slow", "error_code": "TOOL_TIMEOUT"},
        "error",
        ["too slow"],
    )


@pytest.mark.parametrize("stage", STAGES)
def test_stages_before_a_failure_keep_their_records(stage: str) -> None:
    *before, _ = records(outcome(stage)[2])
    assert "error" not in {each["status"] for each in before}


def test_nothing_runs_after_a_failed_stage() -> None:
    stages = Stages(execute=FAULT)
    stages.orchestrate(PLAN)
    assert set(stages.seen) == {"validate", "execute"}


def test_an_unforeseen_error_is_told_with_its_type() -> None:
    _, answer, full = Stages(compose=KeyError("rows")).orchestrate(PLAN)
    assert (answer, full["error"]) == (
        "Error: KeyError: 'rows'",
        {
            "code": "INTERNAL_ERROR",
            "message": "KeyError: 'rows'",
            "details": {},
            "can_retry": False,
        },
    )


def test_a_failed_stage_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    Stages(execute=FAULT).orchestrate(PLAN)
    assert caplog.messages == ["stage failed: stage=execute code=TOOL_TIMEOUT"]


def test_the_listener_hears_every_step_of_a_plan_in_order() -> None:
    listening = Listening()
    Stages().orchestrate(PLAN, listener=listening)
    assert listening.heard == [
        "route_plan started",
        "plan produced",
        "route lookup",
        "route_plan completed",
        "validate started",
        "plan validated",
        "validate completed",
        "execute started",
        "execute completed",
        "compose started",
        "compose completed",
        "present started",
        "present completed",
    ]


@pytest.mark.parametrize(
    ("plan_output", "route", "reason"),
    [(DIRECT, "direct", "direct_answer"), (REJECT, "error", "rejected")],
)
def test_the_listener_hears_of_skipped_stages(
    plan_output: PlanOutput, route: str, reason: str
) -> None:
    listening = Listening()
    Stages().orchestrate(plan_output, listener=listening)
    assert listening.heard[2:] == [
        f"route {route}",
        "route_plan completed",
        f"validate skipped: {reason}",
        f"execute skipped: {reason}",
        f"compose skipped: {reason}",
        "present started",
        "present completed",
    ]


def test_the_listener_hears_of_a_failure_last() -> None:
    listening = Listening()
    Stages(execute=FAULT).orchestrate(PLAN, listener=listening)
    assert listening.heard[-2:] == ["execute started", "execute failed: TOOL_TIMEOUT"]


@pytest.mark.parametrize(
    "words",
    [
        "route_plan started",
        "execute started",
        "execute completed",
        "present completed",
    ],
)
def test_what_the_listener_raises_stops_the_orchestration(words: str) -> None:
    with pytest.raises(OSError, match="disk is full"):
        Stages().orchestrate(PLAN, listener=Listening(breaks_on=words))


@pytest.mark.parametrize("words", ["plan produced", "route lookup", "plan validated"])
def test_what_the_listener_raises_about_the_plan_fails_the_stage(words: str) -> None:
    _, answer, _ = Stages().orchestrate(PLAN, listener=Listening(breaks_on=words))
    assert answer == "Error: OSError: the disk is full"


def test_cancellation_is_passed_on() -> None:
    async def stopped() -> PlanOutput:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        Stages().orchestrate(stopped)
