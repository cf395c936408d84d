"""Blocks of an answer as text."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from rich.text import Text

from adapters.cli.screen import printable
from adapters.cli.text.networks import network_lines, path_line
from adapters.cli.text.sparklines import range_text, sparkline
from adapters.cli.text.tables import cell_text, table_of
from domain.response.blocks import (
    Block,
    ChartBlock,
    GraphBlock,
    MarkdownBlock,
    NetworkBlock,
    NumberBlock,
    PathBlock,
    ReferencesBlock,
    TableBlock,
    TextBlock,
    TimeseriesBlock,
    UiPanelBlock,
    UiScreenBlock,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

_InSentence = TextBlock | MarkdownBlock | NumberBlock | UiPanelBlock | UiScreenBlock
_InLines = _InSentence | NetworkBlock | PathBlock | GraphBlock | ReferencesBlock

ROW_LIMIT = 50
"""How many rows of a table text shows; JSON has them all."""


def block_parts(block: Block, *, is_unicode: bool) -> "Iterator[RenderableType]":
    """Yield the title of a block and what it shows."""
    if block.title:
        yield Text(printable(block.title), style="bold")
    match block:
        case TableBlock():
            yield from _table_parts(block)
        case ChartBlock() | TimeseriesBlock():
            yield from _chart_parts(block, is_unicode=is_unicode)
        case _:
            yield Text(printable("\n".join(_lines(block))))


def _lines(block: _InLines) -> Sequence[str]:
    match block:
        case NetworkBlock():
            return network_lines(block)
        case PathBlock():
            return [path_line(block)]
        case GraphBlock():
            return [f"{edge.source} -{edge.label or ''}-> {edge.target}" for edge in block.edges]
        case ReferencesBlock():
            return [f"- {item.get('title') or item.get('id')}" for item in block.items]
        case _:
            return [_sentence(block)]


def _sentence(block: _InSentence) -> str:
    match block:
        case TextBlock():
            return block.text
        case MarkdownBlock():
            return block.content
        case NumberBlock():
            return f"{block.label}: {cell_text(block.value)} {block.unit or ''}".rstrip()
        case UiPanelBlock() | UiScreenBlock():
            return "(a form; the web interface shows it)"
        case _:
            assert_never(block)


def _table_parts(block: TableBlock) -> "Iterator[RenderableType]":
    yield table_of(block.columns, block.rows[:ROW_LIMIT])
    hidden = len(block.rows) - ROW_LIMIT
    if hidden > 0:
        yield Text(f"... and {hidden} more rows; `-o json` has them all", style="dim")


def _chart_parts(block: ChartBlock | TimeseriesBlock, *, is_unicode: bool) -> Iterator[Text]:
    for name, points in _series(block):
        values = [value for _, value in points]
        if len(list(_series(block))) > 1:
            yield Text(printable(name))
        yield Text(sparkline(values, is_unicode=is_unicode), style="cyan")
        span = f"  {points[0][0]} .. {points[-1][0]}" if points else ""
        yield Text(printable(f"{range_text(values)}{span}"), style="dim")


def _series(
    block: ChartBlock | TimeseriesBlock,
) -> Iterator[tuple[str, Sequence[tuple[str | float, float | None]]]]:
    if isinstance(block, ChartBlock):
        yield from ((series.name, series.points) for series in block.series)
        return
    for line in block.series:
        yield line.name or "", [(point.timestamp, point.value) for point in line.data]
