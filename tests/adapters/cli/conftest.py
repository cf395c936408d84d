"""A database with the small estate, made once and copied for each test."""

import shutil
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from infrastructure.clock import SystemClock
from tests.adapters.cli.command import Command
from tests.estate_fixture import SMALL_ESTATE, TENANT
from tests.served import servers as servers  # noqa: PLC0414 - a fixture of every test here
from tests.served import skip_not_served


@pytest.fixture(scope="session")
def filled_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "filled.db"
    with open_service(f"sqlite:///{path}") as opstrail:
        opstrail.estates.writer.load(TENANT, SMALL_ESTATE, mode="replace", at=SystemClock().now())
    return path


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in (
        "OPSTRAIL_DATABASE_URL",
        "OPSTRAIL_SERVER",
        "OPSTRAIL_KEY",
        "OPSTRAIL_TENANT",
        "OPSTRAIL_DEBUG",
        "FORCE_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def opstrail(filled_database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    database = tmp_path / "opstrail.db"
    shutil.copy(filled_database, database)
    return Command(database, capsys)


@pytest.fixture
def fresh(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """On a database that does not exist yet."""
    return Command(tmp_path / "fresh" / "opstrail.db", capsys)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    skip_not_served(items)
