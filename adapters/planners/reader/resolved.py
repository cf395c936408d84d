"""A value that an item tells, with which others are compared: more memory than srv-1.

While a question is read, the comparison holds the ask for the value. Of the meaning that is
chosen it is looked up, and noted in the answer.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from adapters.planners.reader.recalled import asked_text
from domain.json import JsonMap, as_map, as_text
from domain.plan.look_ups import LookUps
from domain.query.in_words import ask_in_words
from domain.query.model import Ask, Query
from domain.query.sets import Condition, FieldCondition, Operator

_MARK: Final = "as-of-item:"


class NotTold(Exception):
    """The estate does not tell what the question needs; the sentence says what."""


def likened(condition: Condition, op: Operator, ask: Ask) -> FieldCondition:
    """Return a condition whose value is that of the ask, until it is looked up."""
    parts = [each.model_dump(mode="json", exclude_defaults=True) for each in (condition, ask)]
    label = f"{_MARK}{json.dumps(parts)}"
    return FieldCondition(field="attributes.likened", op=op, value=label)


def resolved(query: Query, look_ups: LookUps, now: datetime) -> tuple[Query, tuple[str, ...]]:
    """Return the query with what items tell, and notes of it. Raises `NotTold`."""
    dumped = query.model_dump(mode="json", exclude_defaults=True)
    if _MARK not in json.dumps(dumped):
        return query, ()
    telling = _Telling(look_ups, now, {})
    return Query.model_validate(telling.told(dumped)), tuple(telling.notes)


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
        if as_text(part.get("value")).startswith(_MARK):
            return self._compared(part)
        return {name: self.told(value) for name, value in part.items()}

    def _compared(self, part: JsonMap) -> JsonMap:
        condition, asked = json.loads(as_text(part["value"]).removeprefix(_MARK))
        ask = Ask.model_validate(asked)
        record = next(iter(self.look_ups.records(asked_text(ask), self.now)), {})
        value = next(reversed(record.values()), None)
        if value is None:
            message = f"There is no value to compare with: {ask_in_words(ask)}"
            raise NotTold(message)
        self.notes[f"compared with {value}: {ask_in_words(ask)}"] = None
        said = {"op": part.get("op", "="), "value": value}
        if "has" in condition:
            return {**condition, "count": said}
        return {**as_map(condition), **said}
