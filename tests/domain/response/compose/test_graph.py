import pytest

from adapters.tools import estate_paths
from domain.response.blocks import NetworkBlock, PathBlock
from domain.response.compose.composition import Composition
from domain.tools.invoker import ToolInvoker
from tests.domain.response.compose.answering import answered, only, table


def expanded(invoker: ToolInvoker, code: str, **graph: object) -> Composition:
    return answered(invoker, intent="EXPAND", primary={"keywords": [code]}, graph=graph)


def connected(invoker: ToolInvoker, source: str, target: str, **graph: object) -> str:
    return answered(
        invoker,
        intent="PATH",
        primary={"keywords": [source]},
        secondary={"keywords": [target]},
        graph=graph,
    ).answer


@pytest.mark.parametrize(
    ("code", "view", "answer"),
    [
        (
            "srv-01",
            "IMPACT",
            "If srv-01 fails, 4 configuration items are affected: "
            "db-01, sys-shop, app-pay, app-web.",
        ),
        ("lone-01", "IMPACT", "If lone-01 fails, no configuration items are affected."),
        ("storage-01", "DEPENDENCY", "storage-01 needs no configuration items."),
        ("srv-01", "DEPENDENCY", "srv-01 needs 1 configuration item: storage-01."),
        (
            "sys-shop",
            "COMPOSITION",
            "sys-shop consists of 5 configuration items: app-pay, app-web, db-01, srv-01, srv-02.",
        ),
        (
            "srv-01",
            "COMPOSITION",
            "srv-01 is part of 1 configuration item: sys-shop. "
            "Note: srv-01 has no parts; shown is what it is a part of.",
        ),
        (
            "storage-01",
            "NEIGHBORS",
            "Around storage-01 is 1 configuration item: srv-01. "
            "2 more lie one step beyond depth 1.",
        ),
    ],
    ids=lambda value: value[:40],
)
def test_a_view_is_answered_in_its_own_words(
    invoker: ToolInvoker, code: str, view: str, answer: str
) -> None:
    assert expanded(invoker, code, view=view).answer == answer


def test_what_lies_beyond_the_depth_is_said(invoker: ToolInvoker) -> None:
    answer = expanded(invoker, "srv-01", view="IMPACT", depth=1).answer
    assert answer == (
        "If srv-01 fails, 2 configuration items are affected: db-01, sys-shop. "
        "1 more lies one step beyond depth 1."
    )


def test_a_truncated_impact_counts_all_and_says_how_many_are_shown(invoker: ToolInvoker) -> None:
    whole = expanded(invoker, "srv-01", view="IMPACT").answer
    answer = expanded(invoker, "srv-01", view="IMPACT", limits={"max_nodes": 2}).answer
    counted = "If srv-01 fails, 4 configuration items are affected"
    assert whole.startswith(f"{counted}: ")
    assert answer.startswith(f"{counted}; shown are the nearest 1: db-01.")


def test_a_truncated_view_says_what_was_cut(invoker: ToolInvoker) -> None:
    answer = expanded(invoker, "srv-01", view="IMPACT", limits={"max_nodes": 2}).answer
    assert "Note: cut off by the limits: 3 nodes" in answer


def test_a_network_has_the_root_and_says_whether_it_is_whole(invoker: ToolInvoker) -> None:
    network = only(expanded(invoker, "srv-01", view="IMPACT"), NetworkBlock)
    assert network.nodes[0]["code"] == "srv-01"
    assert network.meta["truncated"] is False


def test_the_affected_items_are_a_table_without_the_root(invoker: ToolInvoker) -> None:
    affected = table(expanded(invoker, "srv-01", view="IMPACT"), "Affected configuration items")
    assert affected.columns == ["code", "name", "type", "subtype", "status", "distance"]
    assert affected.rows[0] == ["db-01", "Orders Database", "SW", "db", "active", 1]
    assert "srv-01" not in [row[0] for row in affected.rows]


def test_relations_are_counted_by_type(invoker: ToolInvoker) -> None:
    relations = table(expanded(invoker, "srv-01", view="DEPENDENCY"), "Relation counts")
    assert relations.rows == [["USES", 1]]


def test_a_path_is_said_hop_by_hop(invoker: ToolInvoker) -> None:
    assert connected(invoker, "app-pay", "srv-01") == (
        "app-pay and srv-01 are connected in 2 hops: app-pay - db-01 - srv-01."
    )


def test_a_path_of_one_hop_is_one_hop(invoker: ToolInvoker) -> None:
    assert connected(invoker, "db-01", "srv-01").startswith(
        "db-01 and srv-01 are connected in 1 hop:"
    )


def test_a_path_is_a_block_with_its_hops(invoker: ToolInvoker) -> None:
    composition = answered(
        invoker,
        intent="PATH",
        primary={"keywords": ["app-pay"]},
        secondary={"keywords": ["srv-01"]},
    )
    block = only(composition, PathBlock)
    assert (block.hop_count, len(block.nodes), len(block.edges)) == (2, 3, 2)


def test_items_that_are_not_connected_are_said_so(invoker: ToolInvoker) -> None:
    answer = connected(invoker, "app-web", "lone-01")
    assert answer.startswith("app-web and lone-01 are not connected by any of COMPOSED_OF,")


def test_items_too_far_apart_are_not_called_unconnected(invoker: ToolInvoker) -> None:
    assert connected(invoker, "app-web", "storage-01", depth=1) == (
        "app-web and storage-01 are 3 hops apart; at most 1 are followed."
    )


def test_items_whose_way_was_not_followed_to_its_end_are_too_far_apart(
    invoker: ToolInvoker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estate_paths, "_MOST_SEEN", 0)
    assert connected(invoker, "app-web", "storage-01", depth=2) == (
        "app-web and storage-01 are too far apart; at most 2 hops are followed."
    )


def test_an_item_has_no_path_to_itself(invoker: ToolInvoker) -> None:
    assert connected(invoker, "app-web", "app-web") == (
        "app-web and app-web are the same configuration item."
    )
