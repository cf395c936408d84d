"""How calls and steps follow each other is checked before anything runs."""

from typing import Any

import pytest

from tests.domain.plan.planning import step
from tests.domain.stages.validating import CPU, LOOKUP, problems, validated

PAGE = {"call_id": "page", "tool": "ci", "operation": "list_preview", "params": {"limit": 1}}
ONE, TWO = step("one", primary=LOOKUP), step("two", primary=LOOKUP)
PLAN = {"primary": LOOKUP, "metric": CPU}


def steps(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    return {"enable_multistep": True, "steps": list(parts), **more}


def loop(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    return {"loop_id": "again", "name": "again", "steps": list(parts), **more}


def branch(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    found = {"branch_id": "b", "name": "b", "condition": "one:primary.rows.length > 0"}
    return {**found, "steps": list(parts), **more}


def page(call_id: str = "page", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    return {**PAGE, "call_id": call_id, **more}


def dependency(tool_id: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - plain JSON
    return {"tool_dependencies": [{"tool_id": tool_id, **more}]}


@pytest.mark.parametrize(
    ("plan", "field", "message"),
    [
        (
            steps(ONE, {**TWO, "next_step_id": "three"}),
            "steps.1.next_step_id",
            "'three' is no step outside of loops; steps: one, two",
        ),
        (
            steps({**ONE, "error_next_step_id": "two"}, loops=[loop(TWO)]),
            "steps.0.error_next_step_id",
            "'two' is no step outside of loops; steps: one",
        ),
        (
            steps(ONE, loops=[loop({**TWO, "next_step_id": "one"})]),
            "loops.0.steps.0.next_step_id",
            "'one' is no step of the loop; steps: two",
        ),
        (
            steps(ONE, loops=[loop(TWO, next_step_id="three")]),
            "loops.0.next_step_id",
            "'three' is no step outside of loops; steps: one",
        ),
        (
            steps(ONE, branches=[branch(TWO, merge_step_id="x")]),
            "branches.0.merge_step_id",
            "'x' is no step outside of loops; steps: one, two",
        ),
        (
            steps({**ONE, "next_step_id": "two"}, {**TWO, "next_step_id": "one"}),
            "steps",
            "the steps wait for each other in a cycle: two -> one -> two",
        ),
        (
            steps({**ONE, "next_step_id": "one"}),
            "steps",
            "the steps wait for each other in a cycle: one -> one",
        ),
        (
            steps(ONE, branches=[branch(step("one", primary=LOOKUP))]),
            "steps",
            "step ids must be unique, repeated: one",
        ),
        (
            steps(ONE, branches=[branch(TWO)], budget={"max_branches": 0}),
            "branches",
            "1 branches, budget.max_branches allows 0",
        ),
        (
            steps(ONE, branches=[branch(TWO)], loops=[loop(step("three", primary=LOOKUP))])
            | {"budget": {"max_steps": 2}},
            "steps",
            "3 steps, budget.max_steps allows 2",
        ),
        (
            {**PLAN, **dependency("metric", condition="history.total > 1")},
            "metric.condition",
            "'history.total' reads from 'history', which is no call of the plan; "
            "calls: metric, primary",
        ),
        (
            {**PLAN, **dependency("metric", condition="primary.rows[each].x > 1")},
            "metric.condition",
            "'primary.rows[each].x' is of many calls; a condition is of one",
        ),
        (
            steps({**ONE, "condition": "one:primary.total > 1"}),
            "tool_dependencies",
            "the calls wait for each other in a cycle: one:primary -> one:primary",
        ),
        (
            {"primary": LOOKUP, "calls": [page("metric")]},
            "calls.0.call_id",
            "'metric' is the name of a part of plans; take another",
        ),
        (
            {"calls": [page("again")], "enable_multistep": True, "loops": [loop(ONE)]},
            "calls.0.call_id",
            "'again' is the name of a loop; take another",
        ),
        (
            {"calls": [page(output_mapping={"limit": "{nobody.total}"})]},
            "page.limit",
            "'{nobody.total}' reads from 'nobody', which is no call of the plan; calls: page",
        ),
        (
            {"calls": [page(tool="nothing")]},
            "page",
            "tool 'nothing' is not installed; tools: cep, ci, graph, history, metric",
        ),
        (
            {"primary": LOOKUP, "calls": [page(output_mapping={"offset": "{primary.rows[*].n}"})]},
            "page.offset",
            "'offset' takes one value, '{primary.rows[*].n}' is a list; for a call per value: "
            "[each]",
        ),
        (
            {"primary": LOOKUP, "calls": [page(output_mapping={"offset": "primary.rows.*.n"})]},
            "page.offset",
            "'offset' takes one value, 'primary.rows.*.n' is a list; for a call per value: [each]",
        ),
        (
            {
                "primary": LOOKUP,
                "calls": [
                    page("a", params={}, output_mapping={"limit": "{primary.rows[each].n}"}),
                    page(
                        params={},
                        output_mapping={
                            "limit": "{primary.rows[each].n}",
                            "offset": "{a.rows[each].n}",
                        },
                    ),
                ],
            },
            "page.output_mapping",
            "[each] goes over one list in a call, not over several",
        ),
        (
            steps(loops=[loop(step("one", calls=[page(condition="one:page.total > 1")]))]),
            "one:page.condition",
            "'one:page.total' in one:page means the repetition before, which the first one has "
            "not; it needs a default (write `?? <json>`)",
        ),
        (
            steps(ONE, loops=[loop(TWO, break_condition="one:primary.total > 1")]),
            "loops.0.break_condition.field",
            "'one:primary.total' reads from 'one:primary', which is no call of the plan; "
            "calls: again, two:primary",
        ),
        (steps(ONE, loops=[loop(step("two"))]), "loops.0.steps", "make no call"),
        (
            {**PLAN, "execution_strategy": "parallel", **dependency("primary")}
            | dependency("metric", depends_on=["primary"], output_mapping={"ci_ids": "x"}),
            "metric.depends_on",
            "waits for primary without data of it, which a plan of execution_strategy parallel "
            "does not; allowed: serial, dag",
        ),
        (
            steps({**ONE, "next_step_id": "two"}, TWO, execution_strategy="parallel"),
            "steps.0.next_step_id",
            "orders steps, which a plan of execution_strategy parallel does not; "
            "allowed: serial, dag",
        ),
        (
            steps(loops=[loop(step("a", calls=[page()]), max_iterations=10_001)])
            | {"budget": {"max_iterations": 20_000}},
            "loops",
            "10001 calls in all repetitions, at most 10000 are allowed",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_by_name(
    plan: dict[str, Any], field: str, message: str
) -> None:
    assert problems(**plan) == [{"field": field, "message": message}]


def test_two_calls_of_one_name_are_refused() -> None:
    assert problems(calls=[page(), page()]) == [
        {
            "field": f"calls.{at}.call_id",
            "message": "'page' is the name of two calls; take another",
        }
        for at in (0, 1)
    ]


def test_all_loops_together_repeat_as_often_as_the_budget_allows() -> None:
    loops = [
        {**loop(step(name, primary=LOOKUP)), "loop_id": f"l{name}", "max_iterations": 6}
        for name in ("a", "b", "c")
    ]
    found = validated(**steps(loops=loops, budget={"max_iterations": 9}))
    assert [each.max_iterations for each in found.plan.loops] == [6, 2, 1]
    assert [(each.field, each.requested, each.effective) for each in found.decisions] == [
        ("loops.1.max_iterations", 6, 2),
        ("loops.2.max_iterations", 6, 1),
    ]
    assert {each.why for each in found.decisions} == {
        "budget.max_iterations allows 9 in all loops together"
    }


def test_the_parts_of_inner_steps_are_brought_inside_the_limits() -> None:
    many = {"primary": {**LOOKUP, "limit": 80}}
    plan = steps(ONE, branches=[branch(step("two", **many))], loops=[loop(step("three", **many))])
    assert [each.field for each in validated(**plan).decisions] == [
        "branches.0.steps.0.primary.limit",
        "loops.0.steps.0.primary.limit",
    ]


def test_a_budget_without_room_for_each_loop_is_refused() -> None:
    loops = [{**loop(step(name, primary=LOOKUP)), "loop_id": f"l{name}"} for name in "ab"]
    (found,) = problems(**steps(loops=loops, budget={"max_iterations": 1}))
    assert found["message"] == "2 loops, budget.max_iterations allows 1"
