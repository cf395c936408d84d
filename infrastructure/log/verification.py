"""The verification of the log: all stored events, batches and streams against the hash chain."""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import sqlalchemy as sa

from domain.aggregate.envelope import GENESIS
from domain.audit.chain import fields_hash, head_with, next_log_hash
from domain.views.log import LOG_START, LogMark, LogProgress, LogReport, PayloadFindings, log_mark
from infrastructure.event_store.rows import driver_cursor
from infrastructure.event_store.tables import LOGS, MAIN_LOG
from infrastructure.log.chain_rows import (
    Name,
    StoredBatch,
    StoredEvent,
    batches_after,
    head_before,
    heads_at,
    select_events,
    stream_id_of,
    streams_without_last_event,
)
from infrastructure.log.marks import end_of_log, last_mark, log_hash_at
from infrastructure.log.tables_beside import problems_beside
from infrastructure.named_payloads.references import MARKS, NamingEvent, naming_of
from infrastructure.named_payloads.verification import PayloadVerification

PROBLEM_LIMIT: Final = 20
"""How many problems a report names; the verification stops there."""

OPEN_STREAM_LIMIT: Final = 50_000
"""At most so many heads of streams are kept in memory."""
_Head = tuple[int, bytes, int]
"""A version of a stream, its head hash, and the position of its event."""

_BEGINNING: Final = (0, GENESIS, 0)


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
        payloads = PayloadVerification(connection, problem_limit=PROBLEM_LIMIT)
        verified_to, problems = after, list[str]()
        for found in verification.steps():
            problems += found
            if len(problems) >= PROBLEM_LIMIT:
                break
            if not problems:
                verified_to = verification.mark
                on_progress(LogProgress(verified_to, last_position))
            payloads.add(verification.naming)
        if len(problems) >= PROBLEM_LIMIT:
            return _report(after, verified_to, None, problems)
        problems += payloads.findings.problems
        problems += itertools.islice(problems_beside(connection), PROBLEM_LIMIT)
        return _report(after, verified_to, payloads.findings, problems)


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
    yield from problems_beside(connection)


class LogVerification:
    """Reads the log once, in order of position, from a mark on.

    Checked are: positions and versions without gaps, each content hash, the head of each stream,
    the log hash of each batch, and the head of the log. What lies before the mark is believed.

    Memory does not grow with the log: the head of a stream is kept from one of its events to the
    next, and when too many streams are open all heads are forgotten. A forgotten head is folded
    again from the stored content hashes. The connection must see one snapshot throughout.
    """

    def __init__(self, connection: sa.Connection, *, after: LogMark | None = None) -> None:
        mark = after or LOG_START
        self._connection, self._query = connection, select_events(connection)
        self._position = self._ended = mark.position
        self._log_hash = bytes.fromhex(mark.log_hash)
        self._batches = batches_after(connection, mark.position)
        self._batch = next(self._batches, None)
        self._batch_hashes: list[bytes] = []
        self._stray_count = 0
        self._open: dict[Name, _Head] = {}
        self._found: list[str] = []
        self.naming: list[NamingEvent] = []

    @property
    def mark(self) -> LogMark:
        """The end of the last batch that was read."""
        return log_mark(self._ended, self._log_hash)

    def steps(self) -> Iterator[list[str]]:
        """Yield what contradicts itself in each chunk of events, and at the end in the heads."""
        while heads := self._next_heads():
            self._compare(heads)
            yield self._told()
        self._verify_end()
        yield self._told()

    def _next_heads(self) -> dict[Name, _Head]:
        """Verify a chunk of events, and return the heads that they make; none after the last."""
        heads: dict[Name, _Head] = {}
        self.naming = []
        last, batch_end = self._position, self._next_batch_end()
        with driver_cursor(self._connection, self._query, {"after": last}) as events:
            for event in events:
                position, log, version, content_hash = event[:4]
                name, fields = event[4:6], event[4:]
                before, head, _ = heads.get(name) or self._head_before(name, version)
                is_next = position == last + 1 and version == before + 1
                if not is_next or log is not None or fields_hash(fields) != content_hash:
                    self._found += _problems(event, last=last, before=before)
                heads[name] = (version, head_with(head, content_hash), position)
                self._batch_hashes.append(content_hash)
                mark = MARKS.get(fields[4])
                if mark is not None and mark in fields[12]:
                    self.naming.append(naming_of(position, fields))
                last = position
                if last >= batch_end:
                    batch_end = self._end_batches(last)
        self._position = last
        return heads

    def _head_before(self, name: Name, version: int) -> _Head:
        kept = self._open.pop(name, None)
        if kept is not None:
            return kept
        return _BEGINNING if version == 1 else (*head_before(self._connection, name, version), 0)

    def _compare(self, heads: Mapping[Name, _Head]) -> None:
        """Compare the heads with the stored ones, and keep those of streams that go on."""
        names = {position: name for name, (_, _, position) in heads.items()}
        for position, last_version, last_head in heads_at(self._connection, names):
            name = names[position]
            version, head, _ = heads[name]
            if last_version is None:
                where = _where(position, name, version)
                self._found.append(f"{where}: the event is there, but the stream is not")
            elif version < last_version:
                self._keep(name, heads[name])
            elif (version, head) != (last_version, last_head):
                self._found.append(_head_problem(stream_id_of(name), last_version))

    def _keep(self, name: Name, head: _Head) -> None:
        if len(self._open) >= OPEN_STREAM_LIMIT:
            self._open.clear()
        self._open[name] = head

    def _end_batches(self, position: int) -> float:
        """End the batch that ends at a position; return where the next one ends."""
        while self._batch is not None and self._batch.last_position <= position:
            if self._batch.last_position == position:
                self._end(self._batch)
            else:
                self._stray_count += 1
            self._batch = next(self._batches, None)
        return self._next_batch_end()

    def _next_batch_end(self) -> float:
        return math.inf if self._batch is None else self._batch.last_position

    def _end(self, batch: StoredBatch) -> None:
        first, last, log_hash = batch
        if last - first + 1 != len(self._batch_hashes):
            self._found.append(f"{_span(batch)}: it does not follow the batch before it")
        if next_log_hash(self._log_hash, self._batch_hashes) != log_hash:
            self._found.append(f"{_span(batch)}: its events do not add up to its log hash")
        self._ended, self._log_hash = last, log_hash
        self._batch_hashes = []

    def _verify_end(self) -> None:
        if self._batch_hashes:
            self._found.append(f"position {self._position}: the last events belong to no batch")
        strays = self._stray_count + (self._batch is not None) + sum(1 for _ in self._batches)
        if strays:
            self._found.append(f"{strays} batches do not end at an event")
        heads = sa.select(LOGS.c.log, LOGS.c.position, LOGS.c.log_hash)
        found = [tuple(row) for row in self._connection.execute(heads)]
        if found != [(MAIN_LOG, self._position, self._log_hash)]:
            self._found.append(
                f"the head of the log is not that of its last event, at position {self._position}"
            )
        for stream_id, version in streams_without_last_event(self._connection):
            self._found.append(_head_problem(stream_id, version))

    def _told(self) -> list[str]:
        told, self._found = self._found, []
        return told


def _problems(event: StoredEvent, *, last: int, before: int) -> Iterator[str]:
    """Yield what is wrong with an event after a position and a version of its stream."""
    position, log, version, content_hash = event[:4]
    where = _where(position, event[4:6], version)
    if position != last + 1:
        yield f"{where}: position {last + 1} is missing before it"
    if log is not None:
        yield f"{where}: it names another log, {log.decode(errors='replace')!r}"
    if fields_hash(event[4:]) != content_hash:
        yield f"{where}: the content does not fit its hash"
    if version != before + 1:
        yield f"{where}: version {before + 1} of its stream is missing before it"


def _where(position: int, name: Name, version: int) -> str:
    return f"position {position} ({stream_id_of(name)} version {version})"


def _span(batch: StoredBatch) -> str:
    return f"batch {batch.first_position} to {batch.last_position}"


def _head_problem(stream_id: str, version: int) -> str:
    return f"{stream_id}: its events do not add up to its head, version {version}"
