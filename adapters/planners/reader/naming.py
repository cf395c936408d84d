"""What an estate names: of which records, in which field, and which of several is meant."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from adapters.planners.reader.meaning import CLASS_FIELDS, ITEM, Field, Filter, Noun, equals
from domain.estate.fields import FieldType
from domain.estate.named import EACH, Key, Named, joined, phrase_of
from domain.query.fields import RECORD_KINDS
from domain.query.sets import FieldCondition, SetKind

TYPE_FIELDS: Final = ("event_type", "work_type", "maint_type")
_TYPES: Final = {"number": FieldType.NUMBER, "instant": FieldType.INSTANT}
_CUT, _SHARED = 0.5, 0.2
_SHORTEST: Final = 3
"""A plural is longer."""
_MOST_CLASSES: Final = 5
"""So many classes are told of a value; there may be more then."""
_KINDS: Final = {str(record): kind for kind, record in RECORD_KINDS.items()}


def one_class(named: Sequence[Named]) -> list[Named]:
    """Return what is named, of classes only one: of subtypes, types and categories the first."""
    by_field = {each.source.removeprefix("ci."): each for each in reversed(named)}
    chosen = next((by_field[field] for field in CLASS_FIELDS if field in by_field), None)
    fields = {f"ci.{field}" for field in CLASS_FIELDS}
    return [each for each in named if each.source not in fields or each is chosen]


def is_class(named: Named) -> bool:
    """Return whether a class of items is named."""
    return named.source.removeprefix("ci.") in CLASS_FIELDS


def is_short(named: Named, phrase: str) -> bool:
    """Return whether a class is named by the end of its name: pump of infusion pump."""
    return is_class(named) and phrase_of(named.value) != phrase_of(phrase)


def hissed_singular(phrase: str) -> str | None:
    """Return the class of a plural that `phrase_of` takes for a singular: of PDUs, of UPSs."""
    last = phrase.rpartition(" ")[2]
    is_plural = last.isalpha() and last.endswith(("us", "ss")) and len(last) > _SHORTEST
    return phrase[:-1] if is_plural else None


def most_usual(one: Named, named: Sequence[Named]) -> str:
    """Return where most records of a kind have the value; of equal ones, a field of all items."""
    kind, dot, _ = one.source.partition(".")
    if not dot:
        return one.source
    same = [each for each in named if each.kind == one.kind and each.source.startswith(f"{kind}.")]
    return max(same, key=lambda each: (each.count, -each.source.count("."))).source


def place_of(named: Named) -> tuple[SetKind | None, str]:
    """Return the kind of records that have it, and in which field."""
    source, _, field = named.source.partition(".")
    return _KINDS.get(source), field


def cost_of_name(named: Named, phrase: str, *, is_value: bool) -> float:
    """Return what it costs to take a phrase for an item: more where its name is cut short.

    A name cut short, as ERP of ERP System, is that of all that belongs to it, too.
    """
    is_cut = named.source == "ci.ci_name" and phrase_of(named.value) != phrase_of(phrase)
    return _CUT if is_cut else _SHARED * is_value


def filter_of(kind: SetKind, field: str, named: Named) -> Filter:
    """Return the filter for what has the value in a field, or in a list that is in it."""
    has_it = equals(field, named.value)
    if field.endswith(EACH):
        written = json.dumps(named.value, ensure_ascii=False)
        has_it = FieldCondition(field=field.removesuffix(EACH), op="contains", value=written)
    return Filter(kind, (has_it,), None, classes_of(named))


def classes_of(named: Named) -> tuple[str, ...]:
    """Return all classes that have it; nothing where there may be more."""
    return tuple(named.of) if len(named.of) < _MOST_CLASSES else ()


def field_of(named: Named, key: Key | None, ahead: Collection[str]) -> Field:
    """Return the attribute or tag, of which the key tells the values.

    Days are ahead whose name has one of such words.
    """
    _, name = place_of(named)
    if key is None:
        return Field(ITEM, name, FieldType.TEXT)
    of_type = _TYPES.get(key.type or "", FieldType.TEXT)
    field = Field(ITEM, name, of_type, key.unit, classes_of(named))
    if key.type != "boolean":
        return replace(field, is_ahead=not {*ahead}.isdisjoint(joined(named.value).split()))
    # The example is the first of all values in the order of letters.
    is_only_true = key.example == str(True)
    return replace(field, truth="only true" if is_only_true else "also false")


def noun_of(named: Named) -> Noun:
    """Return the records of a class or a type."""
    kind, field = place_of(named)
    classes = (named.value, *named.of) if kind is ITEM else ()
    return Noun(kind or ITEM, (equals(field, named.value),), classes=classes)
