from datetime import timedelta

import pytest

from domain.aggregate.envelope import Actor
from domain.estate.port import EstateDataset
from domain.estate.recorded import RecordedQuery
from domain.estate.records import ConfigurationItem, Relation, RelationType
from domain.plan.time_range import ALL_TIME
from domain.services.estates import Estates
from domain.times import Window
from domain.writer import Authorship
from infrastructure.estate.sql_estate import SqlEstate
from tests.fakes import FrozenClock
from tests.infrastructure.estate.samples import ERP, SAMPLE, SERVER, TENANT, points

ALICE = Authorship(TENANT, Actor("person", "alice"))
USES = Relation(source_id="1", target_id="3", rel_type=RelationType.USES)


def brought(*items: ConfigurationItem, relations: tuple[Relation, ...] = ()) -> EstateDataset:
    measured = points("2", [1, 2])
    return EstateDataset(source="x", cis=items, relations=relations, metric_points=measured)


@pytest.fixture
def changed(empty: SqlEstate, estates: Estates) -> SqlEstate:
    """An estate of which two items changed after it was filled, and that got a relation."""
    estates.load(SAMPLE, ALICE, mode="replace")
    down = SERVER.model_copy(update={"status": "down"})
    estates.load(brought(down), ALICE, mode="merge")
    renamed = ERP.model_copy(update={"ci_name": "ERP"})
    estates.load(brought(renamed, relations=(USES,)), ALICE, mode="merge")
    return empty


def told(estate: SqlEstate, query: RecordedQuery) -> list[tuple[str, ...]]:
    found = estate.recorded_changes(TENANT, query).changes
    return sorted((each.record.kind, each.record.change, *each.record.items) for each in found)


def test_what_imports_changed_is_told_but_not_what_filled_the_estate(changed: SqlEstate) -> None:
    assert told(changed, RecordedQuery(window=ALL_TIME)) == [
        ("cis", "changed", "srv-erp-01"),
        ("cis", "changed", "sys-erp"),
        ("relations", "added", "sys-erp", "db-erp-01"),
    ]


def test_only_what_was_recorded_in_the_window_counts(changed: SqlEstate) -> None:
    at = FrozenClock().now()
    before = Window(at - timedelta(days=1), at)
    assert told(changed, RecordedQuery(window=before)) == []
    assert len(told(changed, RecordedQuery(window=Window(at, at + timedelta(seconds=1))))) == 3


def test_only_what_is_about_the_items_counts(changed: SqlEstate) -> None:
    of_the_database = RecordedQuery(window=ALL_TIME, codes=frozenset({"db-erp-01"}))
    assert told(changed, of_the_database) == [("relations", "added", "sys-erp", "db-erp-01")]


def test_what_is_more_than_may_be_read_is_told(changed: SqlEstate) -> None:
    found = changed.recorded_changes(TENANT, RecordedQuery(window=ALL_TIME, most_chunks=1))
    assert found.is_cut
    assert {each.record.items[0] for each in found.changes} == {"sys-erp"}
