"""Sections about documents and rules, calls of unknown tools, and calls that did not succeed."""

import json

from domain.json import JsonMap, as_count, as_list, as_map, as_maps, as_text, as_texts
from domain.response.blocks import Block, TableBlock, TextBlock, as_cell
from domain.response.compose.call_result import CallResult
from domain.response.compose.ci_sections import ITEM_COLUMNS
from domain.response.compose.section import (
    Section,
    Surroundings,
    filters_of,
    given_table,
    record_table,
)
from domain.response.compose.wording import Noun, listed, record_noun, sentence_of

DOCUMENT_COLUMNS = (
    *("title", "category", "document_type", "created_at"),
    *("snippet", "relevance_score"),
)
_WHAT_WAS_READ = {
    "ci": "Configuration items",
    "metric": "Metrics",
    "graph": "The graph",
    "history": "History",
    "document": "Documents",
    "cep": "The rule",
}
_SIMULATED = (
    *("rule_id", "rule_name", "condition", "condition_evaluated", "triggered", "reason"),
    "extracted_value",
)


def documents(call: CallResult, _: Surroundings) -> Section:
    """Say how many documents match and the titles of the best."""
    rows, total = as_maps(call.facts.get("rows")), as_count(call.facts.get("total"))
    noun = record_noun(Noun("document", "documents"), filters_of(call))
    found = f"{noun.counted(total)} matching {as_text(call.params.get('query'))}"
    if not rows:
        return Section(f"{found}.")
    meta: JsonMap = {"total": total, "shown": len(rows)}
    table = record_table(rows, columns=DOCUMENT_COLUMNS, title="Documents", meta=meta)
    titles = [as_text(row.get("title")) for row in rows]
    return Section(f"{found}: {listed(titles)}.", [table])


def simulation(call: CallResult, _: Surroundings) -> Section:
    """Say whether the rule would trigger, and on what evidence."""
    data = call.facts
    rule = as_text(data.get("rule_name") or data.get("rule_id"))
    evidence = as_map(data.get("evidence"))
    facts = {**data, "extracted_value": evidence.get("extracted_value")}
    rows = [[name, as_cell(facts.get(name))] for name in _SIMULATED if name in facts]
    variables = as_maps(evidence.get("variables"))
    blocks: list[Block] = [
        TableBlock(title="Simulation", columns=["field", "value"], rows=rows),
        record_table(variables, columns=("name", "value", "given"), title="Evidence"),
    ]
    said = f"Rule {rule} would {'' if data.get('triggered') is True else 'not '}trigger"
    if data.get("condition_evaluated") is not True:
        said = f"The condition of rule {rule} could not be evaluated: {_reason(data)}"
        return Section(sentence_of(said), blocks, covered=call.warnings)
    seen = listed([f"{_of(each, 'name')} = {_of(each, 'value')}" for each in variables])
    return Section(f"{said}{f': {seen}' if seen else ''}.", blocks)


def anything(call: CallResult, _: Surroundings) -> Section:
    """Show what a tool without a section of its own answered: as a table, else as JSON."""
    data, title = call.facts, call.name
    rows = as_list(data.get("rows"))
    if isinstance(data.get("rows"), list) and isinstance(data.get("columns"), list):
        return Section(_rows_in_words(call, len(rows)), [given_table(data, title=title)])
    records = as_maps(data.get("rows"))
    if rows and len(records) == len(rows):
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


def _reason(data: JsonMap) -> str:
    return as_text(data.get("reason")) or "no reason given"


def _of(variable: JsonMap, name: str) -> str:
    return as_text(as_cell(variable.get(name))) or "(nothing)"


def _similar(call: CallResult) -> str:
    codes = as_texts(call.details.get("suggestions"))
    return f" Similar: {', '.join(codes)}." if codes and call.tool in {"ci", "graph"} else ""
