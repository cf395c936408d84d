from dataclasses import replace
from datetime import timedelta

import pytest

from domain.estate.port import EstateDataset
from domain.estate.queries import FilterSpec, MetricQuery, MetricRanking, MetricValue, RankingQuery
from domain.times import Window
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import DAY, NOON, SAMPLE, TENANT, points

CPU = MetricQuery(metric_name="cpu_usage", window=DAY)
FIRST = RankingQuery(points=CPU, by="avg", top_n=9)


@pytest.fixture
def measured(estate: SqlEstate, writer: SqlEstateWriter) -> SqlEstate:
    all_points = (*points("1", [45, 45]), *points("2", [10, 20, 60]), *points("3", [50, 40]))
    dataset = EstateDataset(source="x", metric_points=all_points)
    writer.load(TENANT, dataset, mode="merge", at=NOON)
    return estate


def test_the_highest_values_come_first_and_equal_ones_by_code(measured: SqlEstate) -> None:
    ranking = measured.metric_ranking(TENANT, FIRST)
    assert list(ranking.values.items()) == [("3", 45), ("1", 45), ("2", 30)]


def test_the_lowest_values_come_first_when_asked_for(measured: SqlEstate) -> None:
    ranking = measured.metric_ranking(TENANT, replace(FIRST, ascending=True))
    assert list(ranking.values) == ["2", "3", "1"]


@pytest.mark.parametrize(
    ("by", "values"),
    [
        ("count", {"2": 3, "3": 2, "1": 2}),
        ("min", {"1": 45, "3": 40, "2": 10}),
        ("max", {"2": 60, "3": 50, "1": 45}),
        ("last", {"2": 60, "1": 45, "3": 40}),
    ],
)
def test_items_are_ranked_by_any_value(
    measured: SqlEstate, by: MetricValue, values: dict[str, float]
) -> None:
    ranking = measured.metric_ranking(TENANT, replace(FIRST, by=by))
    assert list(ranking.values.items()) == list(values.items())


def test_averages_are_figures_and_what_they_do_not_tell_apart_is_equal(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    # The thirds of these sums differ in their last bits only.
    tenths = (*points("1", [0.1, 0.2, 0.3]), *points("3", [0.3, 0.2, 0.1]), *points("2", [-1e-9]))
    dataset = EstateDataset(source="x", metric_points=tenths)
    writer.load(TENANT, dataset, mode="merge", at=NOON)
    ranking = estate.metric_ranking(TENANT, FIRST)
    assert list(ranking.values.items()) == [("3", 0.2), ("1", 0.2), ("2", -1e-9)]


def counted(values: dict[str, float], *, total: int) -> MetricRanking:
    """Return the ranking with these values of all that are measured."""
    span = {"first_at": NOON, "last_at": NOON + timedelta(minutes=2)}
    return MetricRanking(values, total=total, ci_count=3, sample_count=7, **span)


def test_what_is_not_shown_is_counted(measured: SqlEstate) -> None:
    ranking = measured.metric_ranking(TENANT, replace(FIRST, top_n=1))
    assert ranking == counted({"3": 45}, total=3)


def test_bounds_include_their_values_and_leave_out_others(measured: SqlEstate) -> None:
    bounded = replace(FIRST, by="max", at_least=50, at_most=59)
    assert measured.metric_ranking(TENANT, bounded) == counted({"3": 50}, total=1)


def test_nobody_within_the_bounds_is_counted_too(measured: SqlEstate) -> None:
    ranking = measured.metric_ranking(TENANT, replace(FIRST, at_least=1000))
    assert ranking == counted({}, total=0)


def test_without_points_nobody_is_ranked(measured: SqlEstate) -> None:
    later = Window(NOON + timedelta(days=9), NOON + timedelta(days=10))
    ranking = measured.metric_ranking(TENANT, replace(FIRST, points=replace(CPU, window=later)))
    assert ranking == MetricRanking({}, total=0, ci_count=0, sample_count=0)


def test_filters_and_ids_restrict_who_is_ranked(measured: SqlEstate) -> None:
    databases = replace(CPU, filters=(FilterSpec(field="ci_subtype", value="DB"),))
    named = replace(CPU, ci_ids=("1", "2"))
    rankings = [
        measured.metric_ranking(TENANT, replace(FIRST, points=q)) for q in (databases, named)
    ]
    assert [list(ranking.values) for ranking in rankings] == [["3"], ["1", "2"]]


def test_a_removed_item_is_not_ranked(measured: SqlEstate, writer: SqlEstateWriter) -> None:
    kept = replace(SAMPLE, cis=tuple(SAMPLE.cis)[:2], relations=())
    writer.load(TENANT, kept, mode="replace", at=NOON)
    assert list(measured.metric_ranking(TENANT, FIRST).values) == ["1", "2"]
