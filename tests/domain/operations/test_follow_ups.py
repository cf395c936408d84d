"""What a follow-up question builds on."""

import pytest

from domain.errors import CannotBeFollowed
from domain.operations.follow_ups import following
from tests.domain.stages.running import LOOKUP, Running, ci, plan_output


def test_a_run_that_has_not_ended_cannot_be_followed_up() -> None:
    running = Running(ci(), planned=plan_output(**LOOKUP))
    run_id = running.request()
    with pytest.raises(CannotBeFollowed, match="has not ended"):
        following(running.history(run_id))


def test_a_run_without_a_query_cannot_be_followed_up() -> None:
    running = Running(ci(), planned=plan_output(**LOOKUP))
    run_id = running.request()
    running.carry_out(run_id)
    with pytest.raises(CannotBeFollowed, match="was not read into a query"):
        following(running.history(run_id))
