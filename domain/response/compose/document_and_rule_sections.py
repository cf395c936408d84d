"""Sections about documents that were found, and about rules that were tried."""

from domain.json import JsonMap, as_count, as_map, as_maps, as_text
from domain.response.blocks import Block, TableBlock, as_cell
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import (
    Section,
    Surroundings,
    filters_of,
    period_of,
    record_table,
)
from domain.response.compose.wording import Noun, listed, record_noun, sentence_of

DOCUMENT_COLUMNS = (
    *("title", "category", "document_type", "created_at"),
    *("snippet", "relevance_score", "relevance"),
)
_SIMULATED = (
    *("rule_id", "rule_name", "condition", "condition_evaluated", "triggered", "reason"),
    "extracted_value",
)

_FIRED = ("start", "end", "group", "value", "why")


def documents(call: CallResult, _: Surroundings) -> Section:
    """Say how many documents match and the titles of the best."""
    rows, total = as_maps(call.facts.get("rows")), as_count(call.facts.get("total"))
    noun = record_noun(Noun("document", "documents"), filters_of(call))
    found = f"{noun.counted(total)} matching {as_text(call.params.get('query'))}"
    found += period_of(call, "in")
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
        # The reason says the others; which item it is about is no part of that.
        covered = [each for each in call.warnings if not each.startswith("only ")]
        return Section(sentence_of(said), blocks, covered=covered)
    seen = listed([f"{_of(each, 'name')} = {_of(each, 'value')}" for each in variables])
    return Section(f"{said}{f': {seen}' if seen else ''}.", blocks)


def evaluation(call: CallResult, _: Surroundings) -> Section:
    """Say in how many windows the rule would have fired, in which, and why."""
    data = call.facts
    rule, count = as_text(data.get("rule_name") or data.get("rule_id")), as_count
    windows = Noun("window", "windows").counted(count(data.get("window_count"))).lower()
    said = f"Rule {rule} would have fired in {count(data.get('fired_count'))} of {windows}"
    said += period_of(call, "in")
    if data.get("fired_count"):
        said += (
            f", from {as_text(data.get('first_fired_at'))} to {as_text(data.get('last_fired_at'))}"
        )
    rows = [{**row, "why": _why(as_map(row.get("evidence")))} for row in as_maps(data.get("rows"))]
    tables = [record_table(rows, columns=_FIRED, title="Windows")] if rows else []
    return Section(f"{said}.", tables)


def _why(evidence: JsonMap) -> str:
    anomaly = as_map(evidence.get("anomaly"))
    score = [f"{_of(anomaly, 'method')} {_of(anomaly, 'score')}"] if anomaly else []
    seen = as_maps(evidence.get("variables"))
    return ", ".join([*(f"{_of(each, 'name')} = {_of(each, 'value')}" for each in seen), *score])


def _reason(data: JsonMap) -> str:
    return as_text(data.get("reason")) or "no reason given"


def _of(variable: JsonMap, name: str) -> str:
    return as_text(as_cell(variable.get(name))) or "(nothing)"
