"""What changed in events with plans, which leave out what has a default."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import BaseModel, JsonValue, ValidationError

from domain.json import JsonMap
from domain.plan.plan import Plan, PlanOutput
from domain.replay.compare.changes import changes_of
from domain.replay.compare.json_difference import differing_pointers, value_at
from domain.views.verdict import Change

_MODELS: Final[Mapping[str, type[BaseModel]]] = {"plan": Plan, "plan_output": PlanOutput}
"""What the fields of events hold that hold plans."""


def changes_of_plans(before: JsonMap, after: JsonMap, pointers: Sequence[str]) -> list[Change]:
    """Return the changes at these places of two events, one of a plan with its default of today.

    That a plan says now what was its default anyway is shown as such: nothing became a value.
    """
    whole_before, whole_after = _completed(before, after), _completed(after, before)
    below = {
        each: differing_pointers(value_at(whole_before, each), value_at(whole_after, each))
        for each in pointers
    }
    if not all(below.values()):
        return changes_of(before, after, pointers)
    places = [each + place for each, found in below.items() for place in found]
    return changes_of(whole_before, whole_after, places)


def _completed(event: JsonMap, other: JsonMap) -> JsonMap:
    """Return the event, its plan with the defaults for what only that of the other says."""
    return {
        key: _completed_plan(value, other.get(key), _MODELS[key]) if key in _MODELS else value
        for key, value in event.items()
    }


def _completed_plan(value: JsonValue, other: JsonValue, model: type[BaseModel]) -> JsonValue:
    try:
        whole = model.model_validate(value).model_dump(mode="json")
    except ValidationError:
        return value
    return _with_what_is_said(value, other, whole)


def _with_what_is_said(value: JsonValue, other: JsonValue, whole: JsonValue) -> JsonValue:
    match value, other, whole:
        case dict(), dict(), dict():
            added = {key: _default(other[key], whole[key]) for key in other if key in whole}
            known = {
                key: _with_what_is_said(each, other.get(key), whole.get(key))
                for key, each in value.items()
            }
            return {**added, **known}
        case list(), list(), list() if len(value) == len(other) == len(whole):
            triples = zip(value, other, whole, strict=True)
            return [_with_what_is_said(*each) for each in triples]
        case _:
            return value


def _default(other: JsonValue, whole: JsonValue) -> JsonValue:
    """Return of a default the parts that the other plan says."""
    if isinstance(other, dict) and isinstance(whole, dict):
        return {key: _default(other[key], whole[key]) for key in other if key in whole}
    return whole
