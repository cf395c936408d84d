"""A run in short: what is known of it, the hash of its whole history, and whether it is lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final

from domain.aggregate.envelope import GENESIS
from domain.audit.chain import next_head
from domain.run.events import HistoryEntry, RunRequested, RunResumed
from domain.run.facts import changes_in_words
from domain.run.summary import RunSummary, summary_of
from domain.views.json_form import View


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetails(RunSummary):
    """The summary of a run, with the head hash of all its events until then, in hexadecimal.

    `changes` tells what it does otherwise than the run that it comes from, and what each
    resumption changed.
    """

    head_hash: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRun:
    """A run whose worker is lost; `worker` is None when none had begun it."""

    run: str
    state: str
    question: str
    worker: str | None
    why: str


RUN: Final[View[RunDetails]] = View("run", RunDetails)
LOST_RUNS: Final[View[list[LostRun]]] = View("lost-runs", list[LostRun])


def run_details(history: Sequence[HistoryEntry]) -> RunDetails:
    """Return the details of a history that is not empty."""
    summary = summary_of(history)
    head = next_head(GENESIS, [entry.envelope.content_hash for entry in history])
    values = {field.name: getattr(summary, field.name) for field in fields(RunSummary)}
    return RunDetails(**values, head_hash=head.hex(), changes=tuple(_changes(history)))


def _changes(history: Iterable[HistoryEntry]) -> Iterator[str]:
    for entry in history:
        match entry.event:
            case RunRequested(origin=origin):
                changes = changes_in_words(origin.patches)
            case RunResumed(changes=changes):
                pass
            case _:
                continue
        if changes:
            yield f"from version {entry.envelope.version} on: {changes}"
