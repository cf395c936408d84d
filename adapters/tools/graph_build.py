"""Relations between configuration items as a graph."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import rustworkx as rx

from domain.estate.records import Relation
from domain.estate.view_policy import Direction


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
            relations = [relation for _, _, relation in self.graph.out_edges(index)]
            for relation in sorted(relations, key=_order):
                yield Step(relation.target_id, relation)
        if direction in ("in", "both"):
            relations = [relation for _, _, relation in self.graph.in_edges(index)]
            for relation in sorted(relations, key=_order):
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


def _order(relation: Relation) -> tuple[str, str, str]:
    return relation.source_id, relation.target_id, relation.rel_type
