"""The shortest ways between two configuration items."""

from collections.abc import Iterator, Mapping
from itertools import islice, pairwise
from typing import Literal, NamedTuple

import rustworkx as rx

from adapters.tools.graph_build import EstateGraph
from domain.estate.records import Relation, RelationType

Reason = Literal["found", "same_node", "unreachable", "too_far"]

# Being part of the same whole says less than needing each other, so of two ways with the same
# number of hops the one with fewer COMPOSED_OF is the better. No way is 1000 hops long.
_HOP, _COMPOSED_HOP = 1000, 1001


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
