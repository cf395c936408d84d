"""What items consist of, need, affect, and how they are connected."""

from itertools import pairwise

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables
from tests.acceptance.questions.topology import EVERY_TYPE, Topology

AFFECTING = EVERY_TYPE - {"PROTECTED_BY"}
"""Without its protection an item is exposed, but it works."""


def test_related_items_are_all_that_a_relation_connects(ask: Ask, topology: Topology) -> None:
    answer = ask("List everything related to ERP.")
    near = topology.around("sys-erp", steps=1)
    assert answer.network() == (set(near), topology.between(near))
    assert answer.says(len(near) - 1)


def test_the_items_related_to_an_item_are_listed_with_their_states(
    ask: Ask, tables: Tables, topology: Topology
) -> None:
    answer = ask("List everything related to ERP.")
    states = {row[0]: row[1] for row in tables.rows("select ci_code, status from items")}
    near = set(topology.around("sys-erp", steps=1)) - {"sys-erp"}
    listed = answer.table("code", "status", "distance")
    assert sorted(map(str, listed)) == sorted(str([code, states[code], 1]) for code in near)


def test_a_system_consists_of_its_parts(ask: Ask, tables: Tables, topology: Topology) -> None:
    answer = ask("What does ERP System consist of?")
    parts = tables.column(
        "select target from edges where source = 'sys-erp' and type = 'COMPOSED_OF'"
    )
    nodes = {"sys-erp", *parts}
    assert answer.network() == (nodes, topology.between(nodes, {"COMPOSED_OF"}))
    assert answer.says(len(parts))


def test_what_needs_a_server_is_affected_when_it_fails(ask: Ask, topology: Topology) -> None:
    answer = ask("What is affected if srv-erp-01 fails?")
    affected = topology.inward("srv-erp-01", steps=3, types=AFFECTING)
    assert answer.network() == (set(affected), topology.between(affected, AFFECTING))
    assert answer.says(len(affected) - 1)


def test_what_is_affected_only_further_on_is_counted(ask: Ask, topology: Topology) -> None:
    answer = ask("What is affected if srv-erp-01 fails?")
    affected = topology.inward("srv-erp-01", steps=3, types=AFFECTING)
    further = topology.inward("srv-erp-01", steps=4, types=AFFECTING).keys() - affected.keys()
    assert len(further) == 1
    assert f"{len(further)} more lies one step beyond depth 3" in answer.text


def test_affected_items_are_listed_with_their_distance(ask: Ask, topology: Topology) -> None:
    answer = ask("What is affected if srv-erp-01 fails?")
    affected = topology.inward("srv-erp-01", steps=3, types=AFFECTING)
    listed = {str(code): distance for code, distance in answer.table("code", "distance")}
    assert listed == {code: distance for code, distance in affected.items() if distance}


@pytest.mark.parametrize(
    ("question", "source", "target"),
    [
        (
            "How are app-erp-order-01-1 and storage-erp connected?",
            "app-erp-order-01-1",
            "storage-erp",
        ),
        ("Find the path from ERP System to db-erp-01.", "sys-erp", "db-erp-01"),
        ("How are web-secops-01 and storage-erp connected?", "web-secops-01", "storage-erp"),
    ],
)
def test_a_path_is_a_shortest_way_over_real_relations(
    ask: Ask, topology: Topology, question: str, source: str, target: str
) -> None:
    answer = ask(question)
    codes, edges = answer.path()
    hops = topology.around(source, steps=6)[target]
    assert (codes[0], codes[-1], len(codes)) == (source, target, hops + 1)
    assert edges <= topology.edges
    assert {frozenset(edge[:2]) for edge in edges} == {frozenset(pair) for pair in pairwise(codes)}
    assert answer.says(hops)


def test_the_components_of_a_system_are_shown_with_their_load(
    ask: Ask, tables: Tables, topology: Topology
) -> None:
    answer = ask("Show the components of ERP System with their CPU.")
    parts = topology.outward("sys-erp", steps=1, types={"COMPOSED_OF"})
    nodes, _ = answer.network()
    loads = tables.rows(
        "select ci_code, avg(value) from points where metric_name = 'cpu_usage'"
        " and hours_ago < 24 group by 1 order by 2 desc"
    )
    assert nodes == set(parts)
    assert answer.table("ci_code", "avg_cpu_usage") == [
        [code, pytest.approx(average)] for code, average in loads if code in parts
    ]
