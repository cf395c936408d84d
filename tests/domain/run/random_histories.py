"""Random histories of runs, as runs go: calls that fail and are tried again, lost workers, ends
and resumptions, remarks, flags and pins, and clocks that stand still, leap and go back.

Each is decided, so that none is impossible; any prefix of one may come.
"""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Final

from hypothesis import strategies as st
from msgspec import structs

from domain.aggregate.envelope import Actor
from domain.errors import Refused
from domain.run.commands import (
    AnnotateRun,
    ApproveCall,
    BreakGolden,
    CancelRun,
    Command,
    DenyCall,
    EraseResult,
    FlagRun,
    PinGolden,
    RecoverRun,
    ReportProgress,
    RequestRun,
    ResumeRun,
    UnpinGolden,
)
from domain.run.events import HistoryEntry, RunCompleted, RunEvent
from domain.run.fold import fold
from domain.run.lifecycle import ENDED_STATES, STATE_OF, RunState, Stage
from domain.run.run import decide
from domain.run.state import Run
from domain.times import recorded_text
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import (
    COMPOSED,
    FAILED,
    PLANNED,
    RANKED,
    REJECTED,
    ROUTED,
    VALIDATED,
    call_failed,
    call_skipped,
    call_started,
    call_succeeded,
    completed,
    failed,
    started,
    waiting,
)
from tests.fakes import NOON

LONGEST: Final = 70
_CALLS: Final = ("a", "b", "c")
_STAGES: Final = {state: stage for stage, state in STATE_OF.items()}
_STEPS: Final = (
    *(timedelta(0), timedelta(microseconds=300), timedelta(milliseconds=1.5)) * 4,
    *(timedelta(seconds=2), timedelta(hours=5), timedelta(days=1000)),
    *(timedelta(microseconds=-1), timedelta(seconds=-90), timedelta(days=-400)),
)
_OFTEN_ENOUGH: Final = 0.06
_HALF: Final = 0.5
_AFTER_THE_END: Final[list[Command]] = [
    CancelRun(why="enough"),
    AnnotateRun(text="The disk was full."),
    FlagRun(verdict="wrong"),
    PinGolden(name="daily"),
    PinGolden(name="daily", is_wrong=True),
    UnpinGolden(name="daily"),
    BreakGolden("daily", "run-2", ("answer",)),
    EraseResult(call_id="a", digest="0" * 64, size=9000, reason="names"),
]
_ANY_TIME: Final[list[Command]] = [CancelRun(why="enough"), ReportProgress(FAILED)]
_PERSON, _SERVICE = Actor("person", "ada"), Actor("service", "runner-7")


def random_history(seed: int, length: int) -> list[HistoryEntry]:
    """Return at most so many events of a run."""
    chance, events, run = Random(seed), list[RunEvent](), Run(run_id="run-1")
    refusals = 0
    while len(events) < length and refusals < LONGEST:
        try:
            events += decide(run, _command(run, chance))
        except Refused:
            refusals += 1
        run = fold("run-1", events)
    return _timed(events[:length], chance)


HISTORIES: Final = st.builds(random_history, st.integers(0, 2**32), st.integers(1, LONGEST))


def _timed(events: list[RunEvent], chance: Random) -> list[HistoryEntry]:
    """Return the events as they were recorded, by a person or a service."""
    at, history = NOON, list[HistoryEntry]()
    for entry in entries(events):
        actor = chance.choice([_PERSON, _SERVICE, _SERVICE])
        envelope = structs.replace(entry.envelope, recorded_at=recorded_text(at), actor=actor)
        history.append(structs.replace(entry, envelope=envelope))
        at += chance.choice(_STEPS)
    return history


def _command(run: Run, chance: Random) -> Command:
    if run.state is RunState.NEW:
        return RequestRun(question="Which servers are there?")
    stage = chance.choice(list(Stage))
    reused = tuple(call for call, tries in run.calls.items() if tries.status == "succeeded")
    if run.state in ENDED_STATES:
        resume = ResumeRun(from_stage=stage, why="again", reused_calls=reused)
        return chance.choice([*_AFTER_THE_END, *[resume] * 6])
    if run.state is RunState.WAITING:
        return chance.choice([*_decisions(run), CancelRun(why="enough"), *_going_on(reused)])
    if chance.random() < _OFTEN_ENOUGH:
        recover = RecoverRun(lost_worker="runner-1", from_stage=stage, reused_calls=reused)
        return chance.choice([*_ANY_TIME, recover])
    return ReportProgress(_progress(run, chance))


def _decisions(run: Run) -> list[Command]:
    decide = (ApproveCall, DenyCall)
    return [kind(*call, reason="why not") for call in run.waiting.items() for kind in decide]


def _going_on(reused: tuple[str, ...]) -> list[Command]:
    return [ResumeRun(from_stage=Stage.EXECUTE, why="decided", reused_calls=reused)]


def _progress(run: Run, chance: Random) -> RunEvent:
    """Return what an engine may report next."""
    stage = _STAGES.get(run.state)
    if stage is None:
        return _start(run, chance.choice([Stage.ROUTE_PLAN, *run.stages]))
    tries = run.stages[stage]
    if tries.status == "failed":
        return FAILED
    if tries.status == "started":
        return _WORK[stage](run, chance, tries.attempt)
    if stage is not Stage.PRESENT:
        return _start(run, list(Stage)[list(Stage).index(stage) + 1])
    if not run.has_response:
        return COMPOSED
    return chance.choice(_ENDINGS)


_ENDINGS: Final[list[RunEvent]] = [
    RunCompleted(status="success"),
    RunCompleted(status="partial"),
    RunCompleted(status="degraded"),
    REJECTED,
]


def _start(run: Run, stage: Stage) -> RunEvent:
    tries = run.stages.get(stage)
    return started(stage, tries.attempt + 1 if tries else 1)


def _route_plan(run: Run, chance: Random, attempt: int) -> RunEvent:
    if not run.has_plan:
        return PLANNED
    return ROUTED if chance.random() < _HALF else completed(Stage.ROUTE_PLAN, attempt)


def _validate(_: Run, chance: Random, attempt: int) -> RunEvent:
    return VALIDATED if chance.random() < _HALF else completed(Stage.VALIDATE, attempt)


def _execute(run: Run, chance: Random, attempt: int) -> RunEvent:
    call = chance.choice(_CALLS)
    tries = run.calls.get(call)
    if tries is not None and tries.status == "started":
        ends = call_succeeded if chance.random() < _HALF else call_failed
        return ends(call, tries.attempt)
    begins = call_started(call, tries.attempt + 1 if tries else 1)
    ends_stage = (completed, completed, failed)[chance.randrange(3)](Stage.EXECUTE, attempt)
    others: list[RunEvent] = [RANKED, call_skipped(call), ends_stage, waiting(call)]
    possible = [begins, begins, *others]
    return chance.choice(possible)


def _finish(run: Run, _: Random, attempt: int) -> RunEvent:
    return completed(_STAGES[run.state], attempt)


_WORK: Final[dict[Stage, Callable[[Run, Random, int], RunEvent]]] = {
    Stage.ROUTE_PLAN: _route_plan,
    Stage.VALIDATE: _validate,
    Stage.EXECUTE: _execute,
    Stage.COMPOSE: _finish,
    Stage.PRESENT: _finish,
}
