import pytest

from domain.response.blocks import TableBlock
from domain.response.compose.composition import Composition
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, only


def history(invoker: ToolInvoker, **spec: object) -> Composition:
    return answered(invoker, intent="SEARCH", history={"enabled": True, "scope": "all", **spec})


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        (
            {"source": "event_log", "time_range": "last_24h"},
            "3 event log entries in the last 24 h: deployment 2, threshold_alarm 1. The latest: "
            "threshold_alarm on srv-01 at 2025-12-31 11:00 UTC (threshold_alarm on srv-01).",
        ),
        (
            {"source": "work_history", "time_range": "all_time"},
            "2 work items: upgrade 2. The latest: "
            "upgrade on srv-01 at 2025-12-31 07:00 UTC (New kernel), success.",
        ),
        (
            {"source": "maintenance_history", "time_range": "2025-12-31"},
            "1 maintenance item on 2025-12-31: reboot 1. The latest: "
            "reboot on srv-01 at 2025-12-31 08:00 UTC (Restart), success.",
        ),
        (
            {"filters": [{"field": "result", "value": "failed"}]},
            "1 work or maintenance item with result = failed in the last 7 days: upgrade 1. "
            "The latest: upgrade on app-web at 2025-12-29 10:00 UTC (New release), failed.",
        ),
        (
            {"source": "event_log", "time_range": "2025-11-01..2025-11-30"},
            "No event log entries from 2025-11-01 to 2025-11-30. "
            "Note: the oldest record after it is of 2025-12-30T06:00:00+00:00.",
        ),
        (
            {"source": "event_log", "time_range": "yesterday"},
            "1 event log entry yesterday: security_alert 1. The latest: "
            "security_alert on srv-02 at 2025-12-30 06:00 UTC (security_alert on srv-02).",
        ),
    ],
    ids=["events", "work", "maintenance", "both", "none", "yesterday"],
)
def test_history_says_how_much_of_what_and_the_latest(
    invoker: ToolInvoker, spec: dict[str, object], answer: str
) -> None:
    assert history(invoker, **spec).answer == answer


def test_history_of_an_item_names_it(invoker: ToolInvoker) -> None:
    history = {"enabled": True, "source": "event_log"}
    answer = answered(
        invoker, intent="SEARCH", primary={"keywords": ["lone-01"]}, history=history
    ).answer
    assert answer == "No event log entries of lone-01 in the last 7 days."


def test_a_table_of_history_has_the_true_total(invoker: ToolInvoker) -> None:
    table = only(history(invoker, source="event_log", limit=1), TableBlock)
    assert (len(table.rows), table.meta["total"]) == (1, 4)


def test_history_that_is_cut_says_so(invoker: ToolInvoker) -> None:
    answer = history(invoker, source="event_log", limit=1).answer
    assert answer.endswith("Note: 1 of 4 records shown.")


def test_a_table_of_history_shows_what_its_source_has(invoker: ToolInvoker) -> None:
    table = only(history(invoker), TableBlock)
    assert table.columns == [
        *("started_at", "ci_code", "source", "type", "summary", "result"),
        *("duration_min", "person"),
    ]
