"""A reader sees every event once, in order, or is stopped."""

import pytest
import sqlalchemy as sa

from domain.errors import CorruptLog, ForkedLog
from infrastructure.log import subscriptions
from infrastructure.log.subscriptions import Cursor, Subscription
from tests.infrastructure.projections.intruder import tamper
from tests.infrastructure.projections.logs import Log, answered, asked, called


def positions(subscription: Subscription) -> list[int]:
    return [event.position for chunk in subscription.chunks() for event in chunk.events]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "CHUNK_EVENTS", 3)


def test_there_is_nothing_in_an_empty_log(engine: sa.Engine) -> None:
    assert Subscription(engine).next_chunk() is None


@pytest.mark.usefixtures("small_chunks")
def test_a_reader_sees_every_event_in_order(log: Log, engine: sa.Engine) -> None:
    for number in range(5):
        log.add(asked(), *called(), run=f"run-{number}")
    assert positions(Subscription(engine)) == [*range(1, 16)]


@pytest.mark.usefixtures("small_chunks")
def test_chunks_end_where_batches_end(log: Log, engine: sa.Engine) -> None:
    for run, count in (("a", 2), ("b", 2), ("c", 1), ("d", 5), ("e", 1)):
        log.add(*[asked()] * count, run=run)
    chunks = list(Subscription(engine).chunks())
    assert [chunk.end.position for chunk in chunks] == [2, 5, 10, 11]
    assert [chunk.start for chunk in chunks[1:]] == [chunk.end for chunk in chunks[:-1]]


def test_a_reader_goes_on_where_it_stopped(log: Log, engine: sa.Engine) -> None:
    log.add(asked())
    chunk = Subscription(engine).next_chunk()
    assert chunk
    log.add(asked(), run="run-2")
    assert positions(Subscription(engine, chunk.end)) == [2]


def test_a_reader_stops_before_a_batch_that_goes_too_far(log: Log, engine: sa.Engine) -> None:
    log.add(asked())
    log.add(*called(), run="run-2")
    subscription = Subscription(engine)
    chunk = subscription.next_chunk(until=2)
    assert chunk
    assert chunk.end.position == 1
    assert subscription.next_chunk(until=2) is None


def test_what_a_filter_leaves_out_was_looked_at_all_the_same(log: Log, engine: sa.Engine) -> None:
    log.add(asked(), *called(), answered("Two."))
    log.add(*called("b"))
    chunk = Subscription(engine, types={"response-composed"}).next_chunk()
    assert chunk
    assert [event.position for event in chunk.events] == [4]
    assert chunk.end.position == 6


def test_a_missing_event_stops_the_reader(log: Log, engine: sa.Engine) -> None:
    log.add(asked(), *called())
    tamper(engine, "DELETE FROM events WHERE position = 2")
    with pytest.raises(CorruptLog, match="position 2 is corrupt: the event is missing"):
        Subscription(engine).next_chunk()


def test_a_missing_event_stops_a_reader_that_would_leave_it_out(
    log: Log, engine: sa.Engine
) -> None:
    log.add(asked(), *called())
    tamper(engine, "DELETE FROM events WHERE position = 2")
    with pytest.raises(CorruptLog, match="position 2"):
        Subscription(engine, types={"run-requested"}).next_chunk()


def test_events_without_a_batch_stop_the_reader(log: Log, engine: sa.Engine) -> None:
    log.add(asked())
    tamper(engine, "DELETE FROM log_batches")
    with pytest.raises(CorruptLog, match="position 1 is corrupt: the event belongs to no batch"):
        Subscription(engine).next_chunk()


def test_a_lost_tail_stops_the_reader(log: Log, engine: sa.Engine) -> None:
    log.add(asked())
    with pytest.raises(ForkedLog, match=r"up to position 7: no batch ends there.* position 1;"):
        Subscription(engine, Cursor(7, b"1" * 32)).next_chunk()


def test_another_history_of_the_same_length_stops_the_reader(log: Log, engine: sa.Engine) -> None:
    log.add(asked())
    with pytest.raises(
        ForkedLog, match="the log hash there is another one; was a backup restored"
    ):
        Subscription(engine, Cursor(1, b"1" * 32)).next_chunk()
