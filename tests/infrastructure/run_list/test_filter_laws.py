"""Databases find the runs that the domain says a filter fits, and page by page the same."""

import tempfile
from pathlib import Path
from random import Random

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ports import EventStore, RunViews
from domain.run_filter.filter import RunFilter
from infrastructure.event_store.memory import MemoryEventStore
from infrastructure.event_store.postgres import PostgresEventStore
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.ids import UuidIds
from tests.contracts.databases import copied, views_on
from tests.domain.run_filter.random_runs import filter_of_runs, run_list

IDS = UuidIds()
SEEDS = st.integers(0, 2**32)
FILTER_COUNT = 40


@settings(max_examples=4, deadline=None)
@given(seed=SEEDS)
def test_sqlite_finds_what_the_filter_fits(empty_database: Path, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder, copied(empty_database, Path(folder)) as engine:
        assert_agreed(SqliteEventStore(engine), views_on(engine), Random(seed))


@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=SEEDS)
def test_postgresql_finds_what_the_filter_fits(postgres_engine: sa.Engine, seed: int) -> None:
    assert_agreed(PostgresEventStore(postgres_engine), views_on(postgres_engine), Random(seed))


def assert_agreed(store: EventStore, views: RunViews, chance: Random) -> None:
    memory = MemoryEventStore()
    tenants = [f"acme-{IDS.new()}", f"globex-{IDS.new()}"]
    for append in run_list(chance, tenants):
        memory.append(append)
        store.append(append)
    for _ in range(FILTER_COUNT):
        where, tenant = filter_of_runs(chance), chance.choice(tenants)
        assert paged(views, tenant, where) == found(memory, tenant, where), where
        groups = views.failures(tenant, where, limit=9)
        assert groups == memory.failures(tenant, where, limit=9), where


def found(views: RunViews, tenant: str, where: RunFilter) -> list[str]:
    return [run.run_id for run in views.summaries(tenant, where, limit=100).summaries]


def paged(views: RunViews, tenant: str, where: RunFilter) -> list[str]:
    """Return the runs as somebody sees them who turns pages of two."""
    seen: list[str] = []
    while True:
        last = seen[-1] if seen else None
        page = views.summaries(tenant, where, limit=2, before=last).summaries
        seen += [run.run_id for run in page]
        if len(page) < 2:
            return seen
