from collections.abc import Collection
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.tools.estate_graph import EstateGraph, walk
from adapters.tools.estate_paths import find_paths, relations_along
from domain.estate.queries import StoredRelation
from domain.estate.records import RelationType
from domain.estate.view_policy import Direction
from domain.plan.specs import GraphLimits

if TYPE_CHECKING:
    from domain.estate.port import Estate

IDS = [f"ci-{number}" for number in range(8)]
UNLIMITED = GraphLimits(max_nodes=1000, max_edges=1000, max_paths=1000)
relation_sets = st.sets(
    st.builds(
        StoredRelation,
        source_id=st.sampled_from(IDS),
        target_id=st.sampled_from(IDS),
        rel_type=st.sampled_from([RelationType.COMPOSED_OF, RelationType.USES]),
    ),
    max_size=20,
).map(lambda found: sorted(found, key=str))
directions = st.sampled_from(["out", "in", "both"])


def neighbours(relations: list[StoredRelation], ci_id: str, direction: Direction) -> set[str]:
    outward = {one.target_id for one in relations if one.source_id == ci_id}
    inward = {one.source_id for one in relations if one.target_id == ci_id}
    return {"out": outward, "in": inward, "both": outward | inward}[direction]


def naive_distances(
    relations: list[StoredRelation], root: str, direction: Direction
) -> dict[str, int]:
    distances = {root: 0}
    for distance in range(len(IDS)):
        ring = [ci_id for ci_id, far in distances.items() if far == distance]
        for ci_id in ring:
            for neighbour in neighbours(relations, ci_id, direction):
                distances.setdefault(neighbour, distance + 1)
    return distances


class Related:
    """An estate of nothing but relations."""

    def __init__(self, relations: list[StoredRelation]) -> None:
        self._relations = relations

    def relations_from(
        self, _: str, ci_ids: Collection[str], *, rel_types: Collection[RelationType]
    ) -> list[StoredRelation]:
        sources = set(ci_ids)
        return [one for one in self._of(rel_types) if one.source_id in sources]

    def relations_to(
        self, _: str, ci_ids: Collection[str], *, rel_types: Collection[RelationType]
    ) -> list[StoredRelation]:
        targets = set(ci_ids)
        return [one for one in self._of(rel_types) if one.target_id in targets]

    def relations_between(
        self, _: str, ci_ids: Collection[str], *, rel_types: Collection[RelationType]
    ) -> list[StoredRelation]:
        ends = set(ci_ids)
        return [one for one in self._of(rel_types) if {one.source_id, one.target_id} <= ends]

    def _of(self, rel_types: Collection[RelationType]) -> list[StoredRelation]:
        return [one for one in self._relations if one.rel_type in rel_types]


def graph_of(relations: list[StoredRelation]) -> EstateGraph:
    return EstateGraph(cast("Estate", Related(relations)), "acme", tuple(RelationType))


@settings(deadline=None)
@given(relations=relation_sets, direction=directions, depth=st.integers(1, 4))
def test_an_unlimited_walk_finds_everything_within_its_depth_and_all_relations_between(
    relations: list[StoredRelation], direction: Direction, depth: int
) -> None:
    walked = walk(graph_of(relations), IDS[0], direction=direction, depth=depth, limits=UNLIMITED)
    everything = naive_distances(relations, IDS[0], direction)
    assert walked.distances == {id_: far for id_, far in everything.items() if far <= depth}
    assert walked.beyond_depth == sum(far == depth + 1 for far in everything.values())
    between = [one for one in relations if {one.source_id, one.target_id} <= set(walked.distances)]
    assert sorted(walked.relations, key=str) == between
    assert not walked.is_truncated


@settings(deadline=None)
@given(
    relations=relation_sets,
    direction=directions,
    max_nodes=st.integers(1, 6),
    max_edges=st.integers(1, 6),
)
def test_a_limited_walk_stays_connected_and_says_when_it_left_something_out(
    relations: list[StoredRelation], direction: Direction, max_nodes: int, max_edges: int
) -> None:
    graph = graph_of(relations)
    limits = GraphLimits(max_nodes=max_nodes, max_edges=max_edges)
    limited = walk(graph, IDS[0], direction=direction, depth=3, limits=limits)
    full = walk(graph, IDS[0], direction=direction, depth=3, limits=UNLIMITED)
    assert len(limited.distances) <= max_nodes
    assert len(limited.relations) <= max_edges
    reached = naive_distances(limited.relations, IDS[0], direction)
    assert set(reached) == set(limited.distances)
    lost = (limited.distances, len(limited.relations)) != (full.distances, len(full.relations))
    assert limited.is_truncated == lost


@settings(deadline=None)
@given(relations=relation_sets)
def test_paths_are_the_shortest_ones_and_all_different(relations: list[StoredRelation]) -> None:
    graph = graph_of(relations)
    expected = naive_distances(relations, IDS[0], "both")
    for target in IDS[1:]:
        found = find_paths(graph, IDS[0], target=target, max_hops=len(IDS), max_paths=1000)
        assert found.distance == expected.get(target)
        assert {len(path) - 1 for path in found.paths} == {found.distance} - {None}
        assert len({tuple(path) for path in found.paths}) == len(found.paths)
        for path in found.paths:
            steps = {
                frozenset((one.source_id, one.target_id)) for one in relations_along(graph, path)
            }
            assert steps == {frozenset(pair) for pair in pairwise(path)}
