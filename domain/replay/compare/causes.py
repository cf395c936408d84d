"""Divergences grouped by cause: what follows from one before is told as its consequence."""

from dataclasses import dataclass, field, replace
from typing import Final

from msgspec import to_builtins

from domain.replay.compare.changes import pairs_of
from domain.replay.compare.counted_events import NumberedEvent
from domain.replay.compare.dependencies import (
    calls_before,
    depends_below,
    is_cut_short,
    is_missing_by,
    is_of_timeout,
    is_own_answer,
    order_of_causes,
    untold,
)
from domain.replay.compare.divergence import Differences, Differing
from domain.replay.compare.lanes import ANSWER, CALL, COMPOSED, OUTCOME, Lane, rank_of
from domain.replay.compare.wording import changes_in, sentence_of
from domain.views.verdict import Consequence, Divergence, DivergenceClass, DivergentEvent

_STEPS: Final = frozenset({DivergenceClass.PATH, DivergenceClass.DATA})
_LABEL: Final = ("/label",)
_Pair = tuple[bool, str, str, str]
"""Whether it is a step or not, and what became what; see `pairs_of`."""


@dataclass(slots=True)
class Cause:
    """A divergence that follows from no other, and what follows from it.

    `pairs` are the values that changed in all of these. `of` are the differences it is one of.
    """

    found: Differing
    of: Differences
    pairs: set[_Pair]
    consequences: list[Consequence] = field(default_factory=list)


class Causes:
    """The causes found so far; of each new divergence they know whether it follows from one."""

    def __init__(self) -> None:
        """Begin without a cause."""
        self._causes = list[Cause]()
        self._by_pair = dict[_Pair, list[Cause]]()
        self._begin_differences()

    @property
    def in_order(self) -> list[Cause]:
        """The causes, the first ones first."""
        return sorted(self._causes, key=lambda cause: cause.found.sort_key)

    @property
    def has_other_calls(self) -> bool:
        """Whether a call was made that was not expected, or the other way round."""
        calls = (cause.found for cause in self._causes if cause.found.lane[0] == CALL)
        return any(each.expected is None or each.actual is None for each in calls)

    def take(self, of: Differences, *, goes_on: bool = False) -> None:
        """Find the causes of all these differing events.

        What comes later in a run follows from what differs before it: a stage from the stages
        before, a call from the plan and from the calls that it depends on. That a call answers
        otherwise which asks the same is a cause of its own. What changed in the same way as a
        cause from before, or as what follows from that, follows from it; but by their order in the
        run, only differences that were taken together follow from each other, unless it goes on.
        """
        if not goes_on:
            self._begin_differences()
        for each in sorted(of.events, key=lambda each: order_of_causes(each, of)):
            if each.kind is DivergenceClass.TIMING and self._causes:
                break
            cause, left = self._cause_of(each, of)
            if cause is not None:
                self._follow(cause, each, of)
            else:
                self._add(Cause(left, of, _pairs(left)))

    def set_consequences(self, of: Differences) -> None:
        """Let what differs here besides the causes, of which there is one, follow from these.

        What is missing follows from the first other step: a run may not go on behind that.
        """
        own = {_key(cause.found) for cause in self._causes}
        steps = (each for each in self.in_order if each.found.kind is DivergenceClass.PATH)
        stopped = next(steps, None)
        for cause in self._causes:
            cause.consequences.clear()
            self._by_lane[cause.found.lane] = self._by_rank[rank_of(cause.found.lane)] = cause
        for each in of.events:
            if _key(each) not in own:
                found = stopped if each.actual is None else self._cause_of(each, of)[0]
                self._follow(found or self._last_before(each), each, of)

    def _begin_differences(self) -> None:
        self._by_lane, self._by_rank = dict[Lane, Cause](), dict[int, Cause]()
        self._answered_otherwise = dict[Lane, Cause]()

    def _add(self, cause: Cause) -> None:
        self._causes.append(cause)
        for pair in cause.pairs:
            self._by_pair.setdefault(pair, []).append(cause)
        if _leads(cause.found) and not is_of_timeout(cause.found):
            self._by_lane[cause.found.lane] = self._by_rank[rank_of(cause.found.lane)] = cause
            self._note_answer(cause, cause.found)

    def _note_answer(self, cause: Cause, found: Differing) -> None:
        """Remember that a call does not give what those got that depend on it."""
        if found.lane[0] == CALL and (
            is_own_answer(found) or not (found.expected and found.actual)
        ):
            self._answered_otherwise[found.lane] = cause

    def _follow(self, cause: Cause, found: Differing, of: Differences) -> None:
        said = sentence_of(found, of, changes_in(found))
        cause.consequences.append(Consequence(version=found.place[0], sentence=said))
        self._note_answer(cause, found)
        if found.lane[0] == CALL:  # what a call answers follows from what it asks
            self._by_lane[found.lane] = cause
        for pair in _pairs(found) - cause.pairs:
            cause.pairs.add(pair)
            self._by_pair.setdefault(pair, []).append(cause)

    def _cause_of(self, found: Differing, of: Differences) -> tuple[Cause | None, Differing]:
        """Return what the event follows from, or None and what of the event does not follow."""
        carried = self._carried(found)
        if carried is not None or not _leads(found):
            return carried, found
        end = self._by_lane.get(OUTCOME)
        if end and is_cut_short(end.found, of) and is_missing_by(end.found, found):
            return end, found
        if found.lane[0] == CALL:
            return self._before_call(found, of), found
        earlier = [rank for rank in self._by_rank if rank < depends_below(found)]
        if found.lane == ANSWER and earlier == [rank_of(COMPOSED)]:
            left = untold(found, self._by_lane[COMPOSED].found)
            if left:
                return None, replace(found, pointers=left)
        return (self._by_rank[max(earlier)] if earlier else None), found

    def _before_call(self, found: Differing, of: Differences) -> Cause | None:
        if found.lane in self._by_lane:
            return self._by_lane[found.lane]
        if is_own_answer(found):
            return None
        for lane in sorted(calls_before(found.lane, of)):
            if lane in self._answered_otherwise:
                return self._answered_otherwise[lane]
        earlier = [rank for rank in self._by_rank if rank < rank_of(found.lane)]
        return self._by_rank[max(earlier)] if earlier else None

    def _carried(self, found: Differing) -> Cause | None:
        """Return the cause with the same change; results of calls speak for themselves."""
        if found.kind in _STEPS and is_own_answer(found):
            return None
        pairs = _pairs(found)
        having = [self._by_pair.get(pair, []) for pair in pairs]
        fewest = min(having, key=len, default=[])
        return next((cause for cause in fewest if pairs <= cause.pairs), None)

    def _last_before(self, found: Differing) -> Cause:
        ordered = self.in_order
        before = [each for each in ordered if each.found.place <= found.place]
        return (before or ordered)[-1 if before else 0]


def causes_of(of: Differences) -> list[Cause]:
    """Return the causes of all differing events, the first ones first."""
    causes = Causes()
    causes.take(of)
    return causes.in_order


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


def _leads(found: Differing) -> bool:
    """Return whether other events may follow from it, and it from others."""
    return found.kind in _STEPS or found.is_of_assets


def _key(found: Differing) -> tuple[Lane, int | None, bool]:
    version = found.expected.version if found.expected else None
    return found.lane, version, found.kind in _STEPS


def _pairs(found: Differing) -> set[_Pair]:
    is_step = found.kind in _STEPS
    if found.pointers == _LABEL:  # a digest says nothing; that they are made otherwise counts
        return {(is_step, "label", "", "")}
    if not (found.expected and found.actual):
        return set()
    before, after = to_builtins(found.expected.event), to_builtins(found.actual.event)
    return {(is_step, *pair) for pair in pairs_of(before, after, found.pointers)}


def _side(numbered: NumberedEvent | None) -> DivergentEvent | None:
    if numbered is None:
        return None
    event = numbered.event
    return DivergentEvent(event.stored_as, numbered.version, to_builtins(event))
