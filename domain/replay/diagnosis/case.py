"""What the rules of the diagnosis look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from domain.replay.compare.compare import Comparison
from domain.replay.compare.run_calls import RunCall, run_calls
from domain.replay.diagnosis.estate_changes import EstateChange
from domain.run.events import HistoryEntry, PlanProduced, RunEvent
from domain.run.summary import RunSummary, summarise
from domain.views.calls import CallView, call_views

_SHORT_ID = 8


@dataclass(frozen=True)
class Case:
    """A run to be diagnosed: its history, which is not empty, and what is known around it.

    `since_last_good` compares it with the last run of the same question that succeeded, which is
    A; `changes` are those in the estate shortly before.
    """

    entries: Sequence[HistoryEntry]
    since_last_good: Comparison | None = None
    changes: Sequence[EstateChange] = ()

    @cached_property
    def summary(self) -> RunSummary:
        """Return the summary of the run."""
        summary = summarise(self.entries)
        if summary is None:
            message = "a diagnosis needs a run that has events"
            raise ValueError(message)
        return summary

    @cached_property
    def calls(self) -> list[RunCall]:
        """Return the calls, each with its last attempt."""
        return run_calls(self.entries)

    @cached_property
    def attempts(self) -> dict[str, list[CallView]]:
        """Return every attempt of each call, by call id."""
        attempts: dict[str, list[CallView]] = {}
        for view in call_views(self.entries):
            attempts.setdefault(view.call_id, []).append(view)
        return attempts

    @property
    def name(self) -> str:
        """Return the end of the run's id, which names it in commands."""
        return self.summary.run_id[-_SHORT_ID:]

    def events(self) -> Iterator[tuple[int, RunEvent]]:
        """Yield the events with their versions."""
        return ((entry.envelope.version, entry.event) for entry in self.entries)

    def anchored_at(self) -> datetime:
        """Return the instant that relative times of the run count back from."""
        return anchored_at(self.entries)


def anchored_at(entries: Sequence[HistoryEntry]) -> datetime:
    """Return the instant that relative times of a run count back from."""
    for entry in entries:
        event = entry.event
        if isinstance(event, PlanProduced) and event.anchored_at is not None:
            return datetime.fromisoformat(event.anchored_at)
    return datetime.fromisoformat(entries[0].envelope.recorded_at)


def named(call: RunCall | CallView) -> str:
    """Name a call with its tool and operation."""
    return f"{call.tool}.{call.operation} ({call.call_id})"


def versions(*calls: RunCall | CallView) -> tuple[int, ...]:
    """Return the versions of the events that started and ended the calls, in order."""
    found = {version for call in calls for version in (call.started_version, call.ended_version)}
    return tuple(sorted(version for version in found if version is not None))
