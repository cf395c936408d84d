"""What is not the same in two events of one type, and whether it is a step, data or measured."""

import json
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
from msgspec import to_builtins

from domain.aggregate.event import EventData
from domain.figures import USUAL, Exactness
from domain.json import JsonMap
from domain.replay.compare.json_difference import differing_pointers, is_filled_in
from domain.views.verdict import DivergenceClass

Difference = dict[DivergenceClass, tuple[str, ...]]
"""The JSON pointers of the places where two events differ, by class."""

_PROVENANCE: Final = frozenset(
    {"origin", "idempotency_key", "answered_by", "payload"}
    | {"/run-requested/plan_output", "/run-cancelled/why"}
    | {"looked_up", "asked", "removed", "newest", "fallback"}
)
"""Where a request, a plan or a result came from: what it is stands elsewhere in the events."""

_MEASURED: Final = frozenset(
    {"duration_ms", "waited_ms", "service_ms", "retry_after_ms", "cached_age_ms", "expires_at"}
)
"""Fields that hold what a clock measured: they differ whenever the same is done again."""

_MEASURED_CONTEXT: Final = (
    "/context/cache_status",
    "/context/current_load",
    "/context/estimated_time",
    "/context/success_rate",
)
"""The cache, load, times and success rates by which tools are ranked: measured, too."""

_VERSIONS: Final = frozenset(
    {"engine_version", "planner", "planner_version", "source_revision", "applied_assets"}
    | {f"/asset-applied/{name}" for name in ("version", "digest", "content")}
)
"""Fields that name who or what took part, not what came out."""

_LABELLED: Final = frozenset({"tool", "operation", "params"})
"""What the label of a call is a digest of."""

_LABEL: Final = "/label"

_STEPS: Final = frozenset(
    {"stage", "route", "call_id", "tool", "operation", "label", "depends_on", "group"}
    | {"attempt", "cause"}
)
"""Fields that say which step was taken."""


def event_difference(
    expected: EventData,
    actual: EventData,
    *,
    exactness: Exactness = USUAL,
    stored: str | None = None,
    ignored: Callable[[str], bool] = lambda _: False,
) -> Difference:
    """Return the JSON pointers that differ, by class; empty when the events say the same.

    Both are of one type. A field that is not listed here counts as data; where another step was
    taken, its data is part of that. `ignored` says which pointers do not count. For `stored` see
    `differences`.
    """
    if msgspec.json.encode(expected) == msgspec.json.encode(actual):  # the usual case, and quick
        return {}
    said = to_builtins(expected)
    now = to_builtins(actual)
    pointers = [e for e in differing_pointers(said, now, exactness) if not ignored(e)]
    if _digested(said) != _digested(now) and not any(map(_is_labelled, pointers)):
        # What the label is a digest of differs only in what does not count.
        pointers = [each for each in pointers if each != _LABEL]
    if stored is not None and pointers:
        then = json.loads(stored)
        pointers = [each for each in pointers if not is_filled_in(each, said, stored=then)]
    found: Difference = {}
    measured_differ = any(map(_is_measured, pointers))
    for pointer in pointers:
        kind = _class_of(pointer, expected.stored_as)
        if kind is not None:
            # Scores follow from what was measured: they count where the same was measured.
            if measured_differ and pointer.startswith("/candidates/"):
                kind = DivergenceClass.TIMING
            found[kind] = (*found.get(kind, ()), pointer)
    return _as_one_step(found, pointers)


def _as_one_step(found: Difference, pointers: Sequence[str]) -> Difference:
    """Put the data of another step to it, which tells more than the label of a call."""
    kinds = {DivergenceClass.PATH, DivergenceClass.DATA}
    if not kinds <= found.keys():
        return found
    both = {*found[DivergenceClass.PATH], *found.pop(DivergenceClass.DATA)}
    if any(map(_is_labelled, both)):
        both.discard(_LABEL)
    return {**found, DivergenceClass.PATH: tuple(each for each in pointers if each in both)}


def _digested(event: JsonMap) -> str:
    return json.dumps([event.get(name) for name in sorted(_LABELLED)], sort_keys=True)


def _is_labelled(pointer: str) -> bool:
    return pointer.split("/")[1] in _LABELLED


def _class_of(pointer: str, stored_as: str) -> DivergenceClass | None:
    name = pointer.split("/")[1]
    if name in _PROVENANCE or f"/{stored_as}/{name}" in _PROVENANCE:
        return None
    if _is_measured(pointer):
        return DivergenceClass.TIMING
    if name in _VERSIONS or f"/{stored_as}/{name}" in _VERSIONS:
        return DivergenceClass.VERSION
    return DivergenceClass.PATH if name in _STEPS else DivergenceClass.DATA


def _is_measured(pointer: str) -> bool:
    return pointer.split("/")[1] in _MEASURED or pointer.startswith(_MEASURED_CONTEXT)
