"""A run with a result of a megabyte, from the tool to the reader."""

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from domain.large_results import history_of
from domain.ports import EventStore
from domain.run.events import RunCompleted
from domain.views.calls import call_views
from domain.views.log import PayloadFindings
from infrastructure.event_store.batch import BatchStore
from infrastructure.event_store.group_commit import GroupCommit
from infrastructure.log.verification import verify_log
from tests.domain.large import rows
from tests.domain.stages.running import TENANT, Running, ci, finish
from tests.fakes import answering
from tests.infrastructure.payloads.keeping import stored

MEGABYTE = rows(1_000_000)
RUNS = 8


@pytest.fixture
def group(store: BatchStore) -> Iterator[GroupCommit]:
    group = GroupCommit(store)
    yield group
    group.close()


@pytest.fixture
def running(group: GroupCommit) -> Running:
    return Running(ci(answering(MEGABYTE)), store=group)


def results(store: EventStore, run_id: str) -> list[object]:
    history = history_of(store.read(TENANT, run_id), store.payloads)
    assert isinstance(history[-1].event, RunCompleted)
    return [call.data for call in call_views(history)]


def test_a_run_with_a_result_of_a_megabyte_is_read_as_it_was(
    running: Running, store: EventStore, engine: sa.Engine
) -> None:
    run_id = running.request()
    running.carry_out(run_id)
    assert results(store, run_id) == [MEGABYTE]
    report = verify_log(engine, 0, on_progress=lambda _: None)
    assert (report.is_sound, report.payloads) == (True, PayloadFindings(1, 0, ()))


def test_its_result_event_is_small(running: Running, store: EventStore) -> None:
    run_id = running.request()
    running.carry_out(run_id)
    recorded = store.read(TENANT, run_id)
    (data,) = [e.envelope.data for e in recorded if e.envelope.type == "tool-call-succeeded"]
    assert len(data) < 4096


def test_runs_at_once_store_their_common_result_once(
    running: Running, store: EventStore, engine: sa.Engine
) -> None:
    run_ids = [running.request() for _ in range(RUNS)]

    async def carry_out() -> None:
        await asyncio.gather(*(running.service.carry_out(TENANT, run_id) for run_id in run_ids))

    finish(carry_out())
    assert len(stored(engine)) == 1
    assert [results(store, run_id) for run_id in run_ids] == [[MEGABYTE]] * RUNS
