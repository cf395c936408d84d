"""How a fragment says another time, metric or name than the query before."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from pydantic import JsonValue

from adapters.planners.reader.chart import Costly
from adapters.planners.reader.meaning import ITEM, Filter, Noun, Period, filtered, of_items
from adapters.planners.reader.pronouns import noun_of
from domain.json import JsonMap
from domain.query.fields import OF_ITEMS
from domain.query.model import Ask
from domain.query.sets import FieldCondition

_NAMES: Final = ("ci_code", "ci_name")
_OF_ONE: Final = ("field", "list", "exists", "path", "needs", "impact", "changes", "why", "per")

Edited = Iterator[tuple[Ask, float]]
"""What an edit makes of a thing asked, each with its cost."""


def period(ask: Ask, said: Period) -> Edited:
    """Yield the ask in another period; see `time_of`."""
    return time_of(ask, said.label)


def time_of(ask: Ask, time: str) -> Edited:
    """Yield the ask in another time, wherever it says one, else in this one."""
    timed = [
        *_replaced(ask.model_dump(mode="json"), lambda part: part.get("time") and "time", time)
    ]
    for found in timed if len(timed) == 1 else ():
        yield Ask.model_validate(found), 0.0
    if not timed:
        yield from each_set(ask, lambda noun: filtered(noun, Filter(None, (), time)))


def metric(ask: Ask, name: str) -> Edited:
    """Yield the ask of another metric than the one that it is of."""
    dumped = ask.model_dump(mode="json")
    named = [*_replaced(dumped, lambda part: part.get("field") == "metric" and "value", name)]
    for found in named if len(named) == 1 else ():
        yield Ask.model_validate(found), 0.0


def renamed(ask: Ask, one: Noun) -> Edited:
    """Yield the ask with a name for one that it has, wherever that stands."""
    name = one.where[0]
    if not isinstance(name, FieldCondition):
        return
    dumped = ask.model_dump(mode="json")
    named = [*_replaced(dumped, _is_name, str(name.value), field=name.field)]
    for found in named:
        yield Ask.model_validate(found), 0.0
    if not named:
        yield from each_set(ask, lambda before: _one_of(ask, before, one))


def _one_of(ask: Ask, before: Noun, one: Noun) -> Noun | None:
    if before.kind in OF_ITEMS:
        return of_items(replace(before, of=None), one)
    return one if before.kind is ITEM and ask.want.do in _OF_ONE else None


def _is_name(part: JsonMap) -> str | None:
    return "value" if part.get("field") in _NAMES and part.get("op") == "=" else None


def _replaced(
    part: JsonValue, key_of: Callable[[JsonMap], Any], value: JsonValue, **more: JsonValue
) -> Iterator[Any]:
    """Yield the JSON with another value in one object, for each that has a key for it."""
    if isinstance(part, dict):
        if key := key_of(part):
            yield {**part, key: value, **more}
            return
        for name, each in part.items():
            for found in _replaced(each, key_of, value, **more):
                yield {**part, name: found}
    elif isinstance(part, list):
        for at, each in enumerate(part):
            for found in _replaced(each, key_of, value, **more):
                yield [*part[:at], found, *part[at + 1 :]]


def each_set(ask: Ask, change: Callable[[Noun], Noun | Costly | None]) -> Edited:
    """Yield the ask with each of its sets changed; nothing where one cannot be."""
    nouns, cost = list[Noun](), 0.0
    for members in ask.of:
        made: Any = change(noun_of(members))
        while isinstance(made, Costly):
            cost, made = cost + made.cost, made.value
        if made is None:
            return
        nouns.append(made)
    of = tuple(noun.members() for noun in nouns)
    if len(set(of)) == len(of):  # else what is compared would be the same
        yield ask.model_copy(update={"of": of}), cost
