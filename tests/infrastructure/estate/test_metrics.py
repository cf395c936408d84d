from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.estate.errors import FigureTooLarge, WrongValue
from domain.estate.port import EstateDataset
from domain.estate.queries import (
    FilterSpec,
    MetricQuery,
    MetricSummary,
    NearestPoints,
    RankingQuery,
    SeriesPoint,
)
from domain.estate.records import MetricPoint
from domain.times import Window
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import DAY, NOON, SAMPLE, SERVER, TENANT, points

CPU = MetricQuery(metric_name="cpu_usage", window=DAY)


@pytest.fixture
def measured(estate: SqlEstate, writer: SqlEstateWriter) -> SqlEstate:
    two = (*points("2", [10, 20, 60]), *points("3", [40, 50]))
    writer.load(TENANT, EstateDataset(source="x", metric_points=iter(two)), mode="merge", at=NOON)
    return estate


def add(writer: SqlEstateWriter, **dataset: object) -> None:
    data = replace(EstateDataset(source="x"), **dataset)  # type: ignore[arg-type]  # named by the test
    writer.load(TENANT, data, mode="merge", at=NOON)


def test_a_summary_holds_every_aggregate_of_all_points(measured: SqlEstate) -> None:
    assert measured.metric_summary(TENANT, CPU) == MetricSummary(
        sample_count=5,
        ci_count=2,
        minimum=10,
        maximum=60,
        average=36,
        last_value=60,
        last_at=NOON + timedelta(minutes=2),
        first_at=NOON,
    )


def test_points_of_bad_quality_are_left_out(measured: SqlEstate, writer: SqlEstateWriter) -> None:
    add(writer, metric_points=points("1", [900], quality="bad"))
    assert measured.metric_summary(TENANT, CPU).maximum == 60


def test_a_partial_point_without_quality_keeps_the_one_that_is_there(
    measured: SqlEstate, writer: SqlEstateWriter
) -> None:
    add(writer, metric_points=points("1", [900], quality="bad"))
    unsaid = MetricPoint(ci_id="1", metric_name="cpu_usage", measured_at=NOON, value=901)
    new = unsaid.model_copy(update={"measured_at": NOON + timedelta(minutes=9), "value": 1})
    add(writer, metric_points=(unsaid, new), is_partial=True)
    summary = measured.metric_summary(TENANT, CPU)
    assert (summary.minimum, summary.maximum, summary.sample_count) == (1, 60, 6)
    add(writer, metric_points=(unsaid,))
    assert measured.metric_summary(TENANT, CPU).maximum == 901


def test_noisy_points_count(measured: SqlEstate, writer: SqlEstateWriter) -> None:
    add(writer, metric_points=points("1", [900], quality="noisy"))
    assert measured.metric_summary(TENANT, CPU).maximum == 900


def test_without_points_there_are_no_values(measured: SqlEstate) -> None:
    later = Window(NOON + timedelta(days=9), NOON + timedelta(days=10))
    summary = measured.metric_summary(TENANT, replace(CPU, window=later))
    assert summary == MetricSummary(0, 0, None, None, None, None, None)


def around(measured: SqlEstate, start: timedelta, end: timedelta, *ci_ids: str) -> NearestPoints:
    query = replace(CPU, window=Window(NOON + start, NOON + end), ci_ids=ci_ids or None)
    return measured.nearest_points(TENANT, query)


SECONDS, MINUTE = timedelta(seconds=10), timedelta(minutes=1)


def test_the_points_nearest_to_a_window_are_those_on_both_sides_of_it(
    measured: SqlEstate,
) -> None:
    between = around(measured, MINUTE + SECONDS, MINUTE + 2 * SECONDS)
    assert between == NearestPoints(NOON + MINUTE, NOON + 2 * MINUTE, 0)


def test_the_points_nearest_to_a_window_are_those_of_the_items_asked_for(
    measured: SqlEstate,
) -> None:
    assert around(measured, MINUTE + SECONDS, 2 * MINUTE, "3") == (NOON + MINUTE, None, 0)
    assert around(measured, -2 * MINUTE, -MINUTE, "1") == (None, None, 0)


def test_bad_points_are_not_near_to_a_window_and_are_counted_in_it(
    measured: SqlEstate, writer: SqlEstateWriter
) -> None:
    add(writer, metric_points=points("1", [900, 901], quality="bad"))
    assert around(measured, timedelta(), MINUTE, "1") == (None, None, 1)
    assert around(measured, -2 * MINUTE, -MINUTE, "1") == (None, None, 0)


def test_a_window_of_points_includes_its_start_and_not_its_end(measured: SqlEstate) -> None:
    window = Window(NOON, NOON + timedelta(minutes=2))
    assert measured.metric_summary(TENANT, replace(CPU, window=window)).sample_count == 4


def test_items_restrict_the_points(measured: SqlEstate) -> None:
    assert measured.metric_summary(TENANT, replace(CPU, ci_ids=("3",))).average == 45


def test_no_items_have_no_points(measured: SqlEstate) -> None:
    assert measured.metric_summary(TENANT, replace(CPU, ci_ids=())).sample_count == 0


def test_filters_on_items_restrict_the_points(measured: SqlEstate) -> None:
    servers = (FilterSpec(field="ci_subtype", value="server"),)
    assert measured.metric_summary(TENANT, replace(CPU, filters=servers)).average == 30


def test_points_of_a_removed_item_are_not_counted(
    measured: SqlEstate, writer: SqlEstateWriter
) -> None:
    kept = replace(SAMPLE, cis=(SERVER,), relations=())
    writer.load(TENANT, kept, mode="replace", at=NOON)
    assert measured.metric_summary(TENANT, CPU).sample_count == 3


def test_a_series_comes_in_order_of_time(measured: SqlEstate) -> None:
    series = measured.metric_series(TENANT, replace(CPU, ci_ids=("2",)))
    assert [point.value for point in series] == [10, 20, 60]


def test_buckets_are_aligned_to_the_window(measured: SqlEstate) -> None:
    window = Window(NOON - timedelta(seconds=60), NOON + timedelta(minutes=9))
    query = replace(CPU, window=window, ci_ids=("2",))
    assert measured.metric_series(TENANT, query, bucket_seconds=120) == [
        SeriesPoint(NOON - timedelta(seconds=60), 10, 1),
        SeriesPoint(NOON + timedelta(seconds=60), 40, 2),
    ]


def test_a_bucket_without_length_is_refused(measured: SqlEstate) -> None:
    with pytest.raises(WrongValue, match="1 or more"):
        measured.metric_series(TENANT, CPU, bucket_seconds=0)


def test_a_point_measured_again_replaces_the_first(
    measured: SqlEstate, writer: SqlEstateWriter
) -> None:
    add(writer, metric_points=points("2", [11]))
    series = measured.metric_series(TENANT, replace(CPU, ci_ids=("2",)))
    assert [point.value for point in series] == [11, 20, 60]


def test_metrics_are_known_by_name(measured: SqlEstate) -> None:
    assert measured.metrics(TENANT) == {"cpu_usage": next(iter(SAMPLE.metrics))}


def test_points_may_come_in_any_order(estate: SqlEstate, writer: SqlEstateWriter) -> None:
    shuffled = points("2", list(range(50)))[::-1]
    dataset = EstateDataset(source="x", metric_points=iter(shuffled))
    writer.load(TENANT, dataset, mode="merge", at=NOON)
    assert estate.newest_at(TENANT) == NOON + timedelta(hours=1)


def test_an_instant_is_kept_to_the_microsecond(estate: SqlEstate, writer: SqlEstateWriter) -> None:
    exact = NOON + timedelta(days=1, microseconds=1)
    point = MetricPoint(ci_id="2", metric_name="cpu_usage", measured_at=exact, value=1)
    dataset = EstateDataset(source="x", metric_points=[point])
    writer.load(TENANT, dataset, mode="merge", at=NOON)
    assert estate.newest_at(TENANT) == exact


ASKS: list[Callable[[SqlEstate], object]] = [
    lambda estate: estate.metric_summary(TENANT, CPU),
    lambda estate: estate.metric_series(TENANT, CPU, bucket_seconds=3600),
    lambda estate: estate.metric_ranking(TENANT, RankingQuery(points=CPU, by="avg", top_n=5)),
]


@pytest.mark.parametrize("ask", ASKS, ids=["summary", "series", "ranking"])
@pytest.mark.parametrize("values", [[1.7e308, 1.7e308], [1.7e308, 1.7e308, -1.7e308, -1.7e308]])
def test_a_sum_that_no_number_can_hold_is_told(
    measured: SqlEstate,
    writer: SqlEstateWriter,
    values: list[float],
    ask: Callable[[SqlEstate], object],
) -> None:
    add(writer, metric_points=points("2", values))
    with pytest.raises(FigureTooLarge, match=r"is beyond 1\.8e308"):
        ask(measured)


def test_the_newest_points_come_with_their_items(measured: SqlEstate) -> None:
    rows = measured.newest_points(TENANT, CPU, limit=2)
    everything = measured.newest_points(TENANT, CPU, limit=9)
    assert [row["value"] for row in everything] == [60, 50, 20, 40, 10]
    assert rows == everything[:2]
    assert set(rows[0]) == {"ci_id", "ci_code", "measured_at", "value"}
    assert measured.newest_points("other", CPU, limit=9) == []
