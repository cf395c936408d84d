"""Carrying out bulk replays: progress while it goes on, Ctrl-C, and what came of it."""

import asyncio
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import typer

from adapters.cli.commands.outcome import recover_lost_runs
from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import TextFormat
from adapters.cli.session import Session
from adapters.cli.text.replays import (
    forecast,
    show_bulk_preview,
    show_replay,
    show_verified,
)
from domain.replay.bulk.bulk_replay import BulkReplay, BulkReplayState
from domain.replay.bulk.events import BulkMode, RunVerdict
from domain.replay.bulk.orders import BulkOrder
from domain.times import duration_text

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail

_NONE = "No runs fit; nothing was started."


def show_preview_of(session: Session, order: BulkOrder, output: TextFormat) -> None:
    """Show what the order would do."""
    with session.open() as opstrail, session.screen.progress("Looking"):
        found = asyncio.run(opstrail.bulk_replays.preview(session.tenant_id, order))
    show_bulk_preview(session.screen, found, output)


def carry_out_order(session: Session, order: BulkOrder, output: TextFormat) -> None:
    """Start what is asked for, carry it out and show it."""
    with session.open() as opstrail:
        replay_id = _started(session, opstrail, order)
        if replay_id is not None:
            carry_out_and_show(session, opstrail, replay_id, output)


def carry_out_and_show(
    session: Session, opstrail: "Opstrail", replay_id: str, output: TextFormat
) -> None:
    """Carry out what this process has started or taken up, and show it.

    Raises `typer.Exit` when it did not come to its end.
    """
    code = _carry_out(session, opstrail, replay_id)
    show_replay(session.screen, opstrail.bulk_replays.show(session.tenant_id, replay_id), output)
    raise typer.Exit(code)


def verify_and_show(session: Session, order: BulkOrder, output: TextFormat) -> None:
    """Verify what is asked for, and show it run by run; ends with 1 unless all are the same."""
    with session.open() as opstrail:
        replay_id = _started(session, opstrail, order)
        if replay_id is None:
            return
        code, bulk = _carry_out(session, opstrail, replay_id), opstrail.bulk_replays
        view = bulk.show(session.tenant_id, replay_id)
        show_verified(session.screen, view, bulk.results(session.tenant_id, replay_id), output)
    is_same = set(view.counts) <= {RunVerdict.SAME}
    raise typer.Exit(ExitCode.FAILED if code is ExitCode.OK and not is_same else code)


def _started(session: Session, opstrail: "Opstrail", order: BulkOrder) -> str | None:
    if order.mode is not BulkMode.VERIFY:
        recover_lost_runs(session, opstrail)
    replay_id = opstrail.bulk_replays.start(order, session.authorship())
    session.screen.tell(_NONE if replay_id is None else f"started {replay_id}")
    return replay_id


def _carry_out(session: Session, opstrail: "Opstrail", replay_id: str) -> ExitCode:
    screen = session.screen
    with screen.progress("Replaying") as tell, _stopped_by_ctrl_c() as stop:
        meter = _Meter()
        replay = asyncio.run(
            opstrail.bulk_replays.carry_out(
                session.tenant_id,
                replay_id,
                is_stopped=stop.is_set,
                on_progress=lambda replay, extra: tell(meter.text(replay, extra)),
            )
        )
    match replay.state:
        case BulkReplayState.COMPLETED:
            return ExitCode.OK
        case BulkReplayState.ABORTED:
            screen.tell(f"opstrail: {replay_id} was aborted")
            return ExitCode.FAILED
        case _:
            done = f"{replay.done_count} of {replay.run_count} runs are done"
            screen.tell(f"opstrail: stopped; {done}; opstrail replay continue {replay_id}")
            return ExitCode.INTERRUPTED


@contextmanager
def _stopped_by_ctrl_c() -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets; the second one interrupts as usual."""
    stop = threading.Event()
    usual = signal.getsignal(signal.SIGINT)

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, usual)

    signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, usual)


class _Meter:
    """Says how far a bulk replay is, how quick, and how long it will take."""

    def __init__(self) -> None:
        self._begun_at = time.monotonic()
        self._begun_with: int | None = None

    def text(self, replay: BulkReplay, extra: int) -> str:
        done = replay.done_count + extra
        if self._begun_with is None:
            self._begun_with = done - 1
        rate = (done - self._begun_with) / max(time.monotonic() - self._begun_at, 0.001)
        left = duration_text(1000 * (replay.run_count - done) / rate)
        known = f"; {forecast(replay.counts)}" if replay.counts else ""
        return f"{done} of {replay.run_count}, {rate:.1f}/s, {left} left{known}"
