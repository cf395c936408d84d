"""Sections about configuration items: one in detail, those found, a page of a list."""

from collections import Counter
from collections.abc import Sequence

from domain.json import JsonMap, as_count, as_map, as_maps, as_text, as_texts
from domain.plan.intent import Intent
from domain.response.blocks import Block, TextBlock
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import (
    Section,
    Surroundings,
    field_table,
    filters_of,
    record_table,
)
from domain.response.compose.wording import ci_noun

ITEM_COLUMNS = (
    *("ci_code", "ci_name", "ci_type", "ci_subtype", "status"),
    *("environment", "location", "owner"),
)
_IDENTITY = (
    *("ci_id", "ci_code", "ci_name", "ci_type", "ci_subtype", "ci_category", "status"),
    *("criticality", "location", "owner", "environment"),
)
_FEW = 5
_INTENTS_OF_ITEMS = {Intent.LOOKUP, Intent.DOCUMENT}
"""Of these, an item is asked for itself, and not only for what is around it."""


def one_item(call: CallResult, around: Surroundings) -> Section:
    """Say which state the item is in; in detail when the item itself was asked for."""
    rows = as_maps(call.facts.get("rows"))
    if not rows:
        return items_found(call, around)
    item = rows[0]
    code, name = as_text(item.get("ci_code")), as_text(item.get("ci_name"))
    summary = TextBlock(title="CI summary", text=f"{code} - {name}")
    if around.intent not in _INTENTS_OF_ITEMS and not around.is_asked:
        return Section("", [summary])
    named = f"{code} ({name})" if name and name != code else code
    sentence = f"{named} is {as_text(item.get('status')) or 'without a status'}."
    return Section(sentence, [summary, *_details(item)])


def items_found(call: CallResult, _: Surroundings) -> Section:
    """Say how many items match, and their states when all of them are there."""
    rows, total = as_maps(call.facts.get("rows")), as_count(call.facts.get("total"))
    keywords = " ".join(as_texts(call.params.get("keywords")))
    matching = f" matching {keywords}" if keywords else ""
    filters = filters_of(call)
    is_said = len(rows) > _FEW and any(each.get("field") == "status" for each in filters)
    states = _states(rows) if len(rows) == total and not is_said else ""
    sentence = f"{ci_noun(filters).counted(total)}{matching}{states}."
    meta: JsonMap = {"total": total, "shown": len(rows)}
    table = record_table(rows, columns=ITEM_COLUMNS, title="Configuration items", meta=meta)
    return Section(sentence, [table] if rows else [])


def items_listed(call: CallResult, around: Surroundings) -> Section:
    """Say how many items there are and which of them the page shows."""
    found = items_found(call, around)
    rows, total = as_maps(call.facts.get("rows")), as_count(call.facts.get("total"))
    offset = as_count(call.facts.get("offset"))
    if not rows and total:
        return Section(
            f"{found.sentence[:-1]}, none of them from number {offset + 1} on.",
            covered=call.warnings,
        )
    if len(rows) == total:
        return found
    sentence = f"{found.sentence[:-1]}; shown are {offset + 1} to {offset + len(rows)}."
    return Section(sentence, found.blocks, covered=call.warnings)


def _details(item: JsonMap) -> list[Block]:
    identity = {name: item[name] for name in _IDENTITY if name in item}
    blocks: list[Block] = [field_table(identity, title="CI details")]
    for name in ("tags", "attributes"):
        values = as_map(item.get(name))
        if values:
            blocks.append(field_table(values, title=f"CI {name}"))
    return blocks


def _states(rows: Sequence[JsonMap]) -> str:
    if not rows:
        return ""
    if len(rows) <= _FEW:
        shown = [f"{as_text(row.get('ci_code'))} ({as_text(row.get('status'))})" for row in rows]
        return f": {', '.join(shown)}"
    counts = Counter(as_text(row.get("status")) for row in rows)
    return f": {', '.join(f'{count} {status}' for status, count in counts.most_common())}"
