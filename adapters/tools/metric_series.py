"""Series of a metric that cover their whole window, however many points there are."""

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.tools.answer import answer, clamp
from adapters.tools.ci_scope import require_ci
from adapters.tools.metric_question import MetricParams, ask
from domain.estate.port import Estate
from domain.estate.queries import MetricQuery, SeriesPoint
from domain.plan.time_range import suggest_bucket_seconds
from domain.times import Window
from domain.tools.contracts import ToolContext, ToolResult

if TYPE_CHECKING:
    from domain.json import JsonMap

_MOST_POINTS = 1000
_DAY_SECONDS = 86_400


class SeriesParams(MetricParams):
    """The points of one item; more than `limit` (1..1000) are averaged in buckets of time."""

    ci_id: str
    limit: int = 200


def series(estate: Estate, context: ToolContext, params: SeriesParams) -> ToolResult:
    """Return the points, oldest first, or with `bucket_seconds` the averages of buckets."""
    question = ask(estate, context, params)
    item = require_ci(estate, context.tenant_id, ci_id=params.ci_id)
    limit, clamped = clamp("limit", params.limit, highest=_MOST_POINTS)
    window = question.span.window
    query = MetricQuery(metric_name=params.metric_name, window=window, ci_ids=(item.ci_id,))
    points, bucket_seconds = _points(estate, context.tenant_id, query=query, limit=limit)
    count = sum(point.sample_count for point in points)
    data: JsonMap = {
        **question.head(),
        "ci_id": item.ci_id,
        "ci_code": item.ci_code,
        "columns": ["measured_at", params.metric_name],
        "rows": [[point.measured_at.isoformat(), point.value] for point in points],
        "sample_count": count,
        "bucket_seconds": bucket_seconds,
    }
    return answer(
        data,
        row_count=len(points),
        references=[question.reference("series", params=params, sample_count=count)],
        warnings=[*clamped, *question.warn_without_points(count)],
        window=window,
    )


def _points(
    estate: Estate, tenant_id: str, *, query: MetricQuery, limit: int
) -> tuple[list[SeriesPoint], int | None]:
    summary = estate.metric_summary(tenant_id, query)
    if summary.last_at is None or summary.sample_count <= limit:
        return estate.metric_series(tenant_id, query), None
    # The window may be much longer than its points (all_time is): buckets divide what is covered.
    first_day = estate.metric_series(tenant_id, query, bucket_seconds=_DAY_SECONDS)[0]
    end = min(query.window.end, summary.last_at + timedelta(seconds=1))
    covered = Window(max(query.window.start, first_day.measured_at), end)
    seconds = suggest_bucket_seconds(covered, at_most=limit)
    bucketed = MetricQuery(metric_name=query.metric_name, window=covered, ci_ids=query.ci_ids)
    return estate.metric_series(tenant_id, bucketed, bucket_seconds=seconds), seconds
