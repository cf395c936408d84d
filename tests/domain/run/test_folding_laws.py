import copy
from collections.abc import Callable
from functools import partial, reduce

from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Refused
from domain.run.call_events import ToolCallSkipped, ToolCallStarted
from domain.run.commands import ReportProgress
from domain.run.events import RunEvent
from domain.run.fold import RunFold, fold
from domain.run.run import decide, evolve
from domain.run.run_event import Reported
from domain.run.state import Run
from tests.domain.run.random_events import EVENTS, fields_of
from tests.domain.run.samples import ANSWERED

HISTORIES = st.lists(EVENTS, max_size=12)
CALLS_SKIPPED = st.lists(fields_of(ToolCallStarted) | fields_of(ToolCallSkipped), max_size=4)


@given(HISTORIES)
def test_events_fold_at_once_as_they_do_one_by_one(events: list[RunEvent]) -> None:
    assert fold("run-1", events) == reduce(evolve, events, Run(run_id="run-1"))


@given(HISTORIES, EVENTS)
def test_evolving_leaves_the_run_as_it_was(events: list[RunEvent], event: RunEvent) -> None:
    run = fold("run-1", events)
    before = copy.deepcopy(run)
    evolve(run, event)
    assert run == before


@given(HISTORIES, HISTORIES)
def test_the_quick_fold_leaves_the_runs_that_it_began_with_or_gave_as_they_were(
    events: list[RunEvent], more: list[RunEvent]
) -> None:
    begun = fold("run-1", events)
    before = copy.deepcopy(begun)
    folded = RunFold(begun)
    given_away = folded.value()
    for event in more:
        folded.add(event)
    assert (begun, given_away) == (before, before)


@given(CALLS_SKIPPED)
def test_a_skipped_call_keeps_its_attempts(events: list[RunEvent]) -> None:
    assert fold("run-1", events) == reduce(evolve, events, Run(run_id="run-1"))


@given(HISTORIES, EVENTS)
def test_the_quick_fold_refuses_the_reports_that_the_rules_refuse(
    events: list[RunEvent], event: RunEvent
) -> None:
    run = fold("run-1", events)
    assert refusal(lambda: RunFold(run).check(event)) == refusal(
        lambda: decide(run, ReportProgress(event))
    )


@given(st.data())
def test_the_quick_fold_accepts_every_step_of_a_run(data: st.DataObject) -> None:
    events = ANSWERED[: data.draw(st.integers(1, len(ANSWERED)))]
    folded = RunFold(Run(run_id="run-1"))
    for event in events:
        refused = refusal(partial(folded.check, event))
        assert (refused is None) == isinstance(event.comes_by, Reported)
        folded.add(event)
    assert folded.value() == reduce(evolve, events, Run(run_id="run-1"))


def refusal(step: Callable[[], object]) -> tuple[type[Refused], str] | None:
    try:
        step()
    except Refused as refused:
        return type(refused), str(refused)
    return None
