"""Where two histories part: every event that is not as expected, and in what way."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from domain.figures import USUAL, Exactness
from domain.replay.compare.counted_events import NumberedEvent, counted_events
from domain.replay.compare.event_difference import Difference, event_difference
from domain.replay.compare.ignore_rules import NO_RULES, IgnoreRules
from domain.replay.compare.lanes import ASSET, CALL, Lane, Lanes, lane_of, lanes_of
from domain.run.call_events import ToolCallSkipped, ToolCallStarted
from domain.run.events import RunEvent
from domain.views.verdict import DivergenceClass, is_of_assets

Pair = tuple[NumberedEvent, NumberedEvent]
_RANK: Final = {
    DivergenceClass.PATH: 0,
    DivergenceClass.DATA: 0,
    DivergenceClass.VERSION: 1,
    DivergenceClass.TIMING: 2,
}
"""A difference of versions counts after all others, and of timing when there is none."""


@dataclass(frozen=True, slots=True)
class Strictness:
    """What counts as a divergence.

    `of_two_runs`: both are runs of their own, so that measured values, the order of calls, and
    whether they were cancelled count. `ends_early`: the expected history was cut off (cancelled,
    crashed); what goes on after its end is no divergence.
    """

    exactness: Exactness = USUAL
    ignore: IgnoreRules = NO_RULES
    of_two_runs: bool = False
    ends_early: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """An event that is not as expected; `place` orders them, one too many after what it follows.

    `expected` is None for one too many, `actual` for one that is missing. Without pointers
    another event stands there, or in another order.
    """

    kind: DivergenceClass
    lane: Lane
    place: tuple[int, int]
    expected: NumberedEvent | None
    actual: NumberedEvent | None
    pointers: tuple[str, ...] = ()
    is_reordered: bool = False

    @property
    def sort_key(self) -> tuple[int, tuple[int, int]]:
        """What they are sorted by: the weight of the class, then the place."""
        return 0 if self.is_of_assets else _RANK[self.kind], self.place

    @property
    def is_of_assets(self) -> bool:
        """Whether other versions of assets are applied: what is asked then follows from that."""
        return self.lane[0] == ASSET or is_of_assets(self.pointers)


@dataclass(frozen=True, slots=True)
class Differences:
    """Two histories by lanes, and all events in which they differ, in order."""

    expected: Lanes
    actual: Lanes
    events: list[Differing] = field(default_factory=list)
    of_two_runs: bool = False


def differences(
    expected: Sequence[RunEvent],
    actual: Sequence[RunEvent],
    strictness: Strictness,
    *,
    stored: Sequence[str] = (),
) -> Differences:
    """Return where the actual stream differs from the expected one.

    Both are whole streams: the first event has version 1. Of what was tried again the last attempt
    counts. `stored` are the expected events as they are stored: a field that one of them lacks was
    added since, and is not compared.
    """
    is_wide = strictness.of_two_runs
    lanes, actual_lanes = (
        lanes_of(counted_events(each, of_two_runs=is_wide), with_cancelling=is_wide)
        for each in (expected, actual)
    )

    def difference(one: NumberedEvent, other: NumberedEvent) -> Difference:
        return event_difference(
            one.event,
            other.event,
            exactness=strictness.exactness,
            stored=stored[one.version - 1] if stored else None,
            ignored=strictness.ignore.ignored(tool_of(lane_of(one.event), lanes, actual_lanes)),
        )

    matched = _matched(lanes, actual_lanes)
    places = _places(matched, actual_lanes)
    found = [
        each
        for lane in [*lanes, *(lane for lane in actual_lanes if lane not in lanes)]
        for each in _of_lane(lane, lanes, actual_lanes, places, difference)
        if not (strictness.ends_early and _is_after_the_end(each, matched))
    ]
    found.extend(_reordered(matched, DivergenceClass.PATH, of_calls=False))
    if strictness.of_two_runs:
        found.extend(_reordered(matched, DivergenceClass.TIMING, of_calls=True))
    else:
        found = [each for each in found if each.kind is not DivergenceClass.TIMING]
    found.sort(key=lambda each: each.sort_key)
    return Differences(lanes, actual_lanes, found, is_wide)


def tool_of(lane: Lane, *where: Lanes) -> str | None:
    """Return the tool of a call's lane; None for what belongs to no call."""
    called = call_of(lane, *where)
    return called.tool if called else None


def call_of(lane: Lane, *where: Lanes) -> ToolCallStarted | ToolCallSkipped | None:
    """Return how a call began, or that it was skipped, in the first history that says so."""
    events = (each.event for lanes in where for each in lanes.get(lane, ()) if lane[0] == CALL)
    return next((e for e in events if isinstance(e, ToolCallStarted | ToolCallSkipped)), None)


def _of_lane(
    lane: Lane,
    lanes: Lanes,
    actual_lanes: Lanes,
    places: dict[int, int],
    difference: Callable[[NumberedEvent, NumberedEvent], Difference],
) -> Iterator[Differing]:
    """Yield the differences of a lane up to the first other step: the rest fits nothing."""
    kind = DivergenceClass.VERSION if lane[0] == ASSET else DivergenceClass.PATH
    for one, other in zip_longest(lanes.get(lane, ()), actual_lanes.get(lane, ())):
        if one is None:
            place = (places[other.version], 1)
            yield Differing(kind=kind, lane=lane, place=place, expected=None, actual=other)
            return
        place = (one.version, 0)
        if other is None or other.event.stored_as != one.event.stored_as:
            yield Differing(kind=kind, lane=lane, place=place, expected=one, actual=other)
            return
        for kind_of_these, pointers in difference(one, other).items():
            yield Differing(
                kind=kind_of_these,
                lane=lane,
                place=place,
                expected=one,
                actual=other,
                pointers=pointers,
            )


def _is_after_the_end(found: Differing, matched: Sequence[Pair]) -> bool:
    """Return whether an event too many comes after all that the cut history has.

    Of calls side by side, any may have gone on.
    """
    if found.expected is not None or found.actual is None:
        return False
    last = max((b.version for a, b in matched if lane_of(a.event)[0] != CALL), default=0)
    return found.lane[0] == CALL or found.actual.version > last


def _matched(expected: Lanes, actual: Lanes) -> list[Pair]:
    """Return the events that stand at the same place of the same lane, as recorded."""
    pairs = (
        pair
        for lane, events in expected.items()
        for pair in zip(events, actual.get(lane, ()), strict=False)
    )
    return sorted(pairs, key=lambda pair: pair[0].version)


def _places(matched: Sequence[Pair], actual: Lanes) -> dict[int, int]:
    """Return for each actual version the highest expected one matched at or before it."""
    of_same = {b.version: a.version for a, b in matched if a.event.stored_as == b.event.stored_as}
    last, places = 0, {}
    for version in sorted(each.version for events in actual.values() for each in events):
        last = max(last, of_same.get(version, 0))
        places[version] = last
    return places


def _reordered(
    matched: Sequence[Pair], kind: DivergenceClass, *, of_calls: bool
) -> Iterator[Differing]:
    """Yield the first event that came at another place among the others.

    Without calls, only what comes one after the other is looked at.
    """
    pairs = [pair for pair in matched if of_calls or lane_of(pair[0].event)[0] != CALL]
    came = sorted(pairs, key=lambda pair: pair[1].version)
    for pair, instead in zip(pairs, came, strict=True):
        if pair is not instead:
            yield Differing(
                kind=kind,
                lane=lane_of(pair[0].event),
                place=(pair[0].version, 0),
                expected=pair[0],
                actual=instead[1],
                is_reordered=True,
            )
            return
