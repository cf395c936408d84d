"""Networks and paths in lines of text."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from domain.json import JsonMap
from domain.response.blocks import NetworkBlock, PathBlock

NODE_LIMIT = 60
"""How many nodes of a network text shows; JSON has them all."""


def network_lines(block: NetworkBlock, *, most: int | None = NODE_LIMIT) -> list[str]:
    """Return the nodes as a tree, each below a neighbour that is one step nearer to the root.

    Of very many the first ones, and how many more there are; with `most` None all.

    `-RUNS_ON->` reads from the node above to the node, `<-RUNS_ON-` the other way.
    """
    parents = _parents(block)
    children: dict[str | None, list[JsonMap]] = {}
    for node in block.nodes:
        parent = parents.get(str(node.get("id")))
        children.setdefault(parent[0] if parent else None, []).append(node)
    lines = list(_tree(None, children, parents, depth=0))
    hidden = 0 if most is None else len(lines) - most
    more = [f"... and {hidden} more; `-o json` has them all"] if hidden > 0 else []
    return [*lines[:most], *more]


def path_line(block: PathBlock) -> str:
    """Return the chain of nodes with the relation of each step, in its own direction."""
    nodes = {str(node.get("id")): node for node in block.nodes}
    ids = list(nodes)
    line = _code(nodes[ids[0]]) if ids else ""
    for here, there in pairwise(ids):
        line += f" {_arrows(here, there, block.edges)} {_code(nodes[there])}"
    return line


def _parents(block: NetworkBlock) -> dict[str, tuple[str, str]]:
    """The neighbour above each node, and the arrow between them."""
    distances = {str(node.get("id")): node.get("distance") for node in block.nodes}
    parents: dict[str, tuple[str, str]] = {}
    for edge in block.edges:
        ends = str(edge.get("source")), str(edge.get("target"))
        for above, below in (ends, ends[::-1]):
            if _is_one_step(distances.get(above), distances.get(below)):
                parents.setdefault(below, (above, _arrow(edge, is_forward=above == ends[0])))
    return parents


def _is_one_step(nearer: object, farther: object) -> bool:
    return isinstance(nearer, int) and isinstance(farther, int) and farther == nearer + 1


def _tree(
    parent: str | None,
    children: Mapping[str | None, Sequence[JsonMap]],
    parents: Mapping[str, tuple[str, str]],
    *,
    depth: int,
) -> Iterator[str]:
    for node in children.get(parent, ()):
        name = str(node.get("id"))
        arrow = f"{parents[name][1]} " if name in parents else ""
        yield f"{'   ' * depth}{arrow}{_described(node)}"
        yield from _tree(name, children, parents, depth=depth + 1)


def _arrows(here: str, there: str, edges: Sequence[JsonMap]) -> str:
    found = [
        _arrow(edge, is_forward=edge.get("source") == here)
        for edge in edges
        if {edge.get("source"), edge.get("target")} == {here, there}
    ]
    return " ".join(found) or "--"


def _arrow(edge: JsonMap, *, is_forward: bool) -> str:
    return f"-{edge.get('type')}->" if is_forward else f"<-{edge.get('type')}-"


def _described(node: JsonMap) -> str:
    facts = ", ".join(str(node[name]) for name in ("subtype", "status") if node.get(name))
    return f"{_code(node)} ({facts})" if facts else _code(node)


def _code(node: JsonMap) -> str:
    return str(node.get("code") or node.get("id"))
