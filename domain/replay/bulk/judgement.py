"""How a replay compares with the run on the record, as a verdict that can be counted."""

from collections.abc import Sequence
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from domain.figures import whole_sum
from domain.replay.compare.compare import compare
from domain.replay.compare.ignore_rules import NO_RULES, IgnoreRules
from domain.run.call_events import ToolCallFailed, ToolCallSucceeded
from domain.run.events import HistoryEntry
from domain.run.facts import counted
from domain.run.lifecycle import RunState
from domain.run.summary import RunSummary
from domain.views.bulk_replay import ReplayedRun, RunVerdict
from domain.views.comparison import Comparison
from domain.views.verdict import Divergence, DivergenceClass, Verdict

_SENTENCE_CHARACTERS: Final = 500
_SUCCESS: Final = "success"
_NO_ANSWER: Final = (RunState.FAILED, RunState.CANCELLED, RunState.WAITING)
_MOST_OTHERS: Final = 20
_STEPS: Final = (DivergenceClass.PLAN, DivergenceClass.PATH, DivergenceClass.DATA)
_OTHERWISE: Final = {
    DivergenceClass.PLAN: RunVerdict.PLAN,
    DivergenceClass.PATH: RunVerdict.PATH,
    DivergenceClass.DATA: RunVerdict.DATA,
    DivergenceClass.VERSION: RunVerdict.VERSION,
    DivergenceClass.TIMING: RunVerdict.SAME,
}
"""The verdict on a run with the same answer, by the heaviest class of its divergences."""


def verified(verdict: Verdict) -> ReplayedRun:
    """Return the result of a run that was verified."""
    why = verdict.why_not_driven
    return replace(_verified(verdict), why_not_driven=UNSET if why is None else why)


def _verified(verdict: Verdict) -> ReplayedRun:
    if verdict.is_same:
        return ReplayedRun(run_id=verdict.run_id, verdict=RunVerdict.SAME)
    found = _kind(verdict.divergences, has_same_answer=verdict.has_same_answer)
    if verdict.missing is None:
        return _diverged(verdict.run_id, found, verdict.divergences)
    missing = _diverged(verdict.run_id, RunVerdict.MISSING, verdict.divergences)
    return replace(missing, sentence=_cut(f"{verdict.missing}; {missing.sentence}"))


def compared(
    before: Sequence[HistoryEntry],
    after: Sequence[HistoryEntry],
    ignore: IgnoreRules = NO_RULES,
) -> ReplayedRun:
    """Return the result of a run that was made again: how the new run compares with it."""
    comparison = compare(before, after, ignore=ignore)
    return replace(
        _of_comparison(comparison),
        new_run_id=comparison.b.run_id,
        outside_calls=_outside_calls(after),
        ends_badly=comparison.b.state in _NO_ANSWER or UNSET,
    )


def resumed(run: RunSummary, entries: Sequence[HistoryEntry]) -> ReplayedRun:
    """Return the result of a run that was resumed, with its events since then."""
    if run.state != RunState.COMPLETED:
        found, why = RunVerdict.FAILED, f"the run is {run.state}: {run.error or 'it stopped'}"
    elif run.status == _SUCCESS:
        found, why = RunVerdict.MENDED, ""
    else:
        calls = f"{run.failed_call_count} of its {counted(run.call_count, 'call')} failed"
        found, why = RunVerdict.LACKING, f"the run is {run.status}: {calls}"
    return ReplayedRun(
        run_id=run.run_id,
        verdict=found,
        sentence=_cut(why) or None,
        outside_calls=_outside_calls(entries),
    )


def refused(run_id: str, why: str) -> ReplayedRun:
    """Return that a run could not be resumed."""
    return ReplayedRun(run_id=run_id, verdict=RunVerdict.REFUSED, sentence=_cut(why))


def failed(run_id: str, why: str) -> ReplayedRun:
    """Return that a run could not be replayed."""
    return ReplayedRun(run_id=run_id, verdict=RunVerdict.FAILED, sentence=_cut(why))


def _of_comparison(comparison: Comparison) -> ReplayedRun:
    old, new = comparison.a, comparison.b
    found = [each for each in comparison.divergences if not _is_asked_alone(each)]
    if not any(each.kind in _STEPS for each in found):
        return ReplayedRun(run_id=old.run_id, verdict=RunVerdict.SAME)
    if new.state in _NO_ANSWER and old.state == RunState.COMPLETED:
        why = f"the new run is {new.state}: {new.error or 'stopped before its end'}"
        return replace(_diverged(old.run_id, RunVerdict.FAILED, found), sentence=_cut(why))
    kind = _kind(found, has_same_answer=comparison.answers.is_same_text)
    return _diverged(old.run_id, kind, found)


def _is_asked_alone(found: Divergence) -> bool:
    """Return whether something is otherwise because people asked for it, and nothing follows."""
    return found.is_own_patch and not found.consequences


def _kind(found: Sequence[Divergence], *, has_same_answer: bool) -> RunVerdict:
    if not has_same_answer:
        return RunVerdict.ANSWER
    kinds = {each.kind for each in found}
    return next(verdict for kind, verdict in _OTHERWISE.items() if kind in kinds)


def _diverged(run_id: str, verdict: RunVerdict, found: Sequence[Divergence]) -> ReplayedRun:
    first, *others = found
    return ReplayedRun(
        run_id=run_id,
        verdict=verdict,
        divergence=first.kind,
        version=first.version,
        sentence=_cut(first.told),
        others=[_cut(each.told) for each in others[:_MOST_OTHERS]] or UNSET,
    )


def _outside_calls(entries: Sequence[HistoryEntry]) -> int:
    events = (entry.event for entry in entries)
    ended = (each for each in events if isinstance(each, ToolCallSucceeded | ToolCallFailed))
    return whole_sum(event.answered_by == "live" for event in ended)


def _cut(text: str) -> str:
    return text if len(text) <= _SENTENCE_CHARACTERS else f"{text[:_SENTENCE_CHARACTERS]}..."
