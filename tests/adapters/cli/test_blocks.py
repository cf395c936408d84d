"""Blocks as text."""

import pytest
from rich.console import Console

from adapters.cli.screen import Screen
from adapters.cli.text.blocks import ROW_LIMIT, block_parts
from domain.json import JsonMap
from domain.response.blocks import parse_blocks

NODES: list[JsonMap] = [{"id": "a", "code": "a", "distance": 0}]


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ({"type": "text", "text": "Hello."}, "Hello."),
        ({"type": "markdown", "content": "*Hello*"}, "*Hello*"),
        (
            {"type": "number", "label": "cpu", "value": 12.5, "unit": "%", "title": "CPU"},
            "CPU\ncpu: 12.5 %",
        ),
        ({"type": "number", "label": "servers", "value": 3}, "servers: 3"),
        ({"type": "number", "label": "cpu", "value": None}, "cpu: -"),
        ({"type": "table", "columns": ["a", "b"], "rows": [["x", None]]}, "a  b\n----\nx  -"),
        ({"type": "network", "nodes": NODES, "edges": []}, "a"),
        ({"type": "path", "nodes": NODES, "edges": [], "hop_count": 0}, "a"),
        (
            {"type": "chart", "x": "t", "series": [{"name": "s", "points": [[1, 0], [2, 1]]}]},
            "▁█\nmin 0  max 1  last 1  1.0 .. 2.0",
        ),
        (
            {"type": "timeseries", "series": [{"data": [{"timestamp": "t1", "value": 1}]}]},
            "▄\nmin 1  max 1  last 1  t1 .. t1",
        ),
        ({"type": "list", "items": ["a", "b"]}, "- a\n- b"),
        ({"type": "references", "items": [{"id": "ci:a", "title": "A"}]}, "- A"),
        (
            {
                "type": "ui_panel",
                "inputs": [{"label": "Which?", "options": [{"label": "a"}, {"label": "b"}]}],
                "actions": [],
            },
            "Which? a; b",
        ),
    ],
)
def test_a_block_is_shown_as_text(block: object, text: str) -> None:
    assert shown(block) == text


def test_several_lines_of_a_chart_are_named() -> None:
    series = [{"name": name, "points": [[1, 1.0]]} for name in ("one", "two")]
    text = shown({"type": "chart", "x": "t", "series": series})
    assert [line for line in text.splitlines() if line in {"one", "two"}] == ["one", "two"]


def test_what_a_long_table_leaves_out_is_told() -> None:
    text = shown({"type": "table", "columns": ["n"], "rows": [[n] for n in range(ROW_LIMIT + 7)]})
    assert text.endswith("and 7 more rows: -o json")


def test_brackets_in_data_are_not_markup() -> None:
    assert shown({"type": "text", "text": "[red]x[/red]"}) == "[red]x[/red]"


def shown(block: object) -> str:
    console = Console(width=100, color_system=None, markup=False, highlight=False)
    with console.capture() as captured:
        for part in block_parts(parse_blocks([block])[0], is_unicode=True):
            console.print(part)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def test_in_a_pipe_a_table_and_a_network_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    nodes = [{"id": f"id-{n}", "code": f"srv-{n}", "distance": min(n, 1)} for n in range(200)]
    edges = [{"source": "id-0", "target": f"id-{n}", "type": "USES"} for n in range(1, 200)]
    for block in (
        {"type": "table", "columns": ["n"], "rows": [[n] for n in range(200)]},
        {"type": "network", "nodes": nodes, "edges": edges},
    ):
        parts = block_parts(parse_blocks([block])[0], is_unicode=True, is_whole=True)
        Screen(has_color=False).show(*parts)
        assert len(capsys.readouterr().out.splitlines()) >= 200
