"""Histories that part."""

from collections.abc import Sequence

from msgspec.structs import replace

from domain.replay.compare.causes import causes_of, told
from domain.replay.compare.divergence import Strictness, differences
from domain.run.events import RunEvent
from domain.views.verdict import Divergence, DivergenceClass, DivergentEvent
from tests.domain.run.samples import EXECUTING

DATA, PATH = DivergenceClass.DATA, DivergenceClass.PATH
VERSION, TIMING = DivergenceClass.VERSION, DivergenceClass.TIMING
WHERE_CALLS_START = len(EXECUTING) + 2


def divergences(
    expected: Sequence[RunEvent], actual: Sequence[RunEvent], **options: bool
) -> list[Divergence]:
    strictness = Strictness(**options)  # type: ignore[arg-type]  # flags only
    return [told(cause) for cause in causes_of(differences(expected, actual, strictness))]


def divergence(
    expected: Sequence[RunEvent], actual: Sequence[RunEvent], **options: bool
) -> Divergence:
    """Return the first of them."""
    return divergences(expected, actual, **options)[0]


def sides(found: Divergence) -> tuple[DivergentEvent, DivergentEvent]:
    assert found.expected is not None
    assert found.actual is not None
    return found.expected, found.actual


def with_change(events: Sequence[RunEvent], old: RunEvent, **changes: object) -> list[RunEvent]:
    """Return the events with some fields of one of them changed."""
    place = list(events).index(old)
    return [*events[:place], replace(old, **changes), *events[place + 1 :]]


def without(events: Sequence[RunEvent], *gone: RunEvent) -> list[RunEvent]:
    return [event for event in events if event not in gone]
