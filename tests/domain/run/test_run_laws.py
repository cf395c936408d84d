import contextlib
from collections.abc import Sequence
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import OpstrailError
from domain.run.aggregate import RUN
from domain.run.commands import Command
from domain.run.events import RunEvent
from domain.run.fold import fold
from domain.run.lifecycle import TARGETS, CompletedAs, RunState, is_final
from domain.run.run import decide, evolve, trigger_of
from domain.run.state import Run
from tests.domain.run.random_events import COMMANDS, EVENTS, NOTES
from tests.domain.run.samples import ANSWERED

HISTORIES = st.integers(0, len(ANSWERED)).map(lambda length: ANSWERED[:length])
RUNS = st.builds(
    Run,
    run_id=st.just("run-1"),
    state=st.sampled_from(RunState),
    completed_as=st.none() | st.sampled_from(get_args(CompletedAs)),
)
FINAL_RUNS = RUNS.filter(lambda run: is_final(run.state, run.completed_as))


def obey(run: Run, commands: Sequence[Command]) -> tuple[Run, list[RunEvent]]:
    """Obey what is not refused; only refusals may be raised."""
    happened: list[RunEvent] = []
    for command in commands:
        with contextlib.suppress(OpstrailError):
            for event in decide(run, command):
                happened.append(event)
                run = evolve(run, event)
    return run, happened


@given(HISTORIES, st.lists(COMMANDS | NOTES, max_size=12))
def test_what_is_decided_folds(history: list[RunEvent], commands: list[Command]) -> None:
    run, happened = obey(fold("run-1", history), commands)
    assert run == fold("run-1", [*history, *happened])


@given(st.lists(EVENTS, max_size=12))
def test_the_version_is_the_count_of_the_events(events: list[RunEvent]) -> None:
    assert fold("run-1", events).version == len(events)


@given(RUNS, EVENTS)
def test_evolving_never_refuses(run: Run, event: RunEvent) -> None:
    trigger = trigger_of(event)
    assert evolve(run, event).state == (TARGETS[trigger] if trigger else run.state)


@given(FINAL_RUNS, COMMANDS)
def test_nothing_happens_to_a_finished_run(run: Run, command: Command) -> None:
    assert obey(run, [command]) == (run, [])


@given(EVENTS)
@settings(max_examples=300)
def test_what_is_encoded_decodes_to_itself(event: RunEvent) -> None:
    stored_as, schema_version, data = RUN.encode(event)
    assert RUN.decode(stored_as, schema_version=schema_version, data=data) == event


@given(EVENTS)
def test_encoding_again_gives_the_same_text(event: RunEvent) -> None:
    stored_as, schema_version, data = RUN.encode(event)
    decoded = RUN.decode(stored_as, schema_version=schema_version, data=data)
    assert RUN.encode(decoded)[2] == data
