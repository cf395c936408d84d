"""Where two histories part: the first event that is not as expected, and in what way."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from msgspec import to_builtins

from domain.figures import TOLERANCE
from domain.replay.compare.event_difference import Difference, event_difference
from domain.replay.compare.json_difference import value_at
from domain.replay.compare.lanes import Lanes, NumberedEvent, lanes_of
from domain.run.events import RunEvent
from domain.views.verdict import Divergence, DivergenceClass, DivergentEvent

_SHOWN_CHARACTERS: Final = 60


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A divergence of one lane; `place` orders candidates, an extra event after what it follows.

    An event that is missing or not expected has no pointers.
    """

    kind: DivergenceClass
    place: tuple[int, int]
    expected: NumberedEvent | None
    actual: NumberedEvent | None
    pointers: tuple[str, ...] = ()


_RANK = {
    DivergenceClass.PATH: 0,
    DivergenceClass.DATA: 0,
    DivergenceClass.VERSION: 1,
    DivergenceClass.TIMING: 2,
}
"""A difference of versions counts when nothing else differs, and of timing after that."""


def first_divergence(
    expected: Sequence[RunEvent],
    actual: Sequence[RunEvent],
    *,
    ends_early: bool = False,
    with_timing: bool = False,
    tolerance: float = TOLERANCE,
    stored: Sequence[str] = (),
) -> Divergence | None:
    """Return the first divergence of the actual stream from the expected one, or None.

    Both are whole streams: the first event has version 1. Events of different calls are not
    compared by their order, and measured values not at all, unless `with_timing`. With
    `ends_early` the expected history was cut off (cancelled, crashed): what goes on after its
    end is no divergence. What was done to the run from outside is left out. Floats differ by more
    than the tolerance. `stored` are the expected events as they are stored: a field that one of
    them lacks was added since, and is not compared.
    """

    def difference(one: NumberedEvent, other: NumberedEvent) -> Difference:
        text = stored[one.version - 1] if stored else None
        return event_difference(one.event, other.event, tolerance=tolerance, stored=text)

    lanes, actual_lanes = lanes_of(expected), lanes_of(actual)
    places = _places(lanes, actual_lanes)
    found = [
        candidate
        for lane in [*lanes, *(lane for lane in actual_lanes if lane not in lanes)]
        for candidate in _lane_candidates(
            lanes.get(lane, []),
            actual_lanes.get(lane, []),
            places,
            ends_early=ends_early,
            difference=difference,
        )
    ]
    if with_timing:
        found.extend(_reordered(lanes, actual_lanes))
    else:
        found = [each for each in found if each.kind is not DivergenceClass.TIMING]
    first = min(found, key=_order, default=None)
    return None if first is None else _divergence(first)


def _order(candidate: _Candidate) -> tuple[int, tuple[int, int], bool]:
    """Return what candidates are sorted by; of one event, another step is before other content."""
    is_other_step = candidate.kind is DivergenceClass.PATH
    return _RANK[candidate.kind], candidate.place, not is_other_step


def _lane_candidates(
    expected: Sequence[NumberedEvent],
    actual: Sequence[NumberedEvent],
    places: dict[int, int],
    *,
    ends_early: bool,
    difference: Callable[[NumberedEvent, NumberedEvent], Difference],
) -> Iterator[_Candidate]:
    """Yield the divergences of a lane up to the first other step: the rest fits nothing."""
    for one, other in zip_longest(expected, actual):
        if one is None:
            if not ends_early:
                place = (places[other.version], 1)
                yield _Candidate(DivergenceClass.PATH, place, None, other)
            return
        if other is None or other.event.stored_as != one.event.stored_as:
            yield _Candidate(DivergenceClass.PATH, (one.version, 0), one, other)
            return
        for kind, pointers in difference(one, other).items():
            yield _Candidate(kind, (one.version, 0), one, other, pointers)


def _places(expected: Lanes, actual: Lanes) -> dict[int, int]:
    """Return for each actual version the highest expected one matched at or before it."""
    matched = {
        other.version: one.version
        for one, other in _matched(expected, actual)
        if one.event.stored_as == other.event.stored_as
    }
    last, places = 0, {}
    for event in sorted(
        (each for events in actual.values() for each in events), key=lambda each: each.version
    ):
        last = max(last, matched.get(event.version, 0))
        places[event.version] = last
    return places


def _reordered(expected: Lanes, actual: Lanes) -> Iterator[_Candidate]:
    """Yield the first event that came at another place among those of other lanes."""
    matched = _matched(expected, actual)
    recorded = sorted(matched, key=lambda pair: pair[0].version)
    came = sorted(matched, key=lambda pair: pair[1].version)
    for pair, instead in zip(recorded, came, strict=True):
        if pair is not instead:
            place = (pair[0].version, 0)
            yield _Candidate(DivergenceClass.TIMING, place, pair[0], instead[1])
            return


def _matched(expected: Lanes, actual: Lanes) -> list[tuple[NumberedEvent, NumberedEvent]]:
    """Return the events that stand at the same place of the same lane."""
    return [
        pair
        for lane, events in expected.items()
        for pair in zip(events, actual.get(lane, []), strict=False)
    ]


def _divergence(found: _Candidate) -> Divergence:
    return Divergence(
        kind=found.kind,
        version=found.place[0],
        expected=_side(found.expected),
        actual=_side(found.actual),
        pointers=found.pointers,
        sentence=_sentence(found),
    )


def _side(numbered: NumberedEvent | None) -> DivergentEvent | None:
    if numbered is None:
        return None
    event = numbered.event
    return DivergentEvent(event.stored_as, numbered.version, to_builtins(event))


def _sentence(found: _Candidate) -> str:
    version, one, other = found.place[0], found.expected, found.actual
    if one is None:
        return f"after version {version}: {_named(other)} was not expected"
    if other is None:
        return f"version {version}: {_named(one)} was expected, and did not come"
    if not found.pointers:
        return f"version {version}: expected {_named(one)}, got {_named(other)}"
    pointer, more = found.pointers[0], len(found.pointers) - 1
    sides = f"expected {_value(one, pointer)}, got {_value(other, pointer)}"
    rest = f" (and {more} more place{'' if more == 1 else 's'})" if more else ""
    return f"version {version}: {_named(one)} differs at {pointer}: {sides}{rest}"


def _named(numbered: NumberedEvent | None) -> str:
    """Name an event with the call or stage that it is about."""
    if numbered is None:
        return "nothing"
    event = numbered.event
    names = (getattr(event, name, None) for name in ("call_id", "stage"))
    about = "".join(f" of {name}" for name in names if name)
    return f"{event.stored_as}{about}"


def _value(numbered: NumberedEvent, pointer: str) -> str:
    value = value_at(to_builtins(numbered.event), pointer)
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
