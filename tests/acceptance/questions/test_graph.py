"""What items consist of, need, affect, and how they are connected."""

from itertools import pairwise

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables
from tests.acceptance.questions.topology import EVERY_TYPE, Topology

AFFECTING = EVERY_TYPE - {"PROTECTED_BY"}
"""Without its protection an item is exposed, but it works."""
TWO, STEPS = 2, 6
"""As far as an impact is looked at."""


def test_related_items_are_all_that_a_relation_connects(
    ask: Ask, tables: Tables, topology: Topology
) -> None:
    answer = ask("List everything related to ERP.")
    states = {row[0]: row[1] for row in tables.rows("select ci_code, status from items")}
    near = sorted(set(topology.around("sys-erp", steps=1)) - {"sys-erp"})
    assert answer.table("ci_code", "status") == [[code, states[code]] for code in near]
    assert answer.says(len(near))


def test_a_system_consists_of_its_parts(ask: Ask, tables: Tables) -> None:
    answer = ask("What does ERP System consist of?")
    parts = tables.rows(
        "select target from edges where source = 'sys-erp' and type = 'COMPOSED_OF' order by 1"
    )
    assert answer.table("ci_code") == parts
    assert answer.says(len(parts))


def test_what_needs_a_server_is_affected_when_it_fails(ask: Ask, topology: Topology) -> None:
    answer = ask("What is affected if srv-erp-01 fails?")
    affected = topology.inward("srv-erp-01", steps=STEPS, types=AFFECTING)
    assert answer.network() == (set(affected), topology.between(affected, AFFECTING))
    assert answer.says(len(affected) - 1)


def test_affected_items_are_listed_with_their_distance(ask: Ask, topology: Topology) -> None:
    answer = ask("What is affected if srv-erp-01 fails?")
    affected = topology.inward("srv-erp-01", steps=STEPS, types=AFFECTING)
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
    parts = set(topology.outward("sys-erp", steps=1, types={"COMPOSED_OF"})) - {"sys-erp"}
    loads = tables.rows(
        "select ci_code, avg(value) from points where metric_name = 'cpu_usage'"
        " and hours_ago < 24 group by 1 order by 2 desc"
    )
    assert {code for code, _ in answer.table("ci_code", "ci_name")} == parts
    assert answer.table("ci_code", "avg(value)") == [
        [code, pytest.approx(average)] for code, average in loads if code in parts
    ]


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_within_some_hops_is_what_is_near_whichever_way(
    ask: Ask, topology: Topology, hops: int
) -> None:
    near = topology.around("srv-erp-01", steps=hops).keys() - {"srv-erp-01"}
    answer = ask(f"how many items are within {hops} hops of srv-erp-01")
    assert answer.number() == len(near)


def test_two_hops_away_is_not_nearer(ask: Ask, topology: Topology) -> None:
    distances = topology.around("srv-erp-01", steps=2)
    answer = ask("what is two hops away from srv-erp-01")
    codes = {str(code) for (code,) in answer.table("ci_code")}
    assert codes == {code for code, far in distances.items() if far == TWO}


def test_what_is_affected_is_followed_through_the_whole_graph(
    ask: Ask, topology: Topology
) -> None:
    answer = ask("What is affected if storage-erp fails?")
    assert answer.network()[0] == {*topology.inward("storage-erp", steps=50, types=AFFECTING)}
    assert "graph.depth" not in str(answer.response)


def test_what_is_needed_is_followed_through_the_whole_graph(ask: Ask, topology: Topology) -> None:
    answer = ask("What does app-erp-order-01-1 need?")
    needed = topology.outward("app-erp-order-01-1", steps=50, types=EVERY_TYPE - {"COMPOSED_OF"})
    assert answer.network()[0] == {*needed}
    assert "graph.depth" not in str(answer.response)
