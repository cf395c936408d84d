"""What a request may say, and what is checked before there is a run."""

import pytest
from pydantic import BaseModel

from domain.operations.operation import InvalidParams
from domain.operations.replays import ForkParams, ReplayParams
from domain.operations.requests import AskParams, CancelParams
from domain.run.facts import RunOptions


def test_a_timeout_that_is_not_given_is_that_of_runs() -> None:
    assert AskParams(question="Which?", anchor="data").options() == RunOptions(anchor="data")


def test_a_timeout_that_is_given_is_that_of_each_call() -> None:
    assert AskParams(question="Which?", timeout_ms=5).options() == RunOptions(call_timeout_ms=5)


@pytest.mark.parametrize("kind", [CancelParams, ReplayParams, ForkParams])
def test_what_is_done_to_a_run_has_a_reason(kind: type[BaseModel]) -> None:
    with pytest.raises(InvalidParams, match="reason"):
        kind(run="latest", reason=" ")


@pytest.mark.parametrize("timeout_ms", [0, 3_600_001])
def test_a_timeout_has_limits(timeout_ms: int) -> None:
    with pytest.raises(InvalidParams, match="timeout_ms"):
        AskParams(question="Which?", timeout_ms=timeout_ms)
