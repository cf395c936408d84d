"""What is asked for with a bulk replay, and the range of runs that it freezes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from domain.ports import RunViews, not_searched
from domain.replay.bulk.errors import BulkReplayRefused
from domain.replay.compare.ignore_rules import parse_ignore_rules
from domain.run.facts import CallTimeoutMs, Patches
from domain.run.summary import RunSummary
from domain.run_filter.filter import Compare, Operator, RunFilter, all_of
from domain.run_filter.parser import parse_filter
from domain.values.fields import Name, Reason
from domain.views.bulk_replay import BulkMode

_PAGE: Final = 100
_NO_PATCHES: Final = Patches()
_CHANGING: Final = (BulkMode.RERUN, BulkMode.FORK, BulkMode.RESUME)
_PARTING: Final = (BulkMode.FORK,)
STORED_IF_GIVEN: Final = ("timeout_ms", "from_call", "retry_failed", "ignore")
"""What an order has that is stored only where it says something."""


IGNORED: Final = Field(
    default=(),
    description="What to leave out of params, results, blocks and references: JSON pointers with "
    "* (one key) and ** (any), or of a single tool: `metric:/rows/*/time`.",
)


class BulkOrder(BaseModel):
    """A request to replay all runs that a filter fits, newest first.

    What is changed, and what of the record is used, is as in `domain.replay.fork.descent.Fork`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: BulkMode = Field(description="What to do with each run.")
    filter: str = Field(description="Which runs, in the filter language; empty is every run.")
    reason: Reason
    patches: Patches = Field(
        Patches(), description="Changes of each run, but when it is verified."
    )
    timeout_ms: CallTimeoutMs | None = Field(
        None, description="How long one tool call may take; None is as before."
    )
    at: int | None = Field(None, ge=1, description="Fork each run at this event.")
    from_call: Name | None = Field(None, description="Fork each run where this call began.")
    retry_failed: bool = Field(
        default=False, description="Ask the calls again that have failed on the record of forks."
    )
    is_blocked: bool = Field(
        default=False, description="Refuse every call of forks that is not recorded."
    )
    ignore: tuple[str, ...] = IGNORED
    limit: int | None = Field(None, ge=1, description="At most this many runs.")
    rate: float | None = Field(
        None, ge=0.001, allow_inf_nan=False, description="Begin at most this many runs a second."
    )
    max_concurrent_runs: int = Field(
        1, ge=1, le=100, description="How many reruns, forks or resumptions at once."
    )


@dataclass(frozen=True, slots=True)
class RunRange:
    """The runs of a tenant that a filter fits, as long as they were requested until `as_of`.

    The days and clock times of the filter are those of the zone.
    """

    views: RunViews
    tenant_id: str
    filter: str
    as_of: str
    zone: tzinfo

    def count(self, limit: int | None) -> int:
        """Return how many runs there are, at most `limit`.

        Raises `FilterRefused`, and `BulkReplayRefused` when the newest events cannot be searched
        for the tool calls that the filter asks for.
        """
        where = self._where()
        newest = self.views.summaries(self.tenant_id, where, limit=1)
        if newest.unread_count:
            raise BulkReplayRefused(not_searched(newest), field="filter")
        found = self.views.count(self.tenant_id, where)
        return found if limit is None else min(found, limit)

    def runs(self, count: int, *, after: str | None = None) -> Iterator[RunSummary]:
        """Yield so many runs page by page, newest first: those older than `after`, or all."""
        where = self._where()
        while count > 0:
            page = self.views.summaries(
                self.tenant_id, where, limit=min(_PAGE, count), before=after
            ).summaries
            if not page:
                return
            yield from page
            count, after = count - len(page), page[-1].run_id

    def _where(self) -> RunFilter:
        until = Compare("started", Operator.AT_MOST, self.as_of)
        if not self.filter.strip():
            return until
        now = datetime.fromisoformat(self.as_of).astimezone(self.zone)
        return all_of(parse_filter(self.filter, now=now), until)


def require_possible(order: BulkOrder) -> None:
    """Raise `BulkReplayRefused` when parts of the order exclude each other, `InvalidPattern`."""
    parse_ignore_rules(order.ignore)
    changes = {
        "patches": ("patches", order.patches != _NO_PATCHES, _CHANGING),
        "timeout_ms": ("time-out", order.timeout_ms is not None, _CHANGING),
        "at": ("version to part at", order.at is not None, _PARTING),
        "from_call": ("call to part at", order.from_call is not None, _PARTING),
        "retry_failed": ("failed calls to ask again", order.retry_failed, _PARTING),
        "is_blocked": ("blocked calls", order.is_blocked, _PARTING),
    }
    for field, (name, is_asked, modes) in changes.items():
        if is_asked and order.mode not in modes:
            why = f"mode {order.mode} has no {name}; what has: {', '.join(modes)}"
            raise BulkReplayRefused(why, field=field)
    if order.patches.results:
        why = "results cannot be replaced in bulk: calls of other runs have other results"
        raise BulkReplayRefused(why, field="patches")
