"""Each tool tells the newest record behind its answer, from what it reads anyway."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import UNSET

from adapters.tools.builtin import builtin_tools
from domain.run.call_events import ToolCallSucceeded
from domain.stages.call_facts import call_ended, newest_of, recorded_result
from domain.stages.sources import Answer
from domain.tools.contracts import ToolContext, ToolResult
from tests.adapters.tools.calling import Caller
from tests.estate_fixture import CIS, NOW, SMALL_ESTATE, TENANT, hours_ago, small_estate

CPU = {"metric_name": "cpu_usage"}


@pytest.mark.parametrize(
    ("tool", "params", "hours"),
    [
        ("ci", {"operation": "resolve", "text": "srv-01"}, 30),
        ("ci", {"operation": "search", "keywords": ["shop"]}, 20),
        ("ci", {"operation": "aggregate", "group_by": ["ci_type"]}, 20),
        ("graph", {"operation": "expand", "ci_id": "id-srv-01", "view": "IMPACT"}, 30),
        ("metric", {"operation": "aggregate", **CPU}, 1),
        ("metric", {"operation": "aggregate_by_ci", **CPU}, 1),
        ("metric", {"operation": "series", "ci_id": "id-srv-01", **CPU}, 1),
        ("history", {"operation": "work"}, 5),
        ("history", {"operation": "aggregate", "source": "work_history"}, 5),
        ("history", {"operation": "aggregate", "source": "maintenance_history"}, 4),
        ("document", {"operation": "search", "query": "shop"}, 10),
        ("document", {"operation": "aggregate"}, 10),
    ],
)
def test_an_answer_tells_the_newest_record_behind_it(
    tmp_path: Path, tool: str, params: Mapping[str, object], hours: int
) -> None:
    changed = {"srv-01": hours_ago(30), "storage-01": hours_ago(20)}
    cis = [each.model_copy(update={"updated_at": changed.get(each.ci_code)}) for each in CIS]
    with small_estate(tmp_path, dataset=replace(SMALL_ESTATE, cis=cis)) as estate:
        (asked,) = [each for each in builtin_tools(estate) if each.tool_type == tool]
        result = asyncio.run(asked.execute(ToolContext(TENANT, NOW), params))
    assert newest_of(result) == hours_ago(hours).isoformat()


@pytest.mark.parametrize("operation", ["resolve", "search", "aggregate"])
def test_an_item_whose_last_change_is_unknown_tells_no_age(call: Caller, operation: str) -> None:
    params = {"text": "srv-01"} if operation == "resolve" else {}
    assert "newest" not in call(f"ci.{operation}", **params).metadata


@pytest.mark.parametrize(
    ("told", "recorded"),
    [
        ("2026-03-01T12:00:00+02:00", "2026-03-01T10:00:00+00:00"),
        ("2026-03-01T12:00:00", "2026-03-01T12:00:00+00:00"),
        ("yesterday", UNSET),
        ("0001-01-01T00:00:00+14:00", UNSET),
        (7, UNSET),
        (None, UNSET),
    ],
)
def test_what_is_no_instant_is_not_recorded(told: str | int | None, recorded: object) -> None:
    answer = Answer(ToolResult(success=True, data={}, metadata={"newest": told}), 1.0)
    ended = call_ended("a", 1, answer)
    assert isinstance(ended, ToolCallSucceeded)
    assert ended.newest == recorded
    again = call_ended("a", 1, Answer(recorded_result(ended), 1.0))
    assert again == ended
