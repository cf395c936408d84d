"""Defaults of a plan that were others when its calls were made.

A plan is recorded without what it leaves to its defaults; the calls on the record have the values
that these had then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from pydantic import JsonValue, ValidationError

from domain.figures import USUAL
from domain.json import JsonMap
from domain.plan.calls import planned_calls
from domain.plan.mapping import MappingError
from domain.plan.patch import patched_calls
from domain.plan.plan import Plan
from domain.plan.planned_call import PlannedCall
from domain.replay.compare.changes import changes_of
from domain.replay.compare.ignore_rules import IgnoreRules
from domain.replay.compare.json_difference import is_filled_in, is_same_json, value_at
from domain.replay.record.terms import terms_of
from domain.run.call_events import ToolCallStarted
from domain.run.events import HistoryEntry, PlanValidated
from domain.views.verdict import Change, Divergence, DivergenceClass, DivergentEvent


@dataclass(frozen=True, slots=True)
class ChangedDefaults:
    """Defaults of the recorded plan that are others now.

    `params` are those of its calls that follow from them, by call id, as they were then.
    """

    divergence: Divergence
    params: Mapping[str, JsonMap]


@dataclass(frozen=True, slots=True)
class _Settled:
    """The plan that is executed: as stored, and with all its defaults of today."""

    version: int
    stored: JsonMap
    whole: JsonMap

    @property
    def left_out(self) -> list[str]:
        """The places that have their value by default."""
        places = _leaves(self.whole)
        return [each for each in places if is_filled_in(each, self.whole, stored=self.stored)]


def changed_defaults(
    entries: Sequence[HistoryEntry], start: int, ignore: IgnoreRules
) -> ChangedDefaults | None:
    """Return which defaults the calls from `start` on show to have been others; None if none.

    A default was another if the plan, with the recorded value in its place, makes the very call.
    """
    settled, params = _settled(entries), dict[str, JsonMap]()
    then, patches = dict[str, JsonValue](), terms_of(entries).origin.patches.params
    calls = _calls(settled.stored) if settled else {}
    for call in patched_calls(list(calls.values()), patches):
        for place, value in _asked_otherwise(call, _begun(call, entries, start), ignore):
            default = settled and _default_behind(settled, call, place, value)
            if default:
                then[default] = value
                asked = _with(params.get(call.call_id, call.params), place, value)
                params[call.call_id] = asked
    if settled is None or not then:
        return None
    return ChangedDefaults(_divergence(settled, then), _only_changed(params, calls))


def _settled(entries: Sequence[HistoryEntry]) -> _Settled | None:
    """Return the last plan that was settled; None also for one that is no plan any more."""
    for entry in reversed(entries):
        if isinstance(entry.event, PlanValidated):
            stored = entry.event.plan
            try:
                whole = Plan.model_validate(stored).model_dump(mode="json")
            except ValidationError:
                return None
            return _Settled(entry.envelope.version, stored, whole)
    return None


def _calls(plan: JsonMap) -> dict[str, PlannedCall]:
    """Return the calls of a plan by their ids; none of what is no plan."""
    try:
        return {call.call_id: call for call in planned_calls(Plan.model_validate(plan))}
    except (ValidationError, MappingError):
        return {}


def _begun(
    call: PlannedCall, entries: Sequence[HistoryEntry], start: int
) -> ToolCallStarted | None:
    """Return how the call began from `start` on, or last before when it is not made again."""
    events = (entry.event for entry in chain(entries[start:], reversed(entries[:start])))
    begun = (event for event in events if isinstance(event, ToolCallStarted))
    return next((event for event in begun if event.call_id == call.call_id), None)


def _asked_otherwise(
    call: PlannedCall, begun: ToolCallStarted | None, ignore: IgnoreRules
) -> Iterator[tuple[str, JsonValue]]:
    """Yield the places of a call's params that the record has otherwise, with what it has."""
    if begun is None or (begun.tool, begun.operation) != (call.tool, call.operation):
        return
    is_ignored, asked = ignore.ignored(call.tool), dict(_leaves_of(begun.params))
    for place, now in _leaves_of(call.params):
        if place not in asked or is_same_json(asked[place], now, USUAL):
            continue
        if place.split("/")[1] not in call.output_mapping and not is_ignored(f"/params{place}"):
            yield place, asked[place]


def _default_behind(
    settled: _Settled, call: PlannedCall, place: str, then: JsonValue
) -> str | None:
    """Return the place of the plan by whose default the call has what it has."""
    now = value_at(call.params, place)
    for each in settled.left_out:
        if is_same_json(value_at(settled.whole, each), now):
            other = _calls(_with(settled.stored, each, then)).get(call.call_id)
            if other and is_same_json(value_at(other.params, place), then):
                return each
    return None


def _divergence(settled: _Settled, then: Mapping[str, JsonValue]) -> Divergence:
    before: JsonMap = {"plan": settled.stored}
    after = before
    for place, value in then.items():
        before = _with(before, f"/plan{place}", value)
        after = _with(after, f"/plan{place}", value_at(settled.whole, place))
    pointers = tuple(f"/plan{place}" for place in then)
    changes = tuple(map(_named, changes_of(before, after, pointers)))
    said, version = ", ".join(map(str, changes)), settled.version
    return Divergence(
        kind=DivergenceClass.PLAN,
        version=version,
        expected=DivergentEvent(PlanValidated.stored_as, version, before),
        actual=DivergentEvent(PlanValidated.stored_as, version, after),
        pointers=pointers,
        sentence=f"the same plan asks otherwise by its defaults: {said}",
        changes=changes,
    )


def _named(change: Change) -> Change:
    return replace(change, field=f"{change.field} (default)")


def _only_changed(
    params: Mapping[str, JsonMap], calls: Mapping[str, PlannedCall]
) -> dict[str, JsonMap]:
    return {
        call_id: {
            name: value
            for name, value in asked.items()
            if not is_same_json(value, calls[call_id].params.get(name))
        }
        for call_id, asked in params.items()
    }


def _leaves_of(value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Yield the values in a value with their places; a list of plain values is one."""
    for place in _leaves(value):
        yield place, value_at(value, place)


def _leaves(value: JsonValue, place: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, f"{place}/{key}")
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for index, each in enumerate(value):
            yield from _leaves(each, f"{place}/{index}")
    else:
        yield place


def _with(value: Any, place: str, new: JsonValue) -> Any:  # noqa: ANN401 - any JSON
    """Return a copy with the new value at this place."""
    if not place:
        return new
    key, slash, rest = place[1:].partition("/")
    below = slash + rest
    if isinstance(value, list):
        index = int(key)
        return [*value[:index], _with(value[index], below, new), *value[index + 1 :]]
    around = value if isinstance(value, dict) else {}
    return {**around, key: _with(around.get(key), below, new)}
