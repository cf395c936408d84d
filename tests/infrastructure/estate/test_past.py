from datetime import timedelta

import pytest

from domain.estate.past import PastBucket, PastQuery
from domain.estate.port import EstateDataset
from domain.times import Window
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import NOON, TENANT, points

HOUR = timedelta(hours=1)
TODAY = Window(NOON - HOUR, NOON + HOUR)


@pytest.fixture
def measured(estate: SqlEstate, writer: SqlEstateWriter) -> SqlEstate:
    two = (*points("2", [1, 2, 6, 8]), *points("3", [5]), *points("1", [7], quality="bad"))
    writer.load(TENANT, EstateDataset(source="x", metric_points=two), mode="merge", at=NOON)
    return estate


def query(*ci_ids: str, window: Window = TODAY, of_each_day: int | None = None) -> PastQuery:
    return PastQuery(ci_ids=ci_ids, window=window, bucket_seconds=120, of_each_day=of_each_day)


def bucket(ci_id: str, minute: int, *, average: float, highest: float, count: int) -> PastBucket:
    at = NOON + timedelta(minutes=minute)
    return PastBucket(ci_id, "cpu_usage", at, average, highest, count)


def test_points_are_put_into_buckets_by_item_and_time(measured: SqlEstate) -> None:
    assert measured.past(TENANT, query("3", "2")) == [
        bucket("2", 1, average=1.5, highest=2, count=2),
        bucket("2", 3, average=7, highest=8, count=2),
        bucket("3", 0, average=5, highest=5, count=1),
    ]


def test_bad_points_and_other_items_are_left_out(measured: SqlEstate) -> None:
    assert measured.past(TENANT, query("1")) == []


def test_of_each_day_only_the_first_part_counts(measured: SqlEstate) -> None:
    since = NOON + timedelta(minutes=2) - timedelta(days=3)
    window = Window(since, since + timedelta(days=4))
    found = measured.past(TENANT, query("2", window=window, of_each_day=60))
    assert found == [bucket("2", 2, average=6, highest=6, count=1)]
