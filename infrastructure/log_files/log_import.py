"""Reading a log file into a database: the same positions, batches and hashes."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from domain.aggregate.aggregate import Summary
from domain.aggregate.envelope import RecordedEvent
from domain.aggregates import aggregate_of
from domain.errors import OpstrailError
from domain.ports import Append, IdempotencyKey, StreamHead
from domain.services.log import LogFileRefused
from domain.views.log import LogMark, log_mark
from infrastructure.event_store.batch import BatchStore
from infrastructure.log_files.log_file import FileBatch, FilePayload, LogFile

_STREAM_LIMIT: Final = 10_000
_FOREIGN: Final = "the database has other events: import into an empty one"


def import_log(
    file: LogFile,
    target: "ImportTarget",
    *,
    stands_at: LogMark,
    on_progress: Callable[[int], None],
) -> LogMark:
    """Append what the file has beyond the mark where the target's log ends; return its new end.

    A log that is empty, or is the beginning of the file's, goes on with the batches that it lacks:
    so an import that was interrupted is simply repeated. Each batch is one transaction.

    Raises `LogFileRefused`: a line is not as it was exported, or the target has other events.
    """
    if stands_at.position > file.header.last_position:
        raise LogFileRefused(1, why=_FOREIGN)
    for part in file.parts():
        if isinstance(part, FileBatch):
            _import_batch(part, target, stands_at=stands_at)
            on_progress(part.events[-1].position)
        elif part.position > stands_at.position:
            target.put(part)
    return log_mark(file.header.last_position, file.header.log_hash)


def _import_batch(batch: FileBatch, target: "ImportTarget", *, stands_at: LogMark) -> None:
    first, last = batch.events[0].position, batch.events[-1].position
    if last > stands_at.position:
        if first <= stands_at.position:
            raise LogFileRefused(batch.line, why=_FOREIGN)
        target.append(batch)
    elif last == stands_at.position and batch.log_hash.hex() != stands_at.log_hash:
        raise LogFileRefused(batch.line, why=_FOREIGN)


class ImportTarget:
    """Appends batches to a store; what it keeps of each run is bounded, the store has the rest."""

    def __init__(self, store: BatchStore) -> None:
        self._store = store
        self._runs: dict[tuple[str, str], tuple[StreamHead, Summary | None]] = {}

    def put(self, found: FilePayload) -> None:
        """Store a payload; it is durable with the next batch."""
        self._store.payloads.put(found.tenant_id, [found.payload])

    def append(self, batch: FileBatch) -> None:
        """Append the batch as it was committed. Raises `LogFileRefused`."""
        try:
            requests = list(self._requests(batch))
        except OpstrailError as error:  # an event that this version cannot read
            raise LogFileRefused(batch.line, why=str(error)) from error
        for request, outcome in zip(requests, self._store.append_batch(requests), strict=True):
            if isinstance(outcome, OpstrailError):
                raise LogFileRefused(batch.line, why=str(outcome))
            if outcome.last_position > batch.events[-1].position:
                raise LogFileRefused(batch.line, why="somebody else writes to the database")
            run = request.tenant_id, request.stream_id
            self._runs[run] = (outcome.head, self._runs[run][1])

    def _requests(self, batch: FileBatch) -> Iterator[Append]:
        if len(self._runs) > _STREAM_LIMIT:
            self._runs.clear()
        keys = {key.first_position: key for key in batch.keys}
        for run, grouped in itertools.groupby(batch.events, key=_run_of):
            events = list(grouped)
            if run not in self._runs:
                there = self._store.read(*run)
                self._runs[run] = (self._store.head(*run), _summary(run[1]))
                _add(self._runs[run][1], there)
            head, summary = self._runs[run]
            _add(summary, events)
            key = keys.get(events[0].position)
            yield Append(
                tenant_id=run[0],
                stream_id=run[1],
                expected=head,
                events=tuple(event.envelope for event in events),
                summary=None if summary is None else summary.summary(),
                key=None if key is None else IdempotencyKey(key.key, key.digest),
            )


def _summary(stream_id: str) -> Summary | None:
    """Return the line of a list, None for a stream that no list shows."""
    summary = aggregate_of(stream_id).summary
    return summary and summary()


def _add(summary: Summary | None, events: Sequence[RecordedEvent]) -> None:
    """Add the events. Raises `CorruptLog` for one that this version cannot read."""
    for event in events:
        entry = aggregate_of(event.envelope.stream_id).read(event)
        if summary is not None:
            summary.add(entry)


def _run_of(event: RecordedEvent) -> tuple[str, str]:
    return event.envelope.tenant_id, event.envelope.stream_id
