"""The relations of an estate as a graph, read as far as a question goes, and walks over it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from domain.estate.port import Estate
from domain.estate.queries import StoredRelation
from domain.estate.records import RelationType
from domain.estate.view_policy import Direction
from domain.plan.specs import GraphLimits

_Relations = dict[str, list[StoredRelation]]
_MOST_COUNTED = 5_000
"""So many items are gone through to count what the limits leave out."""


class Step(NamedTuple):
    """One step from an item to a neighbour, along a relation or against it."""

    neighbour: str
    relation: StoredRelation


@dataclass(frozen=True, slots=True)
class EstateGraph:
    """The relations of some types in one tenant's estate.

    What was read is kept. Whoever reaches for many items at once reads them by one query.
    """

    estate: Estate
    tenant_id: str
    rel_types: tuple[RelationType, ...]
    _from: _Relations = field(default_factory=dict)
    _to: _Relations = field(default_factory=dict)

    def reach(self, ci_ids: Collection[str], *, direction: Direction) -> None:
        """Read the relations of all these items in a direction."""
        if direction in ("out", "both") and (new := _missing(ci_ids, self._from)):
            found = self.estate.relations_from(self.tenant_id, new, rel_types=self.rel_types)
            for relation in sorted(found):
                self._from[relation.source_id].append(relation)
        if direction in ("in", "both") and (new := _missing(ci_ids, self._to)):
            found = self.estate.relations_to(self.tenant_id, new, rel_types=self.rel_types)
            for relation in sorted(found):
                self._to[relation.target_id].append(relation)

    def steps(self, ci_id: str, *, direction: Direction) -> Iterator[Step]:
        """Yield the steps from an item in a direction, in the order of the relations."""
        self.reach([ci_id], direction=direction)
        if direction in ("out", "both"):
            for relation in self._from[ci_id]:
                yield Step(relation.target_id, relation)
        if direction in ("in", "both"):
            for relation in self._to[ci_id]:
                yield Step(relation.source_id, relation)

    def between(self, ci_ids: Collection[str]) -> list[StoredRelation]:
        """Return the relations whose two ends are among these items, in order."""
        found = self.estate.relations_between(self.tenant_id, ci_ids, rel_types=self.rel_types)
        return sorted(found)


def _missing(ci_ids: Iterable[str], known: _Relations) -> list[str]:
    """Return the ids that are not known; from now on they are, without any relation yet."""
    new = [ci_id for ci_id in ci_ids if ci_id not in known]
    known.update((ci_id, []) for ci_id in new)
    return new


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk from a root kept, and what it left out.

    `distances` holds the kept ids, nearest first, the root at 0. `relations` holds each relation
    between kept items once: those that led to a new item come first. `nodes_cut` counts, per
    depth, the items that the budget refused, `edges_cut` the refused relations between kept items.
    `beyond_depth` counts the items one step further. `reached` counts all items but the root, kept
    or not; None where they were too many to look behind each.
    """

    distances: Mapping[str, int]
    relations: list[StoredRelation]
    nodes_cut: Mapping[int, int]
    edges_cut: int
    beyond_depth: int
    reached: int | None

    @property
    def is_truncated(self) -> bool:
        """Whether the budget left anything out."""
        return self.edges_cut > 0 or bool(self.nodes_cut)


def walk(
    graph: EstateGraph, root: str, *, direction: Direction, depth: int, limits: GraphLimits
) -> Walk:
    """Return all items within `depth` steps of the root, as many as the limits allow."""
    distances, seen, frontier = {root: 0}, {root}, [root]
    led_here: list[StoredRelation] = []
    nodes_cut: dict[int, int] = {}
    for distance in range(1, depth + 1):
        found = _unseen(graph, frontier, seen=seen, direction=direction)
        # Each new item needs the relation that led to it.
        room = min(limits.max_nodes - len(distances), limits.max_edges - len(led_here))
        kept = dict(islice(found.items(), room))
        if len(kept) < len(found):
            nodes_cut[distance] = len(found) - len(kept)
        seen.update(found)
        distances.update(dict.fromkeys(kept, distance))
        led_here.extend(kept.values())
        frontier = list(found if len(seen) <= _MOST_COUNTED else kept)
    between = _between(graph, distances, known=set(led_here))
    room = limits.max_edges - len(led_here)
    return Walk(
        distances=distances,
        relations=led_here + between[:room],
        nodes_cut=nodes_cut,
        edges_cut=len(between[room:]),
        beyond_depth=len(_unseen(graph, frontier, seen=seen, direction=direction)),
        reached=len(seen) - 1 if len(seen) <= _MOST_COUNTED else None,
    )


def _unseen(
    graph: EstateGraph, frontier: Collection[str], *, seen: set[str], direction: Direction
) -> dict[str, StoredRelation]:
    """The neighbours not seen yet, each with the first relation that leads to it."""
    graph.reach(frontier, direction=direction)
    found: dict[str, StoredRelation] = {}
    for ci_id in frontier:
        for neighbour, relation in graph.steps(ci_id, direction=direction):
            if neighbour not in seen:
                found.setdefault(neighbour, relation)
    return found


def _between(
    graph: EstateGraph, kept: Mapping[str, int], *, known: set[StoredRelation]
) -> list[StoredRelation]:
    """The relations between kept items that are not known, by their source as it was kept."""
    place = {ci_id: number for number, ci_id in enumerate(kept)}
    between = [relation for relation in graph.between(kept) if relation not in known]
    return sorted(between, key=lambda relation: place[relation.source_id])
