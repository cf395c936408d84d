"""Whether an estate has the relations that a reading speaks of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from math import fsum
from typing import Final

from pydantic import BaseModel

from domain.plan.look_ups import LookUps
from domain.query.model import Query
from domain.query.sets import (
    AnyOf,
    Condition,
    EveryOf,
    FieldCondition,
    Has,
    NoneOf,
    Related,
    Relations,
    Set,
    SetKind,
)

_UNRELATED: Final = 3.0
_OPEN: Final = "attributes."
_MOST_CLASSES: Final = 5
_NAMES: Final = ("ci_code", "ci_name")
_TYPE: Final = "ci_type"
_CLASSES: Final = ("ci_subtype", _TYPE)


def parts_of(part: object) -> Iterator[BaseModel]:
    """Yield a query, or a part of one, and all that it consists of."""
    if isinstance(part, tuple):
        for each in part:
            yield from parts_of(each)
    elif isinstance(part, BaseModel):
        yield part
        for name in type(part).model_fields:
            yield from parts_of(getattr(part, name))


def sets_of(query: Query) -> Iterator[Set]:
    """Yield the sets of a query, also those within others."""
    return (each for each in parts_of(query) if isinstance(each, Set))


@dataclass(frozen=True, slots=True)
class Plausible:
    """Weighs queries by what relations there are between classes."""

    look_ups: LookUps

    def cost(self, query: Query) -> float:
        """Return what the query costs more for relations that the estate has nowhere."""
        return fsum(self._of_set(each) for ask in query.asks for each in ask.of)

    def apart(self, query: Query) -> Iterator[frozenset[str]]:
        """Yield values said of a set in one field, or in two that each may be of: two zones."""
        for part in parts_of(query):
            if isinstance(part, Set | EveryOf):
                yield from self._apart(part.where if isinstance(part, Set) else part.every)

    def _apart(self, conditions: Sequence[Condition]) -> Iterator[frozenset[str]]:
        said = [e for e in conditions if isinstance(e, FieldCondition) and e.op == "="]
        for one, other in combinations(said, 2):
            values = frozenset(map(str, (one.value, other.value)))
            fields = {f"ci.{one.field}", f"ci.{other.field}"}
            is_of_either = len(fields) == 1 or all(fields <= self._fields_of(e) for e in values)
            if one.value != other.value and is_of_either:
                yield values

    def _fields_of(self, value: str) -> set[str]:
        name = value.lower()
        return {each.source for each in self.look_ups.named([name]).get(name, ())}

    def _of_set(self, members: Set) -> float:
        of = self._of_set(members.of) if members.of is not None else 0.0
        return of + fsum(self._of_condition(members, each) for each in _all(members.where))

    def _of_condition(self, members: Set, condition: Condition) -> float:
        match condition:
            case Has(has=records):
                return self._of_set(records)
            case Related(to=to):
                is_apart = self.apart_by(members, condition)
                return self._of_set(to) + (_UNRELATED if is_apart else 0.0)
            case _:
                return 0.0

    def apart_by(self, members: Set, condition: Related) -> tuple[set[str], set[str]] | None:
        """Return the classes of both sets where no relation leads from one to the other."""
        ours, theirs = self._classes(members), self._classes(condition.to)
        is_told = bool(ours and theirs) and condition.related.hops == 1
        is_class = any(getattr(each, "field", "") in _CLASSES for each in condition.to.where)
        along = condition.related
        is_apart = is_told and not self._is_known(ours, along, theirs, is_class=is_class)
        return (ours, theirs) if is_apart else None

    def _is_known(
        self, ours: set[str], relations: Relations, theirs: set[str], *, is_class: bool
    ) -> bool:
        known = self.look_ups.relations(sorted({*ours, *theirs}))
        related = {end for each in known for end in (each.source, each.target)}
        if not (ours & related and theirs & related):
            # Classes may be told apart otherwise than relations tell them; what has a value, not.
            return is_class or not ours & related
        ends = {"out": [(ours, theirs)], "in": [(theirs, ours)]}
        pairs = ends.get(relations.direction, [(ours, theirs), (theirs, ours)])
        return any(
            each.source in sources and each.target in targets
            for each in known
            if relations.types is None or each.rel_type in relations.types
            for sources, targets in pairs
        )

    def _classes(self, members: Set) -> set[str]:
        """Return the classes that the items of a set have, as far as it says so, or names them."""
        found: set[str] = set()
        for each in members.where:
            if not isinstance(each, FieldCondition) or each.op not in ("=", "in"):
                continue
            values = each.value if isinstance(each.value, tuple) else (each.value,)
            if each.field in _CLASSES:
                found.update(map(str, values))
            if each.field == _TYPE or each.field.startswith(_OPEN):
                found.update(chain.from_iterable(map(self._classes_with, map(str, values))))
            elif each.field in _NAMES:
                found.update(chain.from_iterable(map(self._classes_of, map(str, values))))
        return found if members.kind is SetKind.ITEM else set()

    def _classes_of(self, name: str, kind: str = "item") -> list[str]:
        name = name.lower()
        found = self.look_ups.named([name]).get(name, ())
        return [of for each in found if each.kind == kind for of in each.of]

    def _classes_with(self, value: str) -> list[str]:
        found = self._classes_of(value, "value")
        return found if len(found) < _MOST_CLASSES else []


def _all(conditions: Sequence[Condition]) -> Iterator[Condition]:
    for each in conditions:
        match each:
            case AnyOf(any=parts) | NoneOf(none=parts) | EveryOf(every=parts):
                yield from _all(parts)
            case _:
                yield each
