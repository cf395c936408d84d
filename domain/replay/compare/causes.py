"""Divergences grouped by cause: what follows from one before is told as its consequence."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from msgspec import to_builtins

from domain.replay.compare.changes import pairs_of
from domain.replay.compare.counted_events import NumberedEvent
from domain.replay.compare.divergence import Differences, Differing, call_of
from domain.replay.compare.lanes import ANSWER, CALL, COMPOSED, OUTCOME, Lane, Lanes, rank_of
from domain.replay.compare.wording import changes_in, sentence_of
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import RunCancelled
from domain.views.verdict import Consequence, Divergence, DivergenceClass, DivergentEvent

_STEPS: Final = frozenset({DivergenceClass.PATH, DivergenceClass.DATA})
_ANSWERS: Final = (ToolCallSucceeded, ToolCallFailed)
_TOLD_BY_COMPOSED: Final = {
    "/result/answer": ("/answer", "/blocks"),
    "/result/confidence": ("/confidence", "/confidence_reasons"),
    "/reference_count": ("/references",),
}
"""What of the answer follows from which part of the end of the stage that composes it."""

_Pairs = set[tuple[str, str, str]]


@dataclass(slots=True)
class Cause:
    """A divergence that follows from no other, and what follows from it.

    `pairs` are the values that changed in all of these. `of` are the differences it is one of.
    """

    found: Differing
    of: Differences
    pairs: _Pairs
    consequences: list[Consequence] = field(default_factory=list)

    def leads_to(self, found: Differing, of: Differences) -> None:
        """Add a consequence."""
        said = sentence_of(found, of, changes_in(found))
        self.consequences.append(Consequence(version=found.place[0], sentence=said))
        self.pairs |= _pairs(found)


def causes_of(of: Differences, earlier: Sequence[Cause] = ()) -> list[Cause]:
    """Return the causes of all differing events, the first ones first.

    What comes later in a run follows from what differs before it: a stage from the stages before,
    a call from the plan and from the calls that it depends on. That a call answers otherwise which
    asks the same is a cause of its own. What changed in the same way as an `earlier` cause, or as
    what follows from it, follows from that.
    """
    causes = list[Cause]()
    for each in _in_order_of_causes(of):
        if each.kind is DivergenceClass.TIMING and causes:
            break
        cause, left = _cause_of(each, [*earlier, *causes], causes, of)
        if cause is not None:
            cause.leads_to(each, of)
        else:
            causes.append(Cause(left, of, _pairs(left)))
    return sorted(causes, key=lambda cause: cause.found.sort_key)


def told(cause: Cause, *, is_own_patch: bool = False) -> Divergence:
    """Return a cause as it is shown."""
    found, changes = cause.found, changes_in(cause.found)
    return Divergence(
        kind=found.kind,
        version=found.place[0],
        expected=_side(found.expected),
        actual=_side(found.actual),
        pointers=found.pointers,
        sentence=sentence_of(found, cause.of, changes),
        changes=tuple(changes),
        consequences=tuple(cause.consequences),
        is_own_patch=is_own_patch,
    )


def set_consequences(causes: Sequence[Cause], of: Differences) -> None:
    """Let the events that differ besides the causes, of which there is one, follow from these."""
    own = {_key(cause.found) for cause in causes}
    for cause in causes:
        cause.consequences.clear()
    for each in of.events:
        if _key(each) not in own:
            found, _ = _cause_of(each, causes, causes, of)
            (found or _last_before(each, causes)).leads_to(each, of)


def _cause_of(
    found: Differing, same: Sequence[Cause], before: Sequence[Cause], of: Differences
) -> tuple[Cause | None, Differing]:
    """Return what the event follows from, or None and what of the event does not follow."""
    carried = next((each for each in same if _is_carried(found, each)), None)
    if carried is not None or found.kind not in _STEPS:
        return carried, found
    leading = [each for each in before if _leads_to(each.found, found, of)]
    if found.lane == ANSWER and leading and all(e.found.lane == COMPOSED for e in leading):
        left = tuple(e for e in found.pointers if not _is_told(e, leading[-1].found))
        if left:
            return None, replace(found, pointers=left)
    return (leading[-1] if leading else None), found


def _is_carried(found: Differing, cause: Cause) -> bool:
    """Return whether only the same changed, by what became what; results speak for themselves."""
    if found.kind is not cause.found.kind and not {found.kind, cause.found.kind} <= _STEPS:
        return False
    if found.pointers == cause.found.pointers == ("/label",):
        return True
    is_answer = found.expected is not None and isinstance(found.expected.event, _ANSWERS)
    if is_answer and found.kind in _STEPS:
        return False
    pairs = _pairs(found)
    return bool(pairs) and pairs <= cause.pairs


def _leads_to(cause: Differing, found: Differing, of: Differences) -> bool:
    if cause.kind not in _STEPS or cause.lane == OUTCOME:
        return of.of_two_runs and _is_missing_where_cut(cause, found)
    if found.lane[0] != CALL:
        return rank_of(cause.lane) < rank_of(found.lane)
    if found.lane == cause.lane:
        return True
    is_answer = found.expected is not None and isinstance(found.expected.event, _ANSWERS)
    if is_answer and found.actual:
        return False
    is_before = rank_of(cause.lane) < rank_of(found.lane)
    return is_before or cause.lane in _waited_for(found.lane, of.expected, of.actual)


def _waited_for(lane: Lane, *where: Lanes) -> set[Lane]:
    """Return the calls that a call depends on, and those that these do."""
    found, to_do = set[Lane](), [lane]
    while to_do:
        for other in _depends_on(to_do.pop(), *where):
            if other not in found:
                found.add(other)
                to_do.append(other)
    return found


def _depends_on(lane: Lane, *where: Lanes) -> Iterator[Lane]:
    for lanes in where:
        called = call_of(lane, lanes)
        if isinstance(called, ToolCallStarted):
            yield from ((CALL, call_id) for call_id in called.depends_on)
        elif called is not None and called.cause is not None:
            yield CALL, called.cause


def _is_told(pointer: str, composed: Differing) -> bool:
    """Return whether a part of the answer follows from what differs in how it was composed."""
    if not composed.pointers:
        return True
    parts = (part for each in composed.pointers for part in _TOLD_BY_COMPOSED.get(each, ()))
    return any(pointer == part or pointer.startswith(f"{part}/") for part in parts)


def _in_order_of_causes(of: Differences) -> Iterable[Differing]:
    """Return the differing events; first that only one of two runs was cut short, if it was."""

    def order(found: Differing) -> tuple[int, bool, int, tuple[int, int]]:
        weight, place = found.sort_key
        is_cut = of.of_two_runs and _is_cut_short(found)
        return weight, not is_cut, rank_of(found.lane), place

    return sorted(of.events, key=order)


def _is_cut_short(found: Differing) -> bool:
    """Return whether one run was cancelled or has no end (yet), and the other came to another."""
    return found.lane == OUTCOME and any(map(_is_cut, _sides(found)))


def _is_missing_where_cut(cut: Differing, found: Differing) -> bool:
    pairs = zip(_sides(cut), _sides(found), strict=True)
    return cut.lane == OUTCOME and any(side is None and _is_cut(end) for end, side in pairs)


def _is_cut(end: NumberedEvent | None) -> bool:
    return end is None or isinstance(end.event, RunCancelled)


def _sides(found: Differing) -> tuple[NumberedEvent | None, NumberedEvent | None]:
    return found.expected, found.actual


def _last_before(found: Differing, causes: Sequence[Cause]) -> Cause:
    before = (each for each in reversed(causes) if each.found.place <= found.place)
    return next(before, causes[0])


def _key(found: Differing) -> tuple[Lane, int | None, bool]:
    version = found.expected.version if found.expected else None
    return found.lane, version, found.kind in _STEPS


def _pairs(found: Differing) -> _Pairs:
    if not (found.expected and found.actual):
        return set()
    before, after = to_builtins(found.expected.event), to_builtins(found.actual.event)
    return pairs_of(before, after, found.pointers)


def _side(numbered: NumberedEvent | None) -> DivergentEvent | None:
    if numbered is None:
        return None
    event = numbered.event
    return DivergentEvent(event.stored_as, numbered.version, to_builtins(event))
