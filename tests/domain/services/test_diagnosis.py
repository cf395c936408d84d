"""What changed in the estate shortly before a run."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.estate.fields import RecordKind
from domain.estate.port import Estate
from domain.replay.diagnosis.case import EstateChange
from domain.run.facts import RunOptions
from domain.services.diagnosis import case_of, recent_changes
from tests.domain.operations.having import Having
from tests.domain.stages.running import ITEM, Running, ci, metric, ran
from tests.estate_fixture import NOW, TENANT, small_estate
from tests.fakes import answering


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Estate]:
    with small_estate(tmp_path) as estate:
        yield estate


def ids(estate: Estate, *ci_ids: str, hours_before: float = 0) -> list[str]:
    before = NOW - timedelta(hours=hours_before)
    found = recent_changes(estate, TENANT, ci_ids, before=before)
    return [change.record_id for change in found]


def test_a_case_has_the_changes_before_the_data_that_the_run_looked_at(estate: Estate) -> None:
    found = answering(
        {"rows": [ITEM], "total": 1},
        references=[{"kind": "ci", "id": "c1", "payload": {"ci_id": "id-srv-01"}}],
    )
    having = Having(Running(ci(found), metric(), newest_at=NOW - timedelta(hours=3)))
    run = ran(having.running, options=RunOptions(anchor="data"))
    case = case_of(having.reader, estate, TENANT, run.run_id)
    assert [change.record_id for change in case.changes] == ["m-1", "w-1"]


def test_events_work_and_maintenance_of_an_item_are_changes_the_newest_first(
    estate: Estate,
) -> None:
    assert ids(estate, "id-srv-01") == ["ev-1", "ev-2", "m-1", "w-1"]


def test_what_happened_later_is_no_change_before(estate: Estate) -> None:
    assert ids(estate, "id-srv-01", hours_before=3) == ["m-1", "w-1"]


def test_what_happened_more_than_a_day_before_is_no_recent_change(estate: Estate) -> None:
    assert ids(estate, "id-srv-02") == []
    assert ids(estate, "id-srv-02", hours_before=7) == ["ev-30"]


def test_without_items_there_are_no_changes(estate: Estate) -> None:
    assert ids(estate) == []


def test_a_change_says_what_it_was(estate: Estate) -> None:
    changes = recent_changes(estate, TENANT, ["id-srv-01"], before=NOW)
    assert changes[0] == EstateChange(
        kind=RecordKind.EVENT_LOG,
        record_id="ev-1",
        ci_id="id-srv-01",
        ci_code="srv-01",
        at="2025-12-31T11:00:00+00:00",
        about="threshold_alarm",
        title="threshold_alarm on srv-01",
        severity=5,
    )
    assert (changes[-1].about, changes[-1].title, changes[-1].result) == (
        "upgrade",
        "New kernel",
        "success",
    )
