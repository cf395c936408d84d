"""The kinds of failures, of runs and of their calls."""

from datetime import datetime
from typing import Final

from pydantic import Field

from domain.operations.operation import Caller, InvalidParams, Params, Scope, read
from domain.operations.run_lists import HOW_MANY, tell_beside
from domain.operations.services import Services
from domain.run.failures import FailureGroup
from domain.run_filter.fields import RUN_FIELDS
from domain.run_filter.filter import Compare, Operator
from domain.run_filter.tokens import FilterRefused
from domain.run_filter.values import FORMS, comparison
from domain.values.fields import Name
from domain.views.failures import FAILURES


class WhichFailures(Params):
    """Which kinds of failures are wanted: among the runs that the filter fits."""

    query: str | None = Field(default=None, description="In the grammar of filters.")
    since: Name | None = Field(
        default=None,
        description="Only kinds that were seen since then, such as -7d; they are told whole.",
    )
    limit: int = HOW_MANY


async def list_failures(
    have: Services, caller: Caller, params: WhichFailures
) -> list[FailureGroup]:
    """Return the kinds of failures, of runs and of their calls, the most frequent first."""
    now = have.clock.now().astimezone(have.zone)
    since = None if params.since is None else since_text(params.since, now=now)
    where = have.reader.where(params.query)
    found = have.reader.failures(caller.tenant_id, where, limit=params.limit, since=since)
    tell_beside(caller, found)
    return found.groups


def since_text(written: str, *, now: datetime, param: str = "since") -> str:
    """Return the instant, or the beginning of the days, as recorded times have it.

    Raises `InvalidParams`, which names the param.
    """
    field = RUN_FIELDS["started"]
    match comparison(field, Operator.AT_LEAST, written, now=now):
        case Compare(value=str() as instant):
            return instant
        case _:
            raise InvalidParams([(param, f"{written!r} is not {FORMS[field.kind]}")])


LIST_FAILURES: Final = read(
    "run.failures", Scope.RUNS_READ, WhichFailures, FAILURES, list_failures, FilterRefused
)
