"""Every view is there at every version of a run."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.run.events import HistoryEntry, RunEvent
from domain.run.fold import fold
from domain.run.lifecycle import ENDED_STATES, RunState
from domain.run.summary import SummaryFold, summarise
from domain.views.json_form import View
from domain.views.response import RESPONSE, run_response
from domain.views.run import RUN, run_details
from domain.views.state import STATE, run_state
from domain.views.status import STATUS, run_status
from domain.views.steps import STATE_CHANGE, STEPS, last_change, run_steps
from domain.views.timeline import TIMELINE, Bar, run_timeline
from domain.views.trace import TRACE, run_trace
from tests.domain.run.envelopes import entries
from tests.domain.run.random_events import EVENTS
from tests.domain.views.histories import prefixes

PREFIXES = st.sampled_from(prefixes())
ANY_HISTORY = st.lists(EVENTS, min_size=1, max_size=10).map(entries) | PREFIXES
STATUSES = {
    *("running", "ok", "warning", "error", "skipped"),
    *("interrupted", "succeeded", "failed", "reused"),
}


def bars(history: list[HistoryEntry]) -> list[Bar]:
    return [bar for lane in run_timeline(history).lanes for bar in (lane.bar, *lane.calls)]


VIEWS: dict[str, tuple[View[Any], Callable[[list[HistoryEntry]], object]]] = {
    "state": (STATE, run_state),
    "trace": (TRACE, run_trace),
    "response": (RESPONSE, run_response),
    "timeline": (TIMELINE, run_timeline),
    "steps": (STEPS, run_steps),
    "state-change": (STATE_CHANGE, last_change),
    "run": (RUN, run_details),
    "status": (STATUS, run_status),
}


@pytest.mark.parametrize("name", VIEWS)
@given(history=ANY_HISTORY)
def test_every_view_reads_back_from_its_json(name: str, history: list[HistoryEntry]) -> None:
    view, made_of = VIEWS[name]
    value = made_of(history)
    plain = json.dumps(view.to_json(value), allow_nan=False)
    assert view.from_json(json.loads(plain)) == value


@given(ANY_HISTORY)
def test_every_view_has_the_version_of_its_history(history: list[HistoryEntry]) -> None:
    summary, meta = summarise(history), run_response(history)["meta"]
    assert summary is not None
    assert isinstance(meta, dict)
    versions = [run_state(history)["version"], run_trace(history).version, meta["version"]]
    assert [summary.version, *versions] == [len(history)] * 4


@given(ANY_HISTORY)
def test_every_view_has_the_state_that_the_events_fold_to(history: list[HistoryEntry]) -> None:
    state = fold("run-1", (entry.event for entry in history)).state
    summary = summarise(history)
    assert summary is not None
    assert (run_state(history)["state"], run_trace(history).state, summary.state) == (
        state,
        state,
        state,
    )


@given(ANY_HISTORY)
def test_every_bar_is_on_the_axis(history: list[HistoryEntry]) -> None:
    total = run_timeline(history).total_ms
    assert [bar for bar in bars(history) if not 0 <= bar.start_ms <= bar.end_ms <= total] == []


@given(ANY_HISTORY)
def test_every_bar_has_a_known_status(history: list[HistoryEntry]) -> None:
    assert {bar.status for bar in bars(history)} <= STATUSES


@given(PREFIXES)
def test_a_run_has_a_duration_once_it_ended(history: list[HistoryEntry]) -> None:
    summary = summarise(history)
    assert summary is not None
    has_ended = RunState(summary.state) in ENDED_STATES
    expected = (len(history) - 2) * 10 if has_ended else None
    assert summary.duration_ms == expected


@given(PREFIXES)
def test_nothing_runs_in_a_finished_run(history: list[HistoryEntry]) -> None:
    summary = summarise(history)
    assert summary is not None
    if RunState(summary.state) in ENDED_STATES:
        assert "running" not in {bar.status for bar in bars(history)}


@given(PREFIXES)
def test_what_a_view_showed_at_a_version_stays(history: list[HistoryEntry]) -> None:
    at = datetime.fromisoformat(history[-1].envelope.recorded_at)
    shown = run_trace(history).timestamp
    assert datetime.fromisoformat(str(shown)) == at


@pytest.mark.parametrize("view", [run_trace, run_timeline, run_response])
def test_there_is_no_view_of_nothing(view: object) -> None:
    assert callable(view)
    with pytest.raises(ValueError, match="needs at least one event"):
        view([])


def test_there_is_no_summary_of_nothing() -> None:
    assert summarise([]) is None


@given(EVENTS)
def test_a_summary_can_begin_with_any_event(event: RunEvent) -> None:
    (entry,) = entries([event])
    fold = SummaryFold()
    fold.add(entry)
    assert fold.summary().requested_at == entry.envelope.recorded_at
