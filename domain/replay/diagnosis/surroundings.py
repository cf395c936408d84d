"""Rules about what was otherwise than usual: against the last good run, and in the estate."""

from collections.abc import Iterator, Sequence
from typing import Final

from domain.estate.fields import RecordKind
from domain.figures import whole_sum
from domain.replay.diagnosis.case import (
    Case,
    EstateChange,
    Finding,
    named,
    referenced_items,
    versions,
)
from domain.replay.diagnosis.time_taken import SLOW_MS
from domain.run.events import ResponseComposed
from domain.views.diagnosis import Confidence

SEVERE: Final = 4
SLOWER: Final = 2
FEWER: Final = 0.8
_SHOWN_CHANGES = 3
_SHOWN_ITEMS = 5
_NOT_SUCCESS: Final = frozenset({"failed", "degraded"})


def differs_from_last_good(case: Case) -> Iterator[Finding]:
    """The run parts from the last one of the same question that succeeded."""
    comparison = case.since_last_good
    if comparison is None or comparison.is_same or comparison.divergence is None:
        return
    divergence = comparison.divergence
    here = divergence.actual.version if divergence.actual else case.summary.version
    yield Finding(
        f"The last good run of this question, {comparison.a.run_id}, went otherwise "
        f"({divergence.kind}): {divergence.sentence}.",
        (here,),
        _comparing(case),
    )


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
    for version, event in case.all(ResponseComposed):
        now, answers = len(event.references), comparison.answers
        before = now - len(answers.references_added) + len(answers.references_removed)
        if now < FEWER * before:
            sentence = f"The answer rests on {now} references, that of the last good run "
            yield Finding(f"{sentence}on {before}.", (version,), _comparing(case))


def changed_estate(case: Case) -> Iterator[Finding]:
    """Something happened shortly before to items that the answer rests on, the worst first."""
    items = referenced_items(case.entries)
    by_item: dict[str, list[EstateChange]] = {}
    for change in case.changes:
        by_item.setdefault(change.ci_id, []).append(change)
    worst_first = sorted(by_item.values(), key=lambda changes: not any(map(_is_severe, changes)))
    for changes in worst_first[:_SHOWN_ITEMS]:
        code, evidence = changes[0].ci_code, items.get(changes[0].ci_id, ())
        sentence = f"In the 24 hours before, {code} had {_listed(changes)}."
        yield Finding(sentence, evidence, _asking(code), _confidence(changes))
    others = worst_first[_SHOWN_ITEMS:]
    if others:
        count = whole_sum(map(len, others))
        yield Finding(
            f"In the 24 hours before, {count} more changes were recorded of "
            f"{len(others)} other items of the answer, among them {others[0][0].ci_code}.",
            tuple(sorted({n for each in others for n in items.get(each[0].ci_id, ())})),
            _asking(others[0][0].ci_code),
            _confidence([change for changes in others for change in changes]),
        )


def _asking(ci_code: str) -> str:
    return f"opstrail ask 'What happened to {ci_code} in the last 24 hours?'"


def _confidence(changes: Sequence[EstateChange]) -> Confidence:
    return Confidence.LIKELY if any(map(_is_severe, changes)) else Confidence.POSSIBLE


def _is_severe(change: EstateChange) -> bool:
    return (change.severity or 0) >= SEVERE or change.result in _NOT_SUCCESS


def _listed(changes: Sequence[EstateChange]) -> str:
    """List the worst first, and say how many more there are."""
    worst = sorted(changes, key=lambda change: not _is_severe(change))
    shown = "; ".join(_told(change) for change in worst[:_SHOWN_CHANGES])
    more = len(changes) - _SHOWN_CHANGES
    return f"{shown}; and {more} more" if more > 0 else shown


def _told(change: EstateChange) -> str:
    kind = {
        RecordKind.EVENT_LOG: f"severity {change.severity}",
        RecordKind.WORK: f"work, {change.result or 'not ended'}",
        RecordKind.MAINTENANCE: f"maintenance, {change.result or 'not ended'}",
    }[change.kind]
    return f"{change.about} {change.title!r} at {change.at} ({kind}, {change.record_id})"


def _comparing(case: Case) -> str | None:
    good = case.since_last_good
    return None if good is None else f"opstrail run compare {good.a.run_id} {case.summary.run_id}"
