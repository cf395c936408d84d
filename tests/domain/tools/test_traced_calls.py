import asyncio
import math
from datetime import datetime

import pytest

from domain.tools.contracts import ToolContext, ToolErrorCode, ToolResult
from domain.tools.invoker import ToolInvoker
from domain.tools.registry import ToolRegistry
from domain.tools.selector import SmartToolSelector
from domain.tools.statistics import CallsInFlight
from domain.tools.traced_calls import TracedCalls
from domain.tools.tracer import ExecutionTracer, PerformanceStats
from tests.fakes import NOON, Script, ScriptedTool, answering, failing

ROWS = answering({"rows": [{"ci_id": "c1"}, {"ci_id": "c2"}]})
FAILS = failing(ToolErrorCode.DATA_NOT_FOUND)


async def never(*_: object) -> ToolResult:
    await asyncio.Event().wait()
    raise AssertionError


class Steady:
    """A stopwatch that moves on by 40 ms at each reading."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def __call__(self) -> float:
        self._seconds += 0.04
        return self._seconds


class Traced:
    """Traced calls of the tool "ci"; nobody calls the tool "other"."""

    def __init__(self, *, search: Script, concurrency_limit: int = 2) -> None:
        self.registry = ToolRegistry()
        self.registry.register_dynamic(ScriptedTool("ci", search=search))
        self.registry.register_dynamic(ScriptedTool("other", search=ROWS))
        self.tracer = ExecutionTracer(now=self._noon, monotonic=Steady())
        self.calls = TracedCalls(
            ToolInvoker(self.registry),
            SmartToolSelector(self.registry),
            self.tracer,
            context_of=lambda: ToolContext("acme", NOON),
            concurrency_limit=concurrency_limit,
            in_flight=CallsInFlight(),
        )

    def call(self, operation: str = "search", **params: object) -> ToolResult:
        return asyncio.run(self.calls.call("ci", operation, params))

    def stats(self) -> PerformanceStats:
        return self.tracer.get_performance_stats()["ci/search"]

    @staticmethod
    def _noon() -> datetime:
        return NOON


def test_a_call_gives_the_result_of_the_tool() -> None:
    result = Traced(search=ROWS).call(limit=2)
    assert (result.success, result.data) == (
        True,
        {"rows": [{"ci_id": "c1"}, {"ci_id": "c2"}]},
    )


def test_a_failed_call_gives_a_failed_result() -> None:
    assert Traced(search=FAILS).call().error_code is ToolErrorCode.DATA_NOT_FOUND


def test_a_tool_sees_for_whom_it_is_called() -> None:
    seen: list[str] = []

    async def look(context: ToolContext, _: object) -> ToolResult:
        seen.append(context.tenant_id)
        return ToolResult(success=True)

    Traced(search=look).call()
    assert seen == ["acme"]


@pytest.mark.parametrize(("script", "counted"), [(ROWS, (1, 1, 0)), (FAILS, (1, 0, 1))])
def test_every_call_counts_by_how_it_ended(script: Script, counted: tuple[int, int, int]) -> None:
    traced = Traced(search=script)
    traced.call()
    stats = traced.stats()
    assert (stats["count"], stats["success"], stats["error"]) == counted


def test_a_call_is_traced_with_size_and_rows() -> None:
    traced = Traced(search=ROWS)
    traced.call(limit=2)
    (trace,) = traced.tracer._traces.values()
    assert (trace.input_params, trace.result_count, trace.result_size_bytes > 0) == (
        {"limit": 2},
        2,
        True,
    )


@pytest.mark.parametrize("data", [math.nan, {1, 2}, object()])
def test_an_answer_that_is_no_json_is_a_failure(data: object) -> None:
    result = Traced(search=answering(data)).call()  # type: ignore[arg-type]  # the claim of the test
    assert (result.success, result.data, result.error_code) == (
        False,
        None,
        ToolErrorCode.INTERNAL_ERROR,
    )


def test_an_answer_that_is_no_json_says_so() -> None:
    error = Traced(search=answering(math.nan)).call().error
    assert (error or "").startswith("ci answered with something that is not JSON: ")


def test_an_answer_that_is_no_json_counts_as_failed() -> None:
    traced = Traced(search=answering(math.nan))
    traced.call()
    assert traced.stats()["error"] == 1


def test_references_that_are_no_json_are_a_failure_too() -> None:
    assert not Traced(search=answering({}, references=[{"id": math.inf}])).call().success


def test_a_call_of_an_unknown_tool_fails() -> None:
    result = asyncio.run(Traced(search=ROWS).calls.call("sql", "select", {}))
    assert result.error_code is ToolErrorCode.TOOL_BAD_REQUEST


def test_a_call_past_its_limit_fails() -> None:
    traced = Traced(search=never)
    result = asyncio.run(traced.calls.call("ci", "search", {}, timeout_ms=1))
    assert (result.error_code, traced.calls.load()["ci"]) == (ToolErrorCode.TOOL_TIMEOUT, 0)


def test_a_cancelled_call_has_an_end() -> None:
    traced = Traced(search=never)

    async def cancel() -> None:
        call = asyncio.create_task(traced.calls.call("ci", "search", {}))
        await asyncio.sleep(0)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    asyncio.run(cancel())
    assert (traced.stats()["error"], traced.calls.load()["ci"]) == (1, 0)


@pytest.mark.parametrize(("running", "load"), [(0, 0), (1, 0.5), (2, 1), (3, 1)])
def test_the_load_is_the_fraction_of_the_limit_that_runs(running: int, load: float) -> None:
    traced = Traced(search=never, concurrency_limit=2)

    async def loads() -> dict[str, float]:
        calls = [
            asyncio.create_task(traced.calls.call("ci", "search", {})) for _ in range(running)
        ]
        await asyncio.sleep(0)
        found = traced.calls.load()
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        return found

    assert asyncio.run(loads()) == {"ci": load, "other": 0}


def test_times_are_assumed_until_they_are_measured() -> None:
    traced = Traced(search=ROWS)
    assumed = traced.calls.times(traced.calls.measured({}))
    traced.call()
    assert (
        assumed["ci"],
        round(traced.calls.times(traced.calls.measured({}))["ci"]),
        traced.calls.times(traced.calls.measured({}))["other"],
    ) == (
        100,
        40,
        100,
    )
