"""What two runs of the same question came to, and what changed from one to the other."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import to_builtins
from pydantic import JsonValue

from domain.figures import EXACT
from domain.replay.compare.answers import answer_of, changed_blocks
from domain.replay.compare.call_alignment import aligned
from domain.replay.compare.calls import compared_calls
from domain.replay.compare.ignore_rules import NO_RULES
from domain.replay.compare.json_difference import differing_pointers, escaped, sorted_text
from domain.replay.compare.neutral import NeutralRun, erased_results
from domain.replay.compare.run_calls import RunCall, run_calls
from domain.replay.record.recording import plan_of, request_of
from domain.replay.record.terms import terms_of
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import HistoryEntry, PlanProduced, StageStarted
from domain.run.facts import counted
from domain.run.lifecycle import RunState
from domain.run.summary import RunSummary
from domain.views.ablation import blocks_text
from domain.views.bisection import Aspect, Change
from domain.views.comparison import CallSide, ComparedCall, Mark
from domain.views.verdict import build_text

_PLACES: Final = 4
"""So many places of one thing are told."""

_VALUE_CHARACTERS: Final = 60

Entries = Sequence[HistoryEntry]


def came_to(run: RunSummary, entries: Entries, *, with_blocks: bool) -> tuple[str, ...] | None:
    """Return what a run came to, to be compared: an answer, the kind of its failure, or None.

    White space makes no difference, nor do blocks unless they are wanted.
    """
    if run.state == RunState.FAILED:
        return "fails", run.fingerprint or run.error_code or ""
    if run.state not in (RunState.COMPLETED, RunState.REJECTED):
        return None
    answer = answer_of(entries)
    words = " ".join(answer.answer.split())
    if not with_blocks:
        return "answers", words
    events = [entry.event for entry in entries]
    neutral = NeutralRun(events, NO_RULES, erased=erased_results(events))
    return "answers", words, sorted_text([neutral.block(block) for block in answer.blocks])


def outcome_text(run: RunSummary, entries: Entries) -> str:
    """Return what a run came to, for people."""
    if run.state == RunState.FAILED:
        return f"fails: {run.error_code}: {run.error}"
    return answer_of(entries).answer


def blocks_that_differ(a: Entries, b: Entries) -> str:
    """Return which blocks of two answers are not the same, in words."""
    answers = answer_of(a), answer_of(b)
    return blocks_text([*changed_blocks(*answers, *_neutral(a, b))])


def changes(a: Entries, b: Entries) -> Iterator[Change]:
    """Yield what is not the same in run B as in A: results first, then what led to them."""
    in_a, in_b = _neutral(a, b)
    of_a, of_b = run_calls(a), run_calls(b)
    results = (_results(of_a, in_a), _results(of_b, in_b))
    pairs = aligned(of_a, of_b, in_a=in_a, in_b=in_b)
    for call in compared_calls(pairs, in_a=in_a, in_b=in_b, exactness=EXACT):
        if call.mark in (Mark.DIFFERENT, Mark.ADDED, Mark.REMOVED):
            yield Change("call", _of_call(call, *results))
    for aspect, name, (before, after) in _facts(a, b):
        if told := _places(before, after):
            yield Change(aspect, f"{name}: {told}")


def _neutral(a: Entries, b: Entries) -> tuple[NeutralRun, NeutralRun]:
    in_a, in_b = ([entry.event for entry in each] for each in (a, b))
    erased = erased_results([*in_a, *in_b])
    return NeutralRun(in_a, NO_RULES, erased=erased), NeutralRun(in_b, NO_RULES, erased=erased)


def _results(calls: Sequence[RunCall], run: NeutralRun) -> Mapping[str, JsonValue]:
    return {
        call.call_id: run.canonical_result(call.end)
        for call in calls
        if isinstance(call.end, ToolCallSucceeded)
    }


def _of_call(call: ComparedCall, a: Mapping[str, JsonValue], b: Mapping[str, JsonValue]) -> str:
    before, after = call.a, call.b
    if before is None or after is None:
        return f"{_name(before or after)} is {'new' if before is None else 'gone'}"
    told = []
    if asked := _places(before.params, after.params):
        told.append(f"asked {asked}")
    if (before.status, before.reason) != (after.status, after.reason):
        told.append(f"{_ended(before)} -> {_ended(after)}")
    elif answered := _places(a.get(before.call_id), b.get(after.call_id)):
        told.append(f"answered {answered}")
    return f"{_name(after)} {'; '.join(told)}".strip()


def _name(side: CallSide | None) -> str:
    return "" if side is None else f"{side.call_id} ({side.tool}.{side.operation})"


def _ended(side: CallSide) -> str:
    return side.status if side.reason is None else f"{side.status}: {side.reason}"


def _facts(a: Entries, b: Entries) -> Iterator[tuple[Aspect, str, tuple[JsonValue, JsonValue]]]:
    """Yield what is to be compared beside the calls, with its name."""
    before, after = terms_of(a), terms_of(b)
    yield "plan", "plan", (plan_of(a), plan_of(b))
    yield "parameters", "options", (to_builtins(before.options), to_builtins(after.options))
    yield "assets", "assets", (_assets(a), _assets(b))
    yield "planner", "planner", (_planner(a), _planner(b))
    patches = (to_builtins(each.origin.patches) for each in (before, after))
    yield "what-if", "changed by hand", (next(patches), next(patches))
    yield "estate", "estate revision", (_revisions(a), _revisions(b))
    builds = build_text(before.engine_version), build_text(after.engine_version)
    yield "build", "opstrail", builds


def _planner(entries: Entries) -> JsonValue:
    plans = [entry.event for entry in entries if isinstance(entry.event, PlanProduced)]
    return f"{plans[-1].planner} {plans[-1].planner_version}" if plans else None


def _assets(entries: Entries) -> JsonValue:
    applied: dict[str, JsonValue] = dict(request_of(entries).asset_overrides)
    for entry in entries:
        if isinstance(entry.event, StageStarted):
            applied |= entry.event.applied_assets
    return applied


def _revisions(entries: Entries) -> JsonValue:
    """Return the revisions of what was read, by tool."""
    return {
        call.tool: call.end.source_revision
        for call in run_calls(entries)
        if isinstance(call.end, ToolCallSucceeded) and call.end.source_revision
    }


def _places(before: Any, after: Any) -> str:  # noqa: ANN401 - any JSON
    """Return where two values differ, with both, such as `/limit 5 -> 10`; nothing if nowhere."""
    found = [*_differences("", before, after)]
    more = len(found) - _PLACES
    return ", ".join([*found[:_PLACES], *([f"and {more} more"] if more > 0 else [])])


def _differences(pointer: str, before: Any, after: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    match before, after:
        case dict(), dict():
            for key in [*before, *(key for key in after if key not in before)]:
                below = f"{pointer}/{escaped(key)}"
                yield from _differences(below, before.get(key), after.get(key))
        case list(), list() if all(isinstance(each, dict) for each in (*before, *after)):
            yield from _rows(pointer, before, after)
        case _:
            if differing_pointers(before, after):
                yield f"{pointer} {_cut(before)} -> {_cut(after)}".strip()


def _rows(pointer: str, before: list[JsonValue], after: list[JsonValue]) -> Iterator[str]:
    """Yield how rows differ, wherever they stand: as many others one by one, else what is new."""
    in_a, in_b = Counter(map(sorted_text, before)), Counter(map(sorted_text, after))
    gone, new = [*(in_a - in_b).elements()], [*(in_b - in_a).elements()]
    if len(gone) == len(new):
        for one, other in zip(gone, new, strict=True):
            yield from _differences(f"{pointer}/*", json.loads(one), json.loads(other))
        return
    for rows, word in ((gone, "without"), (new, "with")):
        if rows:
            yield f"{pointer} {word} {counted(len(rows), 'row')} such as {_cut(rows[0])}"


def _cut(value: JsonValue) -> str:
    text = value if isinstance(value, str) else sorted_text(value)
    return text if len(text) <= _VALUE_CHARACTERS else f"{text[:_VALUE_CHARACTERS]}..."
