"""An event that a projection cannot take parks its stream, visibly; the others go on."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from domain.run.aggregate import RUN
from domain.views.projection import ParkedStream
from infrastructure.database.errors import DatabaseUnavailable, DiskFull
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import Projections
from infrastructure.projections.tool_statistics import ToolStatisticsProjection
from tests.contracts.event_samples import TENANT
from tests.fakes import FrozenClock
from tests.infrastructure.projections.logs import Log, called, end, rows_of, start

STATISTICS = ToolStatisticsProjection()
UNREADABLE = ("tool-call-succeeded", 1, '{"what": "is this"}')


def counted(engine: sa.Engine) -> dict[str, int]:
    return {row[2]: row[-3] for row in rows_of(engine, STATISTICS.view)}


def parked(projections: Projections) -> tuple[ParkedStream, ...]:
    projections.catch_up(STATISTICS.name)
    return projections.statuses(STATISTICS.name)[0].parked


def test_an_unreadable_event_parks_its_stream(log: Log, projections: Projections) -> None:
    log.add(*called())
    log.add_stored([UNREADABLE])
    (stream,) = parked(projections)
    assert (stream.tenant_id, stream.stream_id, stream.position) == (TENANT, "run-1", 3)
    assert "CorruptLog: run-1 version 3 is corrupt" in stream.error


def test_a_contradiction_parks_its_stream(log: Log, projections: Projections) -> None:
    log.add(end("never-started"))
    (stream,) = parked(projections)
    assert "call never-started ends and never started" in stream.error


def test_the_other_streams_go_on(log: Log, engine: sa.Engine, projections: Projections) -> None:
    log.add(*called("a", "before"), run="run-2")
    log.add_stored([UNREADABLE])
    log.add(*called("b", "after"), run="run-2")
    assert len(parked(projections)) == 1
    log.add(*called("c", "later"), run="run-3")
    projections.catch_up(STATISTICS.name)
    assert counted(engine) == {"before": 1, "after": 1, "later": 1}


def test_a_parked_stream_stays_as_it_was(
    log: Log, engine: sa.Engine, projections: Projections
) -> None:
    log.add(*called("a", "before"))
    log.add_stored([UNREADABLE])
    log.add(*called("b", "same-chunk"))
    assert len(parked(projections)) == 1
    log.add(*called("c", "later"))
    assert len(parked(projections)) == 1
    assert counted(engine) == {"before": 1}


def test_the_same_run_id_of_another_tenant_is_another_stream(
    log: Log, engine: sa.Engine, projections: Projections
) -> None:
    log.add_stored([UNREADABLE])
    log.add(*called("a", "theirs"), tenant="globex")
    assert [stream.tenant_id for stream in parked(projections)] == [TENANT]
    assert counted(engine) == {"theirs": 1}


def refuse_bad_tools(engine: sa.Engine) -> None:
    refusal = (
        "ALTER TABLE tool_statistics ADD CONSTRAINT not_this_one CHECK (tool <> 'bad')"
        if engine.dialect.name == "postgresql"
        else "CREATE TRIGGER refused BEFORE INSERT ON tool_statistics WHEN new.tool = 'bad'"
        " BEGIN SELECT RAISE(ABORT, 'not_this_one'); END"
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(refusal)


def test_what_the_database_refuses_parks_its_stream_alone(
    log: Log, engine: sa.Engine, projections: Projections
) -> None:
    log.add(start("a", "first"), end("a"), run="run-2")
    refuse_bad_tools(engine)
    log.add(*called("b", "bad"))
    (stream,) = parked(projections)
    assert (stream.stream_id, counted(engine)) == ("run-1", {"first": 1})
    assert "not_this_one" in stream.error


def test_a_rebuild_tries_parked_streams_again(
    log: Log, projections: Projections, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.add(*called("a", "good"))
    unknown = RUN.types["tool-call-started"]
    monkeypatch.delitem(RUN.types, "tool-call-started")
    assert len(parked(projections)) == 1
    monkeypatch.setitem(RUN.types, "tool-call-started", unknown)
    report = projections.rebuild(STATISTICS.name, accept_differences=True)
    assert (report.live_parked_count, report.rebuilt_parked_count) == (1, 0)
    assert parked(projections) == ()


class _NoRoom(ToolStatisticsProjection):
    """Fails with one event because of the disk, and with several because of one of them."""

    def apply(self, connection: sa.Connection, entries: Sequence[object], **_: object) -> None:
        if len(entries) > 1:
            raise ValueError
        path = "the.db"
        raise DiskFull(path, reason="no room")


@pytest.mark.parametrize("event_count", [1, 2])
def test_trouble_with_the_database_parks_nothing(
    log: Log, engine: sa.Engine, projections: Projections, event_count: int
) -> None:
    log.add(*called()[:event_count])
    catalogue = (_NoRoom(),)
    trouble = Projections(engine, clock=FrozenClock(), ids=UuidIds(), catalogue=catalogue)
    with pytest.raises(DatabaseUnavailable):
        trouble.catch_up(STATISTICS.name)
    assert parked(projections) == ()
