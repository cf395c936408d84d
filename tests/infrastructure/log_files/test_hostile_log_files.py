"""A log file that is a bomb is refused before it costs memory."""

import hashlib
import tracemalloc
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
import sqlalchemy as sa
import zstandard

from domain.payloads import packed as payload_of
from domain.services.log import LogFileRefused
from domain.values import limits
from infrastructure.event_store import tables
from infrastructure.event_store.sqlite import SqliteEventStore
from infrastructure.log_files import lines as lines_module
from infrastructure.log_files import log_file
from infrastructure.log_files.lines import read, written
from infrastructure.log_files.log_export import export_log
from infrastructure.log_files.log_file import open_log_file
from infrastructure.log_files.log_import import import_log
from tests.contracts.databases import copied
from tests.infrastructure.log_files.recording import record

if TYPE_CHECKING:
    from pydantic import JsonValue

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


def packed(path: Path, *, line_bytes: int) -> Path:
    """Write a compressed file with one line of so many bytes."""
    with path.open("wb") as out, zstandard.ZstdCompressor(level=1).stream_writer(out) as packing:
        for _ in range(line_bytes >> 20):
            packing.write(bytes(1 << 20))
    return path


def test_a_line_of_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    bomb = packed(tmp_path / "bomb.zst", line_bytes=1 << 30)
    assert bomb.stat().st_size < 200_000
    tracemalloc.start()
    try:
        with pytest.raises(LogFileRefused, match=r"line 1 .* more than 67,108,864 bytes"):
            opened(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 3 * limits.LINE_BYTES


def test_a_stream_that_refers_back_far_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "window.zst"
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    packing = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    path.write_bytes(packing.compress(bytes(1000)) + packing.flush())
    with pytest.raises(LogFileRefused, match=r"cannot be unpacked .* back 33,554,432 bytes"):
        opened(path)


@pytest.mark.parametrize("text", ["[" * 100_000, "[" + "0," * 1_000_000 + "0]", '{"a":' * 5000])
def test_json_of_many_parts_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "deep.jsonl"
    (line,) = written([{"a": 1}])
    rest = f'"format":{text}}}'.encode()
    digest = hashlib.sha256(bytes(32) + rest).hexdigest()
    path.write_bytes(line[:11] + digest.encode() + b'",' + rest + b"\n")
    with pytest.raises(LogFileRefused, match=r"line 1 .* (not JSON|values)"):
        opened(path)


@pytest.mark.parametrize(("name", "limit"), [("BATCH_EVENTS", 2), ("BATCH_BYTES", 300)])
def test_a_batch_has_limits(
    name: str, limit: int, file: Path, empty: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_file, name, limit)
    with pytest.raises(LogFileRefused, match=rf"batch has (at most|more than) {limit}"):
        import_into(empty, file)
    assert rows(empty) == [0] * len(FILLED)


def test_a_long_file_of_short_lines_is_read(
    file: Path, empty: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = max(map(len, file.read_bytes().splitlines(keepends=True)))
    monkeypatch.setattr(lines_module, "LINE_BYTES", longest)
    import_into(empty, file)
    monkeypatch.setattr(lines_module, "LINE_BYTES", longest - 1)
    with pytest.raises(LogFileRefused, match=f"more than {longest - 1:,} bytes"):
        opened(file)


def opened(path: Path) -> int:
    """Read the whole file, and return how many parts it has."""
    with open_log_file(path) as log:
        return sum(1 for _ in log.parts())


def test_a_payload_that_holds_much_more_than_its_size_is_refused(
    file: Path, empty: sa.Engine
) -> None:
    payload = payload_of(orjson.dumps([0] * 4_000_000))
    values = values_of(file)
    line: JsonValue = {
        "position": 1,
        "tenant_id": "acme",
        "digest": payload.digest.hex(),
        "size": payload.size,
        "content": b64encode(payload.content).decode(),
    }
    file.write_bytes(b"".join(written([values[0], {"payload": line}, *values[1:]])))
    with pytest.raises(LogFileRefused, match=r"line 2 .* more than 200 times as many"):
        import_into(empty, file)
