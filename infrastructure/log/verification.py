"""The verification of the log: all stored events, batches and streams against the hash chain."""

from collections.abc import Callable, Iterator
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS
from domain.audit.chain import fields_hash, next_head, next_log_hash
from domain.views.log import LOG_START, LogMark, LogProgress, LogReport, PayloadFindings, log_mark
from infrastructure.event_store.tables import LOGS, MAIN_LOG
from infrastructure.log.chain_rows import (
    StoredBatch,
    StoredEvent,
    batches_after,
    events_after,
    head_before,
    streams_without_last_event,
)
from infrastructure.log.marks import end_of_log, last_mark, log_hash_at
from infrastructure.named_payloads.verification import verify_payloads

PROBLEM_LIMIT: Final = 20
"""How many problems a report names; the verification stops there."""

OPEN_STREAM_LIMIT: Final = 50_000
"""At most so many heads of streams are kept in memory."""
_LOG: Final = MAIN_LOG.encode()
_Stream = tuple[bytes | None, bytes | None]


def verify_log(
    engine: sa.Engine, since: LogMark | int, *, on_progress: Callable[[LogProgress], None]
) -> LogReport:
    """Return what is wrong in the log beyond a mark; `on_progress` is told as it goes on.

    The log up to the mark is believed when its log hash is still that of the mark. A position
    means the end of the last batch that ended there or before.
    """
    with engine.connect() as connection:
        after = since if isinstance(since, LogMark) else last_mark(connection, since)
        if log_hash_at(connection, after.position) != bytes.fromhex(after.log_hash):
            problem = f"position {after.position}: the log hash is not the one verified before"
            return _report(after, LOG_START, None, [problem])
        last_position = end_of_log(connection).position
        verification = LogVerification(connection, after=after)
        verified_to, problems = after, list[str]()
        for found in verification.steps():
            problems += found
            if len(problems) >= PROBLEM_LIMIT:
                break
            if not problems:
                verified_to = verification.mark
                on_progress(LogProgress(verified_to, last_position))
        payloads, left = None, PROBLEM_LIMIT - len(problems)
        if left > 0:
            payloads = verify_payloads(connection, after=after.position, problem_limit=left)
            problems += payloads.problems
        return _report(after, verified_to, payloads, problems)


def _report(
    after: LogMark, verified_to: LogMark, payloads: PayloadFindings | None, problems: list[str]
) -> LogReport:
    return LogReport(
        after=after,
        verified_to=verified_to,
        payloads=payloads,
        problems=tuple(problems[:PROBLEM_LIMIT]),
        is_sound=not problems,
    )


def log_end(engine: sa.Engine) -> LogMark:
    """Return where the log ends."""
    with engine.connect() as connection:
        return end_of_log(connection)


def find_problems(connection: sa.Connection) -> Iterator[str]:
    """Yield each contradiction in the log, its batches and its streams, as a sentence."""
    for found in LogVerification(connection).steps():
        yield from found


class LogVerification:
    """Reads the log once, in order of position, from a mark on.

    Checked are: positions and versions without gaps, each content hash, the head of each stream,
    the log hash of each batch, and the head of the log. What lies before the mark is believed.

    Memory does not grow with the log: the head of a stream is kept from one of its events to the
    next, and when too many streams are open all heads are forgotten. A forgotten head is folded
    again from the stored content hashes. The connection must see one snapshot throughout.
    """

    def __init__(self, connection: sa.Connection, *, after: LogMark | None = None) -> None:
        self._connection = connection
        self.mark = after or LOG_START
        self._position = self.mark.position
        self._batch_hashes: list[bytes] = []
        self._heads: dict[_Stream, tuple[int, bytes]] = {}
        self._found: list[str] = []

    def steps(self) -> Iterator[list[str]]:
        """Yield what contradicts itself in each chunk of events, and at the end in the heads.

        `mark` is then the end of the last batch that was read.
        """
        batches = batches_after(self._connection, self._position)
        batch, stray_count = next(batches, None), 0
        for events in events_after(self._connection, self._position):
            for event in events:
                while batch and batch.last_position < event.position:
                    batch, stray_count = next(batches, None), stray_count + 1
                self._verify(event)
                if batch and batch.last_position == event.position:
                    self._end(batch)
                    batch = next(batches, None)
            yield self._told()
        stray_count += sum(1 for _ in batches) + (batch is not None)
        self._verify_end(stray_count)
        yield self._told()

    def _verify(self, event: StoredEvent) -> None:
        # Each event comes through here: names of its values are cheaper than its attributes.
        position, log, version, last_version, last_head, content_hash, *hashed = event
        if position != self._position + 1:
            self._tell(event, f"position {self._position + 1} is missing before it")
        if log != _LOG:
            name = log.decode(errors="replace")
            self._tell(event, f"it names another log, {name!r}")
        if fields_hash(hashed) != content_hash:
            self._tell(event, "the content does not fit its hash")
        stream = (hashed[0], hashed[1])
        kept = self._heads.pop(stream, None)
        is_first = event.version == 1
        before, head = kept or ((0, GENESIS) if is_first else head_before(self._connection, event))
        if version != before + 1:
            self._tell(event, f"version {before + 1} of its stream is missing before it")
        head = next_head(head, (content_hash,))
        if last_version is None:
            self._tell(event, "the event is there, but the stream is not")
        elif version < last_version:
            self._keep(stream, version, head)
        elif head != last_head:
            self._found.append(_head_problem(event.stream_id, last_version))
        self._position = position
        self._batch_hashes.append(content_hash)

    def _keep(self, stream: _Stream, version: int, head: bytes) -> None:
        if len(self._heads) >= OPEN_STREAM_LIMIT:
            self._heads.clear()
        self._heads[stream] = (version, head)

    def _end(self, batch: StoredBatch) -> None:
        where = f"batch {batch.first_position} to {batch.last_position}"
        if batch.last_position - batch.first_position + 1 != len(self._batch_hashes):
            self._found.append(f"{where}: it does not follow the batch before it")
        if next_log_hash(bytes.fromhex(self.mark.log_hash), self._batch_hashes) != batch.log_hash:
            self._found.append(f"{where}: its events do not add up to its log hash")
        self.mark = log_mark(batch.last_position, batch.log_hash)
        self._batch_hashes = []

    def _verify_end(self, stray_count: int) -> None:
        if self._batch_hashes:
            self._found.append(f"position {self._position}: the last events belong to no batch")
        if stray_count:
            self._found.append(f"{stray_count} batches do not end at an event")
        heads = sa.select(LOGS.c.log, LOGS.c.position, LOGS.c.log_hash)
        found = [tuple(row) for row in self._connection.execute(heads)]
        if found != [(MAIN_LOG, self._position, bytes.fromhex(self.mark.log_hash))]:
            self._found.append(
                f"the head of the log is not that of its last event, at position {self._position}"
            )
        for stream_id, version in streams_without_last_event(self._connection):
            self._found.append(_head_problem(stream_id, version))

    def _tell(self, event: StoredEvent, problem: str) -> None:
        where = f"position {event.position} ({event.stream_id} version {event.version})"
        self._found.append(f"{where}: {problem}")

    def _told(self) -> list[str]:
        told, self._found = self._found, []
        return told


def _head_problem(stream_id: str, version: int) -> str:
    return f"{stream_id}: its events do not add up to its head, version {version}"
