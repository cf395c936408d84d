"""The command with tools that do not answer: a statement without end, or a thread that sleeps.

Says on standard error when the call hangs.
"""

import os
import sys
import time

from adapters.cli.__main__ import run
from infrastructure.estate import sql_estate

ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT max(i) FROM n WHERE i < 0",
    "postgresql": "SELECT pg_sleep(60)",
}


class HangingEstate(sql_estate.SqlEstate):
    """Does not answer, but for the look whether there is anything in it."""

    looks = 0

    def revision(self, tenant_id: str) -> str:
        HangingEstate.looks += 1
        if HangingEstate.looks == 1:
            return super().revision(tenant_id)
        sys.stderr.write("calling\n")
        sys.stderr.flush()
        if os.environ["HANGS"] == "thread":
            time.sleep(60)
        with self._engine.connect() as connection:
            connection.exec_driver_sql(ENDLESS[self._engine.dialect.name])
        return super().revision(tenant_id)


sql_estate.SqlEstate = HangingEstate  # type: ignore[misc]  # the fake takes its place
sys.exit(run())
