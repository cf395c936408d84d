"""An import that is refused, stopped, killed or out of disk leaves nothing."""

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS
from domain.audit.chain import content_hash, next_log_hash, seal
from domain.audit.event_lines import EnvelopeLine, envelope_json
from domain.services.log import LogFileRefused
from infrastructure.database.errors import DiskFull
from infrastructure.database.opening import engine_of
from infrastructure.event_store import tables
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.log_files.lines import read, written
from infrastructure.log_files.log_export import export_log
from infrastructure.log_files.log_file import open_log_file
from infrastructure.log_files.log_import import import_log
from tests.contracts.databases import copied
from tests.infrastructure.log_files.recording import record

FILLED = (tables.EVENTS, tables.STREAMS, tables.RUN_SUMMARIES, tables.PAYLOADS, tables.LOG_BATCHES)
Values = list[dict[str, Any]]


@pytest.fixture
def file(empty_database: Path, tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    with copied(empty_database, tmp_path / "source") as engine:
        record(SqliteEventStore(engine))
        path = tmp_path / "log.jsonl"
        export_log(engine, path, is_compressed=False, on_progress=lambda _: None)
        return path


@pytest.fixture
def empty(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    with copied(empty_database, tmp_path) as engine:
        yield engine


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest) -> sa.Engine:
    name = "empty" if request.param == "sqlite" else "postgres_engine"
    engine: sa.Engine = request.getfixturevalue(name)
    return engine


def import_into(engine: sa.Engine, path: Path, on_progress: Callable[[int], None] = print) -> None:
    with open_log_file(path) as log:
        import_log(log, engine, on_progress=on_progress)


def rows(engine: sa.Engine) -> list[int]:
    with engine.connect() as connection:
        counts = (sa.select(sa.func.count()).select_from(table) for table in FILLED)
        return [connection.execute(count).scalar_one() for count in counts]


def values_of(path: Path) -> Values:
    with path.open("rb") as content:
        return [dict(value) for _, value in read(content)]


def resealed(path: Path, values: Values) -> Path:
    """Write the values as a file in which every digest fits, so that only their content is bad."""
    batch_hashes, log_hash, batch = list[bytes](), GENESIS, None
    for value in [*values, {"batch": None}]:
        if "batch" in value:
            if batch is not None:
                log_hash = next_log_hash(log_hash, batch_hashes)
                batch["batch"]["log_hash"] = log_hash.hex()
            batch, batch_hashes = value, []
        if "event" in value:
            plain = {k: v for k, v in value["event"].items() if k != "position"}
            sealed = seal(EnvelopeLine.model_validate(plain).envelope())
            value["event"] |= envelope_json(sealed)
            batch_hashes.append(content_hash(sealed))
    values[0]["log_hash"] = log_hash.hex()
    path.write_bytes(b"".join(written(values)))
    return path


def interleaved(values: Values) -> None:
    """Let the second batch have an event of its first run again at its end."""
    events = [value for value in values if "event" in value]
    for one, other in ((events[2], events[3]), (events[3], events[4])):
        one["event"], other["event"] = (
            {**other["event"], "position": one["event"]["position"]},
            {**one["event"], "position": other["event"]["position"]},
        )
    moved = {**events[4]["event"]}
    events[4]["event"] = {**moved, "stream_id": events[2]["event"]["stream_id"], "version": 9}


def repeated_id(values: Values) -> None:
    events = [value["event"] for value in values if "event" in value]
    events[-1]["event_id"] = events[0]["event_id"]


def bad_time(values: Values) -> None:
    [value["event"] for value in values if "event" in value][-1]["recorded_at"] = "yesterday"


def bad_text(values: Values) -> None:
    [value["event"] for value in values if "event" in value][-1]["data"] = '{"why":'


@pytest.mark.parametrize("damage", [interleaved, repeated_id, bad_time, bad_text])
def test_a_bad_batch_leaves_nothing_and_the_good_file_then_goes_in(
    file: Path, target: sa.Engine, tmp_path: Path, damage: Callable[[Values], None]
) -> None:
    values = values_of(file)
    damage(values)
    bad = resealed(tmp_path / "bad.jsonl", values)
    with pytest.raises(LogFileRefused) as refused:
        import_into(target, bad)
    assert "UNIQUE" not in str(refused.value)
    assert rows(target) == [0] * len(FILLED)
    import_into(target, file)
    assert rows(target)[0] == 6


def test_an_import_that_is_interrupted_leaves_nothing(file: Path, target: sa.Engine) -> None:
    def interrupt(position: int) -> None:
        if position >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_into(target, file, interrupt)
    assert rows(target) == [0] * len(FILLED)
    import_into(target, file)


def test_a_full_disk_leaves_nothing(file: Path, empty: sa.Engine) -> None:
    values = values_of(file)
    [v["event"] for v in values if "event" in v][-1]["data"] += " " * 900_000
    resealed(file, values)

    def small(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 20}")

    sa.event.listen(empty, "connect", small)
    empty.dispose()
    with pytest.raises(DiskFull):
        import_into(empty, file)
    sa.event.remove(empty, "connect", small)
    empty.dispose()
    assert rows(empty) == [0] * len(FILLED)
    import_into(empty, file)


def killed(database: Path, file: Path) -> None:
    """Import a file, and die when its events are appended."""
    with engine_of(f"sqlite:///{database}") as engine:
        import_into(engine, file, lambda _: os.kill(os.getpid(), signal.SIGKILL))


def test_an_import_that_is_killed_leaves_nothing(
    file: Path, empty: sa.Engine, tmp_path: Path
) -> None:
    importing = get_context("spawn").Process(target=killed, args=(tmp_path / "opstrail.db", file))
    importing.start()
    importing.join()
    assert (importing.exitcode, rows(empty)[0]) == (-signal.SIGKILL, 0)
    import_into(empty, file)
