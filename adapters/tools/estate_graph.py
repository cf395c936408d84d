"""The relations of an estate as a graph: walks within a budget, and the shortest ways."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal, NamedTuple

import rustworkx as rx

from domain.estate.records import Relation, RelationType
from domain.estate.view_policy import Direction
from domain.plan.specs import GraphLimits

Reason = Literal["found", "same_node", "unreachable", "too_far"]
# Being part of the same whole says less than needing each other, so of two ways with the same
# number of hops the one with fewer COMPOSED_OF is the better. No way is 1000 hops long.
_HOP, _COMPOSED_HOP = 1000, 1001


class Step(NamedTuple):
    """One step from an item to a neighbour, along a relation or against it."""

    neighbour: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class EstateGraph:
    """Configuration items by id, and the relations between them."""

    graph: "rx.PyDiGraph[str, Relation]"
    index_of: dict[str, int]

    def steps(self, ci_id: str, *, direction: Direction) -> Iterator[Step]:
        """Yield the steps from an item in a direction, in the order of the relations."""
        index = self.index_of[ci_id]
        if direction in ("out", "both"):
            for relation in _in_order(self.graph.out_edges(index)):
                yield Step(relation.target_id, relation)
        if direction in ("in", "both"):
            for relation in _in_order(self.graph.in_edges(index)):
                yield Step(relation.source_id, relation)


def build_graph(relations: Sequence[Relation], *, always: Iterable[str]) -> EstateGraph:
    """Return the graph of the relations; the ids `always` are in it even without any."""
    graph: rx.PyDiGraph[str, Relation] = rx.PyDiGraph()
    ends = (end for one in relations for end in (one.source_id, one.target_id))
    ci_ids = list(dict.fromkeys([*always, *ends]))
    index_of = dict(zip(ci_ids, graph.add_nodes_from(ci_ids), strict=True))
    graph.add_edges_from(
        [(index_of[one.source_id], index_of[one.target_id], one) for one in relations]
    )
    return EstateGraph(graph, index_of)


def _in_order(edges: Iterable[tuple[int, int, Relation]]) -> list[Relation]:
    relations = [relation for _, _, relation in edges]
    return sorted(relations, key=lambda one: (one.source_id, one.target_id, one.rel_type))


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk from a root kept, and what it left out.

    `distances` holds the kept ids, nearest first, the root at 0. `relations` holds each relation
    between kept items once: those that led to a new item come first. `nodes_cut` counts, per
    depth, the items that the budget refused (what lies behind them was never seen), `edges_cut`
    the refused relations between kept items. `beyond_depth` counts the items one step further.
    """

    distances: Mapping[str, int]
    relations: list[Relation]
    nodes_cut: Mapping[int, int]
    edges_cut: int
    beyond_depth: int

    @property
    def is_truncated(self) -> bool:
        """Whether the budget left anything out."""
        return self.edges_cut > 0 or bool(self.nodes_cut)


def walk(
    graph: EstateGraph, root: str, *, direction: Direction, depth: int, limits: GraphLimits
) -> Walk:
    """Return all items within `depth` steps of the root, as many as the limits allow."""
    distances, seen, frontier = {root: 0}, {root}, [root]
    led_here: list[Relation] = []
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
        frontier = list(kept)
    between = _between(graph, distances, known=set(led_here))
    room = limits.max_edges - len(led_here)
    return Walk(
        distances=distances,
        relations=led_here + between[:room],
        nodes_cut=nodes_cut,
        edges_cut=len(between[room:]),
        beyond_depth=len(_unseen(graph, frontier, seen=seen, direction=direction)),
    )


def _unseen(
    graph: EstateGraph, frontier: Iterable[str], *, seen: set[str], direction: Direction
) -> dict[str, Relation]:
    """The neighbours not seen yet, each with the first relation that leads to it."""
    found: dict[str, Relation] = {}
    for ci_id in frontier:
        for neighbour, relation in graph.steps(ci_id, direction=direction):
            if neighbour not in seen:
                found.setdefault(neighbour, relation)
    return found


def _between(
    graph: EstateGraph, kept: Mapping[str, int], *, known: set[Relation]
) -> list[Relation]:
    return [
        relation
        for ci_id in kept
        for neighbour, relation in graph.steps(ci_id, direction="out")
        if neighbour in kept and relation not in known
    ]


class PathAnswer(NamedTuple):
    """The shortest paths as lists of ids, best first, or why there is none.

    `distance` is the number of hops, also of a path that is too long; None when unreachable.
    """

    reason: Reason
    distance: int | None
    paths: list[list[str]]
    has_more: bool


def find_paths(
    graph: EstateGraph, source: str, *, target: str, max_hops: int, max_paths: int
) -> PathAnswer:
    """Return the shortest paths, walking relations in both directions."""
    if source == target:
        return PathAnswer("same_node", 0, [[source]], has_more=False)
    costs = _costs_to(graph, target)
    if source not in costs:
        return PathAnswer("unreachable", None, [], has_more=False)
    distance = int(costs[source] // _HOP)
    if distance > max_hops:
        return PathAnswer("too_far", distance, [], has_more=False)
    found = list(islice(_paths(graph, source, costs=costs), max_paths + 1))
    return PathAnswer("found", distance, found[:max_paths], has_more=len(found) > max_paths)


def relations_along(graph: EstateGraph, path: list[str]) -> list[Relation]:
    """Return every relation between neighbours of the path, in the order of walking."""
    return [
        relation
        for here, there in pairwise(path)
        for neighbour, relation in graph.steps(here, direction="both")
        if neighbour == there
    ]


def _cost(relation: Relation) -> float:
    return _COMPOSED_HOP if relation.rel_type is RelationType.COMPOSED_OF else _HOP


def _costs_to(graph: EstateGraph, target: str) -> dict[str, float]:
    undirected = graph.graph.to_undirected(multigraph=True)
    start = graph.index_of[target]
    costs = rx.dijkstra_shortest_path_lengths(undirected, start, _cost)
    return {undirected[index]: cost for index, cost in costs.items()} | {target: 0.0}


def _paths(graph: EstateGraph, source: str, *, costs: Mapping[str, float]) -> Iterator[list[str]]:
    """Yield the cheapest paths one by one: every step must come nearer by exactly its cost."""
    if costs[source] == 0:
        yield [source]
        return
    nearer = {
        neighbour: None
        for neighbour, relation in graph.steps(source, direction="both")
        if costs.get(neighbour) == costs[source] - _cost(relation)
    }
    for neighbour in nearer:
        for rest in _paths(graph, neighbour, costs=costs):
            yield [source, *rest]
