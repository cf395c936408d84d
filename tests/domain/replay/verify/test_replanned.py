"""Runs that changed their plan: verified, compared up to any event, and planted changes found."""

import pytest
from msgspec.structs import replace as changed

from domain.run.events import HistoryEntry
from domain.run.facts import RunOptions
from domain.run.replanning import ReplanDecided, ReplanPatchDiff, ReplanRequested
from tests.domain.replay.verify import replanned
from tests.domain.replay.verify.verifying import Kind, ran, verdict
from tests.domain.stages.running import METRIC, Running, ci, metric, plan_output
from tests.domain.views.histories import history as history_of

every_kind = pytest.mark.parametrize(
    "kind", replanned.EVERY_REPLAN, ids=lambda kind: kind.__name__
)


@every_kind
def test_the_same_engine_changes_the_plan_alike(kind: Kind) -> None:
    running, history = kind()
    assert any(isinstance(entry.event, ReplanDecided) for entry in history)
    found = verdict(running, history)
    assert (found.is_same, found.divergence) == (True, None)


@every_kind
def test_a_record_that_ends_early_is_compared_up_to_its_end(kind: Kind) -> None:
    running, history = kind()
    cut = [verdict(running, history[:length]) for length in range(1, len(history) + 1)]
    assert [(v.version, v.divergence) for v in cut if not v.is_same] == []


def planted(history: list[HistoryEntry], event: ReplanDecided) -> list[HistoryEntry]:
    """The history with this decision in place of the one that was made."""
    events = [event if isinstance(e.event, ReplanDecided) else e.event for e in history]
    return history_of(events)


def test_another_decision_than_today_is_found() -> None:
    running, history = replanned.narrower()
    (decided,) = (e.event for e in history if isinstance(e.event, ReplanDecided))
    other = ReplanPatchDiff(before={}, after={"history.time_range": "last_1h"})
    found = verdict(running, planted(history, changed(decided, patch=other)))
    assert found.divergence is not None
    assert found.divergence.expected is not None
    assert found.divergence.expected.type == "replan-decided"


def test_a_run_of_before_that_could_not_change_its_plan_is_verified_as_it_was() -> None:
    running = Running(ci(replanned.DOWN), metric(), planned=plan_output(**METRIC))
    _, history = ran(running, options=RunOptions())
    assert not any(isinstance(entry.event, ReplanRequested) for entry in history)
    assert verdict(running, history).is_same
