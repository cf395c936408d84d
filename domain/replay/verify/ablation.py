"""Ablation: which recorded results does the answer hang on, and how does it change?

One result at a time is replaced by an empty one, an error, or an older one, and the run is driven
again by its record.
"""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from domain.replay.compare.answers import changed_blocks
from domain.replay.compare.ignore_rules import IgnoreRules
from domain.replay.compare.neutral import NeutralRun, erased_results
from domain.replay.record.driver import Driven
from domain.replay.record.recorded_calls import DEFAULT_ERROR, empty_patch
from domain.replay.record.recording import RecordedCall, recording_of
from domain.replay.resume.continuation import past_of
from domain.replay.verify.parts import drive_part, last_part
from domain.run.events import HistoryEntry, ResponseComposed, RunEvent, RunFailed
from domain.run.facts import ResultPatch
from domain.tools.catalogue import KnownTools
from domain.views.ablation import (
    Ablated,
    Ablation,
    ChangedBlock,
    Effect,
    Replacement,
    blocks_text,
    change_text,
)

_NO_RULES: Final = IgnoreRules()
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
    stale = {call.started.label: call for call in recording_of(before).calls}
    found = []
    for call in _calls(entries, start, end):
        for replacement, patch in _patches(call, stale):
            patches = {call.started.call_id: patch}
            driven = await drive_part(entries, (start, end), tools, patches)
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


def _patches(
    call: RecordedCall, stale: Mapping[str, RecordedCall]
) -> Iterator[tuple[Replacement, ResultPatch]]:
    if call.result is None or not call.result.success:
        return
    yield "empty", empty_patch(call.result)
    yield "error", ResultPatch(kind="error", error_code=DEFAULT_ERROR)
    older = stale.get(call.started.label)
    if older is not None and older.result is not None and older.result.success:
        yield "stale", ResultPatch(kind="data", data=older.result.data)


def _ablation(run_id: str, as_recorded: _Outcome, found: Sequence[Ablated]) -> Ablation:
    errors = [each for each in found if each.replacement == "error"]
    any_error_fails = bool(errors) and all(each.effect == "fails" for each in errors)
    told = [
        replace(each, is_finding=False) if each in errors and any_error_fails else each
        for each in found
    ]
    told.sort(key=lambda each: _weight(each, as_recorded))
    return Ablation(
        run_id=run_id,
        answer=as_recorded.answer,
        error=as_recorded.error,
        hangs_on=tuple(dict.fromkeys(each.call_id for each in told if each.is_finding)),
        any_error_fails=any_error_fails,
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
    return Ablated(
        call_id=started.call_id,
        tool=started.tool,
        operation=started.operation,
        replacement=replacement,
        effect=effect,
        is_finding=effect not in ("unknown", "same"),
        sentence=f"with {_WITH[replacement]} of {name}: {became}",
        answer=None if missing else now.answer,
        error=None if missing else now.error,
        blocks=blocks,
        missing=missing,
    )


def _effect(as_recorded: _Outcome, now: _Outcome, blocks: Sequence[ChangedBlock]) -> Effect:
    if (as_recorded.answer, as_recorded.error) != (now.answer, now.error):
        return "flips" if now.error is None else "fails"
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
