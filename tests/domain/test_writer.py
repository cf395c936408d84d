import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.aggregate.envelope import Actor
from domain.audit.stream_check import verify_stream
from domain.errors import ForkedHistory, IllegalTransition, OpstrailError, WrongExpectedVersion
from domain.ports import IdempotencyKey
from domain.run.aggregate import RUN
from domain.run.commands import CancelRun
from domain.run.events import RunEvent
from domain.run.fold import fold
from domain.run.lifecycle import Stage
from domain.run.summary import summarise
from tests.domain.desk import ASK, Desk
from tests.domain.run.random_events import EVENTS
from tests.domain.run.samples import ANSWERED, FAILED, PLANNED, REQUESTED, started
from tests.fakes import CountingIds

PLANNING = started(Stage.ROUTE_PLAN)


def test_what_happens_is_durable_after_an_append() -> None:
    assert Desk().ask().durable() == [REQUESTED]


def test_what_happens_is_not_durable_before() -> None:
    desk = Desk()
    desk.writer.handle(ASK)
    assert desk.durable() == []


def test_what_was_gathered_goes_in_one_append() -> None:
    desk = Desk().ask()
    desk.writer.report(PLANNING)
    desk.writer.report(PLANNED)
    appended = desk.writer.append()
    assert appended is not None
    assert (appended.first_position, appended.last_position) == (2, 3)


def test_there_is_nothing_to_append_twice() -> None:
    assert Desk().ask().writer.append() is None


def test_what_is_refused_is_not_gathered() -> None:
    desk = Desk().ask()
    with pytest.raises(IllegalTransition):
        desk.writer.handle(ASK)
    assert desk.writer.append() is None


def test_an_envelope_says_who_when_and_why() -> None:
    desk = Desk().ask()
    desk.write(PLANNING)
    _, second = (each.envelope for each in desk.store.read("acme", "run-1"))
    assert (
        second.version,
        second.event_id,
        second.type,
        second.recorded_at,
        second.actor,
        second.correlation_id,
        second.causation_id,
        second.traceparent,
    ) == (
        2,
        "00000002",
        "stage-started",
        "2026-03-01T12:00:00.001000Z",
        Actor("person", "ada"),
        "run-1",
        "00000001",
        "00-trace-span-01",
    )


def test_every_event_is_caused_by_the_one_before() -> None:
    desk = Desk().ask()
    desk.write(*ANSWERED[1:5])
    envelopes = [each.envelope for each in desk.store.read("acme", "run-1")]
    causes = [each.causation_id for each in envelopes]
    assert causes == [None, *(each.event_id for each in envelopes[:-1])]


def test_an_event_can_be_of_another_actor() -> None:
    desk = Desk().ask()
    desk.writer.handle(CancelRun("enough"), by=Actor("person", "bob"))
    desk.writer.append()
    actors = [each.envelope.actor.id for each in desk.store.read("acme", "run-1")]
    assert actors == ["ada", "bob"]


def test_a_whole_run_makes_a_sound_chain() -> None:
    desk = Desk().ask()
    desk.write(*ANSWERED[1:])
    head = desk.store.head("acme", "run-1").head_hash
    assert verify_stream(desk.store.read("acme", "run-1"), head=head) == head


def test_a_run_can_be_taken_up_where_it_was_left() -> None:
    desk = Desk().ask()
    desk.write(*ANSWERED[1:4])
    desk.colleague().write(*ANSWERED[4:])
    assert desk.durable() == ANSWERED


def test_the_cause_of_the_next_event_survives_taking_up() -> None:
    desk = Desk().ask()
    desk.colleague().write(PLANNING)
    _, second = desk.store.read("acme", "run-1")
    assert second.envelope.causation_id == "00000001"


def test_of_two_writers_the_second_is_refused() -> None:
    first = Desk().ask()
    second = first.colleague()
    first.write(PLANNING)
    with pytest.raises(WrongExpectedVersion, match="run-1 is at version 2, not 1"):
        second.write(PLANNING)


def test_a_writer_that_saw_another_history_is_refused() -> None:
    ids = CountingIds()
    real, other = Desk(ids=ids).ask(), Desk(ids=ids).ask()
    stranger = other.colleague()
    stranger.writer._store = real.store
    with pytest.raises(ForkedHistory, match="run-1 at version 1 has another history"):
        stranger.write(PLANNING)


def test_a_key_goes_with_the_first_append_only() -> None:
    desk = Desk()
    desk.writer.handle(ASK)
    desk.writer.append(IdempotencyKey("k", b"digest"))
    desk.write(PLANNING)
    assert len(desk.durable()) == 2


def test_an_append_that_failed_can_be_tried_again() -> None:
    desk = Desk().ask()
    earlier = desk.colleague()
    earlier.write(PLANNING)
    desk.writer.report(PLANNING)
    for _attempt in range(2):
        with pytest.raises(WrongExpectedVersion):
            desk.writer.append()
    assert desk.durable() == [REQUESTED, PLANNING]


@given(st.integers(0, len(ANSWERED) - 1), st.lists(EVENTS, max_size=6), st.booleans())
def test_the_stored_summary_is_that_of_the_history(
    length: int,
    more: list[RunEvent],
    at_once: bool,  # noqa: FBT001 - hypothesis passes it
) -> None:
    desk = Desk().ask()
    for event in [*ANSWERED[1:length], *more]:
        try:
            desk.writer.report(event)
        except OpstrailError:
            continue
        if not at_once:
            desk.writer.append()
    desk.writer.append()
    stored = [RUN.read(each) for each in desk.store.read("acme", "run-1")]
    assert desk.store.summary("acme", "run-1") == summarise(stored)


@given(st.integers(1, len(ANSWERED)))
def test_the_run_of_a_writer_is_the_fold_of_its_history(length: int) -> None:
    desk = Desk().ask()
    desk.write(*ANSWERED[1:length])
    assert desk.writer.state == desk.colleague().writer.state == fold("run-1", desk.durable())


def test_a_failed_run_is_summarised_as_such() -> None:
    desk = Desk().ask()
    desk.write(FAILED)
    summary = desk.store.summary("acme", "run-1")
    assert summary is not None
    assert (summary.state, summary.error_code) == ("failed", "TOOL_TIMEOUT")
