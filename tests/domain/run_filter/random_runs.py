"""Random runs with tool calls, and random filters that often fit some of them."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Final

from domain.ports import Append
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import RunEvent, RunRequested
from domain.run.facts import Fault
from domain.run.summary import RunSummary
from domain.run_filter.fields import CALL_FIELDS, OUTCOMES, RUN_FIELDS, Field, Kind
from domain.run_filter.filter import And, AnyCall, Compare, Not, Operator, Or, RunFilter, equal
from domain.times import recorded_text
from tests.contracts.event_samples import TENANT, summary
from tests.contracts.runs_with_events import about_events
from tests.fakes import NOON

_BRANCHING: Final = 0.5
_RARELY: Final = 0.2
_WORDS: Final = ("ab", "AB", "a", "b%", "É'--")
_RUNS: Final = ("run-1", "run-2", "run-3", "run-4", "run-5")
_TIMES: Final = tuple(recorded_text(NOON + timedelta(hours=hour)) for hour in range(4))
_NUMBERS: Final = (0, 1, 2, 5)
_MAYBE: Final = (None, *_WORDS)
_ORDERED: Final = (
    Operator.EQUAL,
    Operator.LESS,
    Operator.AT_MOST,
    Operator.MORE,
    Operator.AT_LEAST,
)


def run_list(chance: Random, tenants: Sequence[str]) -> list[Append]:
    """Return the requests for a few runs of each tenant."""
    return [
        _run(chance, run_id, tenant=tenant)
        for tenant in tenants
        for run_id in chance.sample(_RUNS, chance.randint(2, len(_RUNS)))
    ]


def filter_of_runs(chance: Random, depth: int = 3) -> RunFilter:
    """Return a filter with at most so many levels."""
    if depth and chance.random() < _BRANCHING:
        return _combined(chance, lambda: filter_of_runs(chance, depth - 1))
    if chance.random() < _BRANCHING:
        return AnyCall(_filter_of_calls(chance, depth - 1))
    return _comparison(chance, chance.choice(list(RUN_FIELDS.values())))


def _filter_of_calls(chance: Random, depth: int) -> RunFilter:
    if depth > 0 and chance.random() < _BRANCHING:
        return _combined(chance, lambda: _filter_of_calls(chance, depth - 1))
    return _comparison(chance, chance.choice(list(CALL_FIELDS.values())))


def _combined(chance: Random, part: Callable[[], RunFilter]) -> RunFilter:
    match chance.choice(["not", "and", "and", "or", "or"]):
        case "not":
            return Not(part())
        case "and":
            return And(tuple(part() for _ in range(chance.randint(0, 3))))
        case _:
            return Or(tuple(part() for _ in range(chance.randint(0, 3))))


def _comparison(chance: Random, field: Field) -> RunFilter:
    if field.is_optional and chance.random() < _RARELY:
        return equal(field.name, None)
    match field.kind:
        case Kind.WORD:
            return equal(field.name, chance.choice(field.words))
        case Kind.TEXT:
            operator = chance.choice([Operator.EQUAL, Operator.CONTAINS])
            texts = _RUNS if field.name in {"id", "parent"} else _WORDS
            return Compare(field.name, operator, chance.choice(texts))
        case Kind.INSTANT:
            return Compare(field.name, chance.choice(_ORDERED), chance.choice(_TIMES))
        case Kind.NUMBER | Kind.DURATION:
            number = chance.choice([*_NUMBERS, 1.5])
            return Compare(field.name, chance.choice(_ORDERED), number)


def random_summary(chance: Random, run_id: str, *, tenant: str = TENANT) -> RunSummary:
    """Return what the run list says of a run."""
    state = chance.choice(["requested", "failed", "completed", "cancelled"])
    requested_at = chance.choice(_TIMES)
    return dataclasses.replace(
        summary(run_id, tenant=tenant, requested_at=requested_at, state=state),
        status=chance.choice(OUTCOMES) if state == "completed" else None,
        question=chance.choice(_WORDS),
        actor_id=chance.choice(_WORDS),
        planner=chance.choice(_MAYBE),
        route=chance.choice(_MAYBE),
        error_code=chance.choice(_MAYBE),
        error=chance.choice(_MAYBE),
        fingerprint=chance.choice(_MAYBE),
        updated_at=chance.choice(_TIMES),
        ended_at=chance.choice([None, *_TIMES]),
        duration_ms=chance.choice([None, *_NUMBERS]),
        waited_ms=chance.choice(_NUMBERS),
        call_count=chance.choice(_NUMBERS),
        failed_call_count=chance.choice(_NUMBERS),
        worker=chance.choice(_MAYBE),
        origin=chance.choice(["new", "fork", "rerun"]),
        parent_run_id=chance.choice([None, *_RUNS]),
        golden=chance.choice(_MAYBE),
    )


def _run(chance: Random, run_id: str, *, tenant: str) -> Append:
    """Return the request that stores a run."""
    happened = [RunRequested(question="?"), *_calls(chance)]
    about = random_summary(chance, run_id, tenant=tenant)
    return about_events(dataclasses.replace(about, version=len(happened)), happened)


def _calls(chance: Random) -> list[RunEvent]:
    """Return the events of up to three calls, some of which do not end."""
    found: list[RunEvent] = []
    for call in "abc"[: chance.randint(0, 3)]:
        tool, operation, code = chance.choices(_WORDS, k=3)
        ms = chance.choice(_NUMBERS)
        found.append(
            ToolCallStarted(
                call_id=call, tool=tool, operation=operation, params={}, label=call, timeout_ms=9
            )
        )
        status = chance.choice(["running", "succeeded", "failed"])
        if status == "succeeded":
            found.append(ToolCallSucceeded(call_id=call, attempt=1, data=None, duration_ms=ms))
        if status == "failed":
            fault = Fault(code=code, message="")
            found.append(ToolCallFailed(call_id=call, attempt=1, error=fault, duration_ms=ms))
    return found
