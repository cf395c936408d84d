"""Queries made by chance answer what the records say, on both databases alike."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.estates.demo.dataset import demo_estate
from adapters.estates.files.dataset import read_files
from bench.questions.other_estate import write_other_estate
from bench.questions.other_histories import ANCHOR
from domain.estate.port import EstateDataset
from domain.query.checks import checks
from domain.query.model import Ask, Query
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.estate_fixture import NOW, TENANT, small_estate
from tests.query.estate_rows import Json
from tests.query.expected import expected, given
from tests.query.random_queries import RandomQueries
from tests.query.truth import Truth

_DEMO = datetime(2026, 3, 1, 12, tzinfo=UTC)

World = tuple[Callable[[], EstateDataset], SqlEstate, Truth]
"""What can be loaded, the estate on SQLite that has it, and what its records say."""


def dataset_of(name: str, folder: Path) -> EstateDataset:
    if name == "demo":
        return demo_estate(anchor=_DEMO, days=1)
    write_other_estate(folder / "files")
    return read_files([folder / "files"])


@pytest.fixture(params=["demo", "other"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    now = _DEMO if request.param == "demo" else ANCHOR
    dataset = partial(dataset_of, request.param, tmp_path)  # its points can be read once
    with small_estate(tmp_path, dataset=dataset()) as estate:
        yield dataset, estate, Truth(tmp_path / "estate.db", TENANT, now)


def wrong(world: World, *, seed: int, count: int) -> list[Json]:
    """Return the queries that answer otherwise than the records say."""
    _, estate, truth = world
    queries, found = RandomQueries(truth, seed), list[Json]()
    for _ in range(count):
        ask = Ask.model_validate(asked := queries.ask())
        found += [(asked, problem) for problem in checks(Query(asks=(ask,)))]
        (selection,) = estate.select(TENANT, ask, now=truth.now)
        wanted, answered = expected(truth, asked), given(asked, selection)
        if {name: answered.get(name) for name in wanted} != wanted:
            found.append((asked, answered, wanted))
    return found


def different(world: World, engine: sa.Engine, *, count: int) -> list[Json]:
    """Return the queries that PostgreSQL answers otherwise than SQLite."""
    dataset, here, truth = world
    SqlEstateWriter(engine).load(TENANT, dataset(), mode="replace", at=NOW)
    there, queries = SqlEstate(engine), RandomQueries(truth, seed=16)
    asks = [queries.ask() for _ in range(count)]
    return [
        asked
        for asked in asks
        for ask in [Ask.model_validate(asked)]
        if here.select(TENANT, ask, now=truth.now) != there.select(TENANT, ask, now=truth.now)
    ]


def test_a_query_answers_what_the_records_say(world: World) -> None:
    assert wrong(world, seed=15, count=60) == []


def test_both_databases_answer_the_same_in_the_same_order(
    world: World, postgres_engine: sa.Engine
) -> None:
    assert different(world, postgres_engine, count=40) == []


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_many_queries_answer_what_the_records_say(world: World, seed: int) -> None:
    assert wrong(world, seed=seed, count=300) == []


@pytest.mark.long
def test_300_queries_answer_the_same_on_both_databases(
    world: World, postgres_engine: sa.Engine
) -> None:
    assert different(world, postgres_engine, count=300) == []
