"""Sections about what happened: event log entries, work, maintenance."""

from domain.json import JsonMap, as_count, as_map, as_maps, as_text
from domain.response.compose.aggregate_sections import RECORD_NOUNS
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import Section, Surroundings, filters_of, record_table, where
from domain.response.compose.wording import instant, listed, record_noun

_NOUNS = {
    "event_log": RECORD_NOUNS["event_log"],
    "work": RECORD_NOUNS["work_history"],
    "maintenance": RECORD_NOUNS["maintenance_history"],
    "work_and_maintenance": RECORD_NOUNS["work_and_maintenance"],
}
_COLUMNS = {
    "event_log": ("occurred_at", "ci_code", "event_type", "severity", "title", "message"),
    "work": (
        *("started_at", "ci_code", "work_type", "summary", "result", "duration_min"),
        *("impact_level", "requested_by"),
    ),
    "maintenance": (
        *("started_at", "ci_code", "maint_type", "summary", "result", "duration_min"),
        "performer",
    ),
    "work_and_maintenance": (
        *("started_at", "ci_code", "source", "type", "summary", "result", "duration_min"),
        "person",
    ),
}
_INSTANTS = ("occurred_at", "started_at")
_TYPES = ("event_type", "work_type", "maint_type", "type")


def records(call: CallResult, around: Surroundings) -> Section:
    """Say how many records there are, of which types, and which is the latest."""
    rows, total = as_maps(call.facts.get("rows")), as_count(call.facts.get("total"))
    noun = record_noun(_NOUNS[call.operation], filters_of(call))
    place = where(call, around)
    if not rows:
        return Section(f"{noun.counted(total)}{place}.")
    meta: JsonMap = {name: call.facts.get(name) for name in ("total", "counts", "window")}
    title = f"{_NOUNS[call.operation].plural.capitalize()}{place}"
    table = record_table(rows, columns=_COLUMNS[call.operation], title=title, meta=meta)
    said = f"{noun.counted(total)}{place}{_types(call)}. The latest: {_latest(rows[0])}."
    return Section(said, [table])


def _types(call: CallResult) -> str:
    said = [
        f"{as_text(each.get('value'))} {as_count(each.get('count'))}"
        for counts in as_map(call.facts.get("counts")).values()
        for name, by_value in as_map(counts).items()
        if name in _TYPES
        for each in as_maps(by_value)
    ]
    return f": {listed(said)}" if said else ""


def _latest(row: JsonMap) -> str:
    at = next((as_text(row.get(name)) for name in _INSTANTS if row.get(name)), "")
    kind = next((as_text(row.get(name)) for name in _TYPES if row.get(name)), "")
    what = as_text(row.get("title") or row.get("summary"))
    result = f", {as_text(row.get('result'))}" if row.get("result") else ""
    words = f" ({what})" if what else ""
    return f"{kind} on {as_text(row.get('ci_code'))} at {instant(at)}{words}{result}"
