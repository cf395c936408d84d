"""Nouns for sets: heads, what stands before them, and several of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.applying import applied, strangeness, through_relation
from adapters.planners.reader.meaning import (
    CLASS_FIELDS,
    ITEM,
    Filter,
    Noun,
    Period,
    at_time,
    either,
    equals,
    filtered,
    having,
    of_items,
)
from adapters.planners.reader.naming import TYPE_FIELDS
from domain.query.fields import KIND_FIELDS, OF_ITEMS
from domain.query.sets import AnyOf, Condition, FieldCondition, SetKind

_HEADLESS, _ODD = 2.0, 0.5
_SAID_BEFORE = "what is said before the first is taken for all of them"


def _record(kind: str) -> Noun:
    return Noun(SetKind(kind))


def _itself(noun: Noun) -> Noun:
    return noun


def _named(of_class: Noun, name: Noun) -> Noun | Costly | None:
    """Return a name with its class before it: they must agree."""
    if of_class.kind is not ITEM:
        return None
    if not of_class.classes or not name.classes:
        return Costly(having(name, *of_class.where), 1.0 * bool(of_class.classes))
    agrees = {each.lower() for each in of_class.classes} & {each.lower() for each in name.classes}
    return Costly(name, -1.0) if agrees else None


def _several(first: Noun, second: Noun) -> Noun | None:
    """Return several named items as one set."""
    values = [*_codes(first), *_codes(second)]
    classes = (*first.classes, *second.classes)
    if not all(values):
        either_one = AnyOf(any=(*first.where, *second.where))
        is_plain = len(first.where) == len(second.where) == 1
        return Noun(ITEM, (either_one,), classes=classes) if is_plain else None
    listed = FieldCondition(field="ci_code", op="in", value=tuple(dict.fromkeys(values)))
    return Noun(ITEM, (listed,), classes=classes)


def _codes(noun: Noun) -> list[str]:
    only = noun.where[0] if len(noun.where) == 1 else None
    if not isinstance(only, FieldCondition) or only.field != "ci_code":
        return [""]
    values = only.value if isinstance(only.value, tuple) else (only.value,)
    return [str(value) for value in values]


def _before(by: Filter, noun: Noun) -> Noun | Costly | None:
    if not noun.is_one and (through := through_relation(noun, by)) is not None:
        return through
    found = None if noun.is_one else filtered(noun, by)
    return found and Costly(found, strangeness(noun, by))


def _items_before(items: Noun, noun: Noun) -> Noun | Costly | None:
    if noun.is_one:
        return None
    if noun.kind is ITEM:
        found = applied(noun, items)
        return found and Costly(found, _ODD)
    return of_items(noun, items)


def _only_conditions(by: Filter) -> Noun | None:
    if by.kind is not ITEM or not by.where:
        return None
    return Noun(ITEM, by.where, is_headed=False, classes=by.classes)


def _points(metric: str) -> Noun:
    return Noun(SetKind.POINT, (equals("metric", metric),))


def _all_of(*nouns: Noun) -> tuple[Noun, ...] | Costly:
    """Return "failed patches and reboots": what is said before the first is said of all."""
    first = nouns[0]
    said = [each for each in first.where if not is_base(each)]
    made = (first, *(_said_too(noun, said, first.of) for noun in nouns[1:]))
    return Costly(made, 0.0, (_SAID_BEFORE,)) if made != nouns else nouns


def _more(noun: Noun, nouns: tuple[Noun, ...]) -> tuple[Noun, ...] | Costly:
    return _all_of(noun, *nouns)


def _said_too(noun: Noun, said: Iterable[Condition], of: Noun | None) -> Noun:
    """Return the noun with what is said before another, as far as it can be said of this."""
    if not is_bare(noun) or (of and noun.kind not in OF_ITEMS):
        return noun
    known = KIND_FIELDS[noun.kind]
    both = [each for each in said if isinstance(each, FieldCondition) and each.field in known]
    return replace(having(noun, *both), of=of)


def is_bare(noun: Noun) -> bool:
    """Return whether only a class is said: what is said behind the next noun is of both, then."""
    return noun.of is None and noun.time is None and all(map(is_base, noun.where))


def is_base(condition: Condition) -> bool:
    """Return whether a condition says the class of items, or the type of records."""
    fields = (*CLASS_FIELDS, *TYPE_FIELDS)
    return isinstance(condition, FieldCondition) and condition.field in fields


def _one_of(first: Noun, second: Noun) -> Noun | Costly | None:
    """Return "reboots or patches" as one set."""
    both = _all_of(first, second)
    if isinstance(both, Costly):
        made = _one_of(*both.value)
        return made and both._replace(value=made)
    if first.kind is not second.kind or first.of != second.of or first.time != second.time:
        return None
    if first.is_one or not first.where or not second.where:
        return None
    found = either(Filter(first.kind, first.where), Filter(second.kind, second.where))
    if found is None:
        return None
    classes = (*first.classes, *second.classes)
    return Noun(first.kind, found.where, first.time, first.of, classes=classes)


def _twice(first: Noun, second: Noun) -> Noun | None:
    """Return "deployment work", "cisco switch devices": a class with the noun for its kind."""
    is_plain = not second.where and second.of is None and second.time is None
    return first if is_plain and first.kind is second.kind and not first.is_one else None


def _told(noun: Noun) -> Noun | None:
    """Return "low battery alarms": events of that type."""
    return noun if noun.kind is SetKind.EVENT and noun.where else None


def _timed_before(period: Period, noun: Noun) -> Noun | None:
    return at_time(noun, period.label)


def _word() -> bool:
    return True


RULES: Sequence[Rule] = rules_in(__file__, globals())
