"""What a request may say, and what is checked before there is a run."""

from datetime import UTC, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from domain.operations.one_run import RunAndReason
from domain.operations.operation import Caller, InvalidParams
from domain.operations.question_params import QuestionParams
from domain.operations.replays import ForkParams
from domain.operations.requests import AskParams, plan_question
from domain.run.facts import RunOptions
from domain.tools.confidential import OPEN
from tests.domain.stages.running import BY, finish, plan_output
from tests.fakes import NOON, FrozenClock, PlannedBeforehand, empty_estate

if TYPE_CHECKING:
    from domain.operations.services import Services

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_timeout_that_is_not_given_is_that_of_runs() -> None:
    assert AskParams(question="Which?", anchor="data").options() == RunOptions(
        anchor="data", edition=3
    )


def test_a_timeout_that_is_given_is_that_of_each_call() -> None:
    assert AskParams(question="Which?", timeout_ms=5).options() == RunOptions(
        call_timeout_ms=5, edition=3
    )


def test_a_plan_counts_back_from_the_same_instant_as_its_run_would() -> None:
    newest = NOON.replace(year=2025)
    planner = PlannedBeforehand(plan_output())
    here = SimpleNamespace(
        clock=FrozenClock(),
        estate=empty_estate(newest),
        planner=planner,
        confidential=OPEN,
        zone=BERLIN,
        assets=None,
    )
    for anchor in ("now", "data"):
        asked = QuestionParams(question="Which?", anchor=anchor)
        finish(plan_question(cast("Services", here), Caller(BY), asked))
    assert [context.now for context in planner.contexts] == [
        NOON,
        newest + timedelta(milliseconds=1),
    ]
    assert {context.now.tzinfo for context in planner.contexts} == {BERLIN}


def test_the_zone_of_who_asks_is_recorded_where_it_is_not_utc() -> None:
    asked = AskParams(question="Which?")
    assert asked.options(BERLIN) == RunOptions(time_zone="Europe/Berlin", edition=3)
    assert asked.options(UTC) == RunOptions(edition=3)


@pytest.mark.parametrize("kind", [RunAndReason, ForkParams])
def test_what_is_done_to_a_run_has_a_reason(kind: type[BaseModel]) -> None:
    with pytest.raises(InvalidParams, match="reason"):
        kind(run="latest", reason=" ")


@pytest.mark.parametrize("timeout_ms", [0, 3_600_001])
def test_a_timeout_has_limits(timeout_ms: int) -> None:
    with pytest.raises(InvalidParams, match="timeout_ms"):
        AskParams(question="Which?", timeout_ms=timeout_ms)
