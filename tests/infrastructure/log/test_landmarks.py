"""Landmarks of the log are found by time, and by the name of a golden run."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.errors import ChangedRecord
from domain.run.events import RunRecovered
from domain.run.lifecycle import Stage
from domain.run.note_events import GoldenBroke, GoldenPinned, GoldenUnpinned
from domain.times import recorded_text
from infrastructure.log.landmarks import SqlLandmarks
from tests.fakes import NOON
from tests.infrastructure.event_store.damage import tamper
from tests.infrastructure.projections.logs import Log, asked, called

RECOVERED = RunRecovered(lost_worker="w1", from_stage=Stage.EXECUTE)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def landmarks(engine: sa.Engine) -> SqlLandmarks:
    return SqlLandmarks(engine)


def found(landmarks: SqlLandmarks, start: int, end: int, limit: int = 9) -> list[str]:
    since, until = (recorded_text(NOON + minutes * MINUTE) for minutes in (start, end))
    events = landmarks.between("acme", since, until, limit=limit)
    return [each.envelope.stream_id for each in events]


def test_a_recovered_run_is_found_in_its_span_which_has_no_end(
    landmarks: SqlLandmarks, log: Log
) -> None:
    log.add(asked(), *called("a"))
    for number in (2, 0, 1):
        log.add(RECOVERED, run=f"run-{number}", at=NOON + number * MINUTE)
    assert found(landmarks, 0, 9) == ["run-0", "run-1", "run-2"]
    assert found(landmarks, 0, 9, limit=2) == ["run-0", "run-1"]
    assert found(landmarks, 1, 2) == ["run-1"]


def test_a_landmark_of_another_tenant_is_not_found(landmarks: SqlLandmarks, log: Log) -> None:
    log.add(RECOVERED, GoldenPinned(name="cpu"), tenant="globex")
    assert found(landmarks, 0, 9) == []
    assert landmarks.of_golden("acme", "cpu") == []


def test_who_had_a_golden_name_is_found_by_the_whole_name(
    landmarks: SqlLandmarks, log: Log
) -> None:
    log.add(GoldenPinned(name="cpu"), GoldenPinned(name="cpu/max"), GoldenUnpinned(name="cpu"))
    assert [each.position for each in landmarks.of_golden("acme", "cpu")] == [1, 3]
    assert found(landmarks, 0, 9) == []


def test_that_a_golden_run_broke_is_found_between_what_else_happened_to_its_name(
    landmarks: SqlLandmarks, log: Log
) -> None:
    broke = [GoldenBroke(name=name, candidate_run_id="r", rules=["plan"]) for name in ("cpu", "b")]
    log.add(GoldenPinned(name="cpu"), *broke, GoldenUnpinned(name="cpu"))
    log.add(GoldenPinned(name="cpu"), broke[0], run="run-2", tenant="globex")
    assert [each.position for each in landmarks.of_golden("acme", "cpu")] == [1, 2, 4]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_landmark_that_was_changed_is_not_shown(
    engine: sa.Engine, landmarks: SqlLandmarks, log: Log
) -> None:
    log.add(GoldenPinned(name="cpu"))
    tamper(engine, "UPDATE events SET actor_id = 'eve'")
    with pytest.raises(ChangedRecord):
        landmarks.of_golden("acme", "cpu")
