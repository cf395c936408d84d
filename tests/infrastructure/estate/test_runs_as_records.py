"""Runs are asked for like records of the estate, and both databases answer alike."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from pydantic import JsonValue

from domain.query.model import Ask
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from tests.contracts.event_samples import about, summary
from tests.infrastructure.estate.samples import NOON, TENANT

DAY, BEFORE = f"{NOON:%Y-%m-%d}", "2020-01-01"
FAILED = {"field": "status", "value": "failed"}
RUNS = (
    ("run-1", f"{DAY}T08:59:59.999999Z", "completed", "success", 10),
    ("run-2", f"{DAY}T09:00:00.000000Z", "failed", None, 30),
    ("run-3", f"{DAY}T10:30:00.000001Z", "failed", None, 50),
    ("run-4", f"{BEFORE}T10:30:00.000001Z", "failed", None, None),
)


@pytest.fixture
def runs(engine: sa.Engine) -> SqlEstate:
    is_sqlite = engine.dialect.name == "sqlite"
    store = SqliteEventStore(engine) if is_sqlite else PostgresEventStore(engine)
    for tenant, run in (*((TENANT, run) for run in RUNS), ("globex", RUNS[1])):
        run_id, at, state, status, duration_ms = run
        line = summary(run_id, tenant=tenant, state=state, requested_at=at)
        store.append(about(replace(line, status=status, duration_ms=duration_ms)))
    return SqlEstate(engine)


def select(runs: SqlEstate, want: object, **of: object) -> list[list[JsonValue]]:
    ask = Ask.model_validate({"want": want, "of": [{"kind": "run", **of}]})
    (found,) = runs.select(TENANT, ask, now=NOON)
    return found.rows


def test_runs_are_counted_by_state_and_day(runs: SqlEstate) -> None:
    assert select(runs, {"do": "count"}, where=[FAILED], time=DAY) == [[2]]


def test_a_completed_run_has_its_outcome_as_status(runs: SqlEstate) -> None:
    want = {"do": "distribution", "group": ["status"]}
    assert [row[:2] for row in select(runs, want)] == [["failed", 3], ["success", 1]]


def test_runs_fall_into_the_hour_of_their_request(runs: SqlEstate) -> None:
    found = select(runs, {"do": "per", "bucket": "hour"}, time=DAY)
    counts = {str(at)[11:13]: count for at, count in found if count}
    assert counts == {"08": 1, "09": 1, "10": 1}


def test_the_longest_run_has_the_longest_known_duration(runs: SqlEstate) -> None:
    want = {"do": "nth", "by": "duration_ms", "descending": True}
    assert select(runs, want)[0][0] == "run-3"


def test_the_average_leaves_out_what_has_no_duration(runs: SqlEstate) -> None:
    want = {"do": "measure", "measures": [{"function": "avg", "field": "duration_ms"}]}
    assert select(runs, want) == [[30.0]]


def test_the_last_run_is_the_one_asked_last(runs: SqlEstate) -> None:
    want = {"do": "nth", "descending": True, "fields": ["started"]}
    assert select(runs, want)[0] == ["run-3", f"{DAY}T10:30:00.000001+00:00"]
