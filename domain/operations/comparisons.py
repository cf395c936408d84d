"""The operations that set a run beside others: compared, bisected, and diagnosed."""

from typing import Final

from pydantic import Field

from domain.operations.one_run import NOT_THERE, WHICH, RunAt
from domain.operations.operation import Caller, Params, Scope, read
from domain.operations.services import Services
from domain.replay.bulk.orders import IGNORED
from domain.replay.compare.compare import compare
from domain.replay.compare.ignore_rules import InvalidPattern, parse_ignore_rules
from domain.replay.diagnosis.diagnose import diagnose
from domain.services.bisection import CannotBisect, bisect
from domain.services.counterparts import StandsBesideARun, two_histories
from domain.services.diagnosis import case_of
from domain.values.fields import Name
from domain.views.bisection import BISECTION, Bisection
from domain.views.comparison import COMPARISON, Comparison
from domain.views.diagnosis import DIAGNOSIS, Diagnosis

_CANNOT_COMPARE: Final = (*NOT_THERE, StandsBesideARun, InvalidPattern)


class TwoRuns(Params):
    """Two runs, and what makes no difference between them."""

    a: Name = WHICH
    b: Name = Field(
        description="Another run. One of the two may be `previous` or `golden`: the run before "
        "the other one, or a golden one, of the same question."
    )
    ignore: tuple[str, ...] = IGNORED
    tolerance: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Numbers are the same that differ by no more than this, relative to the "
        "larger one: 0.01 is one percent.",
    )
    only_differences: bool = Field(
        default=False, description="Leave out the calls, stages and blocks that are the same."
    )


class GoodAndBad(Params):
    """Two runs of the same question: one whose answer was good, and a later one."""

    good: Name = WHICH
    bad: Name = WHICH


async def compare_runs(have: Services, caller: Caller, params: TwoRuns) -> Comparison:
    """Return how run B differs from run A."""
    rules = parse_ignore_rules(params.ignore)
    a, b = two_histories(have.reader, caller.tenant_id, params.a, params.b)
    found = compare(a, b, ignore=rules, tolerance=params.tolerance)
    return found.only_differences if params.only_differences else found


async def diagnose_run(have: Services, caller: Caller, params: RunAt) -> Diagnosis:
    """Return what is behind how a run went, direct evidence first."""
    case = case_of(have.reader, have.estate, caller.tenant_id, params.run, at=params.at)
    return diagnose(case)


async def bisect_runs(have: Services, caller: Caller, params: GoodAndBad) -> Bisection:
    """Return where the answer of GOOD turned into that of BAD, and what changed there."""
    return bisect(have.reader, caller.tenant_id, params.good, params.bad, progress=caller.progress)


BISECT_RUNS: Final = read(
    "run.bisect",
    Scope.RUNS_READ,
    GoodAndBad,
    BISECTION,
    bisect_runs,
    *NOT_THERE,
    CannotBisect,
    StandsBesideARun,
)
COMPARE_RUNS: Final = read(
    "run.compare", Scope.PAYLOADS_READ, TwoRuns, COMPARISON, compare_runs, *_CANNOT_COMPARE
)
DIAGNOSE_RUN: Final = read(
    "run.diagnose", Scope.RUNS_READ, RunAt, DIAGNOSIS, diagnose_run, *NOT_THERE
)
