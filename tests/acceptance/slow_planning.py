"""The command on an estate that takes its time; says on standard error that it has begun."""

import sys
import time

from adapters.cli.app import main
from domain.estate.queries import Vocabulary
from infrastructure.estate import sql_estate

_SECONDS = 1.0


class SlowEstate(sql_estate.SqlEstate):
    """Answers late."""

    def vocabulary(self, tenant_id: str) -> Vocabulary:
        sys.stderr.write("planning\n")
        sys.stderr.flush()
        time.sleep(_SECONDS)
        return super().vocabulary(tenant_id)


sql_estate.SqlEstate = SlowEstate  # type: ignore[misc]  # the fake takes its place
sys.exit(main())
