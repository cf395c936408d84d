"""The tool of the estate's graph: what is around an item, and how two items are connected."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator, JsonValue

from adapters.tools.answer import answer, clamp
from adapters.tools.ci_lookup import require_ci
from adapters.tools.estate_graph import EstateGraph, Walk, walk
from adapters.tools.estate_paths import PathAnswer, find_paths, relations_along
from adapters.tools.operation import EstateTool, operation
from adapters.tools.references import newest_change, record_references
from domain.clamps import Clamp
from domain.estate.fields import RecordKind
from domain.estate.queries import StoredRelation
from domain.estate.records import ConfigurationItem
from domain.estate.view_policy import (
    VIEW_POLICIES,
    Direction,
    View,
    ViewPolicy,
    clamped,
    policy_trace,
)
from domain.figures import whole_sum
from domain.plan.specs import GraphLimits, WalkSpec
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolParams, ToolResult

_PATH_POLICY = VIEW_POLICIES[View.PATH]
_MOST_HOPS = _PATH_POLICY.max_depth


def _in_capitals(text: object) -> object:
    return text.upper() if isinstance(text, str) else text


class ExpandParams(ToolParams):
    """The root, the view that says which relations to follow, and how far to go.

    Without `depth` the view's default is used; beyond its maximum the maximum.
    """

    ci_id: str
    view: Annotated[View, BeforeValidator(_in_capitals)] = View.COMPOSITION
    depth: int | None = None
    limits: GraphLimits = GraphLimits()
    walk: WalkSpec | None = None

    @property
    def policy(self) -> ViewPolicy:
        """What is followed: as the walk says, which goes before the view."""
        return VIEW_POLICIES[self.view] if self.walk is None else self.walk.policy


class PathParams(ToolParams):
    """The two ends, and how many hops (1..6) may lie between them."""

    source_id: str
    target_id: str
    hops: int = _MOST_HOPS
    limits: GraphLimits = GraphLimits()
    walk: WalkSpec | None = None


class GraphTool(EstateTool):
    """Follows relations between configuration items."""

    TYPE = CommonToolTypes.GRAPH

    @operation("expand", ExpandParams, "graph_expand", "graph_topology")
    def _expand(self, context: ToolContext, params: ExpandParams) -> ToolResult:
        """Show what is around a configuration item in a view."""
        policy = params.policy
        root = require_ci(self._estate, context.tenant_id, ci_id=params.ci_id)
        graph = EstateGraph(self._estate, context.tenant_id, policy.rel_types)
        direction, turned = _direction(graph, root, policy=policy)
        depth = clamped(policy, params.depth)
        walked = walk(graph, root.ci_id, direction=direction, depth=depth, limits=params.limits)
        items = self._estate.cis(context.tenant_id, list(walked.distances))
        nodes = [items[ci_id].model_dump(mode="json") for ci_id in walked.distances]
        data: dict[str, JsonValue] = {
            **_graph_json(items, distances=walked.distances, relations=walked.relations),
            "root": root.ci_id,
            "view": params.view.value,
            "truncated": walked.is_truncated,
            "nodes_cut": {str(far): count for far, count in walked.nodes_cut.items()},
            "edges_cut": walked.edges_cut,
            "beyond_depth": walked.beyond_depth,
            "reached": walked.reached,
            "meta": {
                **policy_trace(policy, params.depth),
                **({} if params.walk is None else {"view": params.walk.name}),
                "direction": direction,
                "depth": depth,
                "limits": params.limits.model_dump(mode="json"),
            },
        }
        return answer(
            data,
            row_count=len(walked.distances),
            references=record_references(RecordKind.CI, nodes),
            newest=newest_change(nodes),
            warnings=[*turned, *_clamped(params, depth=depth), *_cut(walked)],
        )

    @operation("path", PathParams, "graph_path")
    def _path(self, context: ToolContext, params: PathParams) -> ToolResult:
        """Find the shortest paths between two configuration items."""
        source = require_ci(self._estate, context.tenant_id, ci_id=params.source_id)
        target = require_ci(self._estate, context.tenant_id, ci_id=params.target_id)
        policy = _PATH_POLICY if params.walk is None else params.walk.policy
        hops, cut = clamp("hops", params.hops, highest=policy.max_depth)
        graph = EstateGraph(self._estate, context.tenant_id, policy.rel_types)
        found = find_paths(
            graph,
            source.ci_id,
            target=target.ci_id,
            max_hops=hops,
            max_paths=params.limits.max_paths,
        )
        best = found.paths[0] if found.paths else []
        items = self._estate.cis(context.tenant_id, best)
        nodes = [items[ci_id].model_dump(mode="json") for ci_id in best]
        distances = {ci_id: far for far, ci_id in enumerate(best)}
        data: dict[str, JsonValue] = {
            **_graph_json(items, distances=distances, relations=relations_along(graph, best)),
            **_path_facts(found, policy, hops=hops),
            "source": source.ci_id,
            "target": target.ci_id,
        }
        ends = [each.model_dump(mode="json") for each in (source, target)]
        more = [f"more than {len(found.paths)} shortest paths"] if found.has_more else []
        return answer(
            data,
            row_count=len(found.paths),
            references=record_references(RecordKind.CI, nodes),
            newest=newest_change(nodes or ends),
            warnings=[*cut, *more],
        )


def _direction(
    graph: EstateGraph, root: ConfigurationItem, *, policy: ViewPolicy
) -> tuple[Direction, list[str]]:
    """A view's direction, but for the composition of an item without parts: what it is part of."""
    if policy.name is not View.COMPOSITION:
        return policy.direction, []
    if any(True for _ in graph.steps(root.ci_id, direction="out")):
        return policy.direction, []
    return "in", [f"{root.ci_code} has no parts; shown is what it is a part of"]


def _clamped(params: ExpandParams, *, depth: int) -> list[str]:
    if params.depth is None or params.depth == depth:
        return []
    return [str(Clamp("depth", params.depth, depth, f"is not allowed in view {params.view}"))]


def _cut(walked: Walk) -> list[str]:
    if not walked.is_truncated:
        return []
    nodes = whole_sum(walked.nodes_cut.values())
    depths = ", ".join(f"{count} at depth {far}" for far, count in walked.nodes_cut.items())
    where = f" ({depths})" if depths else ""
    return [f"cut off by the limits: {nodes} nodes{where} and {walked.edges_cut} relations"]


def _path_facts(found: PathAnswer, policy: ViewPolicy, *, hops: int) -> dict[str, JsonValue]:
    paths: list[JsonValue] = [list[JsonValue](path) for path in found.paths]
    return {
        "reason": found.reason,
        "hop_count": found.distance,
        "paths": paths,
        "truncated": found.has_more,
        "meta": {"max_hops": hops, "rel_types": [kind.value for kind in policy.rel_types]},
    }


def _node_json(item: ConfigurationItem, *, distance: int) -> dict[str, JsonValue]:
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


def _graph_json(
    items: Mapping[str, ConfigurationItem],
    *,
    distances: Mapping[str, int],
    relations: Sequence[StoredRelation],
) -> dict[str, JsonValue]:
    """Return nodes, edges, ids and their counts; items are in the order of `distances`.

    An edge reads "source type target", whichever way it was walked.
    """
    types = Counter(relation.rel_type.value for relation in relations)
    return {
        "nodes": [_node_json(items[ci_id], distance=far) for ci_id, far in distances.items()],
        "edges": [
            {"source": one.source_id, "target": one.target_id, "type": one.rel_type.value}
            for one in relations
        ],
        "ids": list[JsonValue](distances),
        "summary": {
            "node_count": len(distances),
            "edge_count": len(relations),
            "rel_type_counts": dict[str, JsonValue](sorted(types.items())),
        },
    }
