"""The URL of a database is checked before anything is opened."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from infrastructure.database.engine import begin_immediate, connect_once, create_engine
from infrastructure.database.errors import UnsupportedDatabase
from tests.contracts.databases import opened


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql+asyncpg://ada@db/opstrail", "PostgreSQL with the driver psycopg"),
        ("mysql://ada@db/opstrail", "only SQLite is"),
        ("sqlite+aiosqlite:///opstrail.db", "only SQLite is"),
        ("sqlite://", "a database in memory is lost"),
        ("sqlite:///:memory:", "a database in memory is lost"),
        ("sqlite:///file:/tmp/x.db?uri=true", "named by its path"),
        ("/var/lib/opstrail.db", "it is not the URL of a database"),
        ("", "it is not the URL of a database"),
        ("sqlite:////", "named by its path, and neither by a URI nor by a folder"),
        ("sqlite://host/x.db", "neither host nor options"),
        ("sqlite:////x.db?timeout=5", "neither host nor options"),
        ("sqlite:////a\0b.db", "holds U.0000"),
        (f"sqlite:////{'x' * 5000}", "it is longer than 4096 characters"),
        ("postgresql://u:hunter2@localhost:abc/x", "its host or port is not one"),
        ("postgresql://u:hunter2@[::1/x", "its host or port is not one"),
        ("postgresql://u:hunter2@h/x?foo=bar", 'invalid connection option "foo"'),
        ("postgresql://u@/x?host=a,b&port=1&password=hunter2", "hosts and ports don't match"),
        ("postgresql://u:hunter2@/x?host=a:1&host=b:z", "non-integer port"),
        ("postgresql://u@h:99999/x", "'99999' is no port"),
        ("postgresql://u@h:-1/x", "'-1' is no port"),
        ("postgresql://u@/x?host=a:1&host=b:99999", "'99999' is no port"),
        ("postgresql://u@h/x?connect_timeout=abc", "bad value for connect_timeout"),
        ("nonsense://u:hunter2@h", "only SQLite is"),
        ("u:hunter2@h?password=hunter2", "it is not the URL"),
    ],
)
def test_a_database_that_is_not_supported_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(UnsupportedDatabase, match=why) as refused:
        create_engine(url)
    assert "use sqlite:///path/to/file.db or postgresql://user@host" in str(refused.value)
    assert "://u:hunter2" not in str(refused.value)
    assert "password=hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_refusal_does_not_show_the_password() -> None:
    with pytest.raises(UnsupportedDatabase) as refused:
        create_engine("postgresql+asyncpg://ada:secret@db/opstrail")
    assert "secret" not in str(refused.value)


def test_nothing_is_opened_before_it_is_used(tmp_path: Path) -> None:
    create_engine(f"sqlite:///{tmp_path}/opstrail.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("wal_autocheckpoint", 4000),
    ],
)
def test_every_connection_has_the_settings(pragma: str, value: str | int, tmp_path: Path) -> None:
    with opened(tmp_path / "opstrail.db") as engine, engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_lower_knows_every_letter(tmp_path: Path) -> None:
    with opened(tmp_path / "opstrail.db") as engine, engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT lower('GRÖSSE')").scalar_one() == "grösse"
        assert connection.exec_driver_sql("SELECT lower(NULL)").scalar_one() is None


def test_a_reader_is_not_kept_waiting_by_a_writer(tmp_path: Path) -> None:
    with opened(tmp_path / "opstrail.db") as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE numbers (number INTEGER)")
        with begin_immediate(engine) as writer, writer.begin(), engine.connect() as reader:
            writer.exec_driver_sql("INSERT INTO numbers VALUES (1)")
            assert reader.exec_driver_sql("SELECT * FROM numbers").all() == []


def test_around_one_statement_nothing_begins_and_what_comes_next_is_begun(tmp_path: Path) -> None:
    with opened(tmp_path / "a.db") as engine:
        asked_for = list[str]()
        sa.event.listen(engine, "before_cursor_execute", lambda *said: asked_for.append(said[2]))
        with connect_once(engine) as connection:
            connection.exec_driver_sql("SELECT 1")
        assert asked_for == ["SELECT 1"]
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 2")
    assert asked_for == ["SELECT 1", "BEGIN", "SELECT 2"]
