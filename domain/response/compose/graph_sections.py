"""Sections about the graph: what is around an item in a view, and the path between two items."""

from collections.abc import Sequence

from domain.estate.view_policy import View
from domain.json import Cell, JsonMap, as_count, as_map, as_maps, as_text, as_texts
from domain.response.blocks import Block, NetworkBlock, PathBlock, TableBlock, TextBlock
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import Section, Surroundings, record_table
from domain.response.compose.wording import CONFIGURATION_ITEM, listed

_NODE_COLUMNS = ("code", "name", "type", "subtype", "status", "distance")
_TABLE_TITLES = {
    View.IMPACT: "Affected configuration items",
    View.DEPENDENCY: "Needed configuration items",
    View.COMPOSITION: "Parts, or what it is a part of",
}


def expansion(call: CallResult, around: Surroundings) -> Section:
    """Say what the view shows of the item; a network, the items but the root, the relations."""
    data = call.facts
    root = data.get("root", call.params.get("ci_id"))
    nodes = as_maps(data.get("nodes"))
    others = [node for node in nodes if node.get("id") != root]
    said = _expansion_in_words(call, around.code(root), others)
    beyond = as_count(data.get("beyond_depth"))
    depth = as_count(as_map(data.get("meta")).get("depth"))
    lie = "lies" if beyond == 1 else "lie"
    further = f" {beyond} more {lie} one step beyond depth {depth}." if beyond else ""
    meta: JsonMap = {name: data.get(name) for name in ("root", "view", "truncated", "summary")}
    meta |= {name: data[name] for name in ("reached",) if name in data}
    network = NetworkBlock(
        title="Graph expansion", nodes=nodes, edges=as_maps(data.get("edges")), meta=meta
    )
    return Section(f"{said}{further}", [network, *_tables(call, others)])


def path(call: CallResult, around: Surroundings) -> Section:
    """Say how the two items are connected, hop by hop, or why there is no path."""
    data = call.facts
    source = around.code(data.get("source", call.params.get("source_id")))
    target = around.code(data.get("target", call.params.get("target_id")))
    nodes, edges = as_maps(data.get("nodes")), as_maps(data.get("edges"))
    hops = as_count(data.get("hop_count"))
    reason = as_text(data.get("reason"))
    if reason != "found":
        return Section(_no_path(call, reason, f"{source} and {target}"))
    chain = " - ".join(as_text(node.get("code")) for node in nodes)
    meta: JsonMap = {name: data.get(name) for name in ("truncated", "meta")}
    block = PathBlock(title="Shortest path", nodes=nodes, edges=edges, hop_count=hops, meta=meta)
    counted = f"{hops} hop" if hops == 1 else f"{hops} hops"
    said = f"{source} and {target} are connected in {counted}: {chain}."
    return Section(said, [block, TextBlock(title="Hops", text=f"Hops: {hops}")])


def _expansion_in_words(call: CallResult, root: str, others: Sequence[JsonMap]) -> str:
    # Runs of before tell no count of all.
    reached = as_count(call.facts.get("reached")) or len(others)
    count, noun = reached, CONFIGURATION_ITEM.counted(reached).lower()
    if call.facts.get("truncated") is True and call.facts.get("reached") is None:
        noun = f"at least {noun}"
    verb = "is" if count == 1 else "are"
    shown = [as_text(node.get("code")) for node in others]
    names = f": {listed(shown, at_most=10)}"
    if count > len(shown):
        names = f"; shown are the nearest {len(shown)}{names}"
    view = as_text(call.facts.get("view") or call.params.get("view"))
    is_turned = as_map(call.facts.get("meta")).get("direction") == "in"
    match view:
        case View.IMPACT:
            said = f"If {root} fails, {noun} {verb} affected"
        case View.DEPENDENCY:
            said = f"{root} needs {noun}"
        case View.COMPOSITION if is_turned:
            said = f"{root} is part of {noun}"
        case View.COMPOSITION:
            said = f"{root} consists of {noun}"
        case _:
            said = f"Around {root} {verb} {noun}"
    return f"{said}{names if others else ''}."


def _tables(call: CallResult, others: Sequence[JsonMap]) -> list[Block]:
    view = as_text(call.facts.get("view") or call.params.get("view"))
    title = _TABLE_TITLES.get(View(view)) if view in set(View) else None
    meta: JsonMap = {"total": len(others), "truncated": call.facts.get("truncated")}
    nodes = record_table(
        others, columns=_NODE_COLUMNS, title=title or "Configuration items around", meta=meta
    )
    counts = as_map(as_map(call.facts.get("summary")).get("rel_type_counts"))
    rows: list[list[Cell]] = [[name, as_count(count)] for name, count in counts.items()]
    relations = TableBlock(title="Relation counts", columns=["relation", "count"], rows=rows)
    return [nodes, relations] if others else []


def _no_path(call: CallResult, reason: str, ends: str) -> str:
    most = as_count(as_map(call.facts.get("meta")).get("max_hops"))
    hops = as_count(call.facts.get("hop_count"))
    types = listed(as_texts(as_map(call.facts.get("meta")).get("rel_types")), at_most=10)
    match reason:
        case "same_node":
            return f"{ends} are the same configuration item."
        case "too_far" if call.facts.get("hop_count") is None:
            return f"{ends} are too far apart; at most {most} hops are followed."
        case "too_far":
            return f"{ends} are {hops} hops apart; at most {most} are followed."
        case "unreachable":
            return f"{ends} are not connected by any of {types}."
        case _:
            return f"No path between {ends} was found{f': {reason}' if reason else ''}."
