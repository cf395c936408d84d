"""Reading a log file into a database: the same positions, batches and hashes."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import sqlalchemy as sa

from domain.aggregate.aggregate import Summary
from domain.aggregate.envelope import RecordedEvent
from domain.aggregates import aggregate_of
from domain.errors import CorruptLog, OpstrailError
from domain.ports import Append, IdempotencyKey, StreamHead
from domain.services.log import LogFileRefused
from domain.views.log import LogMark, log_mark
from infrastructure.event_store.whole import WholeAppend, whole_append
from infrastructure.log.marks import end_of_log
from infrastructure.log_files.log_file import FileBatch, LogFile

_STREAM_LIMIT: Final = 10_000
_FOREIGN: Final = "the database has other events: import into an empty one"


def import_log(file: LogFile, engine: sa.Engine, *, on_progress: Callable[[int], None]) -> LogMark:
    """Append what the file has beyond the end of the database's log; return its new end.

    All of it is one transaction: when anything is refused, or stops it, nothing was written. A log
    that is empty, or is the beginning of the file's, goes on with the batches that it lacks.

    Raises `LogFileRefused`: a line is not as it was exported, or the database has other events.
    """
    with whole_append(engine) as whole:
        stands_at = end_of_log(whole.connection)
        if stands_at.position > file.header.last_position:
            raise LogFileRefused(1, why=_FOREIGN)
        target = _Target(whole)
        for part in file.parts():
            if isinstance(part, FileBatch):
                _import_batch(part, target, stands_at=stands_at)
                on_progress(part.events[-1].position)
            elif part.position > stands_at.position:
                whole.put(part.tenant_id, [part.payload])
    return log_mark(file.header.last_position, file.header.log_hash)


def _import_batch(batch: FileBatch, target: "_Target", *, stands_at: LogMark) -> None:
    first, last = batch.events[0].position, batch.events[-1].position
    if last > stands_at.position:
        if first <= stands_at.position:
            raise LogFileRefused(batch.line, why=_FOREIGN)
        target.append(batch)
    elif last == stands_at.position and batch.log_hash.hex() != stands_at.log_hash:
        raise LogFileRefused(batch.line, why=_FOREIGN)


class _Target:
    """Appends batches; what it keeps of each run is bounded, the database has the rest."""

    def __init__(self, whole: WholeAppend) -> None:
        self._whole = whole
        self._runs: dict[tuple[str, str], tuple[StreamHead, Summary | None]] = {}

    def append(self, batch: FileBatch) -> None:
        """Append the batch as it was committed. Raises `LogFileRefused`."""
        try:
            requests = list(self._requests(batch))
            self._require_each_once(requests)
            for request, appended in zip(requests, self._whole.append(requests), strict=True):
                run = request.tenant_id, request.stream_id
                self._runs[run] = (appended.head, self._runs[run][1])
        except OpstrailError as error:  # an event that this version cannot read, too
            raise LogFileRefused(batch.line, why=str(error)) from error

    def _require_each_once(self, requests: Sequence[Append]) -> None:
        streams = Counter((request.tenant_id, request.stream_id) for request in requests)
        for (_, stream_id), count in streams.items():
            if count > 1:
                raise CorruptLog(stream_id, why="its events in a batch are not one after another")

    def _requests(self, batch: FileBatch) -> Iterator[Append]:
        if len(self._runs) > _STREAM_LIMIT:
            self._runs.clear()
        keys = {key.first_position: key for key in batch.keys}
        for run, grouped in itertools.groupby(batch.events, key=_run_of):
            events = list(grouped)
            if run not in self._runs:
                there = self._whole.read(*run)
                self._runs[run] = (self._whole.head(*run), _summary(run[1]))
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
