"""The operations that drive the engine over the record: nothing is called."""

from typing import Final

from domain.errors import ErasedResult
from domain.operations.one_run import NOT_THERE, OneRun
from domain.operations.operation import Caller, Scope, read
from domain.operations.services import Services
from domain.replay.bulk.orders import IGNORED
from domain.replay.compare.ignore_rules import InvalidPattern, parse_ignore_rules
from domain.replay.verify.ablation import ablate
from domain.replay.verify.verify import verify
from domain.services.counterparts import history_before
from domain.views.ablation import ABLATION, Ablation
from domain.views.verdict import VERDICT, Verdict


class RunToVerify(OneRun):
    """A run, and what makes no difference."""

    ignore: tuple[str, ...] = IGNORED


async def verify_run(have: Services, caller: Caller, params: RunToVerify) -> Verdict:
    """Return whether this opstrail decides as the record says; it leaves no trace."""
    ignore = parse_ignore_rules(params.ignore)
    history = have.reader.find(caller.tenant_id, params.run)
    return await verify(history, have.known_tools, have.verifier, ignore)


async def ablate_run(have: Services, caller: Caller, params: OneRun) -> Ablation:
    """Return on which recorded results the answer hangs: each is replaced, one at a time."""
    history = have.reader.find(caller.tenant_id, params.run)
    before = history_before(have.reader, history)
    return await ablate(history, have.known_tools, before=before)


VERIFY_RUN: Final = read(
    "run.verify",
    Scope.RUNS_READ,
    RunToVerify,
    VERDICT,
    verify_run,
    *NOT_THERE,
    ErasedResult,
    InvalidPattern,
)
ABLATE_RUN: Final = read(
    "run.ablate", Scope.RUNS_READ, OneRun, ABLATION, ablate_run, *NOT_THERE, ErasedResult
)
