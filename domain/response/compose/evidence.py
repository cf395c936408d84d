"""What ties an answer to its calls: a reference to each, and blocks for all that sentences tell.

Answers of the first edition have none of it; see `RunOptions`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from domain.clamps import clamps_in
from domain.json import JsonMap, as_count, as_list, as_map, as_maps, as_number, as_text, as_texts
from domain.response.blocks import (
    NOTES_ID,
    Block,
    ChartBlock,
    ListBlock,
    MarkdownBlock,
    NetworkBlock,
    NumberBlock,
    PathBlock,
    ReferencesBlock,
    TableBlock,
    TextBlock,
    TimeseriesBlock,
    TimeseriesPoint,
    TimeseriesSeries,
    UiPanelBlock,
)
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import Section, ci_ids_of
from domain.response.compose.wording import duration, instant, sentence_of
from domain.response.freshness import OLDEST, asked_until, freshness

_WITH_META = (TableBlock, NetworkBlock, PathBlock, TimeseriesBlock)
_TELL_NO_COUNTS = frozenset({"ci.resolve", "ci.get", "ci.get_by_code", "cep.simulate"})
_COUNTS: Final = (
    *("total", "total_records", "total_groups", "ci_requested", "ci_count_used"),
    *("ci_count_with_data", "beyond_depth", "hop_count", "first"),
    *("window_count", "fired_count"),
)
"""The counts that sentences tell."""
_MOST_TEXTS = 3


def references_of(call: CallResult) -> list[JsonMap]:
    """Return the reference to the call, if it was made, then those to what it found."""
    payload: JsonMap = {"call_id": call.call_id, "tool": call.tool, "operation": call.operation}
    own: JsonMap = {"id": f"call:{call.call_id}", "kind": "call", "title": call.name}
    made = [] if call.status == "skipped" else [{**own, "payload": payload}]
    return [*made, *call.references]


def grounded(call: CallResult, section: Section, *, path: str, now: datetime) -> Section:
    """Return the section with blocks for all that its sentence tells, and the age of its data.

    `path` is that of the call's step in the plan.
    """
    if call.status != "succeeded":
        named = {"id": f"ci-candidates-{call.call_id}"}
        tables = [block.model_copy(update=named) for block in section.blocks]
        return replace(section, blocks=[*tables, *_choice(call, path)])
    texts = _texts(call) if call.name == "document.search" else []
    shown = [*(_in_words(call, _over_time(block)) for block in section.blocks), *texts]
    clamps = [str(clamp) for clamp in clamps_in(call.warnings)]
    covered = [each for each in section.covered if each not in clamps]
    blocks = _with_figures(call, shown)
    return replace(section, blocks=blocks, covered=covered, notes=_age_note(call, now))


def _in_words(call: CallResult, block: Block) -> Block:
    """Return the block; of a measure that is no number, such as the highest instant, its text."""
    columns, rows = as_texts(call.facts.get("columns")), as_list(call.facts.get("rows"))
    if not isinstance(block, NumberBlock) or block.value is not None or not rows:
        return block
    measured = dict(zip(columns, as_list(rows[0]), strict=False)).get(block.title or "")
    text = f"{block.label}: {as_text(measured)}"
    return TextBlock(title=block.title, text=text) if isinstance(measured, str) else block


def notes_of(call: CallResult, section: Section) -> list[str]:
    """Return what is noted beside the sentence of a section."""
    return [*_uncovered(call, section), *section.notes]


def naming_calls(
    sections: Sequence[tuple[CallResult, Section]], codes: Mapping[str, str]
) -> list[tuple[CallResult, Section]]:
    """Return the sections; a warning of some of the calls that asked a tool names these calls."""
    asked: dict[str, set[str]] = {}
    told: dict[tuple[str, str], dict[str, str]] = {}
    for call, section in sections:
        asked.setdefault(call.tool, set()).update([call.call_id] if call.is_answer else [])
        for warning in _uncovered(call, section):
            told.setdefault((call.tool, warning), {})[call.call_id] = _named(call, codes)
    named = list[tuple[CallResult, Section]]()
    for call, section in sections:
        notes = list[str]()
        for warning in _uncovered(call, section):
            some = told[call.tool, warning]
            is_clear = asked[call.tool] <= some.keys() or call.part in warning.split()
            notes.append(warning if is_clear else f"{', '.join(some.values())}: {warning}")
        notes += section.notes
        named.append((call, replace(section, covered=call.warnings, notes=notes)))
    return named


def _uncovered(call: CallResult, section: Section) -> list[str]:
    return [each for each in call.warnings if each not in section.covered]


def _named(call: CallResult, codes: Mapping[str, str]) -> str:
    ci_ids = ci_ids_of(call) or ()
    of = [codes.get(ci_id, ci_id) for ci_id in ci_ids]
    return f"{call.call_id} ({of[0]})" if len(of) == 1 else call.call_id


def notes_block(
    remarks: Sequence[str], sections: Iterable[tuple[CallResult, Section]]
) -> list[Block]:
    """Return a list of what the answer notes, and of what has no answer, if there is any."""
    notes, ids = dict.fromkeys(map(sentence_of, remarks)), dict[str, None]()
    for call, section in sections:
        unanswered = [section.sentence] if call.status != "succeeded" else []
        if noted := [*unanswered, *notes_of(call, section)]:
            notes |= dict.fromkeys(map(sentence_of, noted))
            ids |= dict.fromkeys(as_text(each["id"]) for each in references_of(call)[:1])
    block = ListBlock(id=NOTES_ID, title="Notes", items=[*notes], reference_ids=[*ids])
    return [block] if notes else []


def old_kind(call: CallResult, now: datetime) -> str | None:
    """Return of which kind the data of a call are, if they are older than such data may be."""
    if call.newest is None:
        return None
    end = as_text(as_map(call.facts.get("window")).get("end"))
    asked = call.tool, call.operation, call.params
    until = asked_until(end, now=now)
    found = freshness(call.call_id, asked, call.newest, until=until)
    return found["kind"] if found["is_old"] else None


def _age_note(call: CallResult, now: datetime) -> list[str]:
    kind = old_kind(call, now)
    if kind is None or call.newest is None or call.facts.get("is_stale") is True:
        return []  # the tool has said it itself
    than = f"older than {OLDEST[kind].days} d, as such data should not be"
    return [f"the newest {kind} behind {call.call_id} are of {instant(call.newest)}, {than}"]


def _over_time(block: Block) -> Block:
    """Return a chart as the series over time that it is."""
    if not isinstance(block, ChartBlock):
        return block
    lines = []
    for line in block.series:
        data = [TimeseriesPoint(timestamp=str(at), value=value) for at, value in line.points]
        lines.append(TimeseriesSeries(name=line.name, data=data))
    return TimeseriesBlock(title=block.title, series=lines, meta=block.meta)


def _with_figures(call: CallResult, blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks, the first that can hold them with the counts of the call."""
    figures = {} if call.name in _TELL_NO_COUNTS else _figures(call)
    for place, block in enumerate(blocks):
        if isinstance(block, _WITH_META):
            told = block.model_copy(update={"meta": {**figures, **block.meta}})
            return [*blocks[:place], told, *blocks[place + 1 :]]
    counts = [] if blocks else [name for name in _COUNTS if name in figures]
    numbers = (
        NumberBlock(title=call.name, label=name, value=as_number(figures[name])) for name in counts
    )
    return [*blocks, *numbers]


def _figures(call: CallResult) -> JsonMap:
    facts, ci_ids = call.facts, ci_ids_of(call)
    meta, rows = as_map(facts.get("meta")), as_list(facts.get("rows"))
    found = {name: facts[name] for name in _COUNTS if as_number(facts.get(name)) is not None}
    found |= {name: meta[name] for name in ("depth", "max_hops") if name in meta}
    if isinstance(facts.get("rows"), list):
        found["shown"] = len(rows)
    if "offset" in facts and (rows or facts["offset"]):
        first = as_count(facts["offset"]) + 1
        found |= {"first": first, "last": first + len(rows) - 1}
    if facts.get("bucket_seconds"):
        found["averages_of"] = duration(as_count(facts["bucket_seconds"]))
    if ci_ids is not None:
        found["ci_count"] = len(ci_ids)
    states = Counter(as_text(row["status"]) for row in as_maps(rows) if "status" in row)
    return {**found, "by_status": {**states}} if call.tool == "ci" and states else found


def _texts(call: CallResult) -> list[Block]:
    """Return the text of the best documents that were found, and all of them as references."""
    items = list[JsonMap]()
    for row in as_maps(call.facts.get("rows")):
        named = {name: row.get(name) for name in ("title", "snippet")}
        items.append({"id": f"document:{row.get('document_id')}", "kind": "document", **named})
    texts = [f"### {each['title']}\n\n{each['snippet']}" for each in items[:_MOST_TEXTS]]
    text = MarkdownBlock(title="What they say", content="\n\n".join(texts))
    return [text, ReferencesBlock(title="Sources", items=items)] if items else []


def _choice(call: CallResult, path: str) -> list[Block]:
    """Return what can be chosen in place of a name that was ambiguous, or is not there."""
    options: list[JsonMap] = [
        {"value": each.get("ci_code"), "label": f"{each.get('ci_code')} - {each.get('ci_name')}"}
        for each in as_maps(call.details.get("candidates"))
    ]
    if options:
        part = f"{path}{call.part}"
        patch: JsonMap = {f"{part}.keywords": ["{item}"], f"{part}.tool_type": "ci_lookup"}
        asked: JsonMap = {"id": "item", "label": "Which one is meant?", "kind": "select"}
        action: JsonMap = {"id": "choose", "label": "Ask again with it"}
        return [
            UiPanelBlock(
                title="Choose",
                inputs=[{**asked, "required": True, "options": [*options]}],
                actions=[{**action, "payload_template": {"patch": patch}}],
            )
        ]
    close = as_texts(call.details.get("suggestions"))
    return [ListBlock(title="Close to it", items=close)] if close else []
