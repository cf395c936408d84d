"""A current database without any event, made once and copied for each test."""

from pathlib import Path

import pytest

from tests.contracts.databases import make_empty


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_empty(tmp_path_factory.mktemp("template") / "empty.db")
