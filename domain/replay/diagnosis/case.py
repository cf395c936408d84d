"""What the rules of the diagnosis look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from domain.estate.fields import RecordKind
from domain.replay.compare.run_calls import RunCall, run_calls
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import HistoryEntry
from domain.run.summary import RunSummary, summary_of
from domain.views.calls import CallView, call_views
from domain.views.comparison import CallSide, Comparison
from domain.views.diagnosis import Confidence
from domain.views.stages import StageView

_SHORT_ID = 8

E = TypeVar("E")


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateChange:
    """An event log entry, a piece of work or a maintenance of an item.

    `severity` is that of an event log entry (5 is the worst), `result` how work ended.
    """

    kind: RecordKind
    record_id: str
    ci_id: str
    ci_code: str
    at: str
    about: str
    title: str
    severity: int | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has found; see `Hypothesis`. A confidence that is None is that of the rule."""

    sentence: str
    evidence: tuple[int, ...]
    next_step: str | None
    confidence: Confidence | None = None


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
        return summary_of(self.entries)

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

    def all(self, kind: type[E]) -> list[tuple[int, E]]:
        """Return the events of one type with their versions."""
        entries = ((entry.envelope.version, entry.event) for entry in self.entries)
        return [(version, event) for version, event in entries if isinstance(event, kind)]

    def command(self, verb: str, options: str = "") -> str:
        """Return a command on this run."""
        short_id = self.summary.run_id[-_SHORT_ID:]
        return f"opstrail run {verb} {short_id} {options}".rstrip()


def referenced_items(entries: Sequence[HistoryEntry]) -> dict[str, tuple[int, ...]]:
    """Return the ids of the configuration items that results refer to, and where they do."""
    items: dict[str, tuple[int, ...]] = {}
    for entry in entries:
        if isinstance(entry.event, ToolCallSucceeded):
            version = entry.envelope.version
            for reference in entry.event.references:
                ci_id = dict(reference.get("payload") or {}).get("ci_id")
                if isinstance(ci_id, str) and version not in items.get(ci_id, ()):
                    items[ci_id] = (*items.get(ci_id, ()), version)
    return items


def named(call: RunCall | CallView | CallSide) -> str:
    """Name a call with its tool and operation."""
    return f"{call.tool}.{call.operation} ({call.call_id})"


def versions(*of: RunCall | CallView | CallSide | StageView) -> tuple[int, ...]:
    """Return the versions of the events that started and ended calls or stages, in order."""
    found = {version for each in of for version in (each.started_version, each.ended_version)}
    return tuple(sorted(version for version in found if version is not None))
