"""Counters, which rise until they begin anew, as people ask for them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command

pytestmark = pytest.mark.usefixtures("planned_by_hand")

QUESTION = "Average net_bytes of srv-1 in the last 24 hours"


@pytest.fixture
def counted(fresh: Command, tmp_path: Path) -> Command:
    folder = tmp_path / "estate"
    folder.mkdir()
    (folder / "cis.csv").write_text("ci_code,ci_name,ci_type\nsrv-1,One,HW\n")
    (folder / "metrics.csv").write_text("metric_name,unit,kind\nnet_bytes,B,counter\n")
    begun = datetime.now(UTC) - timedelta(hours=2)  # noqa: TID251 - what people ask is relative
    values = enumerate([100, 200, 300, 50, 150, 250])
    times = [(begun + timedelta(minutes=10 * number), value) for number, value in values]
    rows = "".join(f"srv-1,net_bytes,{at.isoformat()},{value}\n" for at, value in times)
    (folder / "metric_points.csv").write_text(f"ci_code,metric_name,measured_at,value\n{rows}")
    assert fresh("estate", "import", str(folder)).code == 0
    return fresh


def test_an_average_of_a_counter_warns_and_names_what_works(counted: Command) -> None:
    answer = counted("ask", QUESTION)
    assert "net_bytes is a counter" in answer.out
    assert "increase" in answer.out


@pytest.mark.parametrize(("agg", "value", "unit"), [("increase", 450, "B"), ("rate", 0.15, "B/s")])
def test_the_increase_of_a_counter_takes_its_new_beginnings_into_account(
    counted: Command, agg: str, value: float, unit: str
) -> None:
    params = {"metric_name": "net_bytes", "agg": agg, "ci_id": "srv-1", "time_range": "last_24h"}
    called = counted(
        "tool", "call", "metric.aggregate", "--params", json.dumps(params), "-o", "json"
    )
    assert (called.json["data"]["value"], called.json["data"]["unit"]) == (value, unit)


def test_a_run_is_forked_to_the_increase_without_a_warning(counted: Command) -> None:
    run_id = counted("ask", QUESTION, "-o", "json").json["run_id"]
    change = ("--patch", "metric.agg=increase", "--reason", "it is a counter")
    forked = counted("run", "fork", run_id, *change)
    assert "450" in forked.out
    assert "is a counter" not in forked.out


def test_a_ranking_by_the_average_of_a_counter_warns(counted: Command) -> None:
    params = {"metric_name": "net_bytes", "agg": "avg", "time_range": "last_24h"}
    call = ("tool", "call", "metric.aggregate_by_ci", "--params")
    warned = counted(*call, json.dumps(params), "-o", "json")
    ranked = counted(*call, json.dumps({**params, "agg": "increase"}), "-o", "json")
    assert "is a counter" in json.dumps(warned.json)
    assert ranked.json["data"]["rows"][0][-1] == 450
    assert "is a counter" not in json.dumps(ranked.json)
