"""A database for runs under policies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.policies.policed import close_all
from tests.contracts.databases import make_empty


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_all()


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_empty(tmp_path_factory.mktemp("policed") / "empty.db")


@pytest.fixture
def url(empty: Path, tmp_path: Path) -> str:
    """Give the URL of a database of SQLite."""
    (tmp_path / "runs.db").write_bytes(empty.read_bytes())
    return f"sqlite:///{tmp_path / 'runs.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def any_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield request.getfixturevalue("url")
        return
    yield request.getfixturevalue("postgres_url")
