"""A run in short: what is known of it, the hash of its whole history, and whether it is lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Final, Self

from pydantic import ValidationError

from domain.aggregate.envelope import GENESIS
from domain.aggregate.event import Removal, removals_of
from domain.audit.chain import next_head
from domain.json import as_map
from domain.run.approval_events import CallApproved, CallDenied
from domain.run.asset_events import AssetApplied
from domain.run.clockwork import Setback, Wait
from domain.run.events import HistoryEntry, PlanProduced, RunRecovered, RunRequested, RunResumed
from domain.run.facts import changes_in_words
from domain.run.lifecycle import ENDED_STATES, TARGETS
from domain.run.replanning import ReplanDecided
from domain.run.summary import RunSummary
from domain.views.call_notes import waiting_calls
from domain.views.history import History
from domain.views.json_form import View
from domain.views.sentences import sentence_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """An end that a run came to; `by` is who brought it about."""

    version: int
    at: str
    by: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetails(RunSummary):
    """The summary of a run, with the head hash of all its events until then, in hexadecimal.

    `waits_for` are the calls that a person is to decide on, `decisions` what was decided.
    `changes` tells what it does otherwise than the run that it comes from, and what each
    resumption changed, `recoveries` who took it over and which calls were made again, `replans`
    what changed in its plan on the way, `assets` which it was made with. `ends` are those that it
    came to and that no resumption followed: a failed run may have been cancelled since. `setbacks`
    say where the clock went back, `removed` what was removed before it was recorded. `reading` is
    its query in words, None where its plan answers none.
    """

    head_hash: str
    reading: str | None = None
    waits_for: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    recoveries: tuple[str, ...] = ()
    replans: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    ends: tuple[RunEnd, ...]
    waits: tuple[Wait, ...]
    setbacks: tuple[Setback, ...]
    removed: tuple[Removal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRun:
    """A run that nobody carries out; `worker` is None when none had begun it.

    `tries` is how often it was recovered since it was asked for. It is recovered `not_before` that
    time. Of its calls, those `made_again` were in flight, those of `goes_out` would be asked live,
    None when a planner is asked first, and those that `needs_approval` names would wait for a
    person. `outcome` is what came of it, or why it is left. One that `is_set_down` has not lost
    its worker: that stopped in order.
    """

    run: str
    state: str
    question: str
    worker: str | None
    why: str
    tries: int = 0
    is_imported: bool = False
    not_before: str | None = None
    made_again: tuple[str, ...] = ()
    goes_out: tuple[str, ...] | None = ()
    needs_approval: tuple[str, ...] = ()
    outcome: str = ""
    is_set_down: bool = False

    @classmethod
    def unreadable(cls, run_id: str, *, why: str) -> Self:
        """Return a run of which nothing can be told but why."""
        outcome = f"not recovered: {why}; it is left alone, `opstrail log verify` tells more"
        return cls(
            run=run_id, state=_UNREADABLE, question="", worker=None, why=why, outcome=outcome
        )

    @property
    def is_unreadable(self) -> bool:
        """Whether nothing can be told of it."""
        return self.state == _UNREADABLE

    @property
    def calls(self) -> str:
        """Which calls are made again, and which go out, in words."""
        again = ", ".join(self.made_again) or "none"
        out = "as a planner says" if self.goes_out is None else ", ".join(self.goes_out) or "none"
        waits = f"; needs approval: {', '.join(self.needs_approval)}"
        return f"made again: {again}; goes out: {out}{waits if self.needs_approval else ''}"


_UNREADABLE: Final = "unreadable"

RUN: Final[View[RunDetails]] = View("run", RunDetails)
LOST_RUNS: Final[View[list[LostRun]]] = View("lost-runs", list[LostRun])


def run_details(history: Sequence[HistoryEntry]) -> RunDetails:
    """Return the details of a history that is not empty."""
    whole = History(history)
    head = next_head(GENESIS, [entry.envelope.content_hash for entry in history])
    values = {field.name: getattr(whole.summary, field.name) for field in fields(RunSummary)}
    return RunDetails(
        **values,
        head_hash=head.hex(),
        reading=_reading(history),
        waits_for=tuple(each.sentence for each in waiting_calls(history)),
        decisions=tuple(
            f"event {entry.envelope.version}: {sentence_of(entry.event)} ({_author(entry)})"
            for entry in history
            if isinstance(entry.event, CallApproved | CallDenied)
        ),
        changes=tuple(_changes(history)),
        recoveries=tuple(
            f"event {entry.envelope.version}: {sentence_of(entry.event)}"
            for entry in history
            if isinstance(entry.event, RunRecovered)
        ),
        replans=tuple(
            entry.event.why
            for entry in history
            if isinstance(entry.event, ReplanDecided) and entry.event.is_approved
        ),
        assets=tuple(
            entry.event.label for entry in history if isinstance(entry.event, AssetApplied)
        ),
        ends=_ends(history),
        waits=whole.time.waits,
        setbacks=whole.time.setbacks,
        removed=(*removals_of(entry.event for entry in history),),
    )


def _reading(history: Sequence[HistoryEntry]) -> str | None:
    planned = [each.event for each in history if isinstance(each.event, PlanProduced)]
    query = as_map(planned[-1].plan_output.get("plan")).get("query") if planned else None
    if query is None:
        return None
    from domain.query.in_words import in_words  # noqa: PLC0415 - not every plan has one
    from domain.query.model import Query  # noqa: PLC0415

    try:
        return in_words(Query.model_validate(query))
    except ValidationError:
        return None  # parts of it were removed before it was recorded


def _ends(history: Sequence[HistoryEntry]) -> tuple[RunEnd, ...]:
    ends: list[HistoryEntry] = []
    for entry in history:
        if isinstance(entry.event, RunResumed | RunRecovered):
            ends.clear()
        elif entry.event.trigger is not None and TARGETS[entry.event.trigger] in ENDED_STATES:
            ends.append(entry)
    return tuple(
        RunEnd(
            version=entry.envelope.version,
            at=entry.envelope.recorded_at,
            by=_author(entry),
            sentence=sentence_of(entry.event),
        )
        for entry in ends
    )


def _author(entry: HistoryEntry) -> str:
    return f"{entry.envelope.actor.kind} {entry.envelope.actor.id}"


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
