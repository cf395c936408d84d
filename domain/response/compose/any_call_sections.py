"""Sections that fit any call: of a tool without sections of its own, and without an answer."""

import json

from domain.json import JsonMap, as_list, as_maps, as_texts
from domain.response.blocks import TextBlock
from domain.response.compose.call_result import CallResult
from domain.response.compose.ci_sections import ITEM_COLUMNS
from domain.response.compose.section import Section, Surroundings, given_table, record_table
from domain.response.compose.wording import Noun, sentence_of

_WHAT_WAS_READ = {
    "ci": "Configuration items",
    "metric": "Metrics",
    "graph": "The graph",
    "history": "History",
    "document": "Documents",
    "cep": "The rule",
    "causes": "Changes and causes",
}


def anything(call: CallResult, _: Surroundings) -> Section:
    """Show what a tool without a section of its own answered: as a table, else as JSON."""
    data, title = call.facts, call.name
    rows = as_list(data.get("rows"))
    if isinstance(data.get("rows"), list) and isinstance(data.get("columns"), list):
        return Section(_rows_in_words(call, len(rows)), [given_table(data, title=title)])
    records = as_maps(data.get("rows"))
    if rows and len(records) == len(rows):  # rows of something else than records are no table
        meta: JsonMap = {"total": data.get("total")}
        table = record_table(records, columns=(), title=title, meta=meta)
        return Section(_rows_in_words(call, len(rows)), [table])
    text = json.dumps(call.data, ensure_ascii=False, indent=2)
    return Section(f"{title} answered.", [TextBlock(title=title, text=text)])


def failure(call: CallResult, _: Surroundings) -> Section:
    """Say why the call failed; the candidates of an ambiguous name are a table."""
    error = call.error or "no reason given"
    candidates = as_maps(call.details.get("candidates"))
    table = record_table(
        candidates,
        columns=("ci_id", *ITEM_COLUMNS),
        title=f"CI candidates ({call.part} endpoint)",
        meta={"total": call.details.get("total")},
    )
    if call.error_code in {"DATA_NOT_FOUND", "AMBIGUOUS_CI"}:
        blocks = [table.model_copy(update={"id": f"ci-candidates-{call.part}"})]
        said = f"{sentence_of(error)}{_similar(call)}"
        return Section(said[:1].upper() + said[1:], blocks if candidates else [])
    what = _WHAT_WAS_READ.get(call.tool, call.name)
    return Section(sentence_of(f"{what} could not be read: {error}"))


def skip(call: CallResult, _: Surroundings) -> Section:
    """Say what was not read, and why."""
    what = _WHAT_WAS_READ.get(call.tool, call.name)
    verb = "was" if what in {"The graph", "History", "The rule", call.name} else "were"
    return Section(sentence_of(f"{what} {verb} not read: {call.error or 'no reason given'}"))


def _rows_in_words(call: CallResult, count: int) -> str:
    return f"{call.name}: {Noun('row', 'rows').counted(count).lower()}."


def _similar(call: CallResult) -> str:
    codes = as_texts(call.details.get("suggestions"))
    return f" Similar: {', '.join(codes)}." if codes and call.tool in {"ci", "graph"} else ""
