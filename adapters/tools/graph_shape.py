"""How parts of a graph are shown: nodes and edges as plain JSON."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

from adapters.tools.answer import Reference
from adapters.tools.references import record_references
from domain.estate.fields import RecordKind
from domain.estate.records import ConfigurationItem, Relation


def node_json(item: ConfigurationItem, *, distance: int) -> dict[str, JsonValue]:
    """Return a node; `distance` counts the steps from the root."""
    return {
        "id": item.ci_id,
        "code": item.ci_code,
        "name": item.ci_name,
        "type": item.ci_type,
        "subtype": item.ci_subtype,
        "category": item.ci_category,
        "status": item.status,
        "distance": distance,
    }


def edge_json(relation: Relation) -> dict[str, JsonValue]:
    """Return an edge; it reads "source type target", whichever way it was walked."""
    return {
        "source": relation.source_id,
        "target": relation.target_id,
        "type": relation.rel_type.value,
    }


def graph_json(
    items: Mapping[str, ConfigurationItem],
    *,
    distances: Mapping[str, int],
    relations: Sequence[Relation],
) -> dict[str, JsonValue]:
    """Return nodes, edges, ids and their counts; items are in the order of `distances`."""
    types = Counter(relation.rel_type.value for relation in relations)
    return {
        "nodes": [node_json(items[ci_id], distance=far) for ci_id, far in distances.items()],
        "edges": [edge_json(relation) for relation in relations],
        "ids": list[JsonValue](distances),
        "summary": {
            "node_count": len(distances),
            "edge_count": len(relations),
            "rel_type_counts": dict[str, JsonValue](sorted(types.items())),
        },
    }


def node_references(items: Iterable[ConfigurationItem]) -> list[Reference]:
    """Return references to the nodes."""
    return record_references(RecordKind.CI, [item.model_dump(mode="json") for item in items])
