"""`opstrail db` and `opstrail doctor`, and how trouble with the database is told."""

import sqlite3
from contextlib import closing

import psycopg
import pytest

from tests.adapters.cli.command import Command
from tests.adapters.cli.test_json_output import differences

NEEDS_ONE = [
    ("doctor",),
    ("db", "sweep"),
    ("run", "list"),
    ("run", "list", "--watch"),
    ("run", "show", "latest"),
    ("run", "search", "x"),
    ("run", "failures"),
    ("run", "verify", "latest"),
    ("run", "resume", "latest", "--reason", "x"),
    ("run", "cancel", "latest", "--reason", "x"),
    ("run", "export", "latest", "--bundle", "run.zip"),
    ("log", "verify"),
    ("estate", "summary"),
    ("projection", "list"),
    ("replay", "list"),
    ("ask", "hello", "--plan-only"),
]


def test_a_database_is_made_by_the_first_question_which_says_so(fresh: Command) -> None:
    assert f"made the new database {fresh.database}" in fresh("ask", "hello").err
    assert fresh.database.exists()
    assert "made the new" not in fresh("ask", "hello").err


def test_an_upgrade_says_which_database_is_current(fresh: Command) -> None:
    assert fresh("db", "upgrade").out == f"sqlite:///{fresh.database} is current.\n"


def test_a_sound_database_is_called_sound(opstrail: Command) -> None:
    ended = opstrail("db", "check")
    assert ended.code == 0
    assert ended.lines[-1] == "Sound."


def test_a_check_as_json_is_one_report(opstrail: Command) -> None:
    report = opstrail("db", "check", "-o", "json").json
    assert (report["is_sound"], list(report["problems"])) == (True, [])


def test_an_unsound_database_is_told_and_ends_with_1(opstrail: Command) -> None:
    with closing(sqlite3.connect(opstrail.database)) as connection:
        (name,) = connection.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchone()
        connection.execute(f"DROP TRIGGER {name}")
    ended = opstrail("db", "check")
    assert ended.code == 1
    assert f"problem: the trigger {name} is missing" in ended.out


def test_a_check_creates_nothing(fresh: Command) -> None:
    ended = fresh("db", "check")
    assert (ended.code, ended.out) == (4, "")
    assert "there is no database" in ended.err
    assert not fresh.database.exists()


def test_a_check_migrates_nothing(fresh: Command) -> None:
    fresh.database.parent.mkdir()
    fresh.database.touch()
    ended = fresh("db", "check")
    assert ended.code == 1
    assert "problem: the schema is empty and not" in ended.out


def test_a_file_that_is_no_database_is_kept_and_told(fresh: Command) -> None:
    fresh.database.parent.mkdir()
    fresh.database.write_bytes(b"not a database, but a long letter. " * 50)
    before = fresh.database.read_bytes()
    ended = fresh("run", "list")
    assert (ended.code, ended.out) == (1, "")
    assert "is damaged or not a database: keep the file as evidence" in ended.err
    assert fresh.database.read_bytes() == before


def test_a_database_of_another_program_is_left_alone(fresh: Command) -> None:
    fresh.database.parent.mkdir()
    with closing(sqlite3.connect(fresh.database)) as connection:
        connection.execute("CREATE TABLE invoices (id)")
    ended = fresh("run", "list")
    assert ended.code == 1
    assert "belongs to another program" in ended.err


def test_a_database_of_a_newer_opstrail_is_left_alone(opstrail: Command) -> None:
    with closing(sqlite3.connect(opstrail.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    ended = opstrail("run", "list")
    assert ended.code == 1
    assert "has schema '9999'" in ended.err


def test_a_path_below_a_file_is_told(fresh: Command) -> None:
    fresh.database.parent.write_text("a file")
    ended = fresh("run", "list")
    assert ended.code == 1
    assert "cannot be opened" in ended.err


@pytest.mark.parametrize("url", ["mysql://host/ops", "nonsense://x"])
def test_a_database_of_another_kind_ends_with_2(fresh: Command, url: str) -> None:
    ended = fresh("--database", url, "run", "list")
    assert (ended.code, ended.out) == (2, "")
    assert "is not supported" in ended.err


def test_a_record_that_holds_is_sound(opstrail: Command) -> None:
    ended = opstrail("doctor")
    assert (ended.code, ended.lines[-1]) == (0, "Sound.")
    attempt = next(line for line in ended.lines if line.startswith("DELETE of events"))
    assert " ".join(attempt.split()) == "DELETE of events authorizer held not authorized"


def test_a_layer_that_is_gone_is_told_and_ends_with_1(opstrail: Command) -> None:
    with closing(sqlite3.connect(opstrail.database)) as connection:
        connection.execute("DROP TRIGGER events_guard_2")
    ended = opstrail("doctor")
    assert (ended.code, ended.lines[-1]) == (1, "Not sound: see the results above.")
    told = [" ".join(line.split()) for line in ended.lines if "missing" in line]
    assert told == [
        "DELETE of events trigger missing -",
        "tables, views, triggers compared the trigger events_guard_2 is missing",
    ]


def test_an_examination_as_json_has_both_parts(opstrail: Command) -> None:
    shown = opstrail("doctor", "-o", "json").json
    assert shown["is_sound"] is True
    assert {"what", "layer", "verdict", "answer"} == set(shown["attempts"][0])
    assert shown["conditions"][0]["name"] == "schema"


@pytest.mark.parametrize("command", NEEDS_ONE)
def test_work_on_what_is_there_creates_no_database(
    command: tuple[str, ...], fresh: Command
) -> None:
    ended = fresh(*command)
    assert (ended.code, ended.out) == (4, "")
    assert f"opstrail: there is no database {fresh.database}: check its name" in ended.err
    assert not fresh.database.parent.exists()


def test_a_file_has_no_roles_and_says_what_has(opstrail: Command) -> None:
    ended = opstrail("db", "roles")
    assert (ended.code, "a file has no roles" in ended.err) == (2, True)


def test_a_prefix_that_is_no_name_is_refused(opstrail: Command) -> None:
    ended = opstrail("db", "roles", "--prefix", 'x"; DROP TABLE events; --')
    assert (ended.code, "prefix" in ended.err) == (2, True)


def test_the_sql_of_roles_is_printed_to_be_run_as_it_is(
    postgres_url: str, opstrail: Command
) -> None:
    where = ("--database", postgres_url)
    printed = opstrail.run([*where, "db", "roles", "--prefix", "shown_", "--print"])
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(printed.out.replace("COMMIT;", ""))
        count = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'shown_%'"
        assert connection.execute(count).fetchone() == (4,)
        connection.execute("ROLLBACK")


def test_the_roles_of_a_server_fit_their_schema(postgres_url: str, opstrail: Command) -> None:
    words = ["--database", postgres_url, "db", "roles", "--print", "-o", "json"]
    assert differences("db roles", opstrail.run(words).json) == []
