"""Sections about metrics: one value, items ranked by a value, values over time."""

from collections.abc import Sequence

from pydantic import JsonValue

from domain.json import JsonMap, as_count, as_list, as_map, as_number, as_text
from domain.response.blocks import Block, ChartBlock, ChartSeries, NumberBlock, TableBlock, as_cell
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import (
    Section,
    Surroundings,
    ci_ids_of,
    filters_of,
    given_table,
    period_of,
)
from domain.response.compose.wording import CONFIGURATION_ITEM, ci_noun, duration, in_words, listed

_FUNCTIONS = {
    "avg": "average",
    "max": "maximum",
    "min": "minimum",
    "last": "last",
    "count": "point count of",
    "increase": "increase of",
    "rate": "rate of",
}
_VALUE_COLUMNS = (
    *("scope", "metric_name", "agg", "time_from", "time_to", "value", "unit", "sample_count"),
)


def value(call: CallResult, around: Surroundings) -> Section:
    """Say the value, over how many points of which items."""
    data, scope, over = call.facts, _scope(call, around), period_of(call, "over")
    number, samples = as_number(data.get("value")), as_count(data.get("sample_count"))
    name, unit = _measured(call), _unit(call)
    block = NumberBlock(title=scope, label=name, value=number, unit=unit)
    blocks: list[Block] = [block, _value_table(call, scope), *_per_item(call, f"{name}{over}")]
    if not samples:
        sentence = f"{as_text(data.get('metric_name'))} of {scope} has no points{over}."
        return Section(sentence, blocks, covered=_without_points(call))
    said = f"{name.capitalize()} of {scope}{over}: {in_words(number, unit)}"
    return Section(f"{said} ({samples} samples{_some_of_them(data)}).", blocks)


def ranking(call: CallResult, around: Surroundings) -> Section:
    """Say which items have the highest or lowest values, or that none is within the bounds."""
    data, over = call.facts, period_of(call, "over")
    rows, total = as_list(data.get("rows")), as_count(data.get("total"))
    name, bounds = _measured(call), _bounds(call)
    if not rows:
        with_points = as_count(data.get("ci_count_with_data"))
        of_all = f"Of {_scope(call, around)} ({with_points} with points)"
        return Section(f"{of_all}, none has {_an(name)}{bounds}{over}.")
    meta: JsonMap = {key: data.get(key) for key in ("total", "ci_count_with_data", "unit")}
    table = given_table(data, title=f"{name}{over}", meta=meta)
    order = "lowest" if call.params.get("ascending") is True else "highest"
    best = [_ranked(as_list(row), _unit(call)) for row in rows]
    head = f"The {order} {name} of {_scope(call, around)}{_points_of_some(data)}{over}"
    if bounds:
        head = f"{_items(total)} with {_an(name)}{bounds}{over}"
    return Section(f"{head}: {listed(best)}.", [table])


def series(call: CallResult, around: Surroundings) -> Section:
    """Say how many points there are, their range and the last; the chart shows them."""
    data, over = call.facts, period_of(call, "over")
    name = f"{as_text(data.get('metric_name'))} of {_scope(call, around)}"
    points = [
        (as_text(row[0]), as_number(row[1]))
        for row in map(as_list, as_list(data.get("rows")))
        if row[1:]
    ]
    numbers = [number for _, number in points if number is not None]
    if not numbers:
        return Section(f"{name} has no points{over}.", covered=_without_points(call))
    low, high = in_words(min(numbers)), in_words(max(numbers), _unit(call))
    bucket = data.get("bucket_seconds")
    averaged = f" (averages of {duration(as_count(bucket))})" if bucket else ""
    said = f"{name}{over}: {len(numbers)} points{averaged} from {low} to {high}"
    meta: JsonMap = {"unit": data.get("unit"), "bucket_seconds": bucket}
    table = given_table(data, title=name, meta=meta)
    chart = _chart(call, name, points)
    last = f"the last{' average' if bucket else ''} {in_words(numbers[-1], _unit(call))}"
    return Section(f"{said}, {last}.", [chart, table])


def _chart(call: CallResult, name: str, points: Sequence[tuple[str, float | None]]) -> ChartBlock:
    keys = ("ci_id", "metric_name", "time_range", "unit")
    meta: JsonMap = {key: call.facts.get(key) for key in keys}
    line = ChartSeries(name=name, points=list(points))
    return ChartBlock(title=name, x="measured_at", series=[line], meta=meta)


def _value_table(call: CallResult, scope: str) -> TableBlock:
    window = as_map(call.facts.get("window"))
    row = {
        **call.facts,
        "scope": scope,
        "time_from": window.get("start"),
        "time_to": window.get("end"),
    }
    cells = [as_cell(row.get(name)) for name in _VALUE_COLUMNS]
    return TableBlock(title=_measured(call), columns=list(_VALUE_COLUMNS), rows=[cells])


def _per_item(call: CallResult, title: str) -> list[Block]:
    """The values of the single items, where the call asked for them."""
    items = as_map(call.facts.get("per_item"))
    meta: JsonMap = {"total": items.get("total"), "unit": call.facts.get("unit")}
    return [given_table(items, title=f"{title} of each", meta=meta)] if items else []


def _scope(call: CallResult, around: Surroundings) -> str:
    ci_ids, filters = ci_ids_of(call), filters_of(call)
    if filters:
        return ci_noun(filters).counted(as_count(call.facts.get("ci_count_used")))
    if ci_ids is None:
        return f"all {CONFIGURATION_ITEM.plural}"
    if len(ci_ids) > 1:
        return _items(len(ci_ids))
    return around.code(ci_ids[0]) if ci_ids else "no configuration items"


def _measured(call: CallResult) -> str:
    agg = as_text(call.facts.get("agg"))
    return f"{_FUNCTIONS.get(agg, agg)} {as_text(call.facts.get('metric_name'))}"


def _an(name: str) -> str:
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _unit(call: CallResult) -> str | None:
    if call.facts.get("agg") == "count":
        return None
    return as_text(call.facts.get("unit")) or None


def _bounds(call: CallResult) -> str:
    said = {"at_least": "of at least", "at_most": "of at most"}
    given = [
        f"{words} {in_words(bound, _unit(call))}"
        for name, words in said.items()
        if (bound := as_number(call.params.get(name))) is not None
    ]
    return f" {' and '.join(given)}" if given else ""


def _items(count: int) -> str:
    return CONFIGURATION_ITEM.counted(count)


def _some_of_them(data: JsonMap) -> str:
    used, with_data = data.get("ci_count_used"), as_count(data.get("ci_count_with_data"))
    if used is None:
        return f" from {_items(with_data)}"
    return f" from {with_data} of them" if as_count(used) > with_data else ""


def _points_of_some(data: JsonMap) -> str:
    used, with_data = data.get("ci_count_used"), as_count(data.get("ci_count_with_data"))
    is_all = used is None or as_count(used) == with_data
    return "" if is_all else f" ({with_data} with points)"


def _ranked(row: list[JsonValue], unit: str | None) -> str:
    return f"{as_text(row[0])} {in_words(as_number(row[-1]), unit)}" if row else ""


def _without_points(call: CallResult) -> list[str]:
    return [warning for warning in call.warnings if warning.startswith("no points of")]
