"""A rebuilt projection equals the live one, in whatever portions the events came."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.run.events import RunEvent
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from infrastructure.projections.projections import CATALOGUE, Projections
from tests.contracts.databases import copied
from tests.domain.run.random_events import EVENTS
from tests.fakes import FrozenClock
from tests.infrastructure.projections.logs import Log, answered, asked, called, end, start

Batches = list[tuple[str, str, list[RunEvent], bool]]
TENANTS = st.sampled_from(["acme", "globex"])
RUNS = st.sampled_from(["run-1", "run-2"])
CALLS = st.sampled_from(["a", "b"])
TOOLS = st.sampled_from(["ci", "metric"])
MS = st.floats(0, 1e5)
TEXTS = st.text(max_size=12)
LIKELY: st.SearchStrategy[list[RunEvent]] = st.one_of(
    st.builds(called, CALLS, TOOLS, ms=MS, is_success=st.booleans()),
    st.builds(start, CALLS, TOOLS).map(lambda event: [event]),
    st.builds(end, CALLS, ms=MS).map(lambda event: [event]),
    st.builds(asked, TEXTS).map(lambda event: [event]),
    st.builds(answered, TEXTS).map(lambda event: [event]),
    st.lists(EVENTS, min_size=1, max_size=2),
)
BATCHES = st.lists(st.tuples(TENANTS, RUNS, LIKELY, st.booleans()), max_size=12)


@contextmanager
def database(template: Path) -> Iterator[sa.Engine]:
    with tempfile.TemporaryDirectory() as folder, copied(template, Path(folder)) as engine:
        yield engine


@pytest.mark.parametrize("name", [projection.name for projection in CATALOGUE])
@settings(max_examples=25)
@given(batches=BATCHES)
def test_rebuilt_equals_live(empty_database: Path, name: str, batches: Batches) -> None:
    with database(empty_database) as engine:
        assert_rebuilt_equals_live(engine, Log(SqliteEventStore(engine)), name, batches)


@pytest.mark.parametrize("name", [projection.name for projection in CATALOGUE])
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES)
def test_rebuilt_equals_live_in_a_growing_postgresql(
    postgres_engine: sa.Engine, name: str, batches: Batches
) -> None:
    log = Log(PostgresEventStore(postgres_engine))
    assert_rebuilt_equals_live(postgres_engine, log, name, batches)


def assert_rebuilt_equals_live(engine: sa.Engine, log: Log, name: str, batches: Batches) -> None:
    projections = Projections(engine, clock=FrozenClock(), ids=UuidIds())
    for tenant, run, events, is_read in batches:
        log.add(*events, run=run, tenant=tenant)
        if is_read:
            projections.catch_up(name)
    report = projections.rebuild(name)
    assert report.is_equal, report
    assert report.live_parked_count == report.rebuilt_parked_count
