"""The command on an estate that takes its time; says on standard error that it has begun."""

import sys
import time

import adapters.bootstrap
from adapters.cli.app import main
from domain.estate.queries import Vocabulary
from infrastructure.estate.sql_estate import SqlEstate

_SECONDS = 1.0


class SlowEstate(SqlEstate):
    """Answers late."""

    def vocabulary(self, tenant_id: str) -> Vocabulary:
        sys.stderr.write("planning\n")
        sys.stderr.flush()
        time.sleep(_SECONDS)
        return super().vocabulary(tenant_id)


adapters.bootstrap.SqlEstate = SlowEstate  # type: ignore[attr-defined]  # the fake takes its place
sys.exit(main())
