"""Runs that called tools of packages are verified where these are not, by their record alone."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from domain.replay.verify.verify import verify
from domain.run.call_events import ToolCallSkipped, ToolCallStarted, ToolsRanked
from domain.run.events import StageFailed
from domain.tools.contracts import (
    BaseTool,
    Operation,
    ToolContext,
    ToolParams,
    ToolResult,
    operations_of,
)
from domain.tools.registry import ToolRegistry
from domain.views.verdict import Verdict
from tests.domain.stages.running import Ran, ci, ran_plan


class Params(ToolParams):
    hosts: list[str] = []
    port: int = 22


def check(_: ToolContext, params: Params) -> ToolResult:
    """Check hosts."""
    rows: Any = [{"host": host} for host in params.hosts]
    return ToolResult(success=True, data={"rows": rows})


class Tcp(BaseTool):
    """A tool of a package."""

    tool_type = "tcp"

    def __init__(self, *capabilities: str) -> None:
        self._capabilities = capabilities

    @property
    def operations(self) -> Mapping[str, Operation[Any]]:
        (found,) = operations_of(check).values()
        return {"check": Operation("check", "", found.params, found.run, self._capabilities)}


def verified(run: Ran, *known: BaseTool) -> Verdict:
    tools = ToolRegistry()
    for tool in known:
        tools.register_dynamic(tool)
    return asyncio.run(verify(run.history, tools))


def call(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - as a plan says
    return {"call_id": "ports", "tool": "tcp", "operation": "check", **more}


def test_a_call_for_each_of_a_list_comes_out_the_same() -> None:
    primary = {"primary": {"keywords": ["srv-1"]}}
    each = call(output_mapping={"hosts": "{primary.rows[each].ci_code}"})
    run = ran_plan({**primary, "calls": [each]}, ci(), Tcp())
    started = [each for each in run.all(ToolCallStarted) if each.tool == "tcp"]
    assert [each.params["hosts"] for each in started] == [["srv-1"]]
    verdict = verified(run, ci())
    assert (verdict.verdict, verdict.tools_as_recorded) == ("same", ("tcp",))


@pytest.mark.parametrize("capability", ["ci_search", "document_search", "of_its_own"])
@pytest.mark.parametrize("intent", ["SEARCH", "DOCUMENT", "LIST"])
def test_how_it_ranked_is_taken_as_recorded(capability: str, intent: str) -> None:
    plan = {"intent": intent, "calls": [call(params={"hosts": ["a"]})]}
    run = ran_plan(plan, ci(), Tcp(capability))
    assert run.one(ToolsRanked).candidates
    assert verified(run, ci()).is_same


@pytest.mark.parametrize(
    "wrong",
    [
        {"params": {"port": "x"}},
        {"params": {"hosts": ["a"]}, "operation": "ping"},
        {"params": {"time_range": "never"}},
        {"params": {"hosts": ["a"]}, "depends_on": ["nothing"]},
    ],
)
def test_what_was_wrong_with_its_params_is_taken_as_recorded(wrong: dict[str, Any]) -> None:
    run = ran_plan({"calls": [call(**wrong)]}, ci(), Tcp())
    assert run.one(StageFailed).error.code == "PLAN_INVALID"
    assert verified(run, ci()).is_same


def test_a_call_that_was_never_made_is_taken_as_recorded() -> None:
    primary = {"primary": {"keywords": ["srv-1"]}}
    never = call(condition={"field": "primary.total", "operator": ">", "value": 99})
    run = ran_plan({**primary, "calls": [never]}, ci(), Tcp())
    assert [skipped.call_id for skipped in run.all(ToolCallSkipped)] == ["ports"]
    assert verified(run, ci()).is_same


def test_a_tool_that_came_later_changes_nothing_of_runs_before_it() -> None:
    missing = ran_plan({"calls": [call()]}, ci())
    unranked = ran_plan({"intent": "LIST", "primary": {"keywords": ["srv-1"]}}, ci())
    assert verified(missing, ci(), Tcp()).is_same
    assert verified(unranked, ci(), Tcp("ci_list")).is_same


def test_a_run_of_own_tools_names_none() -> None:
    run = ran_plan({"primary": {"keywords": ["srv-1"]}}, ci())
    assert verified(run, ci()).tools_as_recorded == ()
