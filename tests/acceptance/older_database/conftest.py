"""A copy of the older database, migrated once, and commands on it."""

import shutil
from pathlib import Path

import pytest

from infrastructure.database.migrate import ensure_current
from tests.acceptance.older_database.recorded import unpacked
from tests.adapters.cli.command import Command
from tests.contracts.databases import opened


@pytest.fixture(scope="session")
def as_it_was(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("older") / "record.db"
    path.write_bytes(unpacked("record.db"))
    return path


@pytest.fixture(scope="session")
def migrated(as_it_was: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "record.db"
    shutil.copy(as_it_was, path)
    with opened(path) as engine:
        ensure_current(engine)
    return path


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPSTRAIL_DATABASE_URL", "OPSTRAIL_TENANT", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def opstrail(migrated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(Path(shutil.copy(migrated, tmp_path / "record.db")), capsys)


@pytest.fixture
def elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """On another database, which does not exist yet."""
    return Command(tmp_path / "elsewhere.db", capsys)
