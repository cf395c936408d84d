"""Sections about counted and measured records: totals, distributions, rankings."""

from pydantic import JsonValue

from domain.figures import figure
from domain.json import JsonMap, as_count, as_list, as_number, as_text, as_texts
from domain.response.blocks import Block, NumberBlock
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import Section, Surroundings, filters_of, given_table, where
from domain.response.compose.wording import (
    Noun,
    ci_noun,
    in_words,
    is_share,
    listed,
    measure_in_words,
    percent,
    record_noun,
)

RECORD_NOUNS = {
    "event_log": Noun("event log entry", "event log entries"),
    "work_history": Noun("work item", "work items"),
    "maintenance_history": Noun("maintenance item", "maintenance items"),
    "document": Noun("document", "documents"),
    "work_and_maintenance": Noun("work or maintenance item", "work and maintenance items"),
    "audit_log": Noun("change of the estate", "changes of the estate"),
}


def groups(call: CallResult, around: Surroundings) -> Section:
    """Say the measures, in all or by group; the table shows the groups, its meta the totals."""
    data = call.facts
    group_by = as_texts(call.params.get("group_by"))
    total = as_count(data.get("total_records"))
    counted = f"{_noun(call).counted(total)}{where(call, around)}"
    if not total:
        return Section(f"{counted}.", [_total(call, 0)])
    if not group_by:
        return _without_groups(call, counted)
    meta: JsonMap = {name: data.get(name) for name in ("total_groups", "total_records")}
    table = given_table(data, title="Aggregation results", meta=meta)
    shown = [warning for warning in call.warnings if warning.endswith("groups shown")]
    return Section(f"{counted} {_distribution(call, group_by)}.", [table], covered=shown)


def _noun(call: CallResult) -> Noun:
    if call.tool == "ci":
        return ci_noun(filters_of(call))
    source = as_text(call.facts.get("source") or call.params.get("source")) or call.tool
    return record_noun(RECORD_NOUNS.get(source, Noun("record", "records")), filters_of(call))


def _without_groups(call: CallResult, counted: str) -> Section:
    columns, rows = as_texts(call.facts.get("columns")), as_list(call.facts.get("rows"))
    measured = zip(columns, as_list(rows[0]) if rows else [], strict=False)
    others = [(name, each) for name, each in measured if name != "count"]
    blocks = [
        _total(call, as_count(call.facts.get("total_records"))),
        *(_measure(name, each) for name, each in others),
    ]
    said = "".join(f"; {measure_in_words(name)}: {_shown(name, each)}" for name, each in others)
    return Section(f"{counted}{said}.", blocks)


def _total(call: CallResult, total: int) -> Block:
    return NumberBlock(title="Total", label=_noun(call).of_all(), value=total)


def _measure(name: str, measured: JsonValue) -> Block:
    number = as_number(measured)
    if is_share(name) and number is not None:
        percentage = figure(number * 100)
        return NumberBlock(title=name, label=measure_in_words(name), value=percentage, unit="%")
    return NumberBlock(title=name, label=measure_in_words(name), value=number)


def _distribution(call: CallResult, group_by: list[str]) -> str:
    """The groups in words: "by ci_type: SW (5), HW (4)", with the measure when it is no count."""
    columns = as_texts(call.facts.get("columns"))
    measure = columns[len(group_by)] if len(columns) > len(group_by) else "count"
    rows = [as_list(row) for row in as_list(call.facts.get("rows"))]
    total = as_count(call.facts.get("total_groups"))
    order = "lowest" if call.params.get("ascending") is True else "highest"
    cut = f", the {len(rows)} {order} of {total} groups" if len(rows) < total else ""
    by = "" if measure == "count" else f", {measure_in_words(measure)}"
    said = [_group(row, group_by, measure) for row in rows]
    return f"by {' and '.join(_named(group_by))}{by}{cut}: {listed(said)}"


def _group(row: list[JsonValue], group_by: list[str], measure: str) -> str:
    keys = dict(zip(group_by, row, strict=False))
    # A bare number would be taken for the measure.
    names = [
        f"{name} {as_text(keys[name])}"
        if as_number(keys[name]) is not None
        else as_text(keys[name]) or "(none)"
        for name in _named(group_by)
        if name in keys
    ]
    measured = row[len(group_by)] if len(row) > len(group_by) else None
    return f"{' / '.join(names)} ({_shown(measure, measured)})"


def _named(group_by: list[str]) -> list[str]:
    """The columns that sentences name: the id of an item says nothing beside its code."""
    return [name for name in group_by if name != "ci_id" or "ci_code" not in group_by]


def _shown(measure: str, measured: JsonValue) -> str:
    number = as_number(measured)
    if number is None and measured is not None:
        return as_text(measured)
    return percent(number) if is_share(measure) else in_words(number)
