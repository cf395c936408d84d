"""The counts and percentiles of runs, by what they have in common and by time."""

from typing import Final

from pydantic import Field

from domain.operations.operation import Caller, Params, Scope, read
from domain.operations.run_lists import HOW_MANY
from domain.operations.services import Services
from domain.run.groups import GroupBy, Grouping, Measure, RunGroup, Span
from domain.run_filter.tokens import FilterRefused
from domain.views.run_groups import RUN_GROUPS


class WhichGroups(Params):
    """Which runs are counted, and how they are grouped."""

    query: str | None = Field(default=None, description="In the grammar of filters.")
    by: tuple[GroupBy, ...] = Field(
        default=(), max_length=4, description="What runs of one group have in common."
    )
    per: Span | None = Field(
        default=None, description="The span of time in which they were asked, in UTC."
    )
    of: Measure = Field(default=Measure.DURATION, description="What is measured of each run.")
    limit: int = HOW_MANY


async def aggregate_runs(have: Services, caller: Caller, params: WhichGroups) -> list[RunGroup]:
    """Count and measure runs in groups: the largest groups, those of a span of time in its order.

    Tells when there are more groups.
    """
    where = have.reader.where(params.query)
    grouping = Grouping(tuple(dict.fromkeys(params.by)), params.per, params.of)
    found = have.reader.groups(caller.tenant_id, where, grouping, limit=params.limit + 1)
    if len(found) > params.limit:
        caller.tell(f"only the {params.limit} largest groups are shown; see `/limit`")
    return sorted(found[: params.limit], key=lambda group: group.since or "")


AGGREGATE_RUNS: Final = read(
    "run.aggregate", Scope.RUNS_READ, WhichGroups, RUN_GROUPS, aggregate_runs, FilterRefused
)
