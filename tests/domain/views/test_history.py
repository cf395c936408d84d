"""Views that share what they are made of are the views that are made alone."""

from hypothesis import given
from hypothesis import strategies as st

from domain.run.events import HistoryEntry
from domain.views.history import History
from domain.views.response import response_of, run_response
from domain.views.timeline import run_timeline, timeline_of
from domain.views.trace import run_trace, trace_of
from tests.domain.run.envelopes import entries
from tests.domain.run.random_events import EVENTS
from tests.domain.views.histories import prefixes

ANY_HISTORY = st.lists(EVENTS, min_size=1, max_size=10).map(entries) | st.sampled_from(prefixes())


@given(ANY_HISTORY)
def test_no_view_changes_what_another_is_made_of(events: list[HistoryEntry]) -> None:
    shared = History(events)
    for _ in range(2):
        assert trace_of(shared) == run_trace(events)
        assert timeline_of(shared) == run_timeline(events)
        assert response_of(shared) == run_response(events)


def test_each_fold_is_made_once() -> None:
    shared = History(prefixes()[-1])
    assert shared.calls is shared.calls
    assert trace_of(shared).execution_steps is shared.calls
    assert timeline_of(shared).summary is shared.summary
