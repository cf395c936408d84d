"""Work on a whole database: checks, and the way of its log into files and out of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from domain.tenancy import of_all_tenants
from domain.values.text import without_passwords
from domain.views.database import (
    Backup,
    CurrentDatabase,
    DatabaseReport,
    DatabaseRoles,
    DatabaseSize,
    Examination,
    Swept,
)
from domain.views.log import LogMark, LogProgress, LogReport
from infrastructure.backup import back_up
from infrastructure.database.errors import DatabaseReadOnly
from infrastructure.database.opening import opened, opened_to_move, opened_to_read
from infrastructure.database_check.check import check
from infrastructure.database_roles import make_roles, roles_of
from infrastructure.database_size import size_of
from infrastructure.doctor.examination import examine
from infrastructure.log.landmarks import SqlLandmarks
from infrastructure.log.tail import SqlLogTail
from infrastructure.log.verification import PROBLEM_LIMIT, verify_log
from infrastructure.log_files.log_export import export_log
from infrastructure.log_files.log_file import open_log_file
from infrastructure.log_files.log_import import import_log
from infrastructure.named_payloads.erasure import SqlNamedPayloads
from infrastructure.named_payloads.sweep import sweep
from infrastructure.named_payloads.verification import verify_payloads
from infrastructure.projections.content_check import projection_problems


@dataclass(frozen=True, slots=True)
class SqlDatabase:
    """See `Database`. Each work opens the database of the URL and closes it again."""

    url: str
    tell: Callable[[str], None] = lambda _: None

    @of_all_tenants
    def upgrade(self) -> CurrentDatabase:
        """See `Database`."""
        with opened(self.url):
            return CurrentDatabase(without_passwords(self.url))

    @of_all_tenants
    def check(self) -> DatabaseReport:
        """See `Database`."""
        with opened_to_read(self.url, any_schema=True, tell=self.tell) as engine:
            return check(engine, self.tell)

    @of_all_tenants
    def sweep(self, *, is_dry_run: bool) -> Swept:
        """See `Database`."""
        with self._opened(is_read=is_dry_run) as engine:
            return sweep(engine, is_dry_run=is_dry_run)

    def back_up(
        self, path: str, *, may_replace: bool, on_progress: Callable[[str], None]
    ) -> Backup:
        """See `Database`."""
        with opened_to_read(self.url, any_schema=True, tell=self.tell) as engine:
            return back_up(engine, Path(path), may_replace=may_replace, on_progress=on_progress)

    @of_all_tenants
    def size(self) -> DatabaseSize:
        """See `Database`."""
        with opened_to_read(self.url, tell=self.tell) as engine:
            return size_of(engine)

    def roles(self, prefix: str, *, is_dry_run: bool) -> DatabaseRoles:
        """See `Database`."""
        with self._opened(is_read=is_dry_run) as engine:
            return (roles_of if is_dry_run else make_roles)(engine, prefix)

    @contextmanager
    def named_payloads(self, *, is_preview: bool = False) -> Iterator[SqlNamedPayloads]:
        """See `Database`."""
        with self._opened(is_read=is_preview) as engine:
            yield SqlNamedPayloads(engine)

    @of_all_tenants
    def examine(self) -> Examination:
        """See `Database`."""
        with opened(self.url, must_exist=True) as engine:
            return examine(engine)

    def _opened(self, *, is_read: bool) -> AbstractContextManager[sa.Engine]:
        if is_read:
            return opened_to_read(self.url, tell=self.tell)
        return opened(self.url, must_exist=True)


@dataclass(frozen=True, slots=True)
class SqlLog:
    """See `Log`. `target` opens the database that an import fills."""

    url: str
    target: Callable[[], sa.Engine]
    tell: Callable[[str], None] = lambda _: None

    def tail(self) -> SqlLogTail:
        """See `Log`."""
        return SqlLogTail(self.target())

    def landmarks(self) -> SqlLandmarks:
        """See `Log`."""
        return SqlLandmarks(self.target())

    @of_all_tenants
    def verify(
        self,
        since: LogMark | int,
        *,
        on_progress: Callable[[LogProgress], None],
        with_projections: bool = False,
    ) -> LogReport:
        """See `Log`."""
        with opened_to_read(self.url, tell=self.tell) as engine:
            report = verify_log(engine, since, on_progress=on_progress)
            if not with_projections:
                return report
            problems = (*report.problems, *self._projection_problems(engine))[:PROBLEM_LIMIT]
            return replace(report, problems=problems, is_sound=not problems)

    def _projection_problems(self, engine: sa.Engine) -> list[str]:
        try:
            with opened_to_move(engine, self.url) as moved:
                return list(projection_problems(moved))
        except DatabaseReadOnly:
            self.tell("the rows of projections were not compared: this user may not write them")
            return []

    @of_all_tenants
    def export(
        self,
        path: str,
        *,
        is_compressed: bool,
        on_progress: Callable[[int], None],
        on_problem: Callable[[str], None],
    ) -> LogMark:
        """See `Log`."""
        with opened_to_read(self.url, tell=self.tell) as engine:
            mark = export_log(
                engine, Path(path), is_compressed=is_compressed, on_progress=on_progress
            )
            _tell_problems(engine, on_problem)
            return mark

    @of_all_tenants
    def import_(
        self, path: str, *, on_progress: Callable[[int], None], on_problem: Callable[[str], None]
    ) -> LogMark:
        """See `Log`; a file that cannot be read leaves no database behind."""
        with open_log_file(Path(path)) as file:
            engine = self.target()
            mark = import_log(file, engine, on_progress=on_progress)
            _tell_problems(engine, on_problem)
            return mark


def _tell_problems(engine: sa.Engine, on_problem: Callable[[str], None]) -> None:
    """Tell what is wrong with the large results that the log names."""
    with engine.connect() as connection:
        for problem in verify_payloads(connection, problem_limit=PROBLEM_LIMIT).problems:
            on_problem(problem)
