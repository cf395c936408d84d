"""The operations that erase large results of runs."""

from typing import Final

from pydantic import Field

from domain.errors import NotEnded, NothingToErase, PutJustNow, WrongExpectedVersion
from domain.operations.one_run import NOT_THERE, OneRun, history_told
from domain.operations.operation import Caller, Scope, command, read
from domain.operations.services import Services
from domain.services.erasures import Erasures
from domain.values.fields import Name, Reason
from domain.views.erasure import ERASURE, Erasure


class OneCall(OneRun):
    """A call of a run."""

    call: Name = Field(description="The id of a call of the run.")


class EraseParams(OneCall):
    """A call of a run, and why its results are erased."""

    reason: Reason


async def erase_result(have: Services, caller: Caller, params: EraseParams) -> Erasure:
    """Erase the large results of a call for good, in every run of the tenant that names them."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    with have.database.named_payloads() as named:
        erasures = Erasures(reader=have.reader, runs=have.runs, named=named)
        erased = erasures.erase(run_id, params.call, params.reason, caller.by)
    history_told(have, caller, run_id)
    return erased


async def preview_erasure(have: Services, caller: Caller, params: OneCall) -> Erasure:
    """Return what would be erased, and which runs name it."""
    run_id = have.reader.resolve(caller.tenant_id, params.run)
    with have.database.named_payloads(is_preview=True) as named:
        erasures = Erasures(reader=have.reader, runs=have.runs, named=named)
        return erasures.preview(run_id, params.call, caller.tenant_id)


_CANNOT_ERASE: Final = (*NOT_THERE, NothingToErase, PutJustNow)
ERASE_RESULT: Final = command(
    "run.erase",
    Scope.ERASE,
    EraseParams,
    ERASURE,
    erase_result,
    *_CANNOT_ERASE,
    NotEnded,
    WrongExpectedVersion,
)
ERASE_PREVIEW: Final = read(
    "run.erase_preview", Scope.RUNS_READ, OneCall, ERASURE, preview_erasure, *_CANNOT_ERASE
)
