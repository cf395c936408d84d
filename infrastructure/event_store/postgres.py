"""The event store on PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
import psycopg
import sqlalchemy as sa

from domain.audit.chain import head_after
from domain.errors import CorruptLog, LeaseHeld, OpstrailError
from domain.ports import Append, Appended, StreamHead
from infrastructure.database.postgres import statement
from infrastructure.event_store.batch import (
    CONTRADICTS,
    Outcome,
    answer,
    outcome,
    require_expected,
    require_same_content,
    sound_only,
)
from infrastructure.event_store.payloads import PostgresPayloads
from infrastructure.event_store.rows import event_row, summary_row
from infrastructure.event_store.stream_rows import StreamReader
from infrastructure.event_store.tables import MAIN_LOG

_APPEND = "SELECT * FROM append_batch(%s, %s::json, %s::json, %s::json)"
REFUSED: Final = (psycopg.IntegrityError, psycopg.DataError, psycopg.errors.CardinalityViolation)
"""What the database says when events contradict what is stored, or each other."""


class PostgresEventStore:
    """Appends with one call of the database's function `append_batch`, of migration 0015.

    See `domain.ports.EventStore` and `infrastructure.event_store.batch.BatchStore`. The database
    must be current (`infrastructure.database.migrate.ensure_current`).
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine, reader = engine, StreamReader(engine)
        self.head, self.read, self.read_log = reader.head, reader.read, reader.read_log
        self.payloads = PostgresPayloads(engine)

    def append(self, request: Append) -> Appended:
        """See `EventStore`."""
        return answer(self.append_batch([request])[0])

    def close(self) -> None:
        """Do nothing: connections are the pool's."""

    async def append_async(self, request: Append) -> Appended:
        """See `EventStore`; no other task goes on meanwhile, unless `GroupCommit` is before it."""
        return self.append(request)

    def append_batch(self, requests: Sequence[Append]) -> list[Outcome]:
        """See `BatchStore`. Text with the character NUL, which PostgreSQL has not, is refused."""
        return sound_only(requests, self._append_all)

    def _append_all(self, requests: Sequence[Append]) -> list[Outcome]:
        try:
            with statement(self._engine) as cursor:
                return append_with(cursor, requests)
        except REFUSED:
            if len(requests) == 1:
                return [CorruptLog(requests[0].stream_id, why=CONTRADICTS)]
            return [outcome for request in requests for outcome in self._append_all([request])]


def append_with(
    cursor: psycopg.Cursor[tuple[Any, ...]], requests: Sequence[Append]
) -> list[Outcome]:
    """Append what can be, as one batch of the log; see `BatchStore.append_batch`.

    Raises one of `REFUSED` when the events of any request contradict what is stored.
    """
    rows = cursor.execute(_APPEND, (MAIN_LOG, *_texts(requests))).fetchall()
    return [_outcome(request, _Answer(*row)) for request, row in zip(requests, rows, strict=True)]


class _Answer(NamedTuple):
    """A row that `append_batch` returns."""

    first_position: int | None
    version: int
    head_hash: bytes
    digest: bytes | None
    earlier_stream: str
    earlier_first: int
    earlier_last: int
    earlier_version: int
    earlier_hash: bytes


def _texts(requests: Sequence[Append]) -> tuple[str, str, str]:
    """Return the requests, their events and their summaries, as `append_batch` takes them.

    The summary of a stream that is no run is an object without values.
    """
    heads = [_head(number, request) for number, request in enumerate(requests, start=1)]
    events = [
        event_row(envelope, log=MAIN_LOG, position=number)
        for number, request in enumerate(requests, start=1)
        for envelope in request.events
    ]
    summaries = [
        summary_row(each.summary, head["new_hash"]) if each.summary else {}
        for each, head in zip(requests, heads, strict=True)
    ]
    return _json(heads), _json(events), _json(summaries)


def _head(number: int, request: Append) -> dict[str, Any]:
    return {
        "no": number,
        "tenant_id": request.tenant_id,
        "stream_id": request.stream_id,
        "expected_version": request.expected.version,
        "expected_hash": request.expected.head_hash,
        "new_version": request.events[-1].version,
        "new_hash": head_after(request).head_hash,
        "key": request.key.key if request.key else None,
        "digest": request.key.digest if request.key else None,
        "lease_owner": request.lease.owner if request.lease else None,
        "lease_seconds": request.lease.seconds if request.lease else None,
        "takes_lease": request.lease is not None and request.lease.is_taken,
        "ends_lease": request.ends_lease,
    }


def _json(rows: Sequence[Mapping[str, object]]) -> str:
    # SQLAlchemy's names of columns are a kind of text of their own.
    return orjson.dumps(rows, default=_hex, option=orjson.OPT_NON_STR_KEYS).decode()


def _hex(value: object) -> str:
    """Return bytes as PostgreSQL reads them from text."""
    if isinstance(value, bytes):
        return rf"\x{value.hex()}"
    raise TypeError(value)


def _outcome(request: Append, found: _Answer) -> Outcome:
    try:
        return _appended(request, found)
    except OpstrailError as error:
        return error


def _appended(request: Append, found: _Answer) -> Appended:
    if found.first_position is not None:
        return outcome(request, last_position=found.first_position - 1)
    if request.key is not None and found.digest is not None:
        stream_id = found.earlier_stream
        require_same_content(request.key, digest=found.digest, stream_id=stream_id)
        head = StreamHead(found.earlier_version, found.earlier_hash)
        return Appended(stream_id, found.earlier_first, found.earlier_last, head, is_repeat=True)
    require_expected(request, actual=StreamHead(found.version, found.head_hash))
    if request.lease is not None and request.lease.is_taken:
        raise LeaseHeld(request.stream_id)
    raise CorruptLog(request.stream_id, why="append_batch refused what fits the stream's head")
