"""What policies cost: calls that wait for a place, an answer of the cache, the road of a call."""

import asyncio
import statistics
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Final

from bench.harness import Options, Table
from bench.noop import NoopTool
from domain.estate.port import Estate
from domain.stages.road import Enforcement, Road
from domain.stages.sources import CallRequest
from domain.tools.contracts import ToolContext, ToolResult
from domain.tools.policies.cache import AnswerCache
from domain.tools.policies.policy import Policies, PolicyDocument, ToolPolicy
from domain.tools.registry import ToolRegistry

_NOTE: Final = "One process, no database. Ideally the first takes 100,000 us."
_CALLS: Final = 50
_WORKS_SECONDS: Final = 0.02
_ROWS: Final = ToolResult(success=True, data={"rows": [{"ci_id": str(n)} for n in range(50)]})


def table(options: Options) -> Table:
    """Measure each, in microseconds; the ideal of the first is five times the work of a call."""
    rounds = range(options.rounds)
    limited = [_timed(_fifty) for _ in rounds]
    names = ("the tool alone", "the road", "the road, asking a cache", "an answer of the cache")
    given = (None, Enforcement(), Enforcement(cache=AnswerCache()), Enforcement(cache=_FILLED))
    rows = [[f"{_CALLS} calls of 20 ms, 10 at a time", f"{statistics.median(limited):,.0f}"]]
    for name, enforcement in zip(names, given, strict=True):
        times = [_each(enforcement, is_new=name != names[-1]) for _ in rounds]
        rows.append([name, f"{statistics.median(times):,.1f}"])
    return Table("Policies", [_NOTE], ["what", "us a call; of the first, in all"], rows)


_FILLED: Final = AnswerCache()


def _road(enforcement: Enforcement, policy: ToolPolicy, make: Callable[..., Any]) -> Road:
    registry = ToolRegistry()
    registry.register_dynamic(NoopTool())
    return Road(
        make,
        enforcement,
        Policies(PolicyDocument(tools={"ci": policy})),
        registry=registry,
        estate=_NO_ESTATE,
        context=ToolContext("bench", datetime(2026, 1, 1, tzinfo=UTC)),
        takes_cached=True,
    )


_NO_ESTATE: Final[Estate] = None  # type: ignore[assignment]  # the answers name no revision


def _request(number: int = 0) -> CallRequest:
    operation = next(iter(NoopTool().operations))
    params: dict[str, Any] = {"limit": number}
    return CallRequest(
        call_id="a", tool="ci", operation=operation, params=params, label="a", timeout_ms=30_000
    )


async def _fifty() -> None:
    async def works(_: CallRequest) -> ToolResult:
        await asyncio.sleep(_WORKS_SECONDS)
        return _ROWS

    policy = ToolPolicy(max_concurrent_calls=10, cache_ttl_seconds=None)
    road = _road(Enforcement(), policy, works)
    await asyncio.gather(*(road.call(_request(number)) for number in range(_CALLS)))


def _each(enforcement: Enforcement | None, *, is_new: bool, count: int = 2000) -> float:
    async def answers(_: CallRequest) -> ToolResult:
        return _ROWS

    requests = [_request(number if is_new else 0) for number in range(count)]
    road = _road(enforcement or Enforcement(), ToolPolicy(cache_ttl_seconds=60), answers)
    call: Callable[[CallRequest], Coroutine[Any, Any, object]] = road.call
    if enforcement is None:
        call = answers

    async def all_of_them() -> None:
        for request in requests:
            await call(request)

    return _timed(all_of_them) / count


def _timed(work: Callable[[], Coroutine[Any, Any, object]]) -> float:
    begun = time.perf_counter()
    asyncio.run(work())
    return (time.perf_counter() - begun) * 1e6
