import asyncio
from itertools import count
from typing import Any

import pytest

from domain.errors import Refused
from domain.plan.intent import Intent, PlanMode
from domain.plan.plan import Plan
from domain.stages.call_facts import ranked, ranked_by
from domain.tools.contracts import ToolContext, ToolResult
from domain.tools.executor import ToolExecutor
from domain.tools.invoker import ToolCallError, ToolInvoker
from domain.tools.selector import SelectionStrategy, SmartToolSelector
from domain.tools.statistics import CallsInFlight, MeasuredCalls
from domain.tools.traced_calls import Ranked
from domain.tools.tracer import ExecutionTracer
from tests.domain.tools.fake_tools import (
    CONTEXT,
    NOON,
    FakeTool,
    answers,
    breaks,
    operation,
    registry_of,
)

CI = FakeTool("ci", operation("search", answers([]), "ci_search"), operation("fail", breaks))
DOCUMENTS = FakeTool("document", operation("search", answers([]), "document_search"))


def executor_of(*tools: FakeTool, concurrency_limit: int = 10) -> ToolExecutor:
    """An executor whose every traced call takes 250 ms."""
    registry = registry_of(*tools)
    readings = count(0.0, 0.25)
    tracer = ExecutionTracer(now=lambda: NOON, monotonic=lambda: next(readings))
    return ToolExecutor(
        "acme",
        ToolInvoker(registry),
        SmartToolSelector(registry),
        tracer,
        context=CONTEXT,
        concurrency_limit=concurrency_limit,
    )


def call(executor: ToolExecutor, tool: str, name: str) -> None:
    asyncio.run(executor.execute_tool_with_tracing(tool, name))


def test_a_tool_that_was_never_traced_is_taken_for_average() -> None:
    assert executor_of(CI).estimate_tool_times() == {"ci": 100.0}


def test_a_traced_tool_is_estimated_by_what_was_measured() -> None:
    executor = executor_of(CI, DOCUMENTS)
    call(executor, "ci", "search")
    assert executor.estimate_tool_times() == {"ci": 250.0, "document": 100.0}


def test_a_tool_at_rest_has_no_load() -> None:
    assert asyncio.run(executor_of(CI).get_system_load()) == {"ci": 0.0}


@pytest.mark.parametrize(("limit", "load"), [(4, 0.5), (2, 1.0), (1, 1.0)])
def test_load_is_the_calls_that_run_now_out_of_the_limit(limit: int, load: float) -> None:
    started, release = asyncio.Event(), asyncio.Event()

    async def wait(_: ToolContext, __: object) -> ToolResult:
        started.set()
        await release.wait()
        return ToolResult(success=True)

    async def measured() -> dict[str, float]:
        executor = executor_of(FakeTool("ci", operation("wait", wait)), concurrency_limit=limit)
        calls = [asyncio.create_task(executor.execute_tool_async("ci", "wait")) for _ in range(2)]
        await started.wait()
        measured_load = await executor.get_system_load()
        release.set()
        await asyncio.gather(*calls)
        return measured_load

    assert asyncio.run(measured()) == {"ci": load}


def test_a_failed_call_leaves_no_load_behind() -> None:
    executor = executor_of(CI)
    with pytest.raises(ToolCallError):
        executor.execute_tool("ci", "fail")
    assert asyncio.run(executor.get_system_load()) == {"ci": 0.0}


def test_load_counts_the_calls_of_all_runs_of_the_tenant_and_of_no_other() -> None:
    in_flight = CallsInFlight()
    with in_flight.counted("acme", "ci"), in_flight.counted("acme", "ci"):
        loads = [in_flight.load(tenant, "ci", limit=4) for tenant in ("acme", "other")]
    assert (loads, in_flight.load("acme", "ci", limit=4)) == ([0.5, 0.0], 0.0)


def test_a_plan_about_named_items_wants_the_fastest_tool() -> None:
    assert executor_of().selection_strategy(PlanMode.CI) is SelectionStrategy.FASTEST


@pytest.mark.parametrize("mode", [PlanMode.AUTO, PlanMode.ALL, None])
def test_a_wide_plan_wants_the_most_accurate_tool(mode: PlanMode | None) -> None:
    assert executor_of().selection_strategy(mode) is SelectionStrategy.MOST_ACCURATE


def test_without_an_intent_every_tool_is_ranked() -> None:
    assert asyncio.run(executor_of(CI, DOCUMENTS).select_best_tools()) == ["ci", "document"]


def test_the_best_tool_for_an_intent_is_one_that_serves_it() -> None:
    executor = executor_of(CI, DOCUMENTS)
    assert asyncio.run(executor.select_best_tools(Intent.DOCUMENT)) == ["document"]


def test_a_tool_that_was_measured_slow_falls_behind() -> None:
    executor = executor_of(CI, DOCUMENTS)
    call(executor, "ci", "search")
    best = asyncio.run(executor.select_best_tools(Intent.SEARCH, PlanMode.CI))
    assert best == ["document", "ci"]


def test_a_tool_that_fails_falls_behind() -> None:
    executor = executor_of(CI, DOCUMENTS)
    with pytest.raises(ToolCallError):
        call(executor, "ci", "fail")
    assert asyncio.run(executor.select_best_tools()) == ["document", "ci"]


def test_a_ranking_tells_what_it_looked_at() -> None:
    executor, ranked = executor_of(CI, DOCUMENTS), Ranked()
    with pytest.raises(ToolCallError):
        call(executor, "ci", "fail")
    best = asyncio.run(executor.select_best_tools(None, PlanMode.CI, ranked=ranked))
    seen = ranked.context
    assert (seen.user_pref, seen.success_rate) == (SelectionStrategy.FASTEST, {"ci": 0.0})
    assert [each.tool for each in ranked.candidates] == best == ["document", "ci"]


def test_recorded_calls_of_earlier_runs_rank_tools_too() -> None:
    recorded = {"ci": MeasuredCalls(900.0, 0.1), "gone": MeasuredCalls(1.0, 1.0)}
    ranked = Ranked(recorded)
    best = asyncio.run(executor_of(CI, DOCUMENTS).select_best_tools(ranked=ranked))
    seen = ranked.context
    assert (seen.success_rate, seen.estimated_time["ci"]) == ({"ci": 0.1}, 900.0)
    assert best == ["document", "ci"]


def test_calls_of_this_process_go_before_recorded_ones() -> None:
    executor, ranked = executor_of(CI), Ranked({"ci": MeasuredCalls(900.0, 0.1)})
    call(executor, "ci", "search")
    asyncio.run(executor.select_best_tools(ranked=ranked))
    seen = ranked.context
    assert (seen.success_rate, seen.estimated_time) == ({"ci": 1.0}, {"ci": 250.0})


@pytest.mark.parametrize("mode", list(PlanMode))
def test_a_mode_and_its_text_are_the_same(mode: PlanMode) -> None:
    executor = executor_of()
    assert executor.selection_strategy(mode.value) is executor.selection_strategy(mode)


def test_a_word_that_is_no_mode_is_refused_with_the_modes() -> None:
    with pytest.raises(Refused, match="plan_mode must be one of ci, auto, all, not 'fast'"):
        executor_of().selection_strategy("fast")


@pytest.mark.parametrize(
    ("given", "told"),
    [({"intent": "DANCE"}, "LOOKUP, SEARCH"), ({"mode_hint": "fast"}, "allowed: config")],
)
def test_a_ranking_for_an_unknown_word_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        asyncio.run(executor_of(CI).select_best_tools(**given))


def test_a_tool_whose_answers_are_at_hand_scores_more_and_that_is_recorded() -> None:
    executor, warm = executor_of(CI, DOCUMENTS), Ranked(cached={"document": True})
    assert asyncio.run(executor.select_best_tools(ranked=warm)) == ["document", "ci"]
    recorded = ranked(warm.context, warm.candidates)
    assert recorded.context["cache_status"] == {"document": True}
    again = ranked_by(recorded.context, Plan())
    assert again.cache_status == {"document": True}


def test_where_no_answer_is_at_hand_a_ranking_says_nothing_of_it() -> None:
    executor, cold = executor_of(CI), Ranked()
    asyncio.run(executor.select_best_tools(ranked=cold))
    assert "cache_status" not in ranked(cold.context, cold.candidates).context
