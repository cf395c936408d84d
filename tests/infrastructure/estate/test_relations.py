from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain.estate.queries import StoredRelation
from domain.estate.records import Relation, RelationType
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import NOON, SAMPLE, TENANT

ALL_TYPES = tuple(RelationType)
DEPLOYED = StoredRelation("3", "2", RelationType.DEPLOYED_ON)
SERVER_OF_ERP = StoredRelation("1", "2", RelationType.COMPOSED_OF)
DATABASE_OF_ERP = StoredRelation("1", "3", RelationType.COMPOSED_OF)


def test_relations_are_found_from_their_sources(estate: SqlEstate) -> None:
    found = estate.relations_from(TENANT, ["1", "2"], rel_types=ALL_TYPES)
    assert sorted(found) == [SERVER_OF_ERP, DATABASE_OF_ERP]


def test_relations_are_found_from_their_targets(estate: SqlEstate) -> None:
    found = estate.relations_to(TENANT, ["1", "2"], rel_types=ALL_TYPES)
    assert sorted(found) == [SERVER_OF_ERP, DEPLOYED]


def test_relations_between_items_have_both_ends_among_them(estate: SqlEstate) -> None:
    found = estate.relations_between(TENANT, ["2", "3"], rel_types=ALL_TYPES)
    assert found == [DEPLOYED]


def test_only_relations_of_the_types_asked_for_are_found(estate: SqlEstate) -> None:
    found = estate.relations_to(TENANT, ["2"], rel_types=[RelationType.DEPLOYED_ON])
    assert found == [DEPLOYED]


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
@pytest.mark.usefixtures("estate")
def test_postgresql_knows_how_many_rows_were_loaded(postgres_engine: sa.Engine) -> None:
    counted = "SELECT reltuples FROM pg_class WHERE relname = 'relations'"
    with postgres_engine.connect() as connection:
        assert connection.exec_driver_sql(counted).scalar() == 3


def test_a_relation_to_a_removed_item_is_found_from_no_end(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    other = Relation(source_id="2", target_id="3", rel_type=RelationType.USES)
    people = replace(SAMPLE, source="people", cis=(), relations=(other,))
    writer.load(TENANT, people, mode="merge", at=NOON)
    kept = replace(SAMPLE, cis=tuple(SAMPLE.cis)[:2], relations=())
    writer.load(TENANT, kept, mode="replace", at=NOON)
    assert estate.relations_from(TENANT, ["2"], rel_types=ALL_TYPES) == []
    assert estate.relations_to(TENANT, ["3"], rel_types=ALL_TYPES) == []
    assert estate.relations_between(TENANT, ["2", "3"], rel_types=ALL_TYPES) == []
