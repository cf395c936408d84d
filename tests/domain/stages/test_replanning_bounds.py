"""Whole runs that want another plan: steps, empty lists, doubts, and the bounds of the policy."""

from msgspec import UNSET

from domain.run.call_events import ToolCallSkipped, ToolsRanked
from domain.run.events import RunCompleted, RunFailed
from domain.run.replanning import ControlLoopPolicy, ReplanDecided, ReplanRequested
from domain.tools.contracts import ToolErrorCode
from tests.domain.replay.verify import replanned
from tests.domain.replay.verify.replanned import (
    DOWN,
    EVENTS,
    IN_VIEW_OF_METRIC,
    NOTHING,
    RECORDS,
    cep,
    changes,
    history_tool,
    of,
    ran_by,
    refusal,
)
from tests.domain.stages.running import (
    FOUND,
    METRIC,
    Ran,
    Running,
    ci,
    metric,
    plan_output,
)
from tests.fakes import ScriptedTool, answering, failing

SLOW = failing(ToolErrorCode.TOOL_TIMEOUT, "too late")
NODES = answering({"nodes": [{"id": "c1", "code": "srv-1"}], "edges": [], "ids": ["c1"]})


def test_of_too_many_steps_the_first_are_done() -> None:
    run = of(replanned.fewer_steps)
    ((before, after),) = changes(run)
    assert (len(before["steps"]), [step["step_id"] for step in after["steps"]]) == (
        3,
        ["one", "two"],
    )
    assert len(run.all(ToolsRanked)) == 1


def test_of_too_many_steps_nothing_is_done_when_the_first_need_the_last() -> None:
    needs = [{"tool_id": "one:metric", "output_mapping": {"ci_ids": "{three:primary.rows}"}}]
    steps = [{**step, "metric": {"metric_name": "cpu"}} for step in replanned.THREE_STEPS["steps"]]
    plan = {**replanned.THREE_STEPS, "steps": steps, "tool_dependencies": needs}
    run = ran_by(plan, ci(), metric())
    assert refusal(run) == "the first steps need the others"
    assert "3 steps, budget.max_steps allows 2" in run.one(RunFailed).error.message


def test_an_empty_list_is_looked_for_in_ever_longer_times() -> None:
    run = of(replanned.wider)
    assert [after for _, after in changes(run)] == [
        {"history.time_range": "last_30d"},
        {"history.time_range": "last_365d"},
    ]


def test_a_time_that_was_asked_for_is_not_widened() -> None:
    plan = {**EVENTS, "history": {**EVENTS["history"], "time_range": "last_7d"}}
    assert ran_by(plan, ci(), history_tool(last_7d=NOTHING)).all(ReplanRequested) == []


def test_an_answer_in_doubt_is_looked_for_in_a_longer_time() -> None:
    policy = ControlLoopPolicy(allowed_triggers=["quality_threshold"], min_confidence=0.9)
    found = history_tool(last_7d=NOTHING, last_30d=RECORDS)
    run = ran_by(EVENTS, ci(), found, policy=policy)
    (asked,) = run.all(ReplanRequested)[:1]
    assert (asked.stage, asked.cause.reason) == ("compose", "the confidence is 0.8")
    assert changes(run)[0][1] == {"history.time_range": "last_30d"}


def test_a_doubt_that_no_plan_lessens_is_told() -> None:
    policy = ControlLoopPolicy(allowed_triggers=["quality_threshold"], min_confidence=0.9)
    run = ran_by(METRIC, ci(), metric(DOWN), policy=policy)
    assert refusal(run) == "what lowers it is nothing that another plan would change"


def test_a_bound_that_is_met_is_told_with_the_patch_that_was_not_made() -> None:
    once = ControlLoopPolicy(
        max_replans=1, min_interval_seconds=0.0001, cooling_period_seconds=0.0001
    )
    plan = {**EVENTS, "cep": {"rule_id": "rule-1"}}
    run = ran_by(plan, ci(), history_tool(), cep(), policy=once)
    decided = run.all(ReplanDecided)[-1]
    assert (decided.is_approved, decided.why) == (
        False,
        "max_replans is 1, and the plan was changed so often",
    )
    assert decided.patch is not UNSET


def test_a_run_without_a_policy_or_with_one_that_is_off_keeps_its_plan() -> None:
    off = ControlLoopPolicy(enable_automatic_replan=False)
    kept = ran_by(IN_VIEW_OF_METRIC, ci(), metric(DOWN), cep(), policy=off)
    assert (changes(kept), kept.one(ReplanDecided).why) == ([], "replanning is off")
    running = Running(ci(FOUND), metric(DOWN), cep(), planned=plan_output(**IN_VIEW_OF_METRIC))
    run_id = running.request()
    running.carry_out(run_id)
    assert Ran(running, run_id).all(ReplanRequested) == []


def test_a_call_that_had_failed_is_skipped_when_the_changed_plan_does_not_come_to_it() -> None:
    plan = {**EVENTS, "cep": {"rule_id": "rule-1"}}
    unknown = ScriptedTool("cep", simulate=failing(ToolErrorCode.DATA_NOT_FOUND))
    run = ran_by(plan, ci(), history_tool(last_7d=NOTHING), unknown)
    assert changes(run)[0][1] == {"history.time_range": "last_30d"}
    assert [skip.call_id for skip in run.all(ToolCallSkipped)] == ["cep"]
    assert run.one(RunCompleted).status == "partial"
