"""The shortest ways between two items of an estate."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
from math import inf
from typing import Literal, NamedTuple

from adapters.tools.estate_graph import EstateGraph, Step
from domain.estate.queries import StoredRelation
from domain.estate.records import RelationType

Reason = Literal["found", "same_node", "unreachable", "too_far"]
_MOST_SEEN = 20_000
"""Beyond the hops asked for, the way is only followed while no more items than these are seen."""


class PathAnswer(NamedTuple):
    """The shortest paths as lists of ids, best first, or why there is none.

    `distance` is the number of hops, also of a path that is too long. It is None when there is no
    path, and when one that is too long was not followed to its end.
    """

    reason: Reason
    distance: int | None
    paths: list[list[str]]
    has_more: bool


def find_paths(
    graph: EstateGraph, source: str, *, target: str, max_hops: int, max_paths: int
) -> PathAnswer:
    """Return the shortest paths, walking relations in both directions.

    Of two paths with the same number of hops the one with fewer COMPOSED_OF is the better: being
    part of the same whole says less than needing each other.
    """
    if source == target:
        return PathAnswer("same_node", 0, [[source]], has_more=False)
    near_source, near_target = _Ring(graph, source), _Ring(graph, target)
    while not near_source.frontier & near_target.frontier:
        smaller = min(near_source, near_target, key=lambda ring: len(ring.frontier))
        if not smaller.frontier:
            return PathAnswer("unreachable", None, [], has_more=False)
        is_too_far = near_source.radius + near_target.radius >= max_hops
        if is_too_far and len(near_source.distances) + len(near_target.distances) > _MOST_SEEN:
            return PathAnswer("too_far", None, [], has_more=False)
        smaller.grow()
    distance = near_source.radius + near_target.radius
    if distance > max_hops:
        return PathAnswer("too_far", distance, [], has_more=False)
    ways = _ways(near_source, near_target, target)
    found = list(islice(ways.paths_from(source), max_paths + 1))
    return PathAnswer("found", distance, found[:max_paths], has_more=len(found) > max_paths)


def relations_along(graph: EstateGraph, path: list[str]) -> list[StoredRelation]:
    """Return every relation between neighbours of the path, in the order of walking."""
    between = graph.between(path)
    return [
        relation
        for here, there in pairwise(path)
        for ends in ((here, there), (there, here))
        for relation in between
        if relation[:2] == ends
    ]


class _Ring:
    """All items within a radius of one, with their distances; the frontier are the outermost."""

    def __init__(self, graph: EstateGraph, centre: str) -> None:
        self._graph = graph
        self.distances, self.frontier, self.radius = {centre: 0}, {centre}, 0

    def grow(self) -> None:
        """Take in what is one step further."""
        self._graph.reach(self.frontier, direction="both")
        found = {step.neighbour for ci_id in self.frontier for step in self._steps(ci_id)}
        self.frontier = found - self.distances.keys()
        self.radius += 1
        self.distances.update(dict.fromkeys(self.frontier, self.radius))

    def inner_steps(self) -> Iterator[tuple[str, Step]]:
        """Yield each step from an item that is not of the frontier."""
        for ci_id in self.distances.keys() - self.frontier:
            for step in self._steps(ci_id):
                yield ci_id, step

    def _steps(self, ci_id: str) -> Iterator[Step]:
        return self._graph.steps(ci_id, direction="both")


@dataclass(frozen=True, slots=True)
class _Ways:
    """The steps that come nearer to the target, and how many COMPOSED_OF each item needs there."""

    nearer: Mapping[str, list[Step]]
    costs: Mapping[str, float]

    def paths_from(self, ci_id: str) -> Iterator[list[str]]:
        """Yield the cheapest paths one by one, in the order of the relations."""
        if ci_id not in self.nearer:
            yield [ci_id]  # it is the target
            return
        best = {
            step.neighbour: None
            for step in self.nearer[ci_id]
            if self.costs.get(step.neighbour, inf) + _cost(step) == self.costs[ci_id]
        }
        for neighbour in best:
            for rest in self.paths_from(neighbour):
                yield [ci_id, *rest]


def _ways(near_source: _Ring, near_target: _Ring, target: str) -> _Ways:
    """Return the ways between the centres of two rings whose frontiers meet."""
    distance = near_source.radius + near_target.radius
    hops_left = {ci_id: distance - far for ci_id, far in near_source.distances.items()}
    hops_left |= near_target.distances
    nearer: dict[str, list[Step]] = defaultdict(list)
    for ci_id, step in near_source.inner_steps():
        if hops_left[step.neighbour] == hops_left[ci_id] - 1:
            nearer[ci_id].append(step)
    # Those of the frontier were read from their other ends only.
    for ci_id, step in near_target.inner_steps():
        if hops_left[step.neighbour] == hops_left[ci_id] + 1:
            nearer[step.neighbour].append(Step(ci_id, step.relation))
    costs = {target: 0.0}
    for ci_id in sorted(nearer, key=hops_left.__getitem__):
        nearer[ci_id].sort(key=lambda step: (step.relation.target_id == ci_id, step.relation))
        found = (costs.get(step.neighbour, inf) + _cost(step) for step in nearer[ci_id])
        costs[ci_id] = min(found)
    return _Ways(dict(nearer), costs)


def _cost(step: Step) -> int:
    return 1 if step.relation.rel_type is RelationType.COMPOSED_OF else 0
