"""The run as an aggregate: from this one declaration all that handles its streams is derived."""

from typing import Any, Final, get_args

from domain.aggregate.aggregate import Aggregate
from domain.run.call_events import ToolCallSucceeded
from domain.run.commands import Command
from domain.run.events import RunEvent
from domain.run.fold import RunFold
from domain.run.lifecycle import LIFECYCLE
from domain.run.run import decide, evolve
from domain.run.state import Run
from domain.run.summary import SummaryFold


def _without_payload(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "payload": None}


def _new(run_id: str) -> Run:
    return Run(run_id=run_id)


RUN: Final[Aggregate[Run, Command, RunEvent]] = Aggregate(
    name="run",
    prefix="run-",
    events=get_args(RunEvent),
    lifecycle=LIFECYCLE,
    begin=_new,
    decide=decide,
    evolve=evolve,
    fold=RunFold,
    summary=SummaryFold,
    upcasters={(ToolCallSucceeded.stored_as, 1): _without_payload},
)
