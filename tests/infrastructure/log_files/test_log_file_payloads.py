"""Payloads go with their log through a file into another database."""

import base64
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa

from domain.large_results import history_of
from domain.services.log import LogFileRefused
from domain.views.calls import call_views
from domain.views.log import LOG_START, LogMark, PayloadFindings
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.log.verification import log_end, verify_log
from infrastructure.log_files import log_export
from infrastructure.log_files.lines import written
from infrastructure.log_files.log_export import export_log
from infrastructure.log_files.log_file import open_log_file
from infrastructure.log_files.log_import import import_log
from tests.contracts.databases import copied
from tests.domain.large import record_erasures, rows
from tests.infrastructure.payloads.keeping import delete, flip, stored, write_run


@pytest.fixture
def source(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    """Two runs of acme with the same large result, and one of umbrella between them."""
    (tmp_path / "source").mkdir()
    with copied(empty_database, tmp_path / "source") as engine:
        store = SqliteEventStore(engine)
        write_run(store, "run-1")
        write_run(store, "run-2", tenant="umbrella")
        write_run(store, "run-3")
        yield engine


@pytest.fixture
def empty(empty_database: Path, tmp_path: Path) -> Iterator[sa.Engine]:
    with copied(empty_database, tmp_path) as engine:
        yield engine


@pytest.fixture
def file(source: sa.Engine, tmp_path: Path) -> Path:
    return exported(source, tmp_path / "log.jsonl")


def exported(engine: sa.Engine, path: Path) -> Path:
    export_log(engine, path, is_compressed=False, on_progress=lambda _: None)
    return path


def import_into(engine: sa.Engine, path: Path) -> LogMark:
    with open_log_file(path) as log:
        return import_log(log, engine, on_progress=lambda _: None)


def findings(engine: sa.Engine) -> PayloadFindings | None:
    return verify_log(engine, 0, on_progress=lambda _: None).payloads


def values(path: Path) -> list[dict[str, object]]:
    """Return the lines without their digests."""
    lines = map(orjson.loads, path.read_bytes().splitlines())
    return [{k: v for k, v in line.items() if k != "sha256"} for line in lines]


def kinds(path: Path) -> list[str]:
    return [next(iter(value)) for value in values(path)]


def test_a_payload_goes_before_the_batch_that_names_it_first(file: Path) -> None:
    found = kinds(file)
    batches = [place for place, kind in enumerate(found) if kind == "batch"]
    payloads = [place for place, kind in enumerate(found) if kind == "payload"]
    # Each run is one batch; the third run names what the first one did.
    assert payloads == [batches[0] - 1, batches[1] - 1]


def test_a_payload_is_written_again_rather_than_remembered_for_ever(
    source: sa.Engine, empty: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_export, "_REMEMBERED", 1)
    path = exported(source, tmp_path / "again.jsonl")
    assert kinds(path).count("payload") == 3
    import_into(empty, path)
    assert sorted(stored(empty)) == sorted(stored(source))


def test_what_is_imported_has_its_large_results(
    source: sa.Engine, file: Path, empty: sa.Engine
) -> None:
    assert import_into(empty, file) == log_end(source)
    assert findings(empty) == PayloadFindings(3, 0, ())
    store = SqliteEventStore(empty)
    history = history_of(store.read("umbrella", "run-2"), store.payloads)
    assert call_views(history)[0].data == rows()


def test_payloads_go_to_postgresql_and_back(
    file: Path, postgres_engine: sa.Engine, empty: sa.Engine, tmp_path: Path
) -> None:
    import_into(postgres_engine, file)
    assert findings(postgres_engine) == PayloadFindings(3, 0, ())
    back = exported(postgres_engine, tmp_path / "back.jsonl")
    assert [v for v in values(back) if "payload" in v] == [
        v for v in values(file) if "payload" in v
    ]
    import_into(empty, back)
    assert findings(empty) == PayloadFindings(3, 0, ())


def test_what_was_erased_is_erased_in_the_copy(
    source: sa.Engine, empty: sa.Engine, tmp_path: Path
) -> None:
    for run_id, tenant in (("run-1", "acme"), ("run-2", "umbrella"), ("run-3", "acme")):
        record_erasures(SqliteEventStore(source), run_id, tenant)
    delete(source)
    path = exported(source, tmp_path / "erased.jsonl")
    assert "payload" not in kinds(path)
    import_into(empty, path)
    assert findings(empty) == PayloadFindings(0, 3, ())


def test_what_was_deleted_is_missing_in_the_copy(
    source: sa.Engine, empty: sa.Engine, tmp_path: Path
) -> None:
    delete(source)
    import_into(empty, exported(source, tmp_path / "deleted.jsonl"))
    found = findings(empty)
    assert found is not None
    assert (found.missing_count, len(found.problems)) == (3, 3)


def test_what_was_erased_since_the_import_is_not_brought_back_by_another_one(
    file: Path, empty: sa.Engine
) -> None:
    import_into(empty, file)
    delete(empty)
    import_into(empty, file)
    assert stored(empty) == []


def test_a_refused_import_leaves_no_payload(file: Path, empty: sa.Engine) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    second = [place for place, kind in enumerate(kinds(file)) if kind == "payload"][1]
    file.write_bytes(b"".join(lines[:second]))
    with pytest.raises(LogFileRefused, match="ends too early"):
        import_into(empty, file)
    assert stored(empty) == []
    file.write_bytes(b"".join(lines))
    import_into(empty, file)
    assert findings(empty) == PayloadFindings(3, 0, ())


def test_a_payload_that_was_changed_is_refused_at_its_line(
    source: sa.Engine, empty: sa.Engine, tmp_path: Path
) -> None:
    flip(source)
    path = exported(source, tmp_path / "flipped.jsonl")
    why = r"line 2 of .* payload [0-9a-f]{64} of tenant acme: its bytes do not fit its digest"
    with pytest.raises(LogFileRefused, match=why):
        import_into(empty, path)
    assert (stored(empty), log_end(empty)) == ([], LOG_START)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"content": "not base64!"}, "payload.content"),
        ({"digest": "xyz"}, "payload.digest"),
        ({"size": 1}, "and not 1"),
        ({"extra": 1}, "payload.extra"),
        ({"content": base64.b64encode(b"other").decode()}, "do not fit its digest"),
    ],
)
def test_a_payload_line_that_was_sealed_again_is_refused(
    change: dict[str, object], why: str, file: Path, empty: sa.Engine
) -> None:
    forged = values(file)
    line = forged[1]["payload"]
    assert isinstance(line, dict)
    line.update(change)
    file.write_bytes(b"".join(written(forged)))  # type: ignore[arg-type]  # JSON as it was read
    with pytest.raises(LogFileRefused, match=f"line 2 of .*{why}"):
        import_into(empty, file)


def test_a_file_of_the_first_format_is_still_read(
    empty: sa.Engine, tmp_path: Path, source: sa.Engine
) -> None:
    delete(source)
    old = values(exported(source, tmp_path / "new.jsonl"))
    old[0]["format_version"] = 1
    path = tmp_path / "old.jsonl"
    path.write_bytes(b"".join(written(old)))  # type: ignore[arg-type]  # JSON as it was read
    assert import_into(empty, path) == log_end(source)
