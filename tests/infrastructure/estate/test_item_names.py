from collections.abc import Iterator
from itertools import product

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.estate.item_names import ItemNames
from domain.estate.port import EstateDataset
from domain.estate.records import ConfigurationItem
from infrastructure.database.engine import create_engine
from infrastructure.database.metadata import METADATA
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import NOON, TENANT
from tests.item_names import MemoryItemNames

WORDS = ("erp", "ERP", "old", "(old)", "system", "System", "x-1", "Öl")
NAMES = [" ".join(words) for size in (1, 2, 3) for words in product(WORDS, repeat=size)]
CODES = ("a-1", "a-2", "B-1", "c", "erp", "x-1")
estates = st.dictionaries(st.sampled_from(CODES), st.sampled_from(NAMES), max_size=len(CODES))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    folder = tmp_path_factory.mktemp("names")
    engine = create_engine(f"sqlite:///{folder / 'estate.db'}")
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


def names_in(engine: sa.Engine, names: dict[str, str]) -> ItemNames:
    items = [
        ConfigurationItem.model_validate({"ci_code": code, "ci_name": name, "ci_type": "SW"})
        for code, name in names.items()
    ]
    dataset = EstateDataset(source="names", cis=items)
    SqlEstateWriter(engine).load(TENANT, dataset, mode="replace", at=NOON)
    return SqlEstate(engine).vocabulary(TENANT).items


@settings(deadline=None, max_examples=60)
@given(names=estates)
def test_an_estate_finds_what_looking_through_all_names_finds(
    database: sa.Engine, names: dict[str, str]
) -> None:
    found, expected = names_in(database, names), MemoryItemNames(names)
    assert found.near_codes("a-1") == expected.near_codes("a-1")
    assert found.near_names("erp") == expected.near_names("erp")


def test_names_are_found_on_every_database(engine: sa.Engine) -> None:
    names = {"sys-erp": "ERP System", "srv-1": "Pump", "srv-2": "pump", "X-9": "Öl (old)"}
    items = names_in(engine, names)
    assert (items.first_code(), items.near_codes("srv-1")["x-9"]) == ("srv-1", "X-9")
    assert items.near_names("pump")["pump"] == "srv-1"


@pytest.mark.parametrize("misspelt", ["web-0007", "qweb-00007", "wbe-00007", "qeb-00007"])
def test_a_misspelt_code_is_near_wherever_the_slip_is(database: sa.Engine, misspelt: str) -> None:
    codes = [f"{prefix}-{number:05}" for prefix in ("app", "srv", "web") for number in range(600)]
    items = names_in(database, {code: code for code in codes})
    assert "web-00007" in items.near_codes(misspelt)


def test_of_a_large_estate_only_a_part_is_near(database: sa.Engine) -> None:
    items = names_in(database, {f"srv-{number:05}": "Server" for number in range(2_000)})
    assert len(items.near_codes("srv-01000")) <= 750
    assert len(items.near_names("server")) == 1
