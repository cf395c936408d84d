"""Ablation: which recorded results does the answer hang on, and how does it change?

One result at a time is replaced by an empty one, an error, or an older one, and the run is driven
again by its record.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import JsonValue

from domain.replay.compare.answers import changed_blocks, text_parts
from domain.replay.compare.ignore_rules import IgnoreRules
from domain.replay.compare.neutral import NeutralRun, erased_results
from domain.replay.record.driver import Driven
from domain.replay.record.recorded_call import RecordedCall
from domain.replay.record.recorded_calls import DEFAULT_ERROR, empty_patch, patched_result
from domain.replay.record.recording import recording_of
from domain.replay.resume.continuation import past_of
from domain.replay.verify.parts import drive_part, last_part
from domain.run.call_events import ToolCallSkipped
from domain.run.events import HistoryEntry, ResponseComposed, RunEvent, RunFailed
from domain.run.facts import ResultPatch
from domain.tools.catalogue import KnownTools
from domain.tools.contracts import ToolResult
from domain.views.ablation import (
    Ablated,
    Ablation,
    ChangedBlock,
    Effect,
    Replacement,
    blocks_text,
    change_text,
)
from domain.views.comparison import Mark

_NO_RULES: Final = IgnoreRules()
_ERROR: Final = ResultPatch(kind="error", error_code=DEFAULT_ERROR)
_REMARK: Final = str(patched_result(_ERROR).error)
_END_OF_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_EFFECTS: Final[Sequence[Effect]] = ("flips", "fails", "details", "unknown", "same")
_REPLACEMENTS: Final[Sequence[Replacement]] = ("stale", "empty", "error")
"""The most telling first: another result, as there was one, then none, then a failure."""

_WITH: Final[Mapping[Replacement, str]] = {
    "stale": "the result of the run before",
    "empty": "an empty result",
    "error": "an error",
}


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a run came out: with an answer or an error; the events tell what is in the answer."""

    events: Sequence[RunEvent]
    composed: ResponseComposed | None = None
    error: str | None = None

    @property
    def answer(self) -> str | None:
        return None if self.composed is None else self.composed.answer

    @property
    def sentences(self) -> list[str]:
        return _END_OF_SENTENCE.split(self.answer or "")

    @property
    def skipped(self) -> list[str]:
        """Return the calls that were not made."""
        return [each.call_id for each in self.events if isinstance(each, ToolCallSkipped)]


async def ablate(
    entries: Sequence[HistoryEntry], tools: KnownTools, *, before: Sequence[HistoryEntry]
) -> Ablation:
    """Return what comes of each replacement.

    `before` is the history of the run that asked the same before; its results are the stale ones,
    if the calls were the same. A run that was taken up again is driven from there on, with the
    results that it used again.
    """
    start, end = last_part(entries)
    as_recorded = _outcome([entry.event for entry in entries[start:end]])
    stale = recording_of(before).calls
    found = []
    for call in _calls(entries, start, end):
        for replacement, result in _replacements(call, stale):
            replaced = {call.started.call_id: result}
            driven = await drive_part(entries, (start, end), tools, replaced)
            found.append(_ablated(call, replacement, driven, as_recorded))
    return _ablation(entries[0].envelope.stream_id, as_recorded, found)


def _calls(entries: Sequence[HistoryEntry], start: int, end: int) -> Iterator[RecordedCall]:
    """Yield the calls whose results the part has used: those used again, and its own."""
    own = recording_of(entries[start:end]).calls
    asked_again = {call.started.call_id for call in own}
    used = past_of(entries[:start]).outcomes
    for call in recording_of(entries[:start]).counted:
        key = call.started.call_id, call.started.label
        if key in used and key[0] not in asked_again:
            yield call
    yield from own


def _replacements(
    call: RecordedCall, stale: Sequence[RecordedCall]
) -> Iterator[tuple[Replacement, ToolResult]]:
    if call.result is None or not call.result.success:
        return
    yield "empty", patched_result(empty_patch(call.result))
    yield "error", patched_result(_ERROR)
    alike = [each for each in stale if each.started.label == call.started.label]
    own = [each for each in alike if each.started.call_id == call.started.call_id]
    older = next(reversed(own or alike), None)
    if older is not None and older.result is not None and older.result.success:
        yield "stale", replace(older.result, data=_moved(older.result.data, older, call))


def _moved(data: JsonValue, older: RecordedCall, call: RecordedCall) -> JsonValue:
    """Return the older result with the window of the call, which moves with the time of asking."""
    before, after = older.started.window, call.started.window
    if before is None or after is None:
        return data
    return _with_instants(data, {before.start: after.start, before.end: after.end})


def _with_instants(value: JsonValue, instants: Mapping[str, str]) -> JsonValue:
    match value:
        case dict():
            return {key: _with_instants(each, instants) for key, each in value.items()}
        case list():
            return [_with_instants(each, instants) for each in value]
        case str():
            return instants.get(value, value)
        case _:
            return value


def _ablation(run_id: str, as_recorded: _Outcome, found: Sequence[Ablated]) -> Ablation:
    errors = [each for each in found if each.replacement == "error"]
    told = sorted(found, key=lambda each: _weight(each, as_recorded))
    return Ablation(
        run_id=run_id,
        answer=as_recorded.answer,
        error=as_recorded.error,
        hangs_on=tuple(dict.fromkeys(each.call_id for each in told if each.is_finding)),
        any_error_fails=bool(errors) and all(each.effect == "fails" for each in errors),
        results=tuple(told),
    )


def _weight(each: Ablated, as_recorded: _Outcome) -> tuple[bool, int, bool, float, int]:
    """Return where a result stands among all: what says most about the answer comes first."""
    before, after = ((text or "").split() for text in (as_recorded.answer, each.answer))
    alike = difflib.SequenceMatcher(None, before, after, autojunk=False).ratio()
    is_error = each.replacement == "error"
    effect, replacement = _EFFECTS.index(each.effect), _REPLACEMENTS.index(each.replacement)
    return not each.is_finding, effect, is_error, alike, replacement


def _ablated(
    call: RecordedCall, replacement: Replacement, driven: Driven, as_recorded: _Outcome
) -> Ablated:
    started, now = call.started, _outcome(driven.events)
    missing = None if driven.missing is None else str(driven.missing)
    blocks = () if missing else tuple(_changed_blocks(as_recorded, now))
    effect: Effect = "unknown" if missing else _effect(as_recorded, now, blocks)
    name = f"{started.call_id} ({started.tool}.{started.operation})"
    became = missing or _became(effect, as_recorded, now, blocks)
    unmade = [each for each in now.skipped if each not in as_recorded.skipped]
    if effect in ("flips", "details") and unmade:
        became = f"{', '.join(unmade)} not made; {became}"
    is_expected = replacement == "error" and (
        effect == "fails" or (not unmade and _only_lacks_a_part(as_recorded, now, blocks))
    )
    return Ablated(
        call_id=started.call_id,
        tool=started.tool,
        operation=started.operation,
        replacement=replacement,
        effect=effect,
        is_finding=effect not in ("unknown", "same") and not is_expected,
        sentence=f"with {_WITH[replacement]} of {name}: {became}",
        answer=None if missing else now.answer,
        error=None if missing else now.error,
        blocks=blocks,
        missing=missing,
    )


def _only_lacks_a_part(
    as_recorded: _Outcome, now: _Outcome, blocks: Sequence[ChangedBlock]
) -> bool:
    """Return whether all that is new in the answer is the remark that the call failed."""
    known = set(as_recorded.sentences)
    new = (each for each in now.sentences if each not in known)
    is_told = all(_REMARK in each for each in new)
    return is_told and all(block.mark is Mark.REMOVED for block in blocks)


def _effect(as_recorded: _Outcome, now: _Outcome, blocks: Sequence[ChangedBlock]) -> Effect:
    if as_recorded.error != now.error:
        return "flips" if now.error is None else "fails"
    if text_parts(as_recorded.answer or "", now.answer or ""):
        return "flips"
    return "details" if blocks else "same"


def _became(
    effect: Effect, as_recorded: _Outcome, now: _Outcome, blocks: Sequence[ChangedBlock]
) -> str:
    below = f"; below it {blocks_text(blocks)}" if blocks else ""
    if effect == "same":
        return "nothing changes"
    if effect == "fails":
        return f"the run fails: {now.error}"
    if effect == "details":
        return f"the answer reads the same{below}"
    return f"{change_text(as_recorded.answer or '', now.answer or '')}{below}"


def _changed_blocks(as_recorded: _Outcome, now: _Outcome) -> Iterator[ChangedBlock]:
    if as_recorded.composed is None or now.composed is None:
        return
    erased = erased_results([*as_recorded.events, *now.events])
    in_a, in_b = (NeutralRun(each.events, _NO_RULES, erased=erased) for each in (as_recorded, now))
    # A result that was replaced has no references: that alone is no difference.
    yield from changed_blocks(as_recorded.composed, now.composed, in_a, in_b)


def _outcome(events: Sequence[RunEvent]) -> _Outcome:
    outcome = _Outcome(events)
    for event in events:
        match event:
            case ResponseComposed():
                outcome = _Outcome(events, event)
            case RunFailed(error=error):
                outcome = _Outcome(events, None, error.message)
            case _:
                pass
    return outcome
