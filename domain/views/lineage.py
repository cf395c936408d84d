"""The lineage of a run: what it comes from, and what comes from it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.run.events import (
    HistoryEntry,
    RunRecovered,
    RunRequested,
    RunResumed,
)
from domain.run.facts import changes_in_words
from domain.run.note_events import GoldenBroke, GoldenPinned, GoldenUnpinned
from domain.run.summary import RunSummary, age
from domain.views.json_form import View


@dataclass(frozen=True, slots=True)
class LineageNote:
    """What happened to a run beside its stages: it was taken up again, pinned, unpinned, or broke.

    `kind` is resumed, recovered, pinned, pinned as wrong, unpinned or broke; `about` is the
    reason, the worker that was lost, or the golden name.
    """

    version: int
    at: str
    by: str
    kind: str
    about: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageNode:
    """A run with the runs that come from it, the oldest first.

    Of a fork or rerun, `parent_version` and `reason` say from where on, and why, `changes` what it
    does otherwise.
    """

    summary: RunSummary
    parent_version: int | None
    reason: str | None
    changes: str | None
    notes: tuple[LineageNote, ...]
    children: tuple["LineageNode", ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The whole tree that a run belongs to."""

    asked_for: str
    root: LineageNode


LINEAGE: Final[View[Lineage]] = View("lineage", Lineage)

Member = tuple[RunSummary, Sequence[HistoryEntry]]
"""A run of a family, with its history."""


def lineage(root_id: str, family: Iterable[Member]) -> LineageNode:
    """Return the tree below a run of the family. A run whose parent is not in it is left out."""
    members = {summary.run_id: (summary, history) for summary, history in family}
    children: dict[str | None, list[RunSummary]] = defaultdict(list)
    for summary, _ in members.values():
        children[summary.parent_run_id].append(summary)
    return _node(root_id, members, children)


def _node(
    run_id: str, members: dict[str, Member], children: dict[str | None, list[RunSummary]]
) -> LineageNode:
    summary, history = members[run_id]
    below = sorted(children.pop(run_id, ()), key=age)
    request = history[0].event
    origin = request.origin if isinstance(request, RunRequested) else None
    return LineageNode(
        summary=summary,
        parent_version=origin.parent_version if origin else None,
        reason=origin.reason if origin else None,
        changes=(changes_in_words(origin.patches) or None) if origin else None,
        notes=tuple(_notes(history)),
        children=tuple(_node(child.run_id, members, children) for child in below),
    )


def _notes(history: Iterable[HistoryEntry]) -> Iterable[LineageNote]:
    for entry in history:
        match entry.event:
            case RunResumed(why=why, changed=changed):
                yield _note(entry, "resumed", f"{why}{changed}")
            case RunRecovered(lost_worker=worker):
                yield _note(entry, "recovered", worker)
            case GoldenPinned(name=name, is_wrong=is_wrong):
                yield _note(entry, "pinned as wrong" if is_wrong is True else "pinned", name)
            case GoldenUnpinned(name=name):
                yield _note(entry, "unpinned", name)
            case GoldenBroke(name=name):
                yield _note(entry, "broke", name)
            case _:
                pass


def _note(entry: HistoryEntry, kind: str, about: str | None) -> LineageNote:
    envelope = entry.envelope
    return LineageNote(envelope.version, envelope.recorded_at, envelope.actor.id, kind, about)
