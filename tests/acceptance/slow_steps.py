"""The command with a planner, tools and appends that take their time, so that a signal meets each.

An append takes it in the middle of its transaction.
"""

import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from typing import Any

signal.signal(signal.SIGINT, signal.SIG_DFL)  # as the command does

from adapters.cli.__main__ import run  # noqa: E402 - after that
from domain.estate.queries import Vocabulary  # noqa: E402
from infrastructure.database import sqlite_writer  # noqa: E402
from infrastructure.estate import sql_estate  # noqa: E402

SECONDS = 0.03
durably = sqlite_writer._durably


class SlowEstate(sql_estate.SqlEstate):
    """Answers late."""

    def vocabulary(self, tenant_id: str) -> Vocabulary:
        time.sleep(SECONDS)
        return super().vocabulary(tenant_id)

    def revision(self, tenant_id: str) -> Any:  # noqa: ANN401 - as it is; each call asks for it
        time.sleep(SECONDS)
        return super().revision(tenant_id)


def slowly(cursor: sqlite3.Cursor, work: Callable[[sqlite3.Cursor], Any]) -> object:
    def slow(within: sqlite3.Cursor) -> object:
        done = work(within)
        time.sleep(SECONDS)
        return done

    return durably(cursor, slow)


sqlite_writer._durably = slowly  # type: ignore[assignment]  # the fake takes its place
sql_estate.SqlEstate = SlowEstate  # type: ignore[misc]  # the fake takes its place
sys.exit(run())
