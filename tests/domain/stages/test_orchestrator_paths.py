"""The stage orchestrator on its own: the three paths and the records that they leave."""

from datetime import UTC, datetime

import pytest
from msgspec import to_builtins

from domain.json import JsonMap
from domain.plan.plan import Plan, PlanOutput
from domain.run.facts import PlanDecision
from domain.run.lifecycle import Stage
from domain.stages.orchestrator import StageOrchestrator
from domain.stages.stage import ValidatedPlan
from tests.domain.stages.orchestrating import (
    COMPOSED,
    DIRECT,
    EXECUTED,
    PLAN,
    PRESENTED,
    REJECT,
    Listening,
    Stages,
    records,
)

BETWEEN = ["validate", "execute", "compose"]
ALL = [stage.value for stage in Stage]


@pytest.mark.parametrize("plan_output", [PLAN, DIRECT, REJECT])
def test_every_path_leaves_a_record_of_every_stage(plan_output: PlanOutput) -> None:
    _, _, full = Stages().orchestrate(plan_output)
    assert [record["name"] for record in records(full)] == ALL


def test_a_plan_gives_what_is_presented() -> None:
    blocks, answer, full = Stages().orchestrate(PLAN)
    assert (blocks, answer, "error" in full) == (PRESENTED["blocks"], "One.", False)


def test_a_direct_answer_is_presented_without_executing() -> None:
    stages = Stages()
    _, answer, _ = stages.orchestrate(DIRECT)
    assert (answer, stages.seen) == ("One.", {"present": (DIRECT,)})


def test_a_refusal_says_why_and_does_no_work() -> None:
    stages = Stages()
    blocks, answer, _ = stages.orchestrate(REJECT)
    assert (answer, [block["text"] for block in blocks], stages.seen) == (
        "Query rejected: not allowed",
        ["Query rejected: not allowed"],
        {},
    )


@pytest.mark.parametrize(
    ("plan_output", "reason"), [(DIRECT, "direct_answer"), (REJECT, "rejected")]
)
def test_stages_that_are_not_needed_are_skipped_with_the_reason(
    plan_output: PlanOutput, reason: str
) -> None:
    _, _, full = Stages().orchestrate(plan_output)
    outputs = [record["output"] for record in records(full) if record["name"] in BETWEEN]
    assert outputs == [{"skipped": True, "reason": reason}] * 3


@pytest.mark.parametrize("plan_output", [DIRECT, REJECT])
def test_the_diagnostics_of_a_skipped_stage_say_so(plan_output: PlanOutput) -> None:
    _, _, full = Stages().orchestrate(plan_output)
    diagnostics = records(full, "stage_outputs")[2]["diagnostics"]
    assert (diagnostics["status"], diagnostics["warnings"]) == ("warning", ["skipped"])


def test_each_stage_is_given_what_the_one_before_put_out() -> None:
    _, _, full = Stages().orchestrate(PLAN)
    outputs = [record["result"] for record in records(full, "stage_outputs")]
    inputs = [record["prev_output"] for record in records(full, "stage_inputs")]
    assert inputs == [{}, *outputs[:-1]]


def test_the_work_of_a_stage_gets_the_plan_and_the_result_before() -> None:
    stages = Stages()
    stages.orchestrate(PLAN)
    assert stages.seen == {
        "validate": (PLAN.plan,),
        "execute": (PLAN,),
        "compose": (PLAN, EXECUTED),
        "present": (PLAN, {**EXECUTED, **COMPOSED}),
    }


def test_stages_after_validation_work_on_the_validated_plan() -> None:
    limited = Plan(mode_hint="config")
    stages = Stages(validated=limited)
    stages.orchestrate(PLAN)
    worked_on = [stages.seen[stage][0].plan for stage in ("execute", "compose", "present")]
    assert worked_on == [limited] * 3


def test_every_stage_is_shown_the_plan() -> None:
    _, _, full = Stages().orchestrate(PLAN)
    shown = {str(each["params"]["plan_output"]) for each in records(full, "stage_inputs")}
    expected: JsonMap = {"kind": "plan", "plan": {"primary": {"keywords": ["srv-1"]}}}
    assert shown == {str(expected)}


def test_the_input_of_a_stage_names_stage_and_run() -> None:
    _, _, full = Stages().orchestrate(PLAN)
    named = [
        (each["stage"], each["params"]["stage_name"], each["trace_id"])
        for each in records(full, "stage_inputs")
    ]
    assert named == [(stage, stage, "run-1") for stage in ALL]


def test_assets_go_to_the_stage_that_they_are_for() -> None:
    assets = {"present:prompt": "p2", "route_plan:policy": "r1", "present:style": "s1"}
    _, _, full = Stages().orchestrate(PLAN, assets=assets)
    applied = {each["stage"]: each["applied_assets"] for each in records(full, "stage_inputs")}
    assert applied == {
        "route_plan": {"policy": "r1"},
        "validate": {},
        "execute": {},
        "compose": {},
        "present": {"prompt": "p2", "style": "s1"},
    }


def test_the_warnings_of_a_stage_make_its_status_a_warning() -> None:
    _, _, full = Stages().orchestrate(PLAN)
    assert {each["name"]: each["status"] for each in records(full)} == {
        "route_plan": "ok",
        "validate": "ok",
        "execute": "warning",
        "compose": "ok",
        "present": "ok",
    }


def test_references_and_counts_of_a_stage_are_told() -> None:
    _, _, full = Stages().orchestrate(PLAN)
    output = records(full, "stage_outputs")[2]
    assert (output["references"], output["diagnostics"]["counts"]) == (
        EXECUTED["references"],
        {"succeeded": 1, "references": 1},
    )


def test_an_empty_result_is_flagged() -> None:
    _, _, full = Stages(compose={"blocks": []}).orchestrate(PLAN)
    flags = [each["diagnostics"]["empty_flags"] for each in records(full, "stage_outputs")]
    assert flags == [
        {},
        {},
        {"result_empty": False},
        {"result_empty": True},
        {"result_empty": False},
    ]


def test_durations_are_whole_milliseconds() -> None:
    _, _, full = Stages().orchestrate(PLAN)
    durations = [each["duration_ms"] for each in records(full)]
    assert [type(each) for each in durations if each >= 0] == [int] * 5


def test_decisions_of_validation_are_in_its_result() -> None:
    decision = PlanDecision(rule="r", field="f", requested=9, effective=5, why="at most 5")
    _, _, full = Stages(decisions=(decision,)).orchestrate(PLAN)
    result = records(full, "stage_outputs")[1]["result"]
    assert (result["decisions"], result["warnings"]) == ([to_builtins(decision)], ["at most 5"])


def test_the_plan_may_be_made_inside_the_first_stage() -> None:
    listening = Listening()

    async def plan() -> PlanOutput:
        listening.heard.append("planning")
        return DIRECT

    Stages().orchestrate(plan, listener=listening)
    assert listening.heard[:3] == ["route_plan started", "planning", "plan produced"]


def test_a_trace_shows_plan_stages_and_references() -> None:
    stages = Stages()
    _, _, full = stages.orchestrate(PLAN)

    async def compose(*_: object) -> JsonMap:
        return COMPOSED

    orchestrator = StageOrchestrator(
        "acme",
        validate_fn=ValidatedPlan,
        compose_fn=compose,
        listener=Listening(),
        trace_id="run-1",
        clock=lambda: datetime(2026, 3, 1, tzinfo=UTC),
    )
    outputs = records(full, "stage_outputs")
    trace = orchestrator.build_orchestration_trace(PLAN, outputs, [{"id": "c1"}])
    assert trace == {
        "plan_output": {"kind": "plan", "plan": {"primary": {"keywords": ["srv-1"]}}},
        "stages": outputs,
        "references": [{"id": "c1"}],
        "trace_id": "run-1",
        "timestamp": "2026-03-01T00:00:00+00:00",
    }
