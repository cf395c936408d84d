"""The operation that shows all runs of a span of time, and what happened meanwhile."""

from datetime import timedelta
from typing import Final

from pydantic import Field

from domain.aggregate.envelope import RecordedEvent
from domain.aggregates import aggregate_of
from domain.operations.failures import since_text
from domain.operations.operation import Caller, InvalidParams, Params, Scope, read
from domain.operations.run_lists import tell_beside
from domain.operations.services import Services
from domain.run_filter.filter import Compare, Operator, RunFilter, all_of, any_of, equal
from domain.times import recorded_instant, recorded_text
from domain.values.fields import Name
from domain.views.log_timeline import LOG_TIMELINE, Landmark, LandmarkKind, LogTimeline, in_lanes
from domain.views.sentences import sentence_of

_KINDS: Final[dict[str, LandmarkKind]] = {
    "estate-imported": "import",
    "estate-removed": "removal",
    "run-recovered": "recovery",
    "operator-acted": "restart",
}
_BEGINS: Final = "a server begins to answer"
LONGEST_RUN: Final = timedelta(days=31)
"""A run waits 30 days for a person at most: what began earlier is not looked for."""
MOST_LANDMARKS: Final = 1000


class SpanOfLog(Params):
    """Which span of time is wanted."""

    since: Name = Field(default="-24h", description="From when, such as -7d or 2026-03-01.")
    until: Name | None = Field(default=None, description="Until when; None is now.")
    limit: int = Field(default=500, ge=1, le=1000, description="At most so many runs.")


async def show_log_timeline(have: Services, caller: Caller, params: SpanOfLog) -> LogTimeline:
    """Return the runs that went on in a span in lanes, and its landmarks, in order of time."""
    now = have.clock.now().astimezone(have.zone)
    since = since_text(params.since, now=now)
    until = recorded_text(now)
    if params.until is not None:
        until = since_text(params.until, now=now, param="until")
    if until <= since:
        raise InvalidParams([("until", f"it must be after since, which is {since}")])
    tenant_id = caller.tenant_id
    found = have.reader.summaries(tenant_id, _going_on(since, until), limit=params.limit)
    tell_beside(caller, found)
    if len(found.summaries) == params.limit:
        caller.tell(f"only the newest {params.limit} runs are shown: there may be more")
    marks = have.log.landmarks().between(tenant_id, since, until, limit=MOST_LANDMARKS)
    if len(marks) == MOST_LANDMARKS:
        caller.tell(f"only the first {MOST_LANDMARKS} landmarks are shown")
    runs = [*in_lanes(found.summaries)]
    return LogTimeline(
        since=since,
        until=until,
        lane_count=max((each.lane + 1 for each in runs), default=0),
        runs=runs,
        landmarks=[*map(_landmark, marks)],
    )


def _going_on(since: str, until: str) -> RunFilter:
    began = recorded_instant(since)
    earliest = recorded_text(began - LONGEST_RUN) if began and began.year > 1 else since
    return all_of(
        Compare("started", Operator.AT_LEAST, earliest),
        Compare("started", Operator.LESS, until),
        any_of(equal("ended", None), Compare("ended", Operator.AT_LEAST, since)),
    )


def _landmark(recorded: RecordedEvent) -> Landmark:
    """Return what an event says of the span. Raises `CorruptLog` when it cannot be read."""
    envelope = recorded.envelope
    kind = _KINDS.get(envelope.type, "publication")
    event = aggregate_of(envelope.stream_id).read(recorded).event
    return Landmark(
        kind=kind,
        at=envelope.recorded_at,
        position=recorded.position,
        stream_id=envelope.stream_id,
        by=f"{envelope.actor.kind} {envelope.actor.id}",
        what=_BEGINS if kind == "restart" else sentence_of(event),
    )


SHOW_LOG_TIMELINE: Final = read(
    "log.timeline", Scope.RUNS_READ, SpanOfLog, LOG_TIMELINE, show_log_timeline
)
