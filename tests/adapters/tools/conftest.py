from collections.abc import Iterator

import pytest

from infrastructure.estate.sql_estate import SqlEstate
from tests.adapters.tools.calling import Caller
from tests.estate_fixture import small_estate


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlEstate]:
    folder = tmp_path_factory.mktemp("estate")
    with small_estate(folder) as estate:
        yield estate


@pytest.fixture
def call(estate: SqlEstate) -> Caller:
    return Caller(estate)


@pytest.fixture
def other_tenant(estate: SqlEstate) -> Caller:
    return Caller(estate, tenant_id="globex")
