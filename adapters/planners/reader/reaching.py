"""Relations over several hops, where none leads from a class to the other: cells of a site."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from adapters.planners.reader.plausible import Plausible
from domain.query.model import Query
from domain.query.sets import Condition, QueryPart, Related, Set

_MOST_HOPS: Final = 3
NOTE: Final = "none of these are related to each other directly: over {} relations in a row"


@dataclass(frozen=True, slots=True)
class Reaching:
    """Finds how many relations lie between classes that none relates directly."""

    plausible: Plausible

    def query(self, query: Query) -> tuple[Query, tuple[str, ...]]:
        """Return the query whose relations reach, and what the answer says of that."""
        if not self.plausible.cost(query):
            return query, ()
        found = self._part(query)
        hops = {*_hops(found)} - {*_hops(query)}
        return found, tuple(NOTE.format(each) for each in sorted(hops))

    def _part(self, part: Any) -> Any:  # noqa: ANN401 - any part of a query
        if isinstance(part, tuple):
            return tuple(map(self._part, part))
        if not isinstance(part, QueryPart):
            return part
        fields = {name: self._part(getattr(part, name)) for name in type(part).model_fields}
        if isinstance(part, Set):
            fields["where"] = tuple(self._condition(part, each) for each in fields["where"])
        return part.model_copy(update=fields)

    def _condition(self, members: Set, condition: Condition) -> Condition:
        if not isinstance(condition, Related):
            return condition
        ends = self.plausible.apart_by(members, condition)
        hops = self._between(*ends, condition) if ends else None
        if hops is None:
            return condition
        along = condition.related.model_copy(update={"hops": hops})
        return condition.model_copy(update={"related": along})

    def _between(self, ours: set[str], theirs: set[str], condition: Related) -> int | None:
        """Return how many relations in a row, all one way, lead from some classes to others."""
        types, way = condition.related.types, condition.related.direction
        known = [
            (each.source, each.target)
            for each in self.plausible.look_ups.relations()
            if types is None or each.rel_type in types
        ]
        ways = {"out": [known], "in": [_turned(known)]}.get(way, [known, _turned(known)])
        found = [steps for edges in ways if (steps := _steps(ours, theirs, edges))]
        return min(found, default=None)


def _turned(edges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(target, source) for source, target in edges]


def _steps(ours: set[str], theirs: set[str], edges: Iterable[tuple[str, str]]) -> int | None:
    after: Mapping[str, set[str]] = {source: set() for source, _ in edges}
    for source, target in edges:
        after[source].add(target)
    reached = ours
    for step in range(1, _MOST_HOPS + 1):
        reached = {each for one in reached for each in after.get(one, ())}
        if reached & theirs:
            return step
    return None


def _hops(part: Any) -> Iterable[int]:  # noqa: ANN401 - any part of a query
    if isinstance(part, Related) and part.related.hops:
        yield part.related.hops
    parts = part if isinstance(part, tuple) else ()
    if isinstance(part, QueryPart):
        parts = tuple(getattr(part, name) for name in type(part).model_fields)
    for each in parts:
        yield from _hops(each)
