"""The small pieces that texts are made of."""

import pytest
from msgspec.structs import replace
from rich.console import Console

from adapters.cli.screen import Screen, printable
from adapters.cli.text.blocks import range_text, sparkline
from adapters.cli.text.networks import NODE_LIMIT, network_lines, path_line
from adapters.cli.text.tables import cell_text, fields_of, table_of
from adapters.cli.text.trace import show_trace
from domain.json import Cell, JsonMap
from domain.response.blocks import NetworkBlock, PathBlock
from domain.run.call_events import ToolCallFailed, ToolCallSkipped
from domain.views.trace import run_trace
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import FAULT, REQUESTED, call_started


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, "-"),
        (True, "true"),
        (3, "3"),
        (3.0, "3"),
        (34.66213, "34.662"),
        (0.00012, "0.00012"),
        (-0.0, "0"),
        ("srv-01", "srv-01"),
    ],
)
def test_a_cell_shows_its_value_in_short(cell: Cell, text: str) -> None:
    assert cell_text(cell) == text


def test_control_characters_of_data_do_not_reach_the_terminal() -> None:
    assert printable("a\x1b[2Jb\x9bc\x00\n\td") == "a�[2Jb�c�\n\td"


def test_numbers_stand_on_the_right() -> None:
    lines = rendered(table_of(["name", "count"], [["a", 5], ["b", 1000]]), width=40)
    assert [line.rstrip() for line in lines[2:]] == ["a         5", "b      1000"]


def test_codes_stay_whole_on_a_narrow_terminal() -> None:
    row = ["app-analytics-integration-05-2", "A long description of it", "srv-erp-01"]
    titles = ["code", "what it is", "where"]
    [line] = rendered(table_of(titles, [row]), width=60)[2:]
    assert line.split() == ["app-analytics-integration-05-2", "A", "long…", "srv-erp-01"]


def test_fields_are_aligned() -> None:
    lines = rendered(fields_of([("a", "1"), ("long", "2")]), width=40)
    assert [line.rstrip() for line in lines] == ["a     1", "long  2"]


def test_a_sparkline_rises_with_the_values() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], is_unicode=True) == "▁▂▃▄▅▆▇█"


def test_a_sparkline_has_gaps_where_values_are_missing() -> None:
    assert sparkline([1, None, 2], is_unicode=True) == "▁ █"


def test_a_sparkline_can_be_drawn_in_ascii() -> None:
    assert sparkline([0, 1], is_unicode=False).isascii()


def test_a_sparkline_of_equal_values_is_flat() -> None:
    assert len(set(sparkline([5.0, 5.0, 5.0], is_unicode=True))) == 1


def test_a_sparkline_of_many_values_shows_averages() -> None:
    assert len(sparkline([float(number) for number in range(1000)], is_unicode=True)) == 60


def test_a_sparkline_of_no_values_is_empty() -> None:
    assert sparkline([None, None], is_unicode=True).strip() == ""
    assert range_text([None]) == "no values"


def test_the_range_says_lowest_highest_and_last() -> None:
    assert range_text([3, 1.5, None, 2]) == "min 1.5  max 3  last 2"


def node(code: str, distance: int) -> JsonMap:
    return {"id": f"id-{code}", "code": code, "subtype": "app", "distance": distance}


def edge(source: str, kind: str, target: str) -> JsonMap:
    return {"source": f"id-{source}", "target": f"id-{target}", "type": kind}


def test_a_network_is_a_tree_with_the_direction_of_each_relation() -> None:
    block = NetworkBlock(
        nodes=[node("a", 0), node("b", 1), node("c", 2)],
        edges=[edge("b", "RUNS_ON", "a"), edge("b", "USES", "c")],
    )
    assert network_lines(block) == ["a (app)", "   <-RUNS_ON- b (app)", "      -USES-> c (app)"]


def test_a_node_is_shown_once_however_many_relations_it_has() -> None:
    block = NetworkBlock(
        nodes=[node("a", 0), node("b", 1)],
        edges=[edge("b", "RUNS_ON", "a"), edge("b", "USES", "a")],
    )
    assert network_lines(block) == ["a (app)", "   <-RUNS_ON- b (app)"]


def test_what_a_long_network_leaves_out_is_told() -> None:
    nodes = [node("a", 0), *(node(f"b{number}", 1) for number in range(100))]
    edges = [edge("a", "USES", f"b{number}") for number in range(100)]
    lines = network_lines(NetworkBlock(nodes=nodes, edges=edges))
    assert len(lines) == NODE_LIMIT + 1
    assert lines[-1] == "... and 41 more; `-o json` has them all"


def test_a_path_is_a_chain_with_the_direction_of_each_relation() -> None:
    block = PathBlock(
        nodes=[node("a", 0), node("b", 1), node("c", 2)],
        edges=[edge("a", "RUNS_ON", "b"), edge("c", "USES", "b")],
        hop_count=2,
    )
    assert path_line(block) == "a -RUNS_ON-> b <-USES- c"


def rendered(table: object, *, width: int) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(table, crop=False)
    return captured.get().splitlines()


def test_a_trace_says_what_a_call_waited_for_and_why_it_ended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    waiting = ToolCallSkipped(call_id="c", tool="cep", operation="run", reason="b failed")
    begun = replace(call_started("b"), depends_on=["a", "z"])
    broken = ToolCallFailed(call_id="b", attempt=1, error=FAULT, duration_ms=5)
    show_trace(Screen(has_color=False), run_trace(entries([REQUESTED, begun, broken, waiting])))
    failed, skipped = capsys.readouterr().out.splitlines()[-2:]
    assert failed.split()[:8] == ["b", "ci.search", "1", "failed", "10", "ms", "-", "a,"]
    assert failed.endswith("Timeout after 5 ms")
    assert (skipped.split()[3], skipped.endswith("b failed")) == ("skipped", True)
