import asyncio
from typing import Any

import pytest

from domain.errors import Refused
from domain.json import JsonMap
from domain.plan.specs import HistorySource, HistorySpec
from domain.tools.contracts import ToolErrorCode
from domain.tools.executor import ToolExecutor
from domain.tools.invoker import ToolCallError
from tests.domain.tools.executors import ECHOING, asked, executor_of
from tests.domain.tools.fake_tools import FakeTool, answers, echo, operation, refuses

USUAL = {"time_range": "last_7d", "limit": 50, "filters": []}
SOURCES: dict[HistorySource, str] = {
    "event_log": "event_log",
    "work_history": "work",
    "maintenance_history": "maintenance",
    "work_and_maintenance": "work_and_maintenance",
}


def executor() -> ToolExecutor:
    return executor_of(*ECHOING)


@pytest.mark.parametrize(
    ("spec", "context", "given", "expected"),
    [
        (None, None, {}, USUAL),
        (None, {}, {}, USUAL),
        (
            HistorySpec(source="event_log", time_range="last_30d", limit=9),
            {"ci_id": "a"},
            {},
            {**USUAL, "ci_ids": ["a"], "time_range": "last_30d", "limit": 9},
        ),
        (
            {"source": "event_log", "time_range": "last_30d", "limit": 9},
            {"ci_id": "a"},
            {"ci_ids": ["b"], "time_range": "today", "limit": 1},
            {**USUAL, "ci_ids": ["b"], "time_range": "today", "limit": 1},
        ),
        ({"source": "event_log", "scope": "all"}, {"ci_id": "a"}, {}, USUAL),
        (None, None, {"limit": 0}, {**USUAL, "limit": 0}),
        (None, {"ci_id": "a"}, {"ci_ids": []}, {**USUAL, "ci_ids": []}),
        (
            {"source": "event_log", "filters": [{"field": "severity", "op": ">=", "value": 3}]},
            None,
            {},
            {**USUAL, "filters": [{"field": "severity", "op": ">=", "value": 3}]},
        ),
    ],
)
def test_history_takes_from_spec_and_context_what_is_not_given(
    spec: HistorySpec | JsonMap | None,
    context: JsonMap | None,
    given: dict[str, Any],
    expected: object,
) -> None:
    assert asked(executor().history_recent(spec, context, **given)) == expected


@pytest.mark.parametrize(("source", "called"), SOURCES.items())
def test_history_is_that_of_the_source(source: HistorySource, called: str) -> None:
    history = FakeTool(
        "history", *(operation(name, answers({"operation": name})) for name in SOURCES.values())
    )
    of_spec = executor_of(history).history_recent(HistorySpec(source=source), None)
    of_words = executor_of(history).history_recent({"source": source}, None)
    assert of_spec == of_words == {"operation": called}


def test_an_item_can_be_named_by_its_code() -> None:
    tools = executor_of(
        FakeTool("ci", operation("get_by_code", answers({"rows": [{"ci_id": "id-7"}]}))),
        FakeTool("history", operation("event_log", echo)),
    )
    data = tools.history_recent(None, {"ci_code": "srv-7"})
    assert asked(data) == {**USUAL, "ci_ids": ["id-7"]}


def test_a_code_of_no_item_is_not_taken_for_all_items() -> None:
    gone = refuses(ToolErrorCode.DATA_NOT_FOUND, "no configuration item matches 'srv-9'")
    tools = executor_of(
        FakeTool("ci", operation("get_by_code", gone)),
        FakeTool("history", operation("event_log", echo)),
    )
    with pytest.raises(ToolCallError, match="srv-9"):
        tools.history_recent(None, {"ci_code": "srv-9"})


def with_item_7() -> ToolExecutor:
    found = answers({"rows": [{"ci_id": "id-7", "ci_code": "srv-7"}]})
    return executor_of(
        FakeTool("ci", operation("get", found)),
        FakeTool("history", operation("event_log", echo)),
    )


def test_an_item_can_be_named_by_id_and_code() -> None:
    data = with_item_7().history_recent(None, {"ci_id": "id-7", "ci_code": "SRV-7"})
    assert asked(data) == {**USUAL, "ci_ids": ["id-7"]}


def test_an_id_and_a_code_of_two_items_are_refused() -> None:
    with pytest.raises(Refused, match=r"of one item \(the code of id-7 is srv-7\)"):
        with_item_7().history_recent(None, {"ci_id": "id-7", "ci_code": "srv-1"})


def test_the_scope_of_a_graph_that_is_not_walked_is_warned_of() -> None:
    spec: JsonMap = {"source": "event_log", "scope": "graph"}
    told = executor().history_recent(spec, {"ci_id": "a"})
    chosen = executor().history_recent(spec, {"ci_id": "a"}, ["a", "b"])
    assert told["warnings"] == ["scope graph: the records are those of the item itself"]
    assert "warnings" not in chosen


@pytest.mark.parametrize("context", [{"name": "srv-1"}, {"ci_id": None}, ["a"], "a", 5])
def test_a_context_that_names_no_item_is_refused(context: JsonMap) -> None:
    with pytest.raises(Refused, match="ci_context must be an object with ci_id or ci_code"):
        executor().history_recent(None, context)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"source": "rumours"}, "history_spec: source: .*event_log"),
        ({"colour": "red"}, "history_spec: colour"),
        ("event_log", "history_spec"),
        ({"limit": True}, "history_spec: limit: input should be a number, got True"),
    ],
)
def test_a_spec_that_is_none_is_refused_with_what_is_allowed(spec: JsonMap, told: str) -> None:
    with pytest.raises(ToolCallError, match=told):
        executor().history_recent(spec, None)


def test_history_can_be_asked_under_a_running_event_loop() -> None:
    async def ask() -> JsonMap:
        return executor().history_recent(None, None)

    assert asked(asyncio.run(ask())) == USUAL
