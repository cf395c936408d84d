from dataclasses import replace

import pytest

from domain.estate.counters import CounterIncrease
from domain.estate.port import EstateDataset
from domain.estate.queries import MetricQuery, RankingQuery
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import DAY, NOON, TENANT, points

QUERY = MetricQuery(metric_name="cpu_usage", window=DAY)


@pytest.fixture
def counted(estate: SqlEstate, writer: SqlEstateWriter) -> SqlEstate:
    two = (*points("2", [100, 200, 300, 50, 150, 250]), *points("3", [0, 60]), *points("1", [7]))
    writer.load(TENANT, EstateDataset(source="x", metric_points=two), mode="merge", at=NOON)
    return estate


def test_a_counter_that_fell_has_begun_anew(counted: SqlEstate) -> None:
    found = counted.counter_increase(TENANT, replace(QUERY, ci_ids=("2",)))
    assert found == CounterIncrease(increase=450, rate=1.5)


def test_the_increase_of_several_counters_is_their_sum(counted: SqlEstate) -> None:
    assert counted.counter_increase(TENANT, QUERY) == CounterIncrease(increase=510, rate=2.5)


def test_one_reading_tells_of_no_increase(counted: SqlEstate) -> None:
    found = counted.counter_increase(TENANT, replace(QUERY, ci_ids=("1",)))
    assert found == CounterIncrease(None, None)


def test_items_are_ranked_by_how_much_their_counters_rose(counted: SqlEstate) -> None:
    by_increase = RankingQuery(points=QUERY, by="increase", top_n=5)
    ranking = counted.metric_ranking(TENANT, by_increase)
    assert (ranking.values, ranking.total) == ({"2": 450, "3": 60}, 2)
    assert counted.metric_ranking(TENANT, replace(by_increase, by="rate")).values == {
        "2": 1.5,
        "3": 1,
    }
