"""Walking a graph breadth-first within a budget of nodes and edges, with what was left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from adapters.tools.graph_build import EstateGraph
from domain.estate.records import Relation
from domain.estate.view_policy import Direction
from domain.plan.specs import GraphLimits


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
