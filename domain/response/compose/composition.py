"""Composes an answer: from a plan and the results of its tool calls."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from domain.clamps import CLAMPED, clamps_in
from domain.json import JsonMap, as_maps, as_text
from domain.plan.flow import places_of
from domain.plan.intent import Intent, PlanMode
from domain.plan.plan import Plan, PlanStep
from domain.response.blocks import Block, TextBlock
from domain.response.builder import NO_RESULTS
from domain.response.compose.actions import next_actions
from domain.response.compose.aggregate_sections import groups
from domain.response.compose.any_call_sections import anything, failure, skip
from domain.response.compose.call_result import CallResult
from domain.response.compose.cause_sections import causes, changes
from domain.response.compose.ci_sections import items_found, items_listed, one_item
from domain.response.compose.document_and_rule_sections import documents, evaluation, simulation
from domain.response.compose.evidence import (
    grounded,
    naming_calls,
    notes_block,
    notes_of,
    old_kind,
    references_of,
)
from domain.response.compose.graph_sections import expansion, path
from domain.response.compose.history_sections import records
from domain.response.compose.metric_sections import ranking, series, value
from domain.response.compose.output import called_for_by_all, primary_first
from domain.response.compose.quality import OLD, Quality, judge, recommended, reviewed
from domain.response.compose.section import Section, Surroundings
from domain.response.compose.wording import sentence_of
from domain.response.edition import NEWEST, SECOND
from domain.response.next_actions import NextAction
from domain.response.references import unique_references


def _selection(call: CallResult, around: Surroundings) -> Section:
    from domain.response.compose.selections import selection  # noqa: PLC0415 - not all ask so

    return selection(call) or anything(call, around)


SECTIONS: Mapping[str, Callable[[CallResult, Surroundings], Section]] = {
    "ci.resolve": one_item,
    "ci.get": one_item,
    "ci.get_by_code": one_item,
    "ci.search": items_found,
    "ci.list_preview": items_listed,
    **dict.fromkeys(("ci.aggregate", "history.aggregate", "document.aggregate"), groups),
    "metric.aggregate": value,
    "metric.aggregate_by_ci": ranking,
    "metric.series": series,
    "graph.expand": expansion,
    "graph.path": path,
    "history.event_log": records,
    "history.work": records,
    "history.maintenance": records,
    "history.work_and_maintenance": records,
    "document.search": documents,
    "causes.changes": changes,
    "causes.why": causes,
    "cep.simulate": simulation,
    "cep.evaluate": evaluation,
    "query.select": _selection,
}
"""How each operation is put into words and blocks; others are shown as they are."""


@dataclass(frozen=True, slots=True)
class Composition:
    """An answer in words and blocks, what it rests on, what to do next, and how good it is."""

    answer: str
    blocks: list[Block]
    references: list[JsonMap]
    next_actions: list[NextAction]
    quality: Quality


@dataclass(frozen=True, slots=True)
class Remarks:
    """Notes for the answer, and what lowers its confidence with the reasons.

    Only `is_handed_in` are the plan's blocks a wish: a planner names those that it expects.
    """

    notes: Sequence[str] = ()
    deductions: Sequence[tuple[float, str]] = ()
    is_handed_in: bool = False


def compose(
    plan: Plan,
    calls: Sequence[CallResult],
    remarks: Remarks = Remarks(),
    *,
    now: datetime | None = None,
    edition: int = NEWEST,
) -> Composition:
    """Return the composition of the calls, one section for each, in the order given.

    `now` is the present of the run; without it, the answer is one of the first edition, whatever
    `edition` says.
    """
    edition, by_step = edition if now else 1, dict[str | None, list[Block]]()
    codes, places = _codes(calls), {place.step.step_id: place for place in places_of(plan)}
    sections, deductions = list[tuple[CallResult, Section]](), [*remarks.deductions]
    reviews, references = reviewed(plan, calls, edition), list[JsonMap]()
    review_of = {call.call_id: review for review in reviews for call in review.calls.values()}
    for call in calls:
        place, review = places.get(call.step_id or ""), review_of.get(call.call_id)
        intent = Intent.LOOKUP if review else place.step.intent if place else plan.intent
        is_asked = edition > SECOND and _is_asked(call, calls)
        section = _section(call, Surroundings(intent, codes, is_asked=is_asked))
        own = [*call.references]
        if now is not None:
            section = grounded(call, section, path=f"{place.path}." if place else "", now=now)
            own = references_of(call)
            deductions += _doubts(call, now)
        sections.append((call, section := review.section(call, section) if review else section))
        references += own
        blocks = by_step.setdefault(call.step_id, _about(place.step if place else None))
        step, is_read = place.title if place else None, plan.query is not None
        blocks.extend(_blocks(call, section, own, step=step, is_read=is_read))
    said = {call.call_id: section for call, section in sections}
    deductions += [each for review in reviews for each in review.deductions()]
    quality = judge([call for call in calls if call.call_id not in review_of], deductions)
    for review in reviews:
        by_step[review.step_id][:0] = review.blocks(said, quality.confidence)
    shown, missing = [*chain.from_iterable(by_step.values())], list[str]()
    if remarks.is_handed_in:
        shown, missing = called_for_by_all(plan, by_step, edition)
    remarked = [*remarks.notes, *missing, *(note for each in reviews for note in each.notes())]
    if now is not None:
        shown += notes_block(remarked, sections := naming_calls(sections, codes))
    # A recipe has an order of its own, unless the plan says what comes first.
    is_ordered = plan.mode is PlanMode.AUTO and "primary" not in plan.output.model_fields_set
    return Composition(
        answer=_answer(sections, remarked, _reading(plan, is_given=remarks.is_handed_in)),
        blocks=primary_first(shown, None if is_ordered else plan.output.primary),
        references=unique_references(references),
        next_actions=next_actions(plan, calls, recommended(reviews), edition=edition),
        quality=quality,
    )


def _reading(plan: Plan, *, is_given: bool) -> str:
    if plan.choices:
        return f"Read as {plan.normalized_to!r}: {'; '.join(plan.choices)}."
    if not is_given:
        return ""
    asked, read = plan.normalized_from, plan.normalized_to
    words = (f"the question {asked!r}" if asked else "", f"as {read!r}" if read else "")
    return f"Read {' '.join(filter(None, words))}." if any(words) else ""


def _about(step: PlanStep | None) -> list[Block]:
    if step is None or not step.description:
        return []
    return [TextBlock(id=f"{step.step_id}-about", title=step.name, text=step.description)]


def _doubts(call: CallResult, now: datetime) -> list[tuple[float, str]]:
    """Return what lowers the confidence of an answer: old data, numbers that a tool clamped."""
    is_old = call.facts.get("is_stale") is True or old_kind(call, now) is not None
    old = [(OLD, f"the data behind {call.call_id} are old")] if is_old else []
    clamps = clamps_in(call.warnings)
    return [*old, *((CLAMPED, f"{call.call_id}.{each.name} was limited") for each in clamps)]


def _is_asked(call: CallResult, calls: Sequence[CallResult]) -> bool:
    """Whether the call answers, or nothing else of its plan or step does."""
    return call.is_answer or not any(e.is_answer and e.step_id == call.step_id for e in calls)


def _section(call: CallResult, around: Surroundings) -> Section:
    match call.status:
        case "succeeded":
            return SECTIONS.get(call.name, anything)(call, around)
        case "failed":
            return failure(call, around)
        case "skipped":
            return skip(call, around)


def _answer(
    sections: Iterable[tuple[CallResult, Section]], remarks: Iterable[str], read: str
) -> str:
    # As keys of a dict, sentences that several calls share are said once, in their order.
    said = {read: None}
    notes = {f"Note: {sentence_of(each)}": None for each in remarks}
    for call, section in sections:
        said[section.sentence] = None
        for note in notes_of(call, section):
            notes[f"Note: {sentence_of(note)}"] = None
    return " ".join(text for text in [*said, *notes] if text) or NO_RESULTS


def _blocks(
    call: CallResult,
    section: Section,
    references: Sequence[JsonMap],
    *,
    step: str | None,
    is_read: bool,
) -> list[Block]:
    """The blocks of a section with ids, the step in their titles, and the references.

    A plan that is read from a question names its steps as their blocks: that is said once.
    """
    seen: Counter[str] = Counter()
    reference_ids = [as_text(each["id"]) for each in references if each.get("id")]
    finished: list[Block] = []
    turn = call.call_id.partition("@")[2].replace("@", ".")
    for block in section.blocks:
        seen[block.type] += 1
        number = f"-{seen[block.type]}" if seen[block.type] > 1 else ""
        said = [text for text in (step, block.title) if text]
        title = " - ".join(dict.fromkeys(said) if is_read else said)
        title += f" ({turn})" if turn else ""
        update = {
            "id": block.id or f"{call.call_id}-{block.type}{number}",
            "title": title or None,
            "reference_ids": reference_ids,
        }
        finished.append(block.model_copy(update=update))
    return finished


def _codes(calls: Iterable[CallResult]) -> dict[str, str]:
    """The codes of all configuration items that the results name, by id."""
    codes: dict[str, str] = {}
    for call in calls:
        facts = call.facts
        for row in as_maps(facts.get("rows")):
            if "ci_id" in row:
                codes[as_text(row["ci_id"])] = as_text(row.get("ci_code"))
        for node in as_maps(facts.get("nodes")):
            codes[as_text(node.get("id"))] = as_text(node.get("code"))
    return codes
