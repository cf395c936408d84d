"""What in a run depends on what: by that, one divergence follows from another."""

from collections.abc import Iterator
from typing import Final

from domain.replay.compare.counted_events import NumberedEvent
from domain.replay.compare.divergence import Differences, Differing, call_of
from domain.replay.compare.lanes import CALL, COMPOSING, OUTCOME, Lane, Lanes, rank_of
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import RunCancelled, RunCompleted

ANSWERS: Final = (ToolCallSucceeded, ToolCallFailed)
_TIMEOUT: Final = ("/options/call_timeout_ms",)
_TOLD_BY_COMPOSED: Final = {
    "/result/answer": ("/answer", "/blocks"),
    "/result/confidence": ("/confidence", "/confidence_reasons"),
    "/reference_count": ("/references",),
}
"""What of the answer follows from which part of the end of the stage that composes it."""


def is_own_answer(found: Differing) -> bool:
    """Return whether a call answers otherwise, not only fails to come to an answer."""
    one, other = found.expected, found.actual
    return one is not None and other is not None and isinstance(one.event, ANSWERS)


def is_of_timeout(found: Differing) -> bool:
    """Return whether only the time for calls is another: by that alone, no later step is."""
    return found.pointers == _TIMEOUT


def depends_below(found: Differing) -> int:
    """Return the rank below which everything leads to an event, of those that belong to no call.

    How a run is completed follows from its calls, and not from what is said of them.
    """
    ends = (found.expected, found.actual)
    if all(end is not None and isinstance(end.event, RunCompleted) for end in ends):
        return rank_of(COMPOSING)
    return rank_of(found.lane)


def calls_before(lane: Lane, of: Differences) -> set[Lane]:
    """Return the calls that a call depends on in either run, and those that these do."""
    found, to_do = set[Lane](), [lane]
    while to_do:
        for other in _depends_on(to_do.pop(), of.expected, of.actual):
            if other not in found:
                found.add(other)
                to_do.append(other)
    return found


def untold(found: Differing, composed: Differing) -> tuple[str, ...]:
    """Return which parts of the answer do not follow from what differs in how it was composed."""
    if not composed.pointers:
        return ()
    told = [part for each in composed.pointers for part in _TOLD_BY_COMPOSED.get(each, ())]
    return tuple(
        pointer
        for pointer in found.pointers
        if not any(f"{pointer}/".startswith(f"{part}/") for part in told)
    )


def is_cut_short(found: Differing, of: Differences) -> bool:
    """Return whether one of two runs was cancelled or has no end (yet), and the other has one."""
    is_end = of.of_two_runs and found.lane == OUTCOME
    return is_end and any(map(_is_cut, (found.expected, found.actual)))


def is_missing_by(cut: Differing, found: Differing) -> bool:
    """Return whether an event is missing in the run that was cut short."""
    sides = (cut.expected, found.expected), (cut.actual, found.actual)
    return any(event is None and _is_cut(end) for end, event in sides)


def order_of_causes(found: Differing, of: Differences) -> tuple[int, bool, int, tuple[int, int]]:
    """Return what divergences are sorted by so that causes come before what follows from them."""
    weight, place = found.sort_key
    return weight, not is_cut_short(found, of), rank_of(found.lane), place


def _depends_on(lane: Lane, *where: Lanes) -> Iterator[Lane]:
    for lanes in where:
        called = call_of(lane, lanes)
        if isinstance(called, ToolCallStarted):
            yield from ((CALL, call_id) for call_id in called.depends_on)
        elif called is not None and called.cause is not None:
            yield CALL, called.cause


def _is_cut(end: NumberedEvent | None) -> bool:
    return end is None or isinstance(end.event, RunCancelled)
