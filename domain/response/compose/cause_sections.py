"""Sections about what changed, and about what may be the cause of something."""

from collections.abc import Sequence
from typing import Final

from domain.json import JsonMap, as_count, as_map, as_maps, as_number, as_text, as_texts
from domain.response.blocks import TableBlock
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import Section, Surroundings, period_of, record_table
from domain.response.compose.wording import Noun, in_words, instant, listed

_CHANGES: Final = Noun("change", "changes")
_ALARMS: Final = Noun("alarm", "alarms")
_CHANGE_COLUMNS: Final = ("at", "ci_code", "distance", "kind", "what", "result", "record")
_CANDIDATE_COLUMNS: Final = ("ci_code", "score", "distance", "since", "evidence", "changed_before")


def changes(call: CallResult, _: Surroundings) -> Section:
    """Say how many changes there were, and which is the nearest."""
    rows, total = as_maps(call.facts.get("rows")), as_count(call.facts.get("total"))
    of = f"{_of_items(call)}{period_of(call, 'in')}"
    if not rows:
        return Section(f"No changes are on record{of}.")
    said = f"{_CHANGES.counted(total)}{of}. The nearest: {_change(rows[0])}."
    return Section(said, [_change_table(rows, title=f"Changes{of}", total=total)])


def causes(call: CallResult, _: Surroundings) -> Section:
    """Say which candidate is the likeliest, and all that speaks for it; or that there is none."""
    rows, near = as_maps(call.facts.get("rows")), as_maps(call.facts.get("changes"))
    of = f"{_of_items(call)}{period_of(call, 'in')}"
    total = as_count(call.facts.get("change_count"))
    tables = [_change_table(near, title="Changes near", total=total)] if near else []
    if not rows:
        return Section(f"Nothing found{of}: {_nothing(call)}.", tables)
    first = rows[0]
    said = f"The likeliest cause of what is unusual{of} is {as_text(first.get('ci_code'))}"
    said += f", since {instant(as_text(first.get('since')))}: {_evidence(first)}"
    if before := as_maps(first.get("changes")):
        said += f". Shortly before: {_change(before[0])}"
    told = [{**row, "evidence": _evidence(row), "changed_before": _before(row)} for row in rows]
    meta: JsonMap = {name: call.facts.get(name) for name in ("total", "threshold", "window")}
    title = f"Candidates{of}"
    candidates = record_table(told, columns=_CANDIDATE_COLUMNS, title=title, meta=meta)
    return Section(f"{said}.", [candidates, *tables])


def _of_items(call: CallResult) -> str:
    codes, around = as_texts(call.facts.get("items")), as_count(call.facts.get("item_count"))
    if not codes:
        return ""
    others = around - len(codes)
    return f" of {listed(codes)}" + (f" and {others} items around" if others else "")


def _nothing(call: CallResult) -> str:
    measured = as_count(call.facts.get("measured_count"))
    against = "against the two weeks before"
    return f"no alarms, and no series of {measured} measured items, are unusual {against}"


def _change_table(rows: Sequence[JsonMap], *, title: str, total: int) -> TableBlock:
    meta: JsonMap = {"total": total, "shown": len(rows)}
    return record_table(rows, columns=_CHANGE_COLUMNS, title=title, meta=meta)


def _change(row: JsonMap) -> str:
    what = as_text(row.get("what"))
    result = f", {as_text(row.get('result'))}" if row.get("result") else ""
    said = f"{as_text(row.get('kind'))} of {as_text(row.get('ci_code'))}"
    return f"{said} at {instant(as_text(row.get('at')))}{f' ({what})' if what else ''}{result}"


def _before(row: JsonMap) -> str | None:
    return next((_change(each) for each in as_maps(row.get("changes"))), None)


def _evidence(row: JsonMap) -> str:
    series, alarms = as_maps(row.get("series")), as_map(row.get("alarms"))
    silent = [each for each in series if each.get("kind") == "silent"]
    said = [_value(each) for each in series if each not in silent]
    if silent:
        begin, end = (instant(as_text(silent[0].get(edge))) for edge in ("from", "to"))
        names = listed([as_text(each.get("metric")) for each in silent], at_most=2)
        said.append(f"no {names} from {begin} to {end}")
    if alarms:
        count, before = as_count(alarms.get("count")), as_count(alarms.get("past_count"))
        said.append(f"{_ALARMS.counted(count)}, {before} in the two weeks before")
    return "; ".join(said)


def _value(one: JsonMap) -> str:
    unit = as_text(one.get("unit")) or None
    value, usual = (in_words(as_number(one.get(key)), unit) for key in ("value", "usual"))
    verb = "rose to" if one.get("kind") == "rise" else "fell to"
    return f"{as_text(one.get('metric'))} {verb} {value} (usually {usual})"
