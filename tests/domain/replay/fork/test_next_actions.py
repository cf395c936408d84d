"""Next actions of an answer: forks that are ready to be taken."""

import pytest

from domain.errors import ReplayRefused
from domain.run.events import PlanProduced, ResponseComposed
from tests.domain.replay.fork.forking import Parent


def show_max(parent: Parent) -> int:
    """The number of the next action that asks for the maximum."""
    actions = parent.ran.one(ResponseComposed).next_actions
    labels = [str(action["label"]) for action in actions]
    return 1 + next(n for n, label in enumerate(labels) if label.startswith("Show max"))


def test_a_next_action_is_a_ready_made_fork() -> None:
    parent = Parent()
    fork = parent.fork(action=show_max(parent))
    assert fork.one(PlanProduced).plan_output["plan"]["metric"]["agg"] == "max"


def test_a_patch_goes_before_what_a_next_action_changes() -> None:
    parent = Parent()
    fork = parent.fork(action=show_max(parent), plan={"metric.agg": "min"})
    assert fork.one(PlanProduced).plan_output["plan"]["metric"]["agg"] == "min"


def test_an_action_that_cannot_be_taken_is_refused_with_those_that_can() -> None:
    parent = Parent()
    with pytest.raises(ReplayRefused, match="action 99 cannot be taken; those that can: 1, 2"):
        parent.fork(action=99)
