"""What an estate names: of which records, in which field, and which of several is meant."""

from collections.abc import Sequence
from typing import Final

from adapters.planners.reader.meaning import CLASS_FIELDS, ITEM, Noun, equals
from domain.estate.named import Named
from domain.query.fields import RECORD_KINDS
from domain.query.sets import SetKind

TYPE_FIELDS: Final = ("event_type", "work_type", "maint_type")
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


def noun_of(named: Named) -> Noun:
    """Return the records of a class or a type."""
    kind, field = place_of(named)
    classes = (named.value, *named.of) if kind is ITEM else ()
    return Noun(kind or ITEM, (equals(field, named.value),), classes=classes)
