"""What one event changes in the state of its run."""

import json

import jsonpatch
from hypothesis import given
from hypothesis import strategies as st

from domain.replay.compare.state_change import change_json, state_change
from domain.run.events import HistoryEntry
from domain.views.state import run_state
from tests.domain.run.envelopes import entries
from tests.domain.run.random_events import EVENTS
from tests.domain.run.samples import CALLED, PINNED, REQUESTED
from tests.domain.views.histories import PARTIAL, history

HISTORIES = st.lists(EVENTS, min_size=1, max_size=10).map(entries)


@given(HISTORIES)
def test_the_patch_turns_the_state_before_into_that_after(history: list[HistoryEntry]) -> None:
    change = state_change(history, len(history))
    patch = json.dumps(change_json(change)["patch"])
    assert jsonpatch.apply_patch(change.before, patch) == change.after


@given(HISTORIES)
def test_the_states_are_those_of_both_versions(history: list[HistoryEntry]) -> None:
    change = state_change(history, len(history))
    assert change.after == run_state(history)
    assert len(history) == 1 or change.before == run_state(history[:-1])


def test_later_events_change_nothing_of_it() -> None:
    whole = history(PARTIAL)
    assert state_change(whole, 12) == state_change(whole[:12], 12)


def test_before_the_first_event_a_run_is_new() -> None:
    change = state_change(history([REQUESTED]), 1)
    assert (change.before["state"], change.before["version"], change.since_ms) == ("new", 0, None)


def test_the_time_is_counted_from_the_event_before() -> None:
    assert state_change(history(PARTIAL), 3).since_ms == 10


def test_a_call_that_begins_is_added() -> None:
    begun = next(number for number, event in enumerate(CALLED, 1) if "call" in event.stored_as)
    patch = change_json(state_change(history(CALLED), begun))["patch"]
    added = {"op": "add", "path": "/calls/a", "value": {"status": "started", "attempt": 1}}
    assert patch == [{"op": "replace", "path": "/version", "value": begun}, added]


def test_a_pin_changes_the_golden_name() -> None:
    patch = change_json(state_change(history([REQUESTED, PINNED]), 2))["patch"]
    assert {"op": "replace", "path": "/golden", "value": "daily"} in patch


def test_the_event_is_there_as_it_is_stored() -> None:
    (entry,) = history([REQUESTED])
    found = change_json(state_change([entry], 1))
    event = found["event"]
    assert isinstance(event, dict)
    assert (event["type"], event["data"]) == ("run-requested", entry.envelope.data)
    assert json.loads(json.dumps(found)) == found
