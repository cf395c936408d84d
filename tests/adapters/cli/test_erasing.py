"""`opstrail run erase`: a large result is erased on the record, and everywhere in its tenant."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from adapters.bootstrap import open_service
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.named_payloads.erasure import SqlNamedPayloads
from tests.adapters.cli.command import Command
from tests.adapters.site import IMPACT
from tests.contracts.databases import opened
from tests.domain.large import rows
from tests.infrastructure.payloads.keeping import age, stored, write_run

WHY: Final = ("--reason", "names of customers")
ERASED: Final = re.compile(
    r"result erased \(\d+ bytes,\s+digest\s+[0-9a-f]{64}\)\s+by\s+person\s+\S+\s+at\s+\S+:"
    r"\s+names\s+of\s+customers"
)


@pytest.fixture(scope="module")
def written(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs with the same large result, one with another, and one of another tenant."""
    path = tmp_path_factory.mktemp("erasing") / "written.db"
    shutil.copy(filled_database, path)
    with open_service(f"sqlite:///{path}") as service:
        for run_id in ("run-1", "run-2"):
            write_run(service.store, run_id)
        write_run(service.store, "run-3", data=rows(9000))
        write_run(service.store, "run-4", tenant="umbrella")
        age(service.engine)
    return path


@pytest.fixture
def recorded(written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    database = tmp_path / "opstrail.db"
    shutil.copy(written, database)
    return Command(database, capsys)


def payloads(command: Command) -> list[str]:
    with opened(command.database) as engine:
        return sorted(tenant for tenant, _ in stored(engine))


def events(command: Command, run: str) -> list[str]:
    return [event["type"] for event in command("run", "events", run, "-o", "json").json]


def test_an_erasure_is_recorded_and_the_result_is_gone(recorded: Command) -> None:
    ended = recorded("run", "erase", "run-1", "a", *WHY)
    assert ended.code == 0
    assert re.match(r"Erased the result of call a of run-1 \(\d+ bytes, digest", ended.out)
    assert events(recorded, "run-1")[-1] == "result-erased"
    assert payloads(recorded) == ["acme", "umbrella"]
    verified = recorded("log", "verify")
    assert (verified.code, verified.lines[-1]) == (0, "Sound.")


def test_other_runs_with_the_same_result_get_the_record_of_it(recorded: Command) -> None:
    assert "call a of run-2" in recorded("run", "erase", "run-1", "a", *WHY).out
    assert [events(recorded, run).count("result-erased") for run in ("run-2", "run-3")] == [1, 0]
    assert ERASED.search(recorded("run", "trace", "run-2").out)


def test_another_tenant_keeps_the_same_result(recorded: Command) -> None:
    recorded("run", "erase", "run-1", "a", *WHY)
    umbrella = Command(recorded.database, recorded.capsys, tenant="umbrella")
    (step, _) = umbrella("run", "trace", "run-4", "-o", "json").json["execution_steps"]
    assert (step["data"], step["erased"]) == (rows(), None)
    assert umbrella("run", "erase", "run-1", "a", *WHY).code == 4


@pytest.mark.parametrize("view", ["trace", "timeline", "response"])
def test_who_erased_a_result_when_and_why_is_shown(view: str, recorded: Command) -> None:
    recorded("run", "erase", "run-1", "a", *WHY)
    ended = recorded("run", view, "run-1")
    assert ended.code == 0
    assert ERASED.search(ended.out)


@pytest.fixture
def answered(opstrail: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """On a database with a real run, all of whose results are large."""
    monkeypatch.setattr("domain.large_results.INLINE_BYTES", 1)
    assert opstrail("ask", IMPACT).code == 0
    with opened(opstrail.database) as engine:
        age(engine)
    return opstrail


def test_an_erased_result_is_not_driven_and_a_fork_asks_for_it_again(answered: Command) -> None:
    assert answered("run", "erase", "latest", "graph", *WHY).code == 0
    ended = answered("run", "verify", "latest")
    assert (ended.code, "the result of call graph was erased" in ended.err) == (2, True)
    fork = answered("run", "fork", "latest", *WHY, "-o", "json").json["run_id"]
    steps = answered("run", "trace", fork, "-o", "json").json["execution_steps"]
    by = {step["call_id"]: step["answered_by"] for step in steps}
    assert (by["graph"], set(by.values())) == ("live", {"live", "record"})


def test_a_call_without_a_result_is_refused(answered: Command) -> None:
    forked = ("run", "fork", "latest", *WHY, "--result", "graph=error", "-o", "json")
    fork = answered(*forked).json["run_id"]
    ended = answered("run", "erase", fork, "graph", *WHY)
    assert ended.code == 2
    assert "the call has no result, it is failed" in ended.err


def test_a_preview_erases_nothing(recorded: Command) -> None:
    before = events(recorded, "run-1")
    ended = recorded("run", "erase", "run-1", "a", "--preview")
    assert (ended.code, ended.lines[0].startswith("Would erase the result of")) == (0, True)
    assert "call a of run-2" in ended.out
    assert (events(recorded, "run-1"), len(payloads(recorded))) == (before, 3)


def test_a_second_erasure_finds_nothing_to_do(recorded: Command) -> None:
    recorded("run", "erase", "run-1", "a", *WHY)
    ended = recorded("run", "erase", "run-1", "a", *WHY)
    assert (ended.code, ended.out) == (0, "The result of call a of run-1 is erased already.\n")
    assert events(recorded, "run-1").count("result-erased") == 1


def test_an_erasure_that_was_cut_off_is_told_and_finished(
    recorded: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr(SqlNamedPayloads, "remove", _crash)
        assert recorded("run", "erase", "run-1", "a", *WHY).code == 130
    assert len(payloads(recorded)) == 3
    assert ERASED.search(recorded("run", "trace", "run-1").out)
    verified = recorded("log", "verify")
    assert verified.code == 1
    assert "an erasure is on the record, but the result" in verified.out + verified.err
    assert recorded("run", "erase", "run-1", "a", *WHY).out.startswith("Erased the result")
    assert recorded("log", "verify").code == 0
    assert events(recorded, "run-1").count("result-erased") == 1


def _crash(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("call", "why"),
    [
        ("z", "it has no such call; its calls: a, b"),
        ("b", "its result has at most 4096 bytes and is in the event itself, which never changes"),
    ],
)
def test_what_is_no_large_result_is_refused(call: str, why: str, recorded: Command) -> None:
    ended = recorded("run", "erase", "run-1", call, *WHY)
    assert (ended.code, ended.out) == (2, "")
    assert f"run run-1 has no large result of call {call} to erase: {why}" in ended.err


def test_a_result_that_a_run_under_way_has_is_not_erased(recorded: Command) -> None:
    with opened(recorded.database) as engine:
        write_run(SqliteEventStore(engine), "run-5", is_ended=False)
        age(engine)
    ended = recorded("run", "erase", "run-1", "a", *WHY)
    assert ended.code == 2
    assert "run run-5 is execute: only a run that has ended can be" in ended.err
    assert "result-erased" not in events(recorded, "run-1")
    assert len(payloads(recorded)) == 3


def test_a_result_that_was_stored_just_now_waits(recorded: Command) -> None:
    with opened(recorded.database) as engine:
        write_run(SqliteEventStore(engine), "run-5")
    ended = recorded("run", "erase", "run-1", "a", *WHY)
    assert ended.code == 1
    assert "was stored less than 10 s ago, and a run may be about to name it" in ended.err
    assert "result-erased" not in events(recorded, "run-1")


def test_an_erasure_needs_a_reason(recorded: Command) -> None:
    for reason in ((), ("--reason", " ")):
        assert recorded("run", "erase", "run-1", "a", *reason).code == 2


def test_a_missing_result_can_be_recorded_as_erased_and_says_so(recorded: Command) -> None:
    with closing(sqlite3.connect(recorded.database)) as connection, connection:
        connection.execute("DELETE FROM payloads WHERE tenant_id = 'acme'")
    assert recorded("run", "show", "run-1").code == 1
    ended = recorded("run", "erase", "run-1", "a", *WHY)
    assert ended.lines[0].startswith("Recorded as erased, though it was missing before: the")
    assert "it was missing before" in recorded("run", "response", "run-1").out.replace("\n", " ")
    assert recorded("run", "show", "run-2").code == 0
    assert recorded("run", "show", "run-3").code == 1


def test_nothing_of_an_erased_result_stays_in_the_file(recorded: Command) -> None:
    with opened(recorded.database) as engine, engine.connect() as connection:
        query = "SELECT content FROM payloads ORDER BY size DESC"
        content = connection.exec_driver_sql(query).scalars().first()
    assert isinstance(content, bytes)
    assert content[50:100] in _bytes(recorded)
    recorded("run", "erase", "run-3", "a", *WHY)
    assert content[50:100] not in _bytes(recorded)


def _bytes(command: Command) -> bytes:
    with closing(sqlite3.connect(command.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return command.database.read_bytes()


def test_a_bundle_of_a_run_with_an_erased_result_is_as_before(
    recorded: Command, fresh: Command, tmp_path: Path
) -> None:
    recorded("run", "erase", "run-1", "a", *WHY)
    bundle = str(tmp_path / "run.zip")
    assert recorded("run", "export", "run-1", "--bundle", bundle).code == 0
    assert fresh("run", "import", bundle).code == 0
    assert ERASED.search(fresh("run", "response", "run-1").out)


def test_an_older_bundle_does_not_bring_an_erased_result_back(
    recorded: Command, tmp_path: Path
) -> None:
    bundle = str(tmp_path / "runs.zip")
    recorded("run", "export", "run-1", "--bundle", bundle)
    recorded("run", "erase", "run-1", "a", *WHY)
    assert recorded("run", "import", bundle).code == 0
    assert payloads(recorded) == ["acme", "umbrella"]
