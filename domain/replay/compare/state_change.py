"""What one event changed in the state of its run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from typing_extensions import TypedDict

from domain.audit.event_lines import EnvelopeLine, envelope_json
from domain.json import JsonMap, plain_json_of
from domain.replay.compare.json_patch import json_patch
from domain.run.events import HistoryEntry
from domain.run.run import evolve, fold
from domain.views.state import RunStateView, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """An event with the states before and after it; before the first one the run is new.

    `since_ms` is the time since the event before, None for the first.
    """

    entry: HistoryEntry
    since_ms: float | None
    before: RunStateView
    after: RunStateView


class StateChangeView(TypedDict):
    """A change as plain JSON.

    `event` is the envelope, its `data` the exact text that is stored; `patch` turns the state
    before into that after (RFC 6902).
    """

    run_id: str
    version: int
    since_ms: float | None
    event: Annotated[JsonMap, plain_json_of(EnvelopeLine)]
    patch: list[JsonMap]


def state_change(entries: Sequence[HistoryEntry], version: int) -> StateChange:
    """Return what the event of this version changed. The history must reach that far."""
    entry, earlier = entries[version - 1], entries[: version - 1]
    before = fold(entry.envelope.stream_id, (each.event for each in earlier))
    return StateChange(
        entry=entry,
        since_ms=_milliseconds(earlier[-1], entry) if earlier else None,
        before=state_of(before),
        after=state_of(evolve(before, entry.event)),
    )


def change_json(change: StateChange) -> StateChangeView:
    """Return the change as plain JSON."""
    envelope = change.entry.envelope
    before, after = (cast("JsonMap", state) for state in (change.before, change.after))
    return {
        "run_id": envelope.stream_id,
        "version": envelope.version,
        "since_ms": change.since_ms,
        "event": envelope_json(envelope),
        "patch": json_patch(before, after),
    }


def _milliseconds(one: HistoryEntry, other: HistoryEntry) -> float:
    started, ended = (datetime.fromisoformat(each.envelope.recorded_at) for each in (one, other))
    return (ended - started).total_seconds() * 1000
