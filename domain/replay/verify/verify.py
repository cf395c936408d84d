"""The engine of today goes over a record: does it decide as the record says?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from msgspec import structs

from domain.aggregate.aggregate import StreamEntry
from domain.figures import Exactness
from domain.replay.compare.causes import told
from domain.replay.compare.event_difference import event_difference
from domain.replay.compare.ignore_rules import NO_RULES, IgnoreRules
from domain.replay.record.driver import Driven
from domain.replay.record.recorded_tools import others_on_record
from domain.replay.record.recording import request_of
from domain.replay.verify.parts import drive_part, last_part, parts_of
from domain.replay.verify.plan_defaults import ChangedDefaults, changed_defaults
from domain.replay.verify.planning import drive_planner
from domain.replay.verify.stage_by_stage import Part, causes_in
from domain.replay.verify.verifier import NAMELESS, Verifier
from domain.run.events import HistoryEntry, ResponseComposed, RunEvent
from domain.tools.catalogue import KnownTools
from domain.views.verdict import DivergenceClass, Verdict


@dataclass(frozen=True, slots=True)
class DrivenAgain:
    """The history that the engine makes; `stopped` says why it could not go on, if it could not.

    Its events have the times of the recorded ones, for nothing is measured.
    """

    history: list[HistoryEntry]
    stopped: str | None = None


async def verify(
    entries: Sequence[HistoryEntry],
    tools: KnownTools,
    verifier: Verifier = NAMELESS,
    ignore: IgnoreRules = NO_RULES,
) -> Verdict:
    """Return the verdict on a history that is not empty.

    A run that was taken up again is verified part by part, each after what is recorded before it.
    A record that ends early is compared up to its end. No tool is called, none is needed. The
    planner is asked again by its record; what follows the plan is driven by the recorded one with
    its defaults of then. What is ignored is no divergence. Raises `ErasedResult` when a result is
    needed that was erased.
    """
    planning = await drive_planner(entries, verifier)
    found, missing, has_same_answer = [*planning.divergences], None, True
    exactness = Exactness(verifier.tolerance)
    for start, end in parts_of(entries):
        driven, defaults = await _driven(entries, (start, end), tools, ignore)
        if defaults and defaults.divergence not in found:
            found.append(defaults.divergence)
        if driven.is_exactly(entries[start:end]):  # the usual case, and quick
            continue
        params = defaults.params if defaults else {}
        part = Part(entries[:end], start, tools, exactness, ignore, params)
        causes = await causes_in(part, driven)
        if causes:
            found.extend(map(told, causes))
            missing = missing or driven.missing
            has_same_answer = has_same_answer and _has_same_answer(part, driven)
    found.sort(key=lambda each: each.kind is DivergenceClass.VERSION)
    return Verdict(
        run_id=entries[0].envelope.stream_id,
        version=len(entries),
        verdict="diverged" if found else "same",
        divergence=found[0] if found else None,
        divergences=tuple(found),
        missing=str(missing) if missing else None,
        has_same_answer=has_same_answer,
        planning="driven" if planning.why_not is None else "not driven",
        why_not_driven=planning.why_not,
        engine_version=request_of(entries).engine_version,
        verified_by=verifier.build,
        tools_as_recorded=others_on_record(tools, entries),
    )


async def driven_again(
    entries: Sequence[HistoryEntry], tools: KnownTools, ignore: IgnoreRules = NO_RULES
) -> DrivenAgain:
    """Return what the engine decides by the record alone; no tool is called.

    Of a run that was taken up again only the last part is driven. Raises `ErasedResult`.
    """
    start, end = last_part(entries)
    driven, _ = await _driven(entries, (start, end), tools, ignore)
    history = [*entries[:start], *_enveloped(driven.events, entries, start)]
    stopped = driven.missing or driven.refused
    return DrivenAgain(history, None if stopped is None else str(stopped))


async def _driven(
    entries: Sequence[HistoryEntry], part: tuple[int, int], tools: KnownTools, ignore: IgnoreRules
) -> tuple[Driven, ChangedDefaults | None]:
    """Return what the engine does in a part with the defaults that the plan had then.

    Beside it stands which of these are others now, if any are.
    """
    start, end = part
    driven = await drive_part(entries, part, tools, ignore=ignore)
    if driven.is_exactly(entries[start:end]):
        return driven, None
    defaults = changed_defaults(entries[:end], start, ignore)
    if defaults is None:
        return driven, None
    params = defaults.params
    return await drive_part(entries, part, tools, ignore=ignore, params=params), defaults


def _enveloped(
    events: Iterable[RunEvent], entries: Sequence[HistoryEntry], start: int
) -> Iterator[HistoryEntry]:
    for version, event in enumerate(events, start=start + 1):
        recorded = entries[min(version, len(entries)) - 1].envelope
        envelope = structs.replace(
            recorded, version=version, type=event.stored_as, schema_version=event.schema_version
        )
        yield StreamEntry(0, envelope, event)


def _has_same_answer(part: Part, driven: Driven) -> bool:
    recorded = [e for e in part.entries[part.start :] if isinstance(e.event, ResponseComposed)]
    answers = [event for event in driven.events if isinstance(event, ResponseComposed)]
    return len(recorded) == len(answers) and not any(
        event_difference(
            entry.event,
            answer,
            exactness=part.exactness,
            stored=entry.envelope.data,
            ignored=part.ignore.ignored(None),
        )
        for entry, answer in zip(recorded, answers, strict=True)
    )
