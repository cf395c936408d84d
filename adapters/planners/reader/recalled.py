"""Times that depend on a record, from how they are said to a range that a query can have.

While a question is read, such a time is a label that holds the ask for the record. Of the
meaning that is chosen it is looked up, and noted in the answer.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from pydantic import JsonValue

from adapters.planners.reader.ranges import EVER
from domain.json import JsonMap, as_map, as_number, as_text
from domain.plan.look_ups import LookUps
from domain.query.fields import OF_ITEMS, TIME_FIELDS
from domain.query.model import Ask, Query
from domain.query.set_words import set_in_words
from domain.query.sets import FieldCondition, Set, SetKind
from domain.times import in_utc

How = Literal["since", "before", "during"]
_MARK: Final = "record:"


class NoSuchTime(Exception):
    """A time depends on a record that is not there, or has none; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """A time since, before or during a record, if `seconds` are said only so far from it.

    `is_own` says that the record is of the item of which something is asked in that time.
    """

    how: How
    ask: Ask
    is_own: bool
    seconds: float

    @property
    def label(self) -> str:
        """Return it as a label of time, until it is looked up."""
        ask = self.ask.model_dump(mode="json", exclude_defaults=True)
        return f"{_MARK}{json.dumps([self.how, ask, self.is_own, self.seconds])}"


def asked_text(ask: Ask) -> str:
    """Return an ask as the text by which its records are looked up."""
    return json.dumps(ask.model_dump(mode="json", exclude_defaults=True), sort_keys=True)


def is_recalled(label: str) -> bool:
    """Return whether a time depends on a record."""
    return label.startswith(_MARK)


def of_own(label: str) -> str:
    """Return a label whose record, where it is of no item, is of the item that is asked about."""
    if not is_recalled(label):
        return label
    how, asked, is_own, seconds = json.loads(label.removeprefix(_MARK))
    ask = Ask.model_validate(asked)
    is_open = ask.of[0].of is None and ask.of[0].kind in OF_ITEMS
    return Recalled(how, ask, is_own or is_open, seconds).label


def recalled(query: Query, look_ups: LookUps, now: datetime) -> tuple[Query, tuple[str, ...]]:
    """Return the query with the times that its records tell, and notes of them.

    Raises `NoSuchTime`.
    """
    dumped = query.model_dump(mode="json", exclude_defaults=True)
    if _MARK not in json.dumps(dumped):
        return query, ()
    notes = dict[str, None]()
    try:
        told = _told(dumped, _Telling(look_ups, now, notes))
    except OverflowError:
        message = "That time lies outside of the calendar"
        raise NoSuchTime(message) from None
    return Query.model_validate(told), tuple(notes)


@dataclass(frozen=True, slots=True)
class _Telling:
    look_ups: LookUps
    now: datetime
    notes: dict[str, None]

    def time(self, label: str, members: JsonMap) -> str:
        """Return the range of a label, which is the time of these members."""
        how, asked, is_own, seconds = json.loads(label.removeprefix(_MARK))
        ask = Ask.model_validate(asked)
        of = ask.of[0] if not is_own else ask.of[0].model_copy(update={"of": _item(members)})
        # What is yet to come tells no time, and neither does the run that asks.
        until = of if of.time else of.model_copy(update={"time": f"{EVER}..{_text(self.now)}"})
        ask = ask.model_copy(update={"of": (until,)})
        record = next(iter(self.look_ups.records(asked_text(ask), self.now)), None)
        if record is None:
            message = f"There are no {set_in_words(of)} that tell this time"
            raise NoSuchTime(message)
        start = _instant(record.get(TIME_FIELDS[of.kind]))
        self.notes[f"the time counts from {set_in_words(of)}, at {_said(start)}"] = None
        if how == "during":
            return f"{_text(start)}..{_text(_end(start, record, of))}"
        if how == "before":
            return (
                f"{_text(start - timedelta(seconds=seconds)) if seconds else EVER}..{_text(start)}"
            )
        end = start + timedelta(seconds=seconds) if seconds else self.now
        # What is counted since a record of its kind is not that record.
        is_same = as_text(members.get("kind")) == of.kind
        return f"{_text(start + timedelta(microseconds=is_same))}..{_text(end)}"


def _told(part: JsonValue, telling: _Telling) -> JsonValue:
    if isinstance(part, list):
        return [_told(each, telling) for each in part]
    if not isinstance(part, dict):
        return part
    found = {name: _told(value, telling) for name, value in part.items()}
    label = as_text(part.get("time"))
    return {**found, "time": telling.time(label, part)} if is_recalled(label) else found


def _item(members: JsonMap) -> Set:
    """Return the one item of records, or the records that are one. Raises `NoSuchTime`."""
    is_item = as_text(members.get("kind")) == SetKind.ITEM
    named = members if is_item else as_map(members.get("of"))
    found = Set.model_validate({**named, "kind": SetKind.ITEM, "time": None})
    if not is_named(found):
        message = "The time is that of a record of each of several items: ask of one of them"
        raise NoSuchTime(message)
    return found


def is_named(items: Set, *ops: str) -> bool:
    """Return whether a set is an item that is named, or several with the operator `in`."""
    only = items.where[0] if len(items.where) == 1 else None
    is_name = isinstance(only, FieldCondition) and only.field in ("ci_code", "ci_name")
    return is_name and getattr(only, "op", "") in ("=", *ops)


def _end(start: datetime, record: JsonMap, of: Set) -> datetime:
    if record.get("ended_at"):
        return _instant(record["ended_at"])
    minutes = as_number(record.get("duration_min"))
    if minutes is None:
        message = f"It is not recorded how long {set_in_words(of)} lasted: say how long, as in"
        message = f"{message} 'in the 2 hours after'"
        raise NoSuchTime(message)
    return start + timedelta(minutes=minutes)


def _instant(value: JsonValue) -> datetime:
    return in_utc(datetime.fromisoformat(as_text(value)))


def _text(instant: datetime) -> str:
    return in_utc(instant).isoformat().replace("+00:00", "Z")


def _said(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
