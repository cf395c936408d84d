"""The log of all events as a whole: its verification, and its way into files and out of them."""

from collections.abc import Callable
from typing import Protocol

from domain.ports import Landmarks, LogTail
from domain.views.log import LogMark, LogProgress, LogReport


class LogFileRefused(Exception):
    """The file is not a log as it was exported, or does not fit the database."""

    def __init__(self, line: int, *, why: str) -> None:
        """Keep the facts; lines count from 1."""
        self.line, self.why = line, why
        super().__init__(f"line {line} of the log file is refused: {why}")


class Log(Protocol):
    """The log of a database. Nothing but an import creates a database that is not there."""

    def tail(self) -> LogTail:
        """Return the newest part of the log, which is open from then on."""

    def landmarks(self) -> Landmarks:
        """Return what finds the landmarks of the log, which is open from then on."""

    def verify(
        self,
        since: LogMark | int,
        *,
        on_progress: Callable[[LogProgress], None],
        with_projections: bool = False,
    ) -> LogReport:
        """Return what is wrong in the log beyond a mark or position, and in its payloads.

        The run list, keys and checkpoints are looked at whole, the rows of projections when that
        is wanted: they are built again for it.

        The log up to a mark is believed when its log hash is still that of the mark. A position
        means the end of the last batch that ended there or before.
        """

    def export(
        self,
        path: str,
        *,
        is_compressed: bool,
        on_progress: Callable[[int], None],
        on_problem: Callable[[str], None],
    ) -> LogMark:
        """Write the log to a new file and return where it ends; `on_progress` hears positions.

        `on_problem` hears what is wrong with large results, such as that one is missing. The
        file gets its name when it is complete. Raises `FileExistsError`, `OSError`.
        """

    def import_(
        self, path: str, *, on_progress: Callable[[int], None], on_problem: Callable[[str], None]
    ) -> LogMark:
        """Read a file into an empty database and return where its log ends then.

        `on_problem` hears what is wrong with large results, such as that the file lacks one.
        All of it is imported, or nothing, whatever stops it. Raises `LogFileRefused`, and
        `OSError` when the file cannot be read.
        """
