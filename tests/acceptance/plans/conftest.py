"""A copy of the demo database for each test of plans."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.demo import DEMO
from tests.acceptance.plans.running import Plans, listen
from tests.adapters.cli.command import Command


@pytest.fixture
def plans(
    demo_database: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Plans:
    """Give what runs plans; whatever settings this machine has do not count."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("OPSTRAIL_DATABASE_URL", "OPSTRAIL_TENANT", "OPSTRAIL_DEBUG", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    database = tmp_path / "opstrail.db"
    shutil.copy(demo_database, database)
    command = Command(database, capsys, tenant=DEMO)
    return Plans(command, tmp_path, listen(monkeypatch))
