"""What a bulk replay would do, without doing it: how many runs, and who would answer calls."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.errors import OpstrailError
from domain.replay.bulk.events import BulkMode
from domain.replay.bulk.orders import BulkOrder, RunRange
from domain.replay.fork.descent import Fork
from domain.run.call_events import AnsweredBy
from domain.run.summary import RunSummary
from domain.services.replays import Replays
from domain.views.preview import Preview

_NAMED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkPreview:
    """What would happen.

    `calls` counts who would answer them, as far as that is known. `planned_anew` is how many runs
    the planner would be asked for. `refusals` says of the first that cannot be replayed why.
    """

    run_count: int
    calls: Mapping[AnsweredBy, int]
    planned_anew: int = 0
    refused_count: int = 0
    refusals: Mapping[str, str]

    @property
    def outside_calls(self) -> int:
        """How many calls would go out."""
        return self.calls.get("live", 0)


async def preview_of(order: BulkOrder, runs: RunRange, replays: Replays) -> BulkPreview:
    """Return what the order would do with the range; nothing is called or recorded.

    Raises like `RunRange.count`.
    """
    count = runs.count(order.limit)
    calls, planned_anew, refused_count = Counter[AnsweredBy](), 0, 0
    refusals: dict[str, str] = {}
    for run in runs.runs(count):
        try:
            found = await _preview(order, run, replays)
        except OpstrailError as error:
            refused_count += 1
            if len(refusals) < _NAMED:
                refusals[run.run_id] = str(error)
            continue
        if found is None:
            calls["record"] += run.call_count
            continue
        calls.update(call.answered_by for call in found.calls)
        planned_anew += found.is_planned_anew
    return BulkPreview(
        run_count=count,
        calls=dict(calls),
        planned_anew=planned_anew,
        refused_count=refused_count,
        refusals=refusals,
    )


async def _preview(order: BulkOrder, run: RunSummary, replays: Replays) -> Preview | None:
    match order.mode:
        case BulkMode.VERIFY:
            return None
        case BulkMode.RERUN:
            return await replays.preview_rerun(run.tenant_id, run.run_id)
        case BulkMode.FORK:
            fork = Fork(
                reason=order.reason,
                at=order.at,
                patches=order.patches,
                is_blocked=order.is_blocked,
            )
            return await replays.preview_fork(run.tenant_id, run.run_id, fork)
