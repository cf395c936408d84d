"""The terms that a run is carried out on: its request, and what resumptions have changed since."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import UNSET
from msgspec.structs import replace

from domain.json import JsonMap
from domain.replay.record.recording import request_of
from domain.run.call_events import ToolCallStarted
from domain.run.events import HistoryEntry, PlanProduced, RunEvent, RunRequested, RunResumed
from domain.run.facts import Patches, with_patches

_AS_REQUESTED: Final = 0
"""The time for a call that is the one for all calls of the run."""


def terms_of(entries: Sequence[HistoryEntry]) -> RunRequested:
    """Return the request with the options and patches that are in effect after these events."""
    terms = request_of(entries)
    for entry in entries:
        if isinstance(entry.event, RunResumed):
            terms = _changed(terms, entry.event)
    return terms


def is_what_if(entries: Sequence[HistoryEntry]) -> bool:
    """Return whether a run was asked for something else than its question, or kept from asking."""
    return terms_of(entries).is_what_if


def events_on_last_terms(entries: Sequence[HistoryEntry]) -> Iterator[RunEvent]:
    """Yield the events as if the run had been requested on the terms that held at its end.

    The time for a call is 0 where it is the one that held for all calls when it was made: how
    long that was, the request says.
    """
    terms = terms_of(entries)
    timeout_ms = request_of(entries).options.call_timeout_ms
    for entry in entries:
        match entry.event:
            case RunRequested():
                yield terms
            case ToolCallStarted(timeout_ms=of_call) as started if of_call == timeout_ms:
                yield replace(started, timeout_ms=_AS_REQUESTED)
            case event:
                if isinstance(event, RunResumed) and event.timeout_ms is not UNSET:
                    timeout_ms = event.timeout_ms
                yield event


def pending_plan_patch(entries: Sequence[HistoryEntry]) -> JsonMap:
    """Return the patch that the plan is still to get: a recorded plan has what came before it."""
    patches = Patches()
    for entry in entries:
        match entry.event:
            case RunRequested(origin=origin):
                patches = origin.patches
            case PlanProduced():
                patches = Patches()
            case RunResumed(patches=Patches() as later):
                patches = with_patches(patches, later)
            case _:
                pass
    return patches.plan


def _changed(terms: RunRequested, resumed: RunResumed) -> RunRequested:
    if resumed.timeout_ms is not UNSET:
        options = replace(terms.options, call_timeout_ms=resumed.timeout_ms)
        terms = replace(terms, options=options)
    if resumed.patches is not UNSET:
        patches = with_patches(terms.origin.patches, resumed.patches)
        terms = replace(terms, origin=replace(terms.origin, patches=patches))
    return terms
