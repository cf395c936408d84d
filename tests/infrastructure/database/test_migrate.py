"""A database is brought up to date once, whole, and only by a version that knows its schema."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from infrastructure.database import migrate
from infrastructure.database.errors import ForeignDatabase, SchemaTooNew
from infrastructure.database.migrate import HEAD, REVISIONS, ensure_current, revision_of
from tests.contracts.databases import make_empty, opened

ROOT = Path(__file__).parents[3]
START = "import sys; from tests.contracts.databases import *; make_empty(Path(sys.argv[1]))"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    with opened(tmp_path / "opstrail.db") as new:
        yield new


def revision(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return revision_of(connection)


def config() -> Config:
    return Config(ROOT / "alembic.ini")


def on(connection: sa.Connection) -> Config:
    """Return Alembic's configuration to run on the connection."""
    connected = config()
    connected.attributes["connection"] = connection
    return connected


def run_alembic(*arguments: str, url: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"OPSTRAIL_DATABASE_URL": url} if url else {})}
    if not url:
        environment.pop("OPSTRAIL_DATABASE_URL", None)
    program = [sys.executable, "-m", "alembic", *arguments]
    return subprocess.run(
        program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_known_revisions_are_those_of_the_migrations() -> None:
    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    assert tuple(script.revision for script in scripts)[::-1] == REVISIONS


def test_a_database_without_anything_has_no_revision(engine: sa.Engine) -> None:
    assert revision(engine) is None


def test_a_new_database_is_made_with_its_folder(tmp_path: Path) -> None:
    with opened(tmp_path / "new" / "folder" / "opstrail.db") as engine:
        ensure_current(engine)
        assert revision(engine) == HEAD


def test_an_older_database_is_migrated_and_keeps_its_rows(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(migrate, "HEAD", REVISIONS[0])
        ensure_current(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE logs SET position = 7")
    assert revision(engine) == REVISIONS[0]
    ensure_current(engine)
    assert revision(engine) == HEAD
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT position FROM logs").scalar_one() == 7


def test_a_current_database_is_recognised_without_alembic(tmp_path: Path) -> None:
    path = make_empty(tmp_path / "opstrail.db")
    program = f"{START}; print('alembic' in sys.modules)"
    finished = subprocess.run(
        [sys.executable, "-c", program, path], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert finished.stdout == "False\n"


def test_a_migration_that_fails_leaves_nothing_behind(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upgrade_and_fail(connection: sa.Connection) -> None:
        real_upgrade(connection)
        raise KeyError

    real_upgrade = migrate.upgrade
    with monkeypatch.context() as failing:
        failing.setattr(migrate, "upgrade", upgrade_and_fail)
        with pytest.raises(KeyError):
            ensure_current(engine)
    assert revision(engine) is None
    ensure_current(engine)
    assert revision(engine) == HEAD


def test_processes_that_start_at_once_do_not_collide(engine: sa.Engine) -> None:
    program = [sys.executable, "-c", START, str(engine.url.database)]
    starters = [
        subprocess.Popen(program, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    assert [starter.communicate()[1] for starter in starters] == ["", "", ""]
    assert revision(engine) == HEAD


def test_a_database_of_a_newer_version_is_left_alone(engine: sa.Engine) -> None:
    ensure_current(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaTooNew, match="use the newer opstrail") as refused:
        ensure_current(engine)
    assert (refused.value.found, refused.value.known) == ("9999", HEAD)


def test_a_database_of_another_program_is_left_alone(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(ForeignDatabase, match=r"name another one.*'bookmarks'"):
        ensure_current(engine)
    with engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["bookmarks"]


def test_the_migrations_make_the_tables_that_the_code_expects(engine: sa.Engine) -> None:
    ensure_current(engine)
    with engine.begin() as connection:
        command.check(on(connection))  # raises when they differ
        assert revision_of(connection) == HEAD


def test_developers_run_alembic_on_the_database_of_the_environment(engine: sa.Engine) -> None:
    finished = run_alembic("upgrade", "head", url=str(engine.url))
    assert (finished.returncode, revision(engine)) == (0, HEAD)


def test_developers_are_told_to_name_the_database() -> None:
    finished = run_alembic("current")
    assert finished.returncode != 0
    assert "set OPSTRAIL_DATABASE_URL" in finished.stdout + finished.stderr


def test_the_events_are_never_migrated_away(engine: sa.Engine) -> None:
    ensure_current(engine)
    with pytest.raises(NotImplementedError), engine.begin() as connection:
        command.downgrade(on(connection), "base")
    assert revision(engine) == HEAD
