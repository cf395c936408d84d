"""The operations that write something beside a run; what it was stays as it is."""

from typing import Final

from pydantic import Field

from domain.errors import NotEnded
from domain.operations.one_run import NOT_THERE, OneRun, details_told
from domain.operations.operation import Caller, Scope, command
from domain.operations.services import Services
from domain.run.commands import AnnotateRun, FlagRun
from domain.run.facts import Flag
from domain.values.fields import Remark
from domain.views.run import RUN, RunDetails


class FlagParams(OneRun):
    """A run, and what somebody thinks of its answer."""

    verdict: Flag = Field(description="Whether the answer is right, wrong or unclear.")
    note: Remark | None = Field(default=None, description="Why; it is recorded.")


class AnnotateParams(OneRun):
    """A run, and a remark on it."""

    text: Remark = Field(description="The remark.")


async def annotate_run(have: Services, caller: Caller, params: AnnotateParams) -> RunDetails:
    """Write a remark beside the run, and return how the run then is."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    have.runs.note(run_id, AnnotateRun(params.text), caller.by)
    return details_told(have, caller, run_id)


async def flag_run(have: Services, caller: Caller, params: FlagParams) -> RunDetails:
    """Record what somebody thinks of the answer, and return how the run then is."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    have.runs.note(run_id, FlagRun(params.verdict, params.note), caller.by)
    return details_told(have, caller, run_id)


ANNOTATE_RUN: Final = command(
    "run.annotate", Scope.RUNS_WRITE, AnnotateParams, RUN, annotate_run, *NOT_THERE, NotEnded
)

FLAG_RUN: Final = command(
    "run.flag", Scope.RUNS_WRITE, FlagParams, RUN, flag_run, *NOT_THERE, NotEnded
)
