from itertools import pairwise
from pathlib import Path

import pytest

from adapters.tools import estate_paths
from domain.estate.port import EstateDataset
from domain.estate.records import RelationType
from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller, Json
from tests.estate_fixture import item, relation, small_estate


def distances(data: Json) -> dict[str, int]:
    return {node["code"]: node["distance"] for node in data["nodes"]}


def edges(data: Json) -> set[tuple[str, str, str]]:
    return {
        (edge["source"][3:], edge["type"], edge["target"][3:])  # ids are "id-" and the code
        for edge in data["edges"]
    }


def test_impact_goes_inwards_to_what_fails_with_the_item(call: Caller) -> None:
    data = call.data("graph.expand", ci_id="id-storage-01", view="IMPACT")
    assert distances(data) == {
        "storage-01": 0,
        "srv-01": 1,
        "db-01": 2,
        "sys-shop": 2,
        "app-pay": 3,
    }
    assert data["beyond_depth"] == 1  # app-web


def test_dependency_goes_outwards_to_what_the_item_needs(call: Caller) -> None:
    data = call.data("graph.expand", ci_id="id-app-web", view="dependency")
    assert distances(data) == {"app-web": 0, "app-pay": 1, "srv-02": 1, "db-01": 2}
    assert edges(data) == {
        ("app-web", "DEPENDS_ON", "app-pay"),
        ("app-web", "RUNS_ON", "srv-02"),
        ("app-pay", "DEPENDS_ON", "db-01"),
    }


def test_composition_shows_the_parts(call: Caller) -> None:
    data = call.data("graph.expand", ci_id="id-sys-shop")
    assert len(data["nodes"]) == 6
    assert data["summary"]["rel_type_counts"] == {"COMPOSED_OF": 5}


def test_composition_of_an_item_without_parts_shows_what_it_is_part_of_and_says_so(
    call: Caller,
) -> None:
    result = call("graph.expand", ci_id="id-db-01", view="COMPOSITION")
    assert distances(result.data) == {"db-01": 0, "sys-shop": 1}
    assert result.warnings == ["db-01 has no parts; shown is what it is a part of"]


def test_neighbours_are_found_in_both_directions_with_the_relations_among_them(
    call: Caller,
) -> None:
    data = call.data("graph.expand", ci_id="id-db-01", view="NEIGHBORS")
    assert distances(data) == {"db-01": 0, "app-pay": 1, "srv-01": 1, "sys-shop": 1}
    assert ("sys-shop", "COMPOSED_OF", "srv-01") in edges(data)


def test_every_relation_is_shown_once(call: Caller) -> None:
    data = call.data("graph.expand", ci_id="id-sys-shop", view="NEIGHBORS", depth=2)
    assert len(data["edges"]) == len(edges(data)) == data["summary"]["edge_count"]


def test_an_isolated_item_is_its_own_graph(call: Caller) -> None:
    data = call.data("graph.expand", ci_id="id-lone-01", view="IMPACT")
    assert (data["ids"], data["edges"]) == (["id-lone-01"], [])


def test_a_depth_beyond_the_view_is_clamped_with_a_warning_and_both_are_told(
    call: Caller,
) -> None:
    result = call("graph.expand", ci_id="id-sys-shop", view="COMPOSITION", depth=9)
    assert result.warnings == ["depth 9 is not allowed in view COMPOSITION: 3 used"]
    meta = result.data["meta"]
    assert (meta["requested_depth"], meta["depth"]) == (9, 3)


def test_a_node_limit_cuts_and_says_at_which_depth(call: Caller) -> None:
    result = call("graph.expand", ci_id="id-sys-shop", limits={"max_nodes": 3})
    assert distances(result.data) == {"sys-shop": 0, "app-pay": 1, "app-web": 1}
    assert result.data["truncated"] is True
    assert result.data["nodes_cut"] == {"1": 3}
    assert result.warnings == ["cut off by the limits: 3 nodes (3 at depth 1) and 0 relations"]


def test_a_node_that_is_cut_is_counted_once_however_many_relations_lead_to_it(
    call: Caller,
) -> None:
    data = call.data(
        "graph.expand", ci_id="id-db-01", view="NEIGHBORS", depth=2, limits={"max_nodes": 2}
    )
    assert data["ids"] == ["id-db-01", "id-srv-01"]
    assert data["nodes_cut"] == {"1": 2, "2": 3}  # sys-shop is a neighbour of all
    assert data["reached"] == 6


def test_an_edge_limit_keeps_the_nodes_connected(call: Caller) -> None:
    data = call.data("graph.expand", ci_id="id-sys-shop", limits={"max_edges": 2})
    assert (len(data["nodes"]), len(data["edges"])) == (3, 2)


def test_edges_lead_only_to_nodes_that_are_shown(call: Caller) -> None:
    data = call.data(
        "graph.expand", ci_id="id-sys-shop", view="NEIGHBORS", limits={"max_nodes": 4}
    )
    ids = set(data["ids"])
    assert all({edge["source"], edge["target"]} <= ids for edge in data["edges"])
    assert len(data["edges"]) >= 3


def test_relations_beyond_the_edge_limit_are_counted(call: Caller) -> None:
    data = call.data("graph.expand", ci_id="id-db-01", view="NEIGHBORS", limits={"max_edges": 3})
    assert (len(data["edges"]), data["edges_cut"]) == (3, 2)


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"view": "SIDEWAYS"}, "'NEIGHBORS', got 'SIDEWAYS'"),
        ({"limits": {"max_nodes": 0}}, "limits.max_nodes"),
    ],
)
def test_a_wrong_view_or_limit_is_refused(call: Caller, params: Json, told: str) -> None:
    result = call("graph.expand", ci_id="id-db-01", **params)
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert told in result.error


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("graph.expand", {"ci_id": "db-1"}),
        ("graph.path", {"source_id": "db-1", "target_id": "id-srv-01"}),
        ("graph.path", {"source_id": "id-srv-01", "target_id": "db-1"}),
    ],
)
def test_an_unknown_item_is_not_found(call: Caller, operation: str, params: Json) -> None:
    result = call(operation, **params)
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND
    assert "db-01" in result.error_details["suggestions"]


def test_a_path_walks_relations_in_both_directions(call: Caller) -> None:
    data = call.data("graph.path", source_id="id-storage-01", target_id="id-app-pay")
    assert (data["reason"], data["hop_count"]) == ("found", 3)
    assert list(distances(data)) == ["storage-01", "srv-01", "db-01", "app-pay"]
    assert ("srv-01", "USES", "storage-01") in edges(data)


def test_a_dependency_is_preferred_to_being_part_of_the_same_system(call: Caller) -> None:
    # app-pay - sys-shop - srv-01 has as many hops as app-pay - db-01 - srv-01.
    data = call.data("graph.path", source_id="id-app-pay", target_id="id-srv-01")
    assert data["paths"] == [["id-app-pay", "id-db-01", "id-srv-01"]]


@pytest.mark.parametrize(
    ("params", "reason", "hop_count"),
    [
        ({"source_id": "id-db-01", "target_id": "id-db-01"}, "same_node", 0),
        ({"source_id": "id-db-01", "target_id": "id-lone-01"}, "unreachable", None),
        ({"source_id": "id-storage-01", "target_id": "id-app-pay", "hops": 2}, "too_far", 3),
    ],
)
def test_without_a_path_the_reason_is_told(
    call: Caller, params: Json, reason: str, hop_count: int | None
) -> None:
    data = call.data("graph.path", **params)
    assert (data["reason"], data["hop_count"]) == (reason, hop_count)


def test_hops_beyond_the_policy_are_clamped_with_a_warning(call: Caller) -> None:
    result = call("graph.path", source_id="id-db-01", target_id="id-srv-01", hops=10)
    assert result.warnings == ["hops 10 is not within 1..6: 6 used"]


def chain(length: int) -> EstateDataset:
    codes = [f"link-{number}" for number in range(length)]
    depends_on = RelationType.DEPENDS_ON
    return EstateDataset(
        source="test",
        cis=[item(code, code) for code in codes],
        relations=[relation(here, depends_on, target=there) for here, there in pairwise(codes)],
    )


def test_a_long_chain_is_too_far_and_its_length_is_told(tmp_path: Path) -> None:
    with small_estate(tmp_path, dataset=chain(800)) as estate:
        data = Caller(estate).data("graph.path", source_id="id-link-0", target_id="id-link-799")
    assert (data["reason"], data["hop_count"]) == ("too_far", 799)


def test_beyond_the_hops_asked_for_a_way_is_not_followed_through_very_many_items(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estate_paths, "_MOST_SEEN", 20)
    ends = {"source_id": "id-link-0", "target_id": "id-link-29"}
    with small_estate(tmp_path, dataset=chain(30)) as estate:
        data = Caller(estate).data("graph.path", **ends)
    assert (data["reason"], data["hop_count"]) == ("too_far", None)


def test_within_the_hops_asked_for_a_way_is_found_through_however_many_items(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estate_paths, "_MOST_SEEN", 2)
    ends = {"source_id": "id-link-0", "target_id": "id-link-6"}
    with small_estate(tmp_path, dataset=chain(30)) as estate:
        data = Caller(estate).data("graph.path", **ends)
    assert (data["reason"], data["hop_count"]) == ("found", 6)


def test_all_shortest_paths_are_listed_up_to_the_limit(tmp_path: Path) -> None:
    middles = [f"mid-{number}" for number in range(4)]
    uses = RelationType.USES
    dataset = EstateDataset(
        source="test",
        cis=[item(code, code) for code in ("left", "right", *middles)],
        relations=[
            *(relation("left", uses, target=code) for code in middles),
            *(relation(code, uses, target="right") for code in middles),
        ],
    )
    ends = {"source_id": "id-left", "target_id": "id-right"}
    with small_estate(tmp_path, dataset=dataset) as estate:
        full = Caller(estate)("graph.path", **ends)
        cut = Caller(estate)("graph.path", **ends, limits={"max_paths": 3})
    assert (len(full.data["paths"]), full.data["truncated"]) == (4, False)
    assert (len(cut.data["paths"]), cut.data["truncated"]) == (3, True)
    assert cut.warnings == ["more than 3 shortest paths"]


def test_nodes_are_the_references_of_a_graph(call: Caller) -> None:
    result = call("graph.expand", ci_id="id-lone-01", view="IMPACT")
    assert [reference["id"] for reference in result.references] == ["ci:lone-01"]
