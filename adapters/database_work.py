"""Work on a whole database, composed for the faces: checks, and the way of its log in and out."""

from collections.abc import Callable
from pathlib import Path

from adapters.bootstrap import default_database_url, event_store_on, opened
from infrastructure.clock import SystemClock
from infrastructure.database.engine import create_engine
from infrastructure.database.existing import open_existing
from infrastructure.database_check.check import DatabaseReport, check
from infrastructure.doctor.examination import Examination, examine
from infrastructure.ids import UuidIds
from infrastructure.log.chain import LogMark
from infrastructure.log.verification import LogProgress, LogReport, log_end
from infrastructure.log.verification import verify_log as verify_log_of
from infrastructure.log_files import log_export as exporting
from infrastructure.log_files import log_import as importing
from infrastructure.log_files.lines import LogFileRefused
from infrastructure.log_files.log_file import open_log_file
from infrastructure.log_files.log_import import ImportTarget
from infrastructure.named_payloads import sweep as sweeping
from infrastructure.named_payloads.sweep import Swept
from infrastructure.projections.projections import Projections
from infrastructure.run_list.views import SqlRunViews

__all__ = [
    "DatabaseReport",
    "Examination",
    "LogFileRefused",
    "LogMark",
    "LogProgress",
    "LogReport",
    "Swept",
    "check_database",
    "examine_database",
    "export_log",
    "import_log",
    "sweep_payloads",
    "verify_log",
]


def check_database(url: str | None = None) -> DatabaseReport:
    """Return what is in the database of this URL, and what is wrong with it; changes nothing.

    Raises `DatabaseUnavailable`.
    """
    engine = create_engine(url or default_database_url())
    try:
        return check(engine)
    finally:
        engine.dispose()


def examine_database(url: str | None = None) -> Examination:
    """See `infrastructure.doctor.examination.examine`. Raises `DatabaseUnavailable`."""
    with open_existing(url or default_database_url()) as engine:
        return examine(engine)


def export_log(
    url: str | None, path: Path, *, is_compressed: bool, on_progress: Callable[[int], None]
) -> LogMark:
    """See `infrastructure.log_files.log_export.export_log`. Raises `DatabaseUnavailable`."""
    with open_existing(url or default_database_url()) as engine:
        return exporting.export_log(
            engine, path, is_compressed=is_compressed, on_progress=on_progress
        )


def import_log(url: str | None, path: Path, *, on_progress: Callable[[int], None]) -> LogMark:
    """See `infrastructure.log_files.log_import.import_log`; the database is created when needed.

    Raises `DatabaseUnavailable`.
    """
    with open_log_file(path) as file, opened(url) as engine:
        projections = Projections(engine, clock=SystemClock(), ids=UuidIds())
        target = ImportTarget(event_store_on(engine), SqlRunViews(engine, projections))
        stands_at = log_end(engine)
        return importing.import_log(file, target, stands_at=stands_at, on_progress=on_progress)


def verify_log(
    url: str | None, since: LogMark | int, *, on_progress: Callable[[LogProgress], None]
) -> LogReport:
    """See `infrastructure.log.verification.verify_log`. Raises `DatabaseUnavailable`."""
    with open_existing(url or default_database_url()) as engine:
        return verify_log_of(engine, since, on_progress=on_progress)


def sweep_payloads(url: str | None, *, is_dry_run: bool) -> Swept:
    """See `infrastructure.named_payloads.sweep.sweep`. Raises `DatabaseUnavailable`."""
    with open_existing(url or default_database_url()) as engine:
        return sweeping.sweep(engine, is_dry_run=is_dry_run)
