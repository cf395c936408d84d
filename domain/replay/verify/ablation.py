"""Ablation: which recorded results does the answer depend on?

One result at a time is replaced by an empty one, an error, or an older one, and the run is driven
again by its record.
"""

from collections.abc import Iterator, Mapping, Sequence

from domain.replay.record.driver import Driven
from domain.replay.record.recorded_calls import DEFAULT_ERROR, empty_patch
from domain.replay.record.recording import RecordedCall, recording_of
from domain.replay.verify.parts import drive_part, last_part
from domain.run.events import HistoryEntry, ResponseComposed, RunEvent, RunFailed
from domain.run.facts import ResultPatch
from domain.tools.catalogue import KnownTools
from domain.views.verdict import Ablated, Replacement

_Outcome = tuple[str | None, str | None]
"""The answer of a run, or else its error."""


async def ablate(
    entries: Sequence[HistoryEntry], tools: KnownTools, *, before: Sequence[HistoryEntry]
) -> list[Ablated]:
    """Return what comes of each replacement, call by call in the order of the record.

    `before` is the history of the run that asked the same before; its results are the stale ones,
    if the calls were the same. A run that was taken up again is driven from there on.
    """
    start, end = last_part(entries)
    as_recorded = _outcome([entry.event for entry in entries[start:end]])
    stale = {call.started.label: call for call in recording_of(before).calls}
    found = []
    for call in recording_of(entries[start:end]).calls:
        for replacement, patch in _patches(call, stale):
            call_id = call.started.call_id
            driven = await drive_part(entries, (start, end), tools, {call_id: patch})
            found.append(_ablated(call_id, replacement, driven, as_recorded))
    return found


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


def _ablated(
    call_id: str, replacement: Replacement, driven: Driven, as_recorded: _Outcome
) -> Ablated:
    if driven.missing is not None:
        return Ablated(
            call_id=call_id, replacement=replacement, effect="unknown", missing=str(driven.missing)
        )
    answer, error = outcome = _outcome(driven.events)
    return Ablated(
        call_id=call_id,
        replacement=replacement,
        effect="same" if outcome == as_recorded else "flips",
        answer=answer,
        error=error,
    )


def _outcome(events: Sequence[RunEvent]) -> _Outcome:
    outcome: _Outcome = (None, None)
    for event in events:
        match event:
            case ResponseComposed(answer=answer):
                outcome = (answer, None)
            case RunFailed(error=error):
                outcome = (None, error.message)
            case _:
                pass
    return outcome
