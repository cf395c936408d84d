"""The operations on the log of all events, which is that of all tenants."""

from collections.abc import Callable
from typing import Annotated, Final

from pydantic import Field

from domain.operations.operation import Access, Caller, Params, Scope, command, read
from domain.operations.services import Services
from domain.services.log import LogFileRefused
from domain.views.log import LOG_MARK, LOG_REPORT, LogMark, LogProgress, LogReport


class VerifyLog(Params):
    """From where on the log is verified."""

    since: Annotated[int, Field(ge=0)] | LogMark = Field(
        default=0, description="Believe the log up to this position, or up to this mark."
    )
    projections: bool | None = Field(
        default=None,
        description="Build every projection again, and compare its rows."
        " Without it, that is done where the whole log is verified.",
    )


class ExportLog(Params):
    """The file that the log is written to."""

    path: str = Field(description="A file that does not exist yet.")
    is_compressed: bool = Field(default=False, description="Compress it with Zstandard.")


class ImportLog(Params):
    """The file that the log is read from."""

    path: str = Field(description="A file that was exported.")


async def verify_log(have: Services, caller: Caller, params: VerifyLog) -> LogReport:
    """Recompute every hash of the log and say whether it is as it was written."""

    def note(progress: LogProgress) -> None:
        caller.reached(progress.verified_to)
        caller.progress(f"position {progress.verified_to.position} of {progress.last_position}")

    is_whole = params.since == 0 if params.projections is None else params.projections
    return have.log.verify(params.since, on_progress=note, with_projections=is_whole)


async def export_log(have: Services, caller: Caller, params: ExportLog) -> LogMark:
    """Write the log to a file, every event with its hashes, and return where it ends."""
    return have.log.export(
        params.path,
        is_compressed=params.is_compressed,
        on_progress=_positions(caller),
        on_problem=caller.tell,
    )


async def import_log(have: Services, caller: Caller, params: ImportLog) -> LogMark:
    """Read an exported log into an empty database: the same positions, batches and hashes."""
    return have.log.import_(params.path, on_progress=_positions(caller), on_problem=caller.tell)


def _positions(caller: Caller) -> Callable[[int], None]:
    return lambda position: caller.progress(f"position {position}")


VERIFY_LOG: Final = read("log.verify", Scope.AUDIT_READ, VerifyLog, LOG_REPORT, verify_log)
EXPORT_LOG: Final = command(
    *("log.export", Scope.AUDIT_READ, ExportLog, LOG_MARK, export_log, OSError),
    access=Access.READ,
)
IMPORT_LOG: Final = command(
    *("log.import", Scope.RUNS_WRITE, ImportLog, LOG_MARK, import_log, LogFileRefused, OSError),
    access=Access.BEGIN,
)
