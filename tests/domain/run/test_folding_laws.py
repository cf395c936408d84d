import copy
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from domain.run.events import RunEvent
from domain.run.fold import fold
from domain.run.run import evolve
from domain.run.state import Run
from tests.domain.run.random_events import EVENTS

HISTORIES = st.lists(EVENTS, max_size=12)


@given(HISTORIES)
def test_events_fold_at_once_as_they_do_one_by_one(events: list[RunEvent]) -> None:
    assert fold("run-1", events) == reduce(evolve, events, Run(run_id="run-1"))


@given(HISTORIES, EVENTS)
def test_evolving_leaves_the_run_as_it_was(events: list[RunEvent], event: RunEvent) -> None:
    run = fold("run-1", events)
    before = copy.deepcopy(run)
    evolve(run, event)
    assert run == before
