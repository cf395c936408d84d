"""What of a part is decided otherwise on its own, and what only follows from that.

The engine goes over every stage by itself, each after what is recorded before it: what differs
then differs for a reason of its own, whatever the stages before it would do today.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from domain.errors import ErasedResult
from domain.figures import Exactness
from domain.json import JsonMap
from domain.replay.compare.causes import Cause, Causes, causes_of
from domain.replay.compare.counted_events import stage_of
from domain.replay.compare.divergence import Differences, Strictness, differences
from domain.replay.compare.ignore_rules import IgnoreRules
from domain.replay.record.driver import Driven
from domain.replay.verify.parts import drive_stages
from domain.run.events import HistoryEntry, RunEvent, StageStarted
from domain.run.fold import fold
from domain.run.lifecycle import RunState, Stage
from domain.tools.catalogue import KnownTools

_ENDED: Final = frozenset(
    {RunState.COMPLETED, RunState.REJECTED, RunState.FAILED, RunState.WAITING}
)
_ORDER: Final = {stage: place for place, stage in enumerate(Stage)}


@dataclass(frozen=True, slots=True)
class Part:
    """The history up to the end of the part that begins at `start`, and how it is verified.

    For `params` see `drive_part`.
    """

    entries: Sequence[HistoryEntry]
    start: int
    tools: KnownTools
    exactness: Exactness
    ignore: IgnoreRules
    params: Mapping[str, JsonMap] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Section:
    """A stage, where it begins and ends in the history, and the stage that comes behind it."""

    stage: Stage
    place: int
    end: int
    behind: Stage | None
    attempt_behind: int


async def causes_in(part: Part, driven: Driven) -> list[Cause]:
    """Return why the engine decides otherwise in a part, when `driven` is what it does there."""
    whole = _differences(part, len(part.entries), part.start, driven.events)
    if not whole.events:
        return []
    first = min(each.place[0] for each in whole.events)
    causes = Causes()
    for section in _sections(part):
        if section.end >= first:
            # Of other calls than recorded, no results are recorded for the stages behind.
            causes.take(await _alone(part, section), goes_on=causes.has_other_calls)
    if not causes.in_order:
        return causes_of(whole)
    causes.set_consequences(whole)
    return causes.in_order


async def _alone(part: Part, section: _Section) -> Differences:
    """Return the differences of a section after what is recorded before it."""
    entries, stage, place = part.entries, section.stage, section.place
    try:
        driven = await drive_stages(
            entries, stage, place, part.tools, start=part.start, params=part.params
        )
    except ErasedResult:
        return Differences({}, {})
    events = list(takewhile(lambda event: not _is_behind(section, event), driven.events))
    if not any(isinstance(event, StageStarted) for event in events):
        return Differences({}, {})  # what is before it is decided otherwise even by the record
    return _differences(part, section.end, place, events)


def _sections(part: Part) -> Iterator[_Section]:
    """Yield the stages. To present is one with to compose: what was composed is composed anew."""
    begun = [
        (entry.event.stage, place, entry.event.attempt)
        for place, entry in enumerate(part.entries)
        if place >= part.start and isinstance(entry.event, StageStarted)
    ]
    if any(stage is Stage.COMPOSE for stage, *_ in begun):
        begun = [each for each in begun if each[0] is not Stage.PRESENT]
    following = [*begun[1:], (None, len(part.entries), 0)]
    for (stage, place, _), (behind, end, attempt) in zip(begun, following, strict=True):
        yield _Section(stage, place, end, behind, attempt)


def _is_behind(section: _Section, event: RunEvent) -> bool:
    stage = stage_of(event)
    if stage is None or section.behind is None:
        return False
    if _ORDER[section.behind] <= _ORDER[section.stage]:  # the plan was changed here
        return isinstance(event, StageStarted) and event.attempt == section.attempt_behind
    return _ORDER[stage] >= _ORDER[section.behind]


def _differences(part: Part, end: int, start: int, events: Sequence[RunEvent]) -> Differences:
    """Return how the events differ from what is recorded between two places."""
    recorded = part.entries[:end]
    expected = [entry.event for entry in recorded]
    state = fold(part.entries[0].envelope.stream_id, expected).state
    is_whole = end < len(part.entries) or state in _ENDED
    strictness = Strictness(exactness=part.exactness, ignore=part.ignore, ends_early=not is_whole)
    stored = [entry.envelope.data for entry in recorded]
    return differences(expected, [*expected[:start], *events], strictness, stored=stored)
