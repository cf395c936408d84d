"""What the rules of the diagnosis look at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final, TypeVar

from domain.estate.fields import RecordKind
from domain.replay.compare.run_calls import RunCall, run_calls
from domain.replay.record.recording import request_of
from domain.run.call_events import ToolCallSucceeded
from domain.run.clockwork import RunTime, run_time
from domain.run.events import HistoryEntry, RunFailed, RunRequested, RunResumed
from domain.run.facts import counted
from domain.run.summary import RunSummary, summary_of
from domain.views.calls import CallView, call_views
from domain.views.comparison import CallSide, Comparison
from domain.views.diagnosis import Confidence
from domain.views.stages import StageView

_SHORT_ID = 8

_MADE: Final = re.compile(
    "deploy|releas|install|upgrad|updat|patch|config|rollback|migrat|restart|reboot|scal|"
    "(?<!status.)chang|remov|failover|maintenance",
    re.IGNORECASE,
)

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

    @property
    def instant(self) -> datetime:
        """When it happened, or began."""
        return datetime.fromisoformat(self.at)

    @property
    def is_made(self) -> bool:
        """Whether somebody made it, as a deployment; an alarm only tells of something."""
        return self.kind is not RecordKind.EVENT_LOG or is_made_by_people(self.about)


def time_between(start: datetime, end: datetime) -> str:
    """Return such as "2.5 hours", or "7 minutes" of less than one."""
    minutes = (end - start).total_seconds() / 60
    return f"{minutes / 60:.1f} hours" if minutes >= 60 else counted(round(minutes), "minute")  # noqa: PLR2004 - an hour


def is_made_by_people(event_type: str) -> bool:
    """Return whether events of this type tell of something that somebody did."""
    return _MADE.search(event_type) is not None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has found; see `Hypothesis`. A confidence that is None is that of the rule.

    What `is_note` is worth knowing, and no reason for how the run went.
    """

    sentence: str
    evidence: tuple[int, ...]
    next_step: str | None
    confidence: Confidence | None = None
    is_note: bool = False


@dataclass(frozen=True)
class Case:
    """A run to be diagnosed: its history, which is not empty, and what is known around it.

    `last_good` is the history of the last run of the same question that went well, and
    `since_last_good` compares this one with it, which is A; a what-if is compared with none.
    `changes` are those in the estate shortly before.
    """

    entries: Sequence[HistoryEntry]
    since_last_good: Comparison | None = None
    last_good: Sequence[HistoryEntry] = ()
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
    def calls_of_last_good(self) -> list[RunCall]:
        """Return those of the last good run; none when there is no such run."""
        return run_calls(self.last_good)

    @cached_property
    def attempts(self) -> dict[str, list[CallView]]:
        """Return every attempt of each call, by call id."""
        attempts: dict[str, list[CallView]] = {}
        for view in call_views(self.entries):
            attempts.setdefault(view.call_id, []).append(view)
        return attempts

    @cached_property
    def request(self) -> RunRequested:
        """Return the request of the run."""
        return request_of(self.entries)

    @cached_property
    def failures(self) -> list[tuple[int, RunFailed]]:
        """Return how the run failed, the last time last; each with its version."""
        return self.all(RunFailed)

    @cached_property
    def failures_now(self) -> list[tuple[int, RunFailed]]:
        """Return the failure after which the run was not taken up again, if there is one."""
        taken_up = max((version for version, _ in self.all(RunResumed)), default=0)
        return [failure for failure in self.failures if failure[0] > taken_up]

    @cached_property
    def time(self) -> RunTime:
        """Return how the time of the run was divided."""
        return run_time(self.entries)

    def all(self, kind: type[E]) -> list[tuple[int, E]]:
        """Return the events of one type with their versions."""
        entries = ((entry.envelope.version, entry.event) for entry in self.entries)
        return [(version, event) for version, event in entries if isinstance(event, kind)]

    def command(self, verb: str, options: str = "") -> str:
        """Return a command on this run."""
        return command(verb, self.summary.run_id, options)


def command(verb: str, run_id: str, options: str = "") -> str:
    """Return a command on a run, named by the end of its id."""
    return f"opstrail run {verb} {run_id[-_SHORT_ID:]} {options}".rstrip()


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
