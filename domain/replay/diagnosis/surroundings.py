"""Rules about what happened in the estate, shortly before, to the items of an answer."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from domain.estate.fields import RecordKind
from domain.figures import whole_sum
from domain.replay.diagnosis.case import (
    Case,
    EstateChange,
    Finding,
    referenced_items,
    time_between,
)
from domain.replay.record.recording import anchor_of
from domain.run.facts import counted
from domain.views.diagnosis import Confidence

SEVERE: Final = 4
_SHOWN_CHANGES: Final = 5
_SHOWN_ITEMS: Final = 5
_NOT_SUCCESS: Final = frozenset({"failed", "degraded"})


def changed_estate(case: Case) -> Iterator[Finding]:
    """Something happened shortly before to items that the answer rests on."""
    items, anchor = referenced_items(case.entries), anchor_of(case.entries)
    by_item: dict[str, list[EstateChange]] = {}
    for change in case.changes:
        by_item.setdefault(change.ci_id, []).append(change)
    worst_first = sorted(by_item.values(), key=lambda changes: not any(map(_is_severe, changes)))
    for changes in worst_first[:_SHOWN_ITEMS]:
        code, evidence = changes[0].ci_code, items.get(changes[0].ci_id, ())
        sentence = f"In the 24 hours before, {code} had {listed(changes, anchor)}."
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


def listed(changes: Sequence[EstateChange], until: datetime) -> str:
    """Tell of what people changed one by one, the latest first; then of alarms, by their kinds.

    An alarm may come from a change, and never the other way round.
    """
    newest = sorted(changes, key=lambda change: change.instant, reverse=True)
    made = [change for change in newest if change.is_made]
    shown = [_told(change, until) for change in made[:_SHOWN_CHANGES]]
    more = len(made) - _SHOWN_CHANGES
    rest = [f"{counted(more, 'earlier change')}"] if more > 0 else []
    others = sorted((each for each in newest if not each.is_made), key=lambda each: each.about)
    kinds = groupby(others, key=lambda change: change.about)
    return "; ".join([*shown, *rest, *(_kind_told(list(kind), until) for _, kind in kinds)])


def _asking(ci_code: str) -> str:
    return f"opstrail ask 'What happened to {ci_code} in the last 24 hours?'"


def _confidence(changes: Sequence[EstateChange]) -> Confidence:
    return Confidence.LIKELY if any(map(_is_severe, changes)) else Confidence.POSSIBLE


def _is_severe(change: EstateChange) -> bool:
    return (change.severity or 0) >= SEVERE or change.result in _NOT_SUCCESS


def _kind_told(changes: Sequence[EstateChange], until: datetime) -> str:
    """Tell of the events of a kind, the latest first, as one."""
    latest, times = changes[0], len(changes)
    if times == 1:
        return _told(latest, until)
    worst = max(change.severity or 0 for change in changes)
    ago = _ago(latest, until)
    return f"{latest.about} {times} times, the last {ago} (severity up to {worst})"


def _told(change: EstateChange, until: datetime) -> str:
    kind = {
        RecordKind.EVENT_LOG: f"severity {change.severity}",
        RecordKind.WORK: f"work, {change.result or 'not ended'}",
        RecordKind.MAINTENANCE: f"maintenance, {change.result or 'not ended'}",
    }[change.kind]
    what = f"{change.about} {change.title!r} at {change.at}"
    return f"{what}, {_ago(change, until)} ({kind}, {change.record_id})"


def _ago(change: EstateChange, until: datetime) -> str:
    return f"{time_between(change.instant, until)} before"
