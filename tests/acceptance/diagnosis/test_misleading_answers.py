"""Planted answers that mislead: what is behind them comes first, with its evidence."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from domain.estate.records import MetricPoint
from domain.run.facts import Patches, ResultPatch
from domain.tools.contracts import ToolErrorCode
from tests.acceptance.diagnosis.planting import (
    METRIC_OF_SRV_01,
    Site,
    cpu,
    entry,
    failing,
    in_turn,
)
from tests.domain.large import record_erasures
from tests.estate_fixture import NOW, TENANT

Plant = Callable[..., Site]


def metric_of(code: str, **metric: object) -> dict[str, Any]:
    return {
        "primary": {"keywords": [code]},
        "metric": {"metric_name": "cpu_usage", **metric},
    }


def test_points_that_end_before_the_window(planted: Plant) -> None:
    site = planted()
    site.clock.let_pass(days=2)
    run_id = site.ask("What is the average CPU usage of srv-01 over the last 24 hours?")
    cause = site.cause(run_id)
    assert "2025-12-31T11:00" in cause.sentence, "the newest point"
    assert "last_24h" in cause.sentence
    assert "tool-call-succeeded" in site.types(run_id, cause.evidence)


def test_points_that_begin_after_the_window(planted: Plant) -> None:
    site = planted()
    cause = site.cause(site.run(metric_of("srv-01", time_range="2025-12-01")))
    assert "2025-12-30T12:00" in cause.sentence, "the oldest point"
    assert "2025-12-31T11:00" not in cause.sentence


def test_points_on_both_sides_of_the_window(planted: Plant) -> None:
    site = planted()
    site.happens(points=[cpu("srv-01", 9, days=90)])
    cause = site.cause(site.run(metric_of("srv-01", time_range="2025-12-01")))
    assert "2025-10-02T12:00" in cause.sentence
    assert "2025-12-30T12:00" in cause.sentence


def test_an_item_without_any_points(planted: Plant) -> None:
    site = planted()
    cause = site.cause(site.run(metric_of("lone-01")))
    assert "no points of cpu_usage" in cause.sentence
    assert "at any other time" in cause.sentence


@pytest.mark.parametrize("mode", ["aggregate", "series"])
def test_points_that_end_long_before_the_end_of_the_window(mode: str, planted: Plant) -> None:
    site = planted()
    site.clock.let_pass(hours=14)
    cause = site.cause(site.run(metric_of("srv-01", mode=mode)))
    assert "2025-12-31T11:00" in cause.sentence, "the newest point"
    assert "15 h 00 min" in cause.sentence


def test_points_that_are_all_bad(planted: Plant) -> None:
    site = planted()
    points = [cpu("db-01", 0, hours=hour, quality="bad") for hour in range(1, 8)]
    site.happens(points=points)
    cause = site.cause(site.run(metric_of("db-01")))
    assert "7 points of bad quality" in cause.sentence


def test_events_that_lie_before_the_window(planted: Plant) -> None:
    site = planted()
    plan = {
        "primary": {"keywords": ["srv-02"]},
        "history": {"enabled": True, "source": "event_log", "time_range": "last_24h"},
    }
    cause = site.cause(site.run(plan))
    assert "2025-12-30T06:00" in cause.sentence, "the newest event of it"
    assert "last_24h" in cause.sentence


def test_a_graph_that_is_cut_off(planted: Plant) -> None:
    site = planted()
    graph = {"view": "COMPOSITION", "limits": {"max_nodes": 3}}
    cause = site.cause(site.run({"primary": {"keywords": ["sys-shop"]}, "graph": graph}))
    assert "graph.expand" in cause.sentence
    assert "3 nodes" in cause.sentence, "how much is left out"


def test_a_graph_that_goes_on_beyond_its_depth(planted: Plant) -> None:
    site = planted()
    graph = {"view": "IMPACT", "depth": 1}
    run_id = site.run({"primary": {"keywords": ["storage-01"]}, "graph": graph})
    cause = site.cause(run_id)
    assert "depth 1" in cause.sentence
    assert cause.next_step
    assert "opstrail run fork" in cause.next_step
    assert "--action" in cause.next_step


def test_a_search_that_found_more_than_it_gives(planted: Plant) -> None:
    site = planted()
    primary = {"keywords": ["shop"], "tool_type": "ci_search", "limit": 1}
    cause = site.cause(site.run({"primary": primary}))
    assert "1 of 4" in cause.sentence
    assert cause.next_step
    assert "Show 4 of 4 items" in cause.next_step


def test_records_of_which_not_all_are_shown(planted: Plant) -> None:
    site = planted()
    many = [
        entry(f"ev-m{number}", event_type="status_change", minutes_ago=number)
        for number in range(1, 100)
    ]
    site.happens(*many)
    cause = site.cause(site.ask("Show the events of srv-01 in the last 24 hours"))
    assert "50 of 101" in cause.sentence


def test_a_plan_that_asked_for_more_than_is_allowed(planted: Plant) -> None:
    site = planted()
    run_id = site.run({"list": {"enabled": True, "limit": 500}})
    cause = site.cause(run_id)
    assert all(number in cause.sentence for number in ("500", "50"))
    assert "list.limit" in cause.sentence
    assert site.types(run_id, cause.evidence) == ["plan-validated"]


def test_a_depth_that_the_view_does_not_allow(planted: Plant) -> None:
    site = planted()
    graph = {"view": "IMPACT", "depth": 30}
    cause = site.cause(site.run({"primary": {"keywords": ["srv-01"]}, "graph": graph}))
    assert "graph.depth from 30 to 6" in cause.sentence


def test_an_answer_of_which_a_part_failed(planted: Plant) -> None:
    site = planted({"metric": failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")})
    run_id = site.run({**METRIC_OF_SRV_01, "history": {"enabled": True}})
    diagnosis = site.diagnosis(run_id)
    assert diagnosis.run.status == "partial"
    assert "connection refused" in diagnosis.hypotheses[0].sentence


def test_an_answer_that_only_another_tool_gave(planted: Plant) -> None:
    refused = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")
    site = planted({"metric": refused}, standing_in={"metric": "metric-archive"})
    run_id = site.run(METRIC_OF_SRV_01)
    diagnosis = site.diagnosis(run_id)
    cause = diagnosis.hypotheses[0]
    assert diagnosis.run.status == "degraded"
    assert "metric-archive" in cause.sentence
    assert "UPSTREAM_UNAVAILABLE" in cause.sentence


def test_a_fork_whose_result_was_emptied(planted: Plant) -> None:
    site = planted()
    parent = site.run(METRIC_OF_SRV_01)
    fork = site.fork(parent, patches=Patches(results={"metric": ResultPatch(kind="empty")}))
    cause = site.cause(fork)
    assert "patch" in cause.sentence
    assert "metric.aggregate" in cause.sentence


def test_a_fork_with_another_parameter(planted: Plant) -> None:
    site = planted()
    parent = site.run(METRIC_OF_SRV_01)
    fork = site.fork(parent, patches=Patches(params={"metric": {"time_range": "2025-12-01"}}))
    cause = site.cause(fork)
    assert "metric.time_range = 2025-12-01" in cause.sentence
    assert parent in cause.sentence
    assert site.types(fork, cause.evidence) == ["run-requested"]


def test_a_result_that_was_erased(planted: Plant) -> None:
    site = planted()
    points = [
        MetricPoint(
            ci_id="id-srv-01",
            metric_name="cpu_usage",
            measured_at=NOW - timedelta(minutes=minute),
            value=minute,
        )
        for minute in range(1, 180)
    ]
    site.happens(points=points)
    run_id = site.run(metric_of("srv-01", mode="series", time_range="last_3h"))
    record_erasures(site.opstrail.store, run_id, TENANT)
    with closing(sqlite3.connect(site.database)) as connection, connection:
        connection.execute("DELETE FROM payloads")
    cause = site.cause(run_id)
    assert "erased" in cause.sentence
    assert "metric.series" in cause.sentence


def test_a_partial_answer_that_was_resumed_is_whole(planted: Plant) -> None:
    refused = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")
    site = planted({"metric": in_turn(refused)})
    run_id = site.run({**METRIC_OF_SRV_01, "history": {"enabled": True}})
    assert site.cause(run_id).next_step == f"opstrail run resume {run_id[-8:]} --reason '...'"
    diagnosis = site.diagnosis(site.resume(run_id))
    assert diagnosis.hypotheses == []
    assert "had been partial" in " ".join(note.sentence for note in diagnosis.notes)


def test_a_call_that_was_limited_at_first_is_history(planted: Plant) -> None:
    site = planted({"graph": in_turn(failing(ToolErrorCode.RATE_LIMITED, "60 calls a minute"))})
    run_id = site.ask("What is affected if srv-01 fails?")
    assert site.cause(run_id).rule == "call-failed"
    diagnosis = site.diagnosis(site.resume(run_id))
    assert diagnosis.hypotheses == []
    assert "held-back" in [note.rule for note in diagnosis.notes]


def test_an_answer_after_a_retry_is_not_blamed_on_the_first_try(planted: Plant) -> None:
    refused = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE, "connection refused")
    site = planted({"graph": in_turn(refused)})
    diagnosis = site.diagnosis(site.resume(site.ask("What is affected if srv-01 fails?")))
    assert diagnosis.run.status == "success"
    assert diagnosis.hypotheses == []
    told = " ".join(note.sentence for note in diagnosis.notes)
    assert "UPSTREAM_UNAVAILABLE" in told
    assert "resumed" in told
