"""An estate that was there before its words were kept answers as one that is loaded now."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from domain.estate.fields import RecordKind
from infrastructure.estate.overview import span
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.tables import CIS, ESTATE_REVISIONS
from tests.infrastructure.estate.samples import TENANT

ROOT = Path(__file__).parents[3]
FILLED = (
    CIS.c.name_phrase,
    CIS.c.code_phrase,
    ESTATE_REVISIONS.c.words,
    ESTATE_REVISIONS.c.newest_at,
)


@pytest.fixture
def migrated(estate: SqlEstate, engine: sa.Engine) -> SqlEstate:
    with engine.begin() as connection:
        config = Config(ROOT / "alembic.ini")
        config.attributes["connection"] = connection
        command.stamp(config, "head")
        command.downgrade(config, "0009")
        assert not {column.name for column in FILLED} & columns(connection)
        command.upgrade(config, "head")
    return estate


def columns(connection: sa.Connection) -> set[str]:
    inspected = sa.inspect(connection)
    return {
        column["name"]
        for table in (CIS.name, ESTATE_REVISIONS.name)
        for column in inspected.get_columns(table)
    }


def test_the_words_of_an_older_estate_are_found(migrated: SqlEstate) -> None:
    words = migrated.vocabulary(TENANT)
    assert words.values[RecordKind.WORK]["work_type"] == ("audit", "upgrade")
    assert (words.metrics, words.cep_rules) == (("cpu_usage",), {"high cpu": "r1"})


def test_the_newest_record_of_an_older_estate_is_known(
    migrated: SqlEstate, engine: sa.Engine
) -> None:
    with engine.connect() as connection:
        _, newest = span(connection, TENANT)
    assert migrated.newest_at(TENANT) == newest is not None


def test_the_items_of_an_older_estate_are_found_by_name_and_code(migrated: SqlEstate) -> None:
    items = migrated.vocabulary(TENANT).items
    assert items.near_names("ölpumpe")["ölpumpe"] == "srv-erp-01"
    assert items.near_codes("db-erp-1")["db-erp-01"] == "db-erp-01"
