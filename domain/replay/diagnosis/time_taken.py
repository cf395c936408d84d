"""Rules about where the time went."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from math import fsum
from typing import Final

from domain.replay.compare.run_calls import RunCall
from domain.replay.diagnosis.case import Case, Finding, named, versions
from domain.replay.diagnosis.next_steps import look
from domain.run.call_events import WAITED_FOR
from domain.run.clockwork import WaitCause
from domain.run.facts import counted
from domain.run.lifecycle import Stage
from domain.views.calls import CallView
from domain.views.stages import stage_views

SLOW_MS: Final = 1000
"""What takes less is not slow."""

LONG_REST_MS: Final = 60_000
"""A run that waits for less to be resumed is not late by that."""

_LONG: Final = {WaitCause.WORKER: SLOW_MS, WaitCause.RESUMPTION: LONG_REST_MS}
"""What a run may wait for that is told, and from how long on."""

TIMES_THE_OTHERS: Final = 3
_HALF = 0.5
_MOST_NAMED = 3
_Span = tuple[float, float]
"""From when to when, in milliseconds of the run's time."""


def waited(case: Case) -> Iterator[Finding]:
    """The run waited, for a worker or to be resumed, longer than it was worked on."""
    worked = _worked(case)
    for cause, long_ms in _LONG.items():
        waits = [wait for wait in case.time.waits if wait.cause is cause]
        waited_ms = fsum(wait.duration_ms for wait in waits)
        if waited_ms >= max(long_ms, case.time.duration_ms):
            sentence = f"The run waited {waited_ms / 1000:.0f} s {cause}; {worked}."
            evidence = sorted({version for wait in waits for version in wait.versions})
            yield Finding(sentence, tuple(evidence), look(case, "timeline"))


def held_up(case: Case) -> Iterator[Finding]:
    """The run was slow, and for half of its time a call of it waited for a limit."""
    attempts = [attempt for call in case.calls for attempt in case.attempts[call.call_id]]
    limits = {WaitCause(told) for told in WAITED_FOR.values()}
    total = case.time.duration_ms + fsum(
        wait.duration_ms for wait in case.time.waits if wait.cause in limits
    )
    for cause, told in WAITED_FOR.items():
        held = [each for each in attempts if any(_waits_of(case, each, cause))]
        waited_ms = _length(span for each in held for span in _waits_of(case, each, cause))
        if waited_ms >= _HALF * max(SLOW_MS, total):
            calls = _some(list(dict.fromkeys(map(named, held))))
            sentence = f"{calls} waited {waited_ms / 1000:.1f} s {told}; {_worked(case)}."
            evidence = {wait.version for each in held for wait in each.waits}
            evidence |= {each.started_version for each in held}
            yield Finding(sentence, tuple(sorted(evidence)), look(case, "timeline"))


def clock_went_back(case: Case) -> Iterator[Finding]:
    """The clock of the run went back: times before and after it do not fit each other."""
    setbacks = case.time.setbacks
    if setbacks:
        told = ", ".join(f"{each.by_ms / 1000:.1f} s at {each.version}" for each in setbacks)
        sentence = f"The clock went back (at version): {told}; times are told as recorded."
        evidence = tuple(each.version for each in setbacks)
        yield Finding(sentence, evidence, look(case, "timeline"), is_note=True)


def slowest_path(case: Case) -> Iterator[Finding]:
    """The run was slow: the chain of calls, each waiting for the one before, that took longest."""
    total = case.summary.duration_ms
    path, path_ms = _longest(case)
    if total is None or total < SLOW_MS or path_ms < total * _HALF:
        return
    steps = ", then ".join(f"{named(call)} {_worked_on(case, call):.0f} ms" for call in path)
    sentence = f"{path_ms:.0f} of the run's {total} ms went into {steps}."
    yield Finding(sentence, versions(*path), look(case, "timeline"))


def slow_call(case: Case) -> Iterator[Finding]:
    """A call took long, and much longer than the others."""
    spent = {call.call_id: _spent(case, call) for call in case.calls}
    for call in case.calls:
        others = [each for call_id, each in spent.items() if call_id != call.call_id and each]
        took = spent[call.call_id]
        if took < SLOW_MS or not others:
            continue
        usual = statistics.median(others)
        if took >= TIMES_THE_OTHERS * usual:
            yield Finding(
                f"{named(call)} took {took:.0f} ms, {took / usual:.0f} times as long as "
                f"the other calls usually did ({usual:.0f} ms).",
                versions(*case.attempts[call.call_id]),
                look(case, "timeline"),
            )


def slow_stage(case: Case) -> Iterator[Finding]:
    """A stage in which no tool is called took half of a slow run."""
    total = case.summary.duration_ms
    if total is None:
        return
    for stage in stage_views(case.entries):
        took = stage.duration_ms or 0
        if stage.name != Stage.EXECUTE and took >= max(SLOW_MS, total * _HALF):
            sentence = f"Stage {stage.name} alone took {took:.0f} of the run's {total} ms."
            yield Finding(sentence, versions(stage), look(case, "timeline"))


def _longest(case: Case) -> tuple[Sequence[RunCall], float]:
    """Return the chain of calls that took longest, and how long."""
    paths: dict[str, tuple[tuple[RunCall, ...], float]] = {}
    for call in sorted(case.calls, key=lambda each: each.started_version):
        nothing: tuple[tuple[RunCall, ...], float] = ((), 0.0)
        before = [paths[name] for name in call.depends_on if name in paths]
        chain, taken = max(before, key=lambda path: path[1], default=nothing)
        paths[call.call_id] = ((*chain, call), taken + _worked_on(case, call))
    return max(paths.values(), key=lambda path: path[1], default=((), 0.0))


def _spent(case: Case, call: RunCall) -> float:
    """Return what all attempts of a call took together, without what they waited for limits."""
    return fsum(
        (attempt.duration_ms or 0) - _length(_waits_of(case, attempt))
        for attempt in case.attempts[call.call_id]
    )


def _worked_on(case: Case, call: RunCall) -> float:
    """Return the same, without what the run waited meanwhile: it is no part of its duration."""
    waits = [(wait.start_ms, wait.start_ms + wait.duration_ms) for wait in case.time.waits]
    taken = 0.0
    for each in case.attempts[call.call_id]:
        begun = case.time.begin_ms(each.started_version)
        ended = begun + (each.duration_ms or 0)
        meanwhile = ((max(a, begun), min(b, ended)) for a, b in waits if a < ended and b > begun)
        taken += ended - begun - _length([*_waits_of(case, each), *meanwhile])
    return taken


def _waits_of(case: Case, attempt: CallView, cause: str | None = None) -> Iterator[_Span]:
    """Yield when an attempt waited for limits, or for one of them."""
    begun = case.time.begin_ms(attempt.started_version)
    for wait in attempt.waits:
        if attempt.duration_ms is not None and cause in {None, wait.cause}:
            ended = case.time.begin_ms(wait.version)
            yield max(begun, ended - wait.waited_ms), ended


def _length(spans: Iterable[_Span]) -> float:
    """Return how long the spans are together; where they overlap counts once."""
    length = until = 0.0
    for start, end in sorted(spans):
        length += max(0.0, end - max(start, until))
        until = max(until, end)
    return length


def _some(calls: Sequence[str]) -> str:
    more = len(calls) - _MOST_NAMED
    rest = f" and {counted(more, 'more call')}" if more > 0 else ""
    return f"{', '.join(calls[:_MOST_NAMED])}{rest}"


def _worked(case: Case) -> str:
    return f"the run was worked on for {case.time.duration_ms:.0f} ms"
