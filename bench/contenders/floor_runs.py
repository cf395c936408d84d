"""Runs by hand: the rows of opstrail's runs, written by nothing but SQLite's driver.

What a run costs before any engine: its events with new ids and the hash chain, its stream, its
line in the run list and the batches of the log, in three commits, past the same triggers. Nothing
is decided, checked or encoded: all texts are those of one run that opstrail has made.
"""

import asyncio
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

import uuid_utils

from bench.contenders.measuring import WARM_UP_SECONDS, Measured, report, require_kept, task
from bench.contenders.opstrail_runs import settings
from bench.noop import BY, Bench, noop_bench
from domain.run.call_events import ToolCallSucceeded
from infrastructure.event_store.line_seal import NAMES, line_seal
from infrastructure.log.verification import verify_log

if TYPE_CHECKING:
    import sqlite3

_Row = dict[str, Any]
_length = struct.Struct(">Q").pack
_ABSENT: Final = b"\xff" * 8
_TAG: Final = b"\x00opstrail.event.v1"
_OF_THE_END: Final = ("status", "ended_at", "duration_ms")
_OF_ONE_RUN: Final = {
    "run_id",
    "requested_at",
    "updated_at",
    "ended_at",
    "duration_ms",
    "waited_ms",
    "seal",
}
_AFTER_REQUEST: Final = {"route": None, "planner": None, "worker": None, "call_count": 0}

_INSERT_STREAM: Final = "INSERT INTO streams VALUES (?, ?, ?, ?)"
_UPDATE_STREAM: Final = (
    "UPDATE streams SET version = ?, head_hash = ? WHERE tenant_id = ? AND stream_id = ?"
)
_INSERT_EVENT: Final = f"INSERT INTO events VALUES ({', '.join('?' * 16)})"  # noqa: S608 - constants
_INSERT_BATCH: Final = (
    "INSERT INTO log_batches (log, last_position, first_position, log_hash) VALUES (?, ?, ?, ?)"
)
_CHANGED: Final = (
    *("version", "state", "status", "route", "planner", "updated_at", "ended_at"),
    *("duration_ms", "waited_ms", "call_count", "worker", "seal"),
)
_INSERT_SUMMARY: Final = f"INSERT INTO run_summaries VALUES ({', '.join('?' * 26)})"  # noqa: S608 - constants
_UPDATE_SUMMARY: Final = (
    f"UPDATE run_summaries SET {', '.join(f'{name} = ?' for name in _CHANGED)} "  # noqa: S608 - constants
    "WHERE tenant_id = ? AND run_id = ?"
)
_UPDATE_LOG: Final = "UPDATE logs SET position = ?, log_hash = ? WHERE log = ?"


def main() -> None:
    """Measure and print."""
    asked = task()
    if asked.at_once != 1:
        message = "by hand there is one run at a time"
        raise SystemExit(message)
    with noop_bench(asked.database) as bench:
        made = asyncio.run(bench.run())
        by_hand = _ByHand(bench, made)
        _round(by_hand.run, WARM_UP_SECONDS)
        rate, cpu_ms = _round(by_hand.run, asked.seconds)
        _require_same(bench, by_hand, made)
        report(Measured(rate, settings(bench.engine), cpu_ms))


def _round(run: Callable[[], object], seconds: float) -> tuple[float, float]:
    """Return runs per second, and the processor's milliseconds of a run."""
    started, cpu, done = time.perf_counter(), time.process_time(), 0
    while done == 0 or time.perf_counter() - started < seconds:
        run()
        done += 1
    rate = done / (time.perf_counter() - started)
    return rate, 1000 * (time.process_time() - cpu) / done


def _require_same(bench: Bench, by_hand: "_ByHand", made: str) -> None:
    """End the process unless a run by hand is such as opstrail makes it, in a sound log."""
    runs = made, by_hand.run()
    same, events = ([entry.event for entry in bench.history(run)] for run in runs)
    require_kept(sum(isinstance(event, ToolCallSucceeded) for event in events))
    listed = [
        {name: row[name] for name in row.keys() - _OF_ONE_RUN} for row in map(by_hand.listed, runs)
    ]
    problems = verify_log(bench.engine, 0, on_progress=lambda _: None).problems
    if events != same or listed[0] != listed[1] or problems:
        message = f"the runs by hand are not as opstrail makes them: {problems}"
        raise SystemExit(message)


@dataclass(frozen=True, slots=True)
class _Event:
    """What of an event is the same in every run: values of its row, parts of what is hashed."""

    version: int
    kind: tuple[Any, ...]
    actor: tuple[Any, ...]
    traceparent: str | None
    data: str
    hashed_version: bytes
    hashed_kind: bytes
    hashed_actor: bytes
    hashed_rest: bytes

    @classmethod
    def of(cls, row: _Row) -> "_Event":
        """Return the event of a row."""
        kind, actor = (row["type"], row["schema_version"]), (row["actor_kind"], row["actor_id"])
        rest = (row["traceparent"], row["data"])
        hashed = (_hashed(row["version"]), _hashed(*kind), _hashed(*actor), _hashed(*rest))
        return cls(row["version"], kind, actor, *rest, *hashed)


class _ByHand:
    """Writes runs like one that opstrail has made."""

    def __init__(self, bench: Bench, made: str) -> None:
        connection = bench.engine.raw_connection()
        self._cursor = cast("sqlite3.Cursor", connection.cursor())
        events = self._rows("SELECT * FROM events WHERE stream_id = ? ORDER BY version", made)
        (log,) = self._rows("SELECT * FROM logs WHERE log = ?", "main")
        self._commits = _commits([_Event.of(row) for row in events], self.listed(made))
        self._position, self._log_hash = log["position"], log["log_hash"]
        self._tenant, self._begin = BY.tenant_id, _TAG + _hashed(BY.tenant_id)

    def run(self) -> str:
        """Write a run and return its id."""
        run_id, before, head = f"run-{_new_id()}", None, bytes(32)
        requested_at: str | None = None
        for events, summary in self._commits:
            at = datetime.now(UTC).isoformat(timespec="microseconds")[:-6] + "Z"  # noqa: TID251 - by hand
            rows = []
            for position, event in enumerate(events, start=self._position + 1):
                event_id = _new_id()
                row = self._sealed(event, run_id, event_id, at, before)
                rows.append((position, "main", self._tenant, run_id, *row))
                before = event_id
            requested_at = requested_at or at
            times = {
                "requested_at": requested_at,
                "updated_at": at,
                "ended_at": summary["ended_at"] and at,
            }
            listed = summary | times | {"run_id": run_id, "version": rows[-1][4]}
            head = self._commit(run_id, rows, listed, head)
        return run_id

    def listed(self, run_id: str) -> _Row:
        """Return the row that the run list has of a run."""
        (row,) = self._rows("SELECT * FROM run_summaries WHERE run_id = ?", run_id)
        return row

    def _sealed(
        self, event: _Event, run_id: str, event_id: str, at: str, before: str | None
    ) -> tuple[Any, ...]:
        """Return the values of an event's row, from its version on, with its hash."""
        stream = _hashed(run_id)
        content_hash = sha256(
            b"".join(
                (
                    self._begin,
                    stream,
                    event.hashed_version,
                    _hashed(event_id),
                    event.hashed_kind,
                    _hashed(at),
                    event.hashed_actor,
                    stream,
                    _hashed(before),
                    event.hashed_rest,
                )
            )
        ).digest()
        ids, rest = (run_id, before), (event.traceparent, event.data, content_hash)
        return (event.version, event_id, *event.kind, at, *event.actor, *ids, *rest)

    def _commit(self, run_id: str, rows: list[Any], summary: _Row, head: bytes) -> bytes:
        """Write the rows of one commit, and return the stream's head hash after it."""
        execute, first, version = self._cursor.execute, self._position + 1, rows[-1][4]
        hashes = [row[-1] for row in rows]
        for each in hashes:
            head = sha256(b"\x02" + head + each).digest()
        summary = summary | {"seal": line_seal([summary[name] for name in NAMES], head)}
        self._position = rows[-1][0]
        self._log_hash = sha256(b"\x03" + self._log_hash + b"".join(hashes)).digest()
        execute("BEGIN IMMEDIATE")
        if version == 1:
            execute(_INSERT_STREAM, (self._tenant, run_id, version, head))
            execute(_INSERT_SUMMARY, (*summary.values(),))
        else:
            execute(_UPDATE_STREAM, (version, head, self._tenant, run_id))
            execute(_UPDATE_SUMMARY, (*map(summary.get, _CHANGED), self._tenant, run_id))
        self._cursor.executemany(_INSERT_EVENT, rows)
        execute(_INSERT_BATCH, ("main", self._position, first, self._log_hash))
        execute(_UPDATE_LOG, (self._position, self._log_hash, "main"))
        execute("COMMIT")
        return head

    def _rows(self, query: str, value: str) -> list[_Row]:
        found = self._cursor.execute(query, (value,))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _commits(events: Sequence[_Event], summary: _Row) -> list[tuple[Sequence[_Event], _Row]]:
    """Return what goes into each commit: the request, all up to the calls, and the rest."""
    started = [event.version for event in events if event.kind[0] == "tool-call-started"]
    planned = summary | dict.fromkeys(_OF_THE_END) | {"state": "execute"}
    requested = planned | _AFTER_REQUEST | {"state": "requested"}
    return [
        (events[:1], requested),
        (events[1 : started[-1]], planned),
        (events[started[-1] :], summary),
    ]


def _hashed(*values: object) -> bytes:
    """Return values as they stand in what is hashed; see docs/reference/hash-chain.md."""
    texts = [None if value is None else str(value).encode() for value in values]
    return b"".join(_ABSENT if text is None else _length(len(text)) + text for text in texts)


def _new_id() -> str:
    return str(uuid_utils.uuid7())  # noqa: TID251 - by hand there is no port


if __name__ == "__main__":
    main()
