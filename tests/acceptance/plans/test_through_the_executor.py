"""The executor, made of its four arguments alone, on the demo estate; and that runs use it."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import open_service
from domain.json import as_maps
from domain.orchestration import ToolExecutor
from domain.tools.invoker import ToolInvoker
from domain.tools.selector import SmartToolSelector
from domain.tools.tracer import ExecutionTracer
from tests.acceptance.demo import ANCHOR, DEMO
from tests.acceptance.plans.running import Plans

Sql = Callable[[str], Any]
NOW = int(ANCHOR.timestamp() * 1_000_000)
DAY_AGO = int((ANCHOR - timedelta(days=1)).timestamp() * 1_000_000)
RANKING = (*("select_best_tools", "selection_strategy", "get_system_load", "estimate_tool_times"),)


@pytest.fixture(scope="module")
def executor(demo_database: Path) -> Iterator[ToolExecutor]:
    with open_service(f"sqlite:///{demo_database}") as service:
        tools, tracer = service.tools, ExecutionTracer(now=lambda: ANCHOR)
        yield ToolExecutor(DEMO, ToolInvoker(tools), SmartToolSelector(tools), tracer)


@pytest.fixture(scope="module")
def sql(demo_database: Path) -> Iterator[Sql]:
    """Give what asks the database for one value, past all of our code."""
    with closing(sqlite3.connect(demo_database)) as database:
        yield lambda text: database.execute(text).fetchone()[0]


def test_a_search_for_prod_finds_what_is_in_production(executor: ToolExecutor, sql: Sql) -> None:
    answer = executor.execute_tool("ci", "search", keywords=["prod"])
    found = executor.ci_search(keywords=["prod"], limit=50)
    expected = sql("SELECT count(*) FROM cis WHERE environment = 'production'")
    assert isinstance(answer, dict)
    assert answer["total"] == found.total == expected > 100
    assert {row["environment"] for row in found} == {"production"}


def test_an_item_is_got_by_its_id_and_by_its_code(executor: ToolExecutor, sql: Sql) -> None:
    ci_id = sql("SELECT ci_id FROM cis WHERE ci_code = 'srv-erp-01'")
    by_id, by_code = executor.ci_get(ci_id), executor.ci_get_by_code("srv-erp-01")
    answer = asyncio.run(executor.execute_tool_async("ci", "get", ci_id=ci_id))
    assert by_id == by_code == asyncio.run(executor.ci_get_async(ci_id))
    assert isinstance(answer, dict)
    assert answer["rows"] == [by_id]
    assert executor.ci_get("123") is None


def test_a_metric_of_the_last_day_is_over_all_items(executor: ToolExecutor, sql: Sql) -> None:
    data = executor.metric_aggregate("cpu_usage", "max", "last_1d")
    assert data["value"] == sql(
        "SELECT max(value) FROM metric_points JOIN metric_series USING (series_id)"  # noqa: S608 - ours
        f" WHERE metric_name = 'cpu_usage' AND measured_at >= {DAY_AGO} AND measured_at < {NOW}"
    )


def test_history_is_that_of_the_item_whose_code_is_given(executor: ToolExecutor, sql: Sql) -> None:
    data = executor.history_recent(
        {"source": "work_history", "time_range": "all_time", "limit": 3},
        {"ci_code": "srv-erp-01"},
    )
    assert (
        data["total"]
        == sql(
            "SELECT count(*) FROM work_history JOIN cis USING (ci_id) WHERE ci_code = 'srv-erp-01'"
        )
        > 3
    )
    assert (data["source"], data["warnings"]) == ("work", [f"3 of {data['total']} records shown"])


@pytest.mark.parametrize(("limit", "used"), [(0, 1), (5000, 50)])
def test_a_limit_that_is_clamped_is_told(executor: ToolExecutor, limit: int, used: int) -> None:
    found, page = executor.ci_search(limit=limit), executor.ci_list_preview(limit)
    told = f"limit {limit} is not within 1..50: {used} used"
    assert (len(found), len(as_maps(page["rows"]))) == (used, used)
    assert told in str(found.warnings)
    assert told in str(page["warnings"])


def test_every_call_and_ranking_of_a_run_goes_through_the_executor(
    plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone_through = Counter[str]()

    def counted(name: str) -> Callable[..., Any]:
        method = getattr(ToolExecutor, name)

        @wraps(method)
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the method takes
            gone_through[name] += 1
            return method(*args, **kwargs)

        return call

    for name in ("execute_tool_with_tracing", *RANKING):
        monkeypatch.setattr(ToolExecutor, name, counted(name))
    done = plans.run(
        {
            "primary": {"keywords": ["srv-erp-01"]},
            "metric": {"metric_name": "cpu_usage"},
            "graph": {"view": "DEPENDENCY"},
        }
    )
    assert gone_through["execute_tool_with_tracing"] == len(done.started) == 3
    assert {name: gone_through[name] for name in RANKING} == dict.fromkeys(RANKING, 1)
