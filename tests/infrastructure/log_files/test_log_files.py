"""A log goes through a file into another database, and comes out the same or not at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from domain.errors import CorruptLog
from domain.services.log import LogFileRefused
from domain.views.log import LOG_START, LogMark
from infrastructure.event_store import tables
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.log.verification import log_end
from infrastructure.log_files import log_export
from infrastructure.log_files import log_import as importing
from infrastructure.log_files.log_export import export_log
from infrastructure.log_files.log_file import open_log_file
from tests.contracts.databases import copied
from tests.infrastructure.event_store.damage import problems, tamper
from tests.infrastructure.log_files.recording import record, run

KEPT = (tables.LOGS, tables.STREAMS, tables.EVENTS, tables.IDEMPOTENCY_KEYS, tables.RUN_SUMMARIES)


@pytest.fixture
def source(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    (tmp_path / "source").mkdir()
    with copied(empty_database, tmp_path / "source") as engine:
        record(SqliteEventStore(engine))
        yield engine


@pytest.fixture
def empty(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    with copied(empty_database, tmp_path) as engine:
        yield engine


@pytest.fixture
def file(source: sa.Engine, tmp_path: Path) -> Path:
    return exported(source, tmp_path / "log.jsonl")


def exported(engine: sa.Engine, path: Path, *, is_compressed: bool = False) -> Path:
    export_log(engine, path, is_compressed=is_compressed, on_progress=lambda _: None)
    return path


def import_into(engine: sa.Engine, path: Path) -> LogMark:
    with open_log_file(path) as log:
        return importing.import_log(log, engine, on_progress=lambda _: None)


def content(engine: sa.Engine) -> dict[str, Any]:
    columns = tables.LOG_BATCHES.c["first_position", "last_position", "log_hash"]
    with engine.connect() as connection:
        found = {
            table.name: connection.execute(
                sa.select(table).order_by(*table.primary_key.columns)
            ).all()
            for table in KEPT
        }
        return found | {"batches": connection.execute(sa.select(*columns)).all()}


def test_what_is_imported_is_what_was_exported(
    source: sa.Engine, file: Path, empty: sa.Engine
) -> None:
    assert import_into(empty, file) == log_end(source)
    assert content(empty) == content(source)
    assert problems(empty) == []


def test_a_compressed_file_is_smaller_and_imported_alike(
    source: sa.Engine, file: Path, empty: sa.Engine, tmp_path: Path
) -> None:
    path = exported(source, tmp_path / "log.zst", is_compressed=True)
    assert path.stat().st_size < file.stat().st_size
    import_into(empty, path)
    assert content(empty) == content(source)


def test_a_log_goes_to_postgresql_and_back_unchanged(
    source: sa.Engine, file: Path, postgres_engine: sa.Engine, empty: sa.Engine, tmp_path: Path
) -> None:
    import_into(postgres_engine, file)
    assert content(postgres_engine) == content(source)
    assert problems(postgres_engine) == []
    import_into(empty, exported(postgres_engine, tmp_path / "back.jsonl"))
    assert content(empty) == content(source)


def test_an_empty_log_goes_through_a_file(empty: sa.Engine, tmp_path: Path) -> None:
    path = exported(empty, tmp_path / "empty.jsonl")
    assert import_into(empty, path) == LOG_START


def test_a_file_that_is_cut_off_leaves_nothing(
    file: Path, source: sa.Engine, empty: sa.Engine
) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:7]))
    with pytest.raises(LogFileRefused, match=r"line 8 .* ends too early"):
        import_into(empty, file)
    assert log_end(empty) == LOG_START
    file.write_bytes(b"".join(lines))
    import_into(empty, file)
    assert content(empty) == content(source)


def test_runs_that_were_forgotten_on_the_way_are_taken_up_again(
    file: Path, source: sa.Engine, empty: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_STREAM_LIMIT", 0)
    import_into(empty, file)
    assert content(empty) == content(source)


def test_a_database_with_other_events_is_refused(file: Path, empty: sa.Engine) -> None:
    SqliteEventStore(empty).append(run("run-other")[0])
    with pytest.raises(LogFileRefused, match=r"other events: import into an empty one"):
        import_into(empty, file)
    assert log_end(empty).position == 1


def test_a_database_with_more_events_is_refused(source: sa.Engine, file: Path) -> None:
    SqliteEventStore(source).append(run("run-other")[0])
    with pytest.raises(LogFileRefused, match=r"other events: import into an empty one"):
        import_into(source, file)


def test_a_changed_byte_is_refused_at_its_line(file: Path, empty: sa.Engine) -> None:
    original = file.read_bytes()
    number = 1
    for place in range(0, len(original), 41):
        number = original.count(b"\n", 0, place) + 1
        flipped = bytes([original[place] ^ 1])
        file.write_bytes(original[:place] + flipped + original[place + 1 :])
        # A line break that is gone, or a new one, is in the line that it was in.
        with pytest.raises(LogFileRefused, match=f"line {number} of"):
            for _ in open_batches(file):
                pass
    assert number == original.count(b"\n")
    assert log_end(empty) == LOG_START


def open_batches(path: Path) -> Iterator[object]:
    with open_log_file(path) as log:
        yield from log.parts()


@pytest.mark.parametrize("line", [1, 3, 6, 11])
def test_a_missing_line_is_refused(line: int, file: Path, empty: sa.Engine) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[: line - 1] + lines[line:]))
    with pytest.raises(LogFileRefused, match=f"line {line} of"):
        import_into(empty, file)


def test_an_added_line_is_refused(file: Path, empty: sa.Engine) -> None:
    file.write_bytes(file.read_bytes() + b"{}\n")
    with pytest.raises(LogFileRefused, match=r"line 12 of"):
        import_into(empty, file)


@pytest.mark.parametrize("text", ["", "not a log\n", "{}\n", '{"sha256":"00"}\n'])
def test_a_file_that_is_no_log_is_refused(text: str, file: Path, empty: sa.Engine) -> None:
    file.write_text(text)
    with pytest.raises(LogFileRefused, match=r"line 1 of"):
        import_into(empty, file)


def test_a_forged_event_is_refused_though_its_line_was_sealed_again(
    source: sa.Engine, empty: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper(source, "UPDATE events SET actor_id = 'eve' WHERE position = 3")
    monkeypatch.setattr(log_export, "require_own_hash", lambda _: None)
    forged = exported(source, tmp_path / "forged.jsonl")
    with pytest.raises(LogFileRefused, match=r"line 6 of .* does not fit its hash"):
        import_into(empty, forged)
    assert log_end(empty) == LOG_START


def test_a_forged_batch_is_refused(source: sa.Engine, empty: sa.Engine, tmp_path: Path) -> None:
    tamper(source, "UPDATE log_batches SET log_hash = zeroblob(32) WHERE last_position = 5")
    forged = exported(source, tmp_path / "forged.jsonl")
    with pytest.raises(LogFileRefused, match="do not add up to its log hash"):
        import_into(empty, forged)


def test_an_existing_file_is_never_overwritten(file: Path, source: sa.Engine) -> None:
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        exported(source, file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("DELETE FROM events WHERE position = 2", "position 2 is corrupt"),
        ("UPDATE events SET actor_id = 'eve' WHERE position = 2", "does not fit its hash"),
    ],
)
def test_a_damaged_log_is_not_exported(
    source: sa.Engine, tmp_path: Path, change: str, why: str
) -> None:
    tamper(source, change)
    with pytest.raises(CorruptLog, match=why):
        exported(source, tmp_path / "broken.jsonl")
    assert not [*tmp_path.glob("broken*")]
