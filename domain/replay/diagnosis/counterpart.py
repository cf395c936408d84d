"""Rules about what is otherwise than in the last good run of the same question."""

from collections.abc import Iterator, Sequence
from typing import Final

from domain.replay.compare.run_calls import RunCall
from domain.replay.diagnosis.case import Case, EstateChange, Finding, named, time_between, versions
from domain.replay.diagnosis.changed_values import changed_values
from domain.replay.diagnosis.surroundings import listed
from domain.replay.diagnosis.time_taken import SLOW_MS
from domain.replay.record.recording import anchor_of
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import ResponseComposed
from domain.views.comparison import ComparedCall, Mark
from domain.views.verdict import DivergenceClass

SLOWER: Final = 2
FEWER: Final = 0.8
_SHOWN_VALUES: Final = 3
_DECIDES: Final = frozenset({DivergenceClass.DATA, DivergenceClass.PATH})


def differs_from_last_good(case: Case) -> Iterator[Finding]:
    """The run parts from the last one of the same question that succeeded."""
    if case.since_last_good is None:
        return iter(())
    same_calls = [_pair(case, call) for call in case.since_last_good.calls]
    pairs = [pair for pair in same_calls if pair is not None]
    if case.summary.status == "success" and len(pairs) == len(same_calls):
        return _other_values(case, pairs)
    return _other_way(case)


def slower_than_last_good(case: Case) -> Iterator[Finding]:
    """The run took more than twice as long as the last one that succeeded, and long."""
    comparison = case.since_last_good
    if comparison is None:
        return
    before, now = comparison.duration.a_ms, comparison.duration.b_ms
    if before and now and now >= SLOW_MS and now > SLOWER * before:
        calls = [call for call in comparison.calls if call.b and call.duration.delta_ms]
        slowest = max(calls, key=lambda call: call.duration.delta_ms or 0, default=None)
        side = slowest.b if slowest else None
        most = f"; {named(side)} lost most" if side else ""
        sentence = f"The run took {now:.0f} ms, the last good one {before:.0f} ms{most}."
        evidence = versions(side) if side else (case.summary.version,)
        yield Finding(sentence, evidence, _comparing(case))


def fewer_references(case: Case) -> Iterator[Finding]:
    """The answer rests on much less than that of the last run that succeeded."""
    comparison = case.since_last_good
    if comparison is None:
        return
    for version, event in case.all(ResponseComposed)[-1:]:
        now, answers = len(event.references), comparison.answers
        before = now - len(answers.references_added) + len(answers.references_removed)
        if now < FEWER * before:
            sentence = f"The answer rests on {now} references, that of the last good run "
            yield Finding(f"{sentence}on {before}.", (version,), _comparing(case))


_Pair = tuple[RunCall, RunCall, Mark]


def _pair(case: Case, compared: ComparedCall) -> _Pair | None:
    """Return the calls of both runs that answered the same request; None when one did not."""
    a, b = compared.a, compared.b
    if a is None or b is None or compared.params_patch:
        return None
    before = next((call for call in case.calls_of_last_good if call.call_id == a.call_id), None)
    now = next((call for call in case.calls if call.call_id == b.call_id), None)
    return (before, now, compared.mark) if before and now else None


def _other_values(case: Case, pairs: list[_Pair]) -> Iterator[Finding]:
    """Yield which values of the answer are others than in the last good run, if any are."""
    is_later = anchor_of(case.last_good) != anchor_of(case.entries)
    changed: list[tuple[RunCall, list[str]]] = []
    for before, now, mark in pairs:
        a, b = before.end, now.end
        if not (isinstance(a, ToolCallSucceeded) and isinstance(b, ToolCallSucceeded)):
            continue
        if mark is Mark.DIFFERENT and not (a.erased or b.erased):
            is_moving = is_later and "time_range" in now.params
            values = changed_values(a.data, b.data, is_moving=is_moving)
            changed += [(now, values)] if values else []
    if changed:
        said = "; ".join(f"{named(call)} {_first(values)}" for call, values in changed)
        sentence = f"{_last_good(case)} answered otherwise: {said}{_between(case)}."
        yield Finding(sentence, versions(*(call for call, _ in changed)), _comparing(case))


def _other_way(case: Case) -> Iterator[Finding]:
    """Yield where the run went another way than the last good one."""
    comparison = case.since_last_good
    if comparison is None or comparison.divergence is None:
        return
    divergence = comparison.divergence
    if divergence.kind in _DECIDES:
        here = divergence.actual.version if divergence.actual else case.summary.version
        went = f"went otherwise ({divergence.kind}): {divergence.sentence}"
        sentence = f"{_last_good(case)} {went}{_between(case)}."
        yield Finding(sentence, (here,), _comparing(case))


def _last_good(case: Case) -> str:
    run_id = case.last_good[0].envelope.stream_id
    before = time_between(anchor_of(case.last_good), anchor_of(case.entries))
    return f"The last good run of this question, {run_id}, {before} earlier,"


def _between(case: Case) -> str:
    """Tell what changed between the two runs, as far as anybody recorded it."""
    since, until = anchor_of(case.last_good), anchor_of(case.entries)
    changes = [change for change in case.changes if since <= change.instant]
    if changes:
        return f"; between the two, {_codes(changes)} had {listed(changes, until)}"
    a, b = (_revisions(calls) for calls in (case.calls_of_last_good, case.calls))
    if not a or b <= a:  # nothing that was read then tells, or it is as it was
        return ""
    # What an import brought in between may have happened before both.
    made = [change for change in case.changes if change.is_made]
    told = f"; shortly before, {_codes(made)} had {listed(made, until)}" if made else ""
    return f"; between the two, the records of the estate were changed{told}"


def _codes(changes: Sequence[EstateChange]) -> str:
    return ", ".join(dict.fromkeys(change.ci_code for change in changes))


def _revisions(calls: list[RunCall]) -> set[str]:
    """Return the revisions of the estate that the answers tell; not every answer does."""
    ends = (call.end for call in calls)
    found = {end.source_revision for end in ends if isinstance(end, ToolCallSucceeded)}
    return {revision for revision in found if revision is not None}


def _first(values: list[str]) -> str:
    more = len(values) - _SHOWN_VALUES
    rest = f" and {more} more" if more > 0 else ""
    return f"{', '.join(values[:_SHOWN_VALUES])}{rest}"


def _comparing(case: Case) -> str:
    good, here = case.last_good[0].envelope.stream_id, case.summary.run_id
    return f"opstrail run compare {good} {here}"
