"""A value that an item tells, with which others are compared: more memory than srv-1.

While a question is read, the comparison holds the ask for the value. Of the meaning that is
chosen it is looked up, and noted in the answer.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from adapters.planners.reader.meaning import CLASS_FIELDS
from adapters.planners.reader.plausible import sets_of
from adapters.planners.reader.recalled import asked_text
from domain.json import JsonMap, as_map, as_number, as_text
from domain.plan.look_ups import LookUps
from domain.query.in_words import ask_in_words
from domain.query.model import Ask, CountWant, QuantifiedWant, Query, ShareWant
from domain.query.set_words import field_in_words, set_in_words
from domain.query.sets import Condition, FieldCondition, Operator, Set, SetKind

_FIELD: Final = "attributes.\x00"
"""A field that no estate has and nobody can ask for: texts have no such character."""
_ROUNDING: Final = 1e-9
_MOST_VALUES: Final = 100
_DATED: Final = ("created_at", "updated_at")
_ORDERED: Final = ("<", "<=", ">", ">=")


class NotTold(Exception):
    """The estate does not tell what the question needs; the sentence says what."""


def likened(condition: Condition, op: Operator, ask: Ask) -> FieldCondition:
    """Return a condition whose value is that of the ask, until it is looked up."""
    parts = [each.model_dump(mode="json", exclude_defaults=True) for each in (condition, ask)]
    return FieldCondition(field=_FIELD, op=op, value=json.dumps(parts))


def resolved(query: Query, look_ups: LookUps, now: datetime) -> tuple[Query, tuple[str, ...]]:
    """Return the query with what items tell, and notes of it. Raises `NotTold`."""
    for members in (*sets_of(query), *_claimed(query)):
        _require_dated(members, look_ups, now)
    dumped = query.model_dump(mode="json", exclude_defaults=True)
    telling = _Telling(look_ups, now, {})
    told = telling.told(dumped)
    return (Query.model_validate(told), tuple(telling.notes)) if told != dumped else (query, ())


def _claimed(query: Query) -> Iterator[Set]:
    """Yield the sets of which a condition is claimed, with it."""
    for ask in query.asks:
        if isinstance(ask.want, QuantifiedWant | ShareWant):
            for each in ask.of:
                yield each.model_copy(update={"where": (*each.where, ask.want.condition)})


def _require_dated(members: Set, look_ups: LookUps, now: datetime) -> None:
    """Raise `NotTold` where instants are compared that no item of the class has."""
    said = [each for each in members.where if isinstance(each, FieldCondition)]
    dated = [each.field for each in said if each.field in _DATED and each.op in _ORDERED]
    classes = tuple(each for each in said if each.field in CLASS_FIELDS)
    if members.kind is not SetKind.ITEM or not dated:
        return
    has = FieldCondition(field=dated[0], op="is not", value=None)
    ask = Ask(want=CountWant(), of=(Set(kind=SetKind.ITEM, where=(*classes, has)),))
    if look_ups.records(asked_text(ask), now) == [{"count": 0}]:
        of = set_in_words(Set(kind=SetKind.ITEM, where=classes))
        message = f"{field_in_words(dated[0]).capitalize()} is known of none of the {of}"
        raise NotTold(message)


@dataclass(frozen=True, slots=True)
class _Telling:
    look_ups: LookUps
    now: datetime
    notes: dict[str, None]

    def told(self, part: JsonValue) -> JsonValue:
        """Return a part of a query with the values that items have."""
        if isinstance(part, list):
            return [self.told(each) for each in part]
        if not isinstance(part, dict):
            return part
        if part.get("field") == _FIELD:
            return self._compared(part)
        return {name: self.told(value) for name, value in part.items()}

    def _among(self, condition: JsonMap, records: Sequence[JsonMap], ask: Ask) -> JsonMap:
        """Return that a field has one of the values by which the records are told apart."""
        values: list[JsonValue] = [
            value for record in records if (value := next(iter(record.values()))) is not None
        ]
        if not values or len(records) > _MOST_VALUES:
            message = f"There are no values, or too many, to look among: {ask_in_words(ask)}"
            raise NotTold(message)
        told = f"{field_in_words(as_text(condition['field']))} of {set_in_words(ask.of[0])}"
        self.notes[f"among {', '.join(map(str, values))}: {told}"] = None
        return {**condition, "value": values}

    def _compared(self, part: JsonMap) -> JsonMap:
        condition, asked = json.loads(as_text(part["value"]))
        ask = Ask.model_validate(asked)
        records = self.look_ups.records(asked_text(ask), self.now)
        if condition.get("op") == "in":
            return self._among(condition, records, ask)
        value = next(reversed(next(iter(records), {}).values()), None)
        if value is None:
            message = f"There is no value to compare with: {ask_in_words(ask)}"
            raise NotTold(message)
        self.notes[f"compared with {value}: {ask_in_words(ask)}"] = None
        said = {"op": part.get("op", "="), "value": value}
        if "measure" in condition:
            # A mean is told rounded: the item itself is as high as itself.
            mean, way = as_number(value) or 0, 1 if said["op"] in (">", "<=") else -1
            said["value"] = mean + way * abs(mean) * _ROUNDING
        if "has" in condition:
            return {**condition, "count": said}
        return {**as_map(condition), **said}
