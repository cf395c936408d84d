"""The engine of today goes over a record: does it decide as the record says?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from msgspec import structs

from domain.aggregate.aggregate import StreamEntry
from domain.replay.compare.divergence import first_divergence
from domain.replay.compare.event_difference import event_difference
from domain.replay.record.driver import Driven, drive
from domain.replay.record.recorded_calls import RecordedCalls
from domain.replay.record.recorded_planning import recorded_planning
from domain.replay.record.recording import anchor, recording_of, request_of
from domain.replay.record.terms import terms_of
from domain.replay.resume.continuation import past_of
from domain.replay.verify.verifier import NAMELESS, Verifier
from domain.run.events import HistoryEntry, ResponseComposed, RunEvent, RunRecovered, RunResumed
from domain.run.facts import ResultPatch
from domain.run.fold import fold
from domain.run.lifecycle import RunState
from domain.stages.sources import Sources
from domain.tools.catalogue import KnownTools
from domain.views.verdict import Divergence, Verdict

_NO_PATCHES: Mapping[str, ResultPatch] = MappingProxyType({})
_ENDED = frozenset({RunState.COMPLETED, RunState.REJECTED, RunState.FAILED})


@dataclass(frozen=True, slots=True)
class DrivenAgain:
    """The history that the engine makes; `stopped` says why it could not go on, if it could not.

    Its events have the times of the recorded ones, for nothing is measured.
    """

    history: list[HistoryEntry]
    stopped: str | None = None


async def verify(
    entries: Sequence[HistoryEntry], tools: KnownTools, verifier: Verifier = NAMELESS
) -> Verdict:
    """Return the verdict on a history that is not empty.

    A run that was taken up again is verified part by part, each after what is recorded before it.
    A record that ends early is compared up to its end. No tool is called, none is needed. Raises
    `ErasedResult` when a result is needed that was erased.
    """
    divergence, missing, has_same_answer = None, None, True
    for start, end in _parts(entries):
        driven = await drive_part(entries, (start, end), tools)
        divergence = _divergence(entries, (start, end), driven, verifier.tolerance)
        if divergence is not None:
            missing = driven.missing
            has_same_answer = _has_same_answer(entries[start:end], driven, verifier.tolerance)
            break
    return Verdict(
        run_id=entries[0].envelope.stream_id,
        version=len(entries),
        verdict="diverged" if divergence else "same",
        divergence=divergence,
        missing=str(missing) if missing else None,
        has_same_answer=has_same_answer,
        engine_version=request_of(entries).engine_version,
        verified_by=verifier.build,
    )


async def driven_again(entries: Sequence[HistoryEntry], tools: KnownTools) -> DrivenAgain:
    """Return what the engine decides by the record alone; no tool is called.

    Of a run that was taken up again only the last part is driven. Raises `ErasedResult`.
    """
    start, end = last_part(entries)
    driven = await drive_part(entries, (start, end), tools)
    history = [*entries[:start], *_enveloped(driven.events, entries, start)]
    stopped = driven.missing or driven.refused
    return DrivenAgain(history, None if stopped is None else str(stopped))


async def drive_part(
    entries: Sequence[HistoryEntry],
    part: tuple[int, int],
    tools: KnownTools,
    patches: Mapping[str, ResultPatch] = _NO_PATCHES,
) -> Driven:
    """Return what the engine does between two places of a history, by the record alone.

    `patches` replace recorded results by call id.
    """
    start, end = part
    before, known = entries[:start], entries[:end]
    recording = recording_of(known)
    sources = Sources(
        planning=recorded_planning(before, recording),
        calls=RecordedCalls(recording_of(entries[start:end]), tools, patches=patches),
        tools=tools,
        now=anchor(recording, entries),
        past=past_of(before),
        params=terms_of(before).origin.patches.params,
    )
    return await drive(before, sources)


def last_part(entries: Sequence[HistoryEntry]) -> tuple[int, int]:
    """Return where the last part of a history begins and ends; runs taken up again have more."""
    return list(_parts(entries))[-1]


def _parts(entries: Sequence[HistoryEntry]) -> Iterator[tuple[int, int]]:
    taken_up = [
        place
        for place, entry in enumerate(entries)
        if isinstance(entry.event, RunResumed | RunRecovered)
    ]
    starts = [1, *(place + 1 for place in taken_up)]
    yield from zip(starts, [*taken_up, len(entries)], strict=True)


def _enveloped(
    events: Iterable[RunEvent], entries: Sequence[HistoryEntry], start: int
) -> Iterator[HistoryEntry]:
    for version, event in enumerate(events, start=start + 1):
        recorded = entries[min(version, len(entries)) - 1].envelope
        envelope = structs.replace(
            recorded, version=version, type=event.stored_as, schema_version=event.schema_version
        )
        yield StreamEntry(0, envelope, event)


def _has_same_answer(part: Sequence[HistoryEntry], driven: Driven, tolerance: float) -> bool:
    recorded = [entry for entry in part if isinstance(entry.event, ResponseComposed)]
    answers = [event for event in driven.events if isinstance(event, ResponseComposed)]
    return len(recorded) == len(answers) and not any(
        event_difference(entry.event, answer, tolerance=tolerance, stored=entry.envelope.data)
        for entry, answer in zip(recorded, answers, strict=True)
    )


def _divergence(
    entries: Sequence[HistoryEntry], part: tuple[int, int], driven: Driven, tolerance: float
) -> Divergence | None:
    start, end = part
    if driven.is_exactly(entries[start:end]):  # the usual case, and quick
        return None
    expected = [entry.event for entry in entries[:end]]
    actual = [*expected[:start], *driven.events]
    state = fold(entries[0].envelope.stream_id, expected).state
    return first_divergence(
        expected,
        actual,
        ends_early=state not in _ENDED,
        tolerance=tolerance,
        stored=[entry.envelope.data for entry in entries[:end]],
    )
