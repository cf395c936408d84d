"""Writing a log to a file."""

import base64
import errno
import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import sqlalchemy as sa
import zstandard
from pydantic import JsonValue

from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import envelope_json
from domain.audit.stream_check import require_own_hash
from domain.errors import CorruptLog
from domain.json import JsonMap
from domain.run.call_events import PayloadRef
from domain.views.log import LogMark
from infrastructure.event_store.stream_rows import read_log
from infrastructure.event_store.tables import (
    BATCH_FIRST,
    BATCH_HASH,
    IDEMPOTENCY_KEYS,
    LOG_BATCHES,
    MAIN_LOG,
    PAYLOADS,
)
from infrastructure.log.marks import end_of_log
from infrastructure.log_files.lines import written
from infrastructure.named_payloads.references import reference_of

FORMAT: Final = "opstrail-log"
FORMAT_VERSION: Final = 2
_CHUNK: Final = 1000
_REMEMBERED: Final = 100_000
"""Of so many payloads it is known that they are written; memory does not grow with the log."""

_PAYLOAD: Final = sa.select(PAYLOADS.c.size, sa.cast(PAYLOADS.c.content, sa.LargeBinary)).where(
    PAYLOADS.c.tenant_id == sa.bindparam("the_tenant"), PAYLOADS.c.digest == sa.bindparam("named")
)


def export_log(
    engine: sa.Engine, path: Path, *, is_compressed: bool, on_progress: Callable[[int], None]
) -> LogMark:
    """Write the log as it is now to a new file; return where it ends.

    `on_progress` is told the positions. The file gets its name when it is complete. Raises
    `FileExistsError`, and `CorruptLog` when an event is missing or changed.
    """
    if path.exists():
        raise FileExistsError(errno.EEXIST, "there is such a file: name a new one", str(path))
    beside = path.with_name(f"{path.name}.part")
    try:
        with engine.connect() as connection, beside.open("wb") as file:
            mark = end_of_log(connection)
            lines = written(_values(connection, mark, on_progress=on_progress))
            _write(file, lines, is_compressed=is_compressed)
        beside.rename(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return mark


def _write(file: BinaryIO, lines: Iterator[bytes], *, is_compressed: bool) -> None:
    if not is_compressed:
        file.writelines(lines)
        return
    with zstandard.ZstdCompressor().stream_writer(file, closefd=False) as compressed:
        for line in lines:
            compressed.write(line)


def _values(
    connection: sa.Connection, mark: LogMark, *, on_progress: Callable[[int], None]
) -> Iterator[JsonMap]:
    yield {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "log": MAIN_LOG,
        "first_position": 1,
        "last_position": mark.position,
        "log_hash": mark.log_hash,
    }
    events, keys = _events(connection, on_progress=on_progress), _Keys(connection)
    payloads = _Payloads(connection)
    for batch in _batches(connection):
        size = batch.last_position - batch.first_position + 1
        of_batch = list(itertools.islice(events, size))
        yield from payloads.before(of_batch)
        yield {
            "batch": {
                "first_position": batch.first_position,
                "last_position": batch.last_position,
                "log_hash": batch.log_hash.hex(),
                "committed_at": _utc(batch.committed_at).isoformat(),
                "keys": keys.up_to(batch.last_position),
            }
        }
        for event in of_batch:
            yield {"event": {"position": event.position, **envelope_json(event.envelope)}}


def _batches(connection: sa.Connection) -> Iterator[sa.Row[Any]]:
    columns, position = LOG_BATCHES.c, 0
    first, log_hash = BATCH_FIRST.label("first_position"), BATCH_HASH.label("log_hash")
    read = sa.select(columns.last_position, first, log_hash, columns.committed_at)
    query = read.order_by(columns.last_position).limit(_CHUNK)
    while rows := _rows(
        connection, query.where(columns.log == MAIN_LOG, columns.last_position > position)
    ):
        yield from rows
        position = rows[-1].last_position


def _rows(connection: sa.Connection, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    try:
        return connection.execute(query).all()
    except ValueError as error:  # SQLite keeps times as text, and what is no time, too
        where, why = f"log {MAIN_LOG}", f"a batch says no time when it was committed ({error})"
        raise CorruptLog(where, why=why) from error


def _events(
    connection: sa.Connection, *, on_progress: Callable[[int], None]
) -> Iterator[RecordedEvent]:
    position = 0
    while events := read_log(connection, after=position, limit=_CHUNK):
        for event in events:
            require_own_hash(event.envelope)
            yield event
        position = events[-1].position
        on_progress(position)


def _utc(instant: datetime) -> datetime:
    """SQLite's clock tells UTC without saying so."""
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class _Keys:
    """The idempotency keys in order of the log, given out as the batches go by."""

    def __init__(self, connection: sa.Connection) -> None:
        query = sa.select(IDEMPOTENCY_KEYS).order_by(IDEMPOTENCY_KEYS.c.last_position)
        self._rows = connection.execute(query, execution_options={"yield_per": _CHUNK})
        self._next = self._rows.fetchone()

    def up_to(self, position: int) -> list[JsonValue]:
        """Return the keys up to a position that were not given out yet."""
        given = list[JsonValue]()
        while self._next is not None and self._next.last_position <= position:
            given.append(
                {
                    "tenant_id": self._next.tenant_id,
                    "key": self._next.key,
                    "digest": self._next.digest.hex(),
                    "first_position": self._next.first_position,
                }
            )
            self._next = self._rows.fetchone()
        return given


class _Payloads:
    """The payloads of the log, given out as events name them; one that was erased has no line."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._written: set[tuple[str, str]] = set()

    def before(self, events: Sequence[RecordedEvent]) -> Iterator[JsonMap]:
        """Yield the payloads that these events name and no event before them did."""
        for event in events:
            named, tenant_id = reference_of(event.envelope), event.envelope.tenant_id
            if named is not None and (tenant_id, named.digest) not in self._written:
                self._remember(tenant_id, named.digest)
                yield from self._line(event, named)

    def _remember(self, tenant_id: str, digest: str) -> None:
        if len(self._written) >= _REMEMBERED:
            self._written.clear()
        self._written.add((tenant_id, digest))

    def _line(self, event: RecordedEvent, named: PayloadRef) -> Iterator[JsonMap]:
        tenant_id, digest = event.envelope.tenant_id, bytes.fromhex(named.digest)
        key = {"the_tenant": tenant_id, "named": digest}
        for size, content in self._connection.execute(_PAYLOAD, key):
            yield {
                "payload": {
                    "position": event.position,
                    "tenant_id": tenant_id,
                    "digest": named.digest,
                    "size": size,
                    "content": base64.b64encode(content).decode(),
                }
            }
