"""How plans say that calls follow each other: each construct runs, and its record shows it."""

import json
from typing import Any

import pytest

from domain.tools.contracts import ToolErrorCode
from tests.acceptance.plans.running import PLANS, Done, Plans


def plan(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PLANS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def calls_at_once(done: Done) -> int:
    """Return how many calls were under way at most."""
    under_way, most = 0, 0
    for event in done.events:
        under_way += event.stored_as == "tool-call-started"
        under_way -= event.stored_as in {"tool-call-succeeded", "tool-call-failed"}
        most = max(most, under_way)
    return most


def executed(done: Done) -> dict[str, Any]:
    (result,) = [e.result for e in done.all("stage-completed") if e.stage == "execute"]
    return dict(result)


@pytest.mark.parametrize(
    ("name", "kill_at", "patch"),
    [
        ("serial", "first:history", "steps.1.list.limit=2"),
        ("calls", "peak", "calls.0.params.limit=1"),
        ("condition", "history", "metric.agg=min"),
        ("steering", "peak:metric", "steps.1.metric.agg=min"),
        ("branches", "peak:metric", "branches.0.steps.0.metric.agg=min"),
        ("loop", "look:page@2", "loops.0.max_iterations=2"),
        ("fan-out", "peak@2", "calls.0.max_fan_out=2"),
    ],
)
def test_each_construct_is_verified_taken_over_and_forked(
    plans: Plans, name: str, kill_at: str, patch: str
) -> None:
    done = plans.run(name)
    assert (done.ended.code, done.status, plans.verdict(done)) == (0, "success", "same")
    left = plans.killed(name, kill_at)
    answered = set(left.data)
    taken_over = plans.recovered(left)
    assert kill_at in plans.tools.asked
    assert answered.isdisjoint(plans.tools.asked)
    assert (taken_over.answer, plans.verdict(taken_over)) == (done.answer, "same")
    forked = plans.forked(done, "--patch", patch)
    assert (forked.status, plans.verdict(forked)) == ("success", "same")
    assert forked.answer != done.answer


def test_serial_makes_one_call_at_a_time_in_plan_order(plans: Plans) -> None:
    done = plans.run("serial")
    assert calls_at_once(done) == 1
    assert done.started == ["first:primary", "first:metric", "first:history", "second:list"]
    assert executed(done)["strategy"] == "serial"


def test_dag_and_parallel_make_each_call_as_soon_as_it_can_be(plans: Plans) -> None:
    for strategy in ("dag", "parallel"):
        done = plans.run({**plan("serial"), "execution_strategy": strategy})
        assert done.started[:2] == ["first:primary", "second:list"]
        assert calls_at_once(done) > 1
        assert executed(done)["strategy"] == strategy


def test_what_the_plan_leaves_open_is_not_told_as_chosen(plans: Plans) -> None:
    assert "strategy" not in executed(plans.run("calls"))


def test_a_call_of_any_tool_can_be_planned(plans: Plans) -> None:
    done = plans.run("calls")
    assert done.started == ["primary", "peak"]
    begun = done.all("tool-call-started")[1]
    assert (begun.tool, begun.operation, begun.depends_on) == ("metric", "series", ["primary"])
    assert begun.params["ci_id"] == done.data["primary"]["rows"][0]["ci_id"]


def test_a_condition_that_does_not_hold_skips_on_purpose(plans: Plans) -> None:
    done = plans.run("condition")
    value = done.data["metric"]["value"]
    assert done.started == ["primary", "metric", "history"]
    assert done.skipped == {
        "many": f"the condition {{metric.value ?? 0}} > 1000 does not hold: it is {value}"
    }
    (skipped,) = done.all("tool-call-skipped")
    assert (skipped.on_purpose, skipped.cause) == (True, None)
    completed, composed = done.one("run-completed"), done.one("response-composed")
    assert (completed.status, completed.skipped_calls) == ("success", 1)
    assert (composed.confidence, composed.confidence_reasons) == (1.0, [])
    told = plans.opstrail("run", "diagnose", done.run_id, "-o", "json").json["hypotheses"]
    assert {each["rule"] for each in told} <= {"waited"}  # for a busy machine


def test_a_condition_on_a_call_that_failed_has_no_value(plans: Plans) -> None:
    plans.tools.failing["metric"] = ToolErrorCode.UPSTREAM_UNAVAILABLE
    done = plans.run("condition")
    assert done.status == "partial"
    assert done.skipped["history"] == (
        "the condition metric.value > 10 does not hold: there is no value"
    )
    plans.tools.failing.clear()
    assert (resumed := plans.resumed(done)).status == "success"
    assert plans.verdict(resumed) == "same"


def test_a_step_follows_another_that_did_not_fail(plans: Plans) -> None:
    done = plans.run("steering")
    assert done.started[-1] == "last:aggregate"
    assert done.skipped == {"instead:list": "step find did not fail"}


def test_an_error_step_answers_for_a_step_that_failed(plans: Plans) -> None:
    plans.tools.failing["find:primary"] = ToolErrorCode.UPSTREAM_UNAVAILABLE
    done = plans.run("steering")
    assert done.started == ["find:primary", "instead:list", "last:aggregate"]
    assert set(done.skipped) == {"peak:primary", "peak:metric"}
    assert (done.status, plans.verdict(done)) == ("degraded", "same")
    plans.tools.failing["instead:list"] = ToolErrorCode.UPSTREAM_UNAVAILABLE
    assert plans.run("steering").one("run-failed").error.details == {"call_id": "find:primary"}


def test_what_follows_a_step_that_failed_is_skipped_for_that(plans: Plans) -> None:
    given = plan("steering")
    del given["steps"][0]["error_next_step_id"]
    given["steps"][2].pop("next_step_id")
    plans.tools.failing["find:primary"] = ToolErrorCode.UPSTREAM_UNAVAILABLE
    done = plans.run(given)
    assert done.started == ["find:primary", "instead:list"]
    assert done.skipped["peak:metric"] == "step find failed"
    assert done.skipped["last:aggregate"] == "step peak failed"
    assert {event.cause for event in done.all("tool-call-skipped")} >= {"find:primary"}
    assert done.status == "partial"


def test_a_step_that_its_condition_skips_passes_on(plans: Plans) -> None:
    given = plan("steering")
    given["steps"][1]["condition"] = "find:primary.rows.length > 7"
    done = plans.run(given)
    assert done.started == ["find:primary", "last:aggregate"]
    assert done.status == "success"


def test_the_branch_whose_condition_holds_is_taken_and_joined(plans: Plans) -> None:
    done = plans.run("branches")
    assert done.started == ["find:primary", "peak:primary", "peak:metric", "after:aggregate"]
    assert set(done.skipped) == {"events:primary", "events:history"}
    versions = [event.call_id for event in done.events if hasattr(event, "call_id")]
    assert versions[-2:] == ["after:aggregate", "after:aggregate"]


def test_a_loop_repeats_until_its_condition_holds(plans: Plans) -> None:
    done = plans.run("loop")
    pages = [done.data[f"look:page@{turn}"] for turn in (1, 2, 3)]
    assert [len(page["rows"]) for page in pages] == [1, 2, 3]
    assert done.started == [
        "look:page@1",
        "look:page@2",
        "count:few@2",
        "look:page@3",
        "count:few@3",
        "after:aggregate",
    ]
    assert done.skipped == {
        "count:few@1": "the condition {look:page@1.rows.length} > 1 does not hold: it is 1"
    }


def test_a_loop_ends_after_its_last_iteration(plans: Plans) -> None:
    given = plan("loop")
    given["budget"] = {"max_iterations": 2}
    done = plans.run(given)
    assert done.started[-1] == "after:aggregate"
    assert "look:page@3" not in done.started
    (decision,) = done.one("plan-validated").decisions
    assert (decision.field, decision.requested, decision.effective) == (
        "loops.0.max_iterations",
        5,
        2,
    )


def test_a_loop_reads_the_repetition_before(plans: Plans) -> None:
    given = plan("loop")
    given["loops"][0]["break_condition"] = "{widen.iteration} == 3"
    page = given["loops"][0]["steps"][0]["calls"][0]
    page["output_mapping"] = {"limit": "{count:few.rows.length ?? 5}"}
    del given["loops"][0]["steps"][1]["calls"][0]["condition"]
    done = plans.run(given)
    assert [len(done.data[f"look:page@{turn}"]["rows"]) for turn in (1, 2, 3)] == [5, 1, 1]


def test_one_call_is_made_for_each_value_and_what_is_cut_is_told(plans: Plans) -> None:
    done = plans.run("fan-out")
    assert done.started == ["list", "peak@1", "peak@2", "peak@3"]
    rows = done.data["list"]["rows"]
    asked = [event.params["ci_id"] for event in done.all("tool-call-started")[1:]]
    assert asked == [row["ci_id"] for row in rows[:3]]
    assert "Note: Peak was made for 3 of 8 values" in done.answer.replace("peak", "Peak")


def test_a_list_of_many_calls_is_read_as_one(plans: Plans) -> None:
    given = plan("fan-out")
    read = {"keywords": "{peak[*].metric_name}"}
    given["calls"].append(
        {"call_id": "all", "tool": "ci", "operation": "search", "output_mapping": read}
    )
    done = plans.run(given)
    assert done.all("tool-call-started")[-1].params["keywords"] == ["cpu_usage"] * 3
    assert done.all("tool-call-started")[-1].depends_on == ["peak@1", "peak@2", "peak@3"]
    plans.tools.failing["peak@2"] = ToolErrorCode.UPSTREAM_UNAVAILABLE
    failing = plans.run(given)
    assert failing.all("tool-call-started")[-1].params["keywords"] == ["cpu_usage"] * 2
    assert failing.status == "partial"


def test_a_value_for_a_parameter_that_takes_lists_is_a_list_of_one(plans: Plans) -> None:
    listed = {"enabled": True, "limit": 2}
    each = {"keywords": "{list.rows[each].ci_code}"}
    search = {"call_id": "a", "tool": "ci", "operation": "search", "output_mapping": each}
    done = plans.run({"intent": "LIST", "list": listed, "calls": [search]})
    assert done.status == "success"
    asked = [event.params["keywords"] for event in done.all("tool-call-started")[1:]]
    assert asked == [[row["ci_code"]] for row in done.data["list"]["rows"]]
