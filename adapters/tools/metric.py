"""The tool of metrics: values, rankings, series, and which metrics there are."""

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import JsonValue

from adapters.tools.answer import answer, clamp, cut_warning
from adapters.tools.ci_lookup import require_ci
from adapters.tools.metric_question import (
    MetricOfCisParams,
    MetricParams,
    ask,
    counter_warnings,
    gaps_of,
    metric_cis,
    value_of,
    values_of,
)
from adapters.tools.metric_ranking import MOST_ROWS, RankingParams, aggregate_by_ci
from adapters.tools.operation import EstateTool, operation
from domain.estate.port import Estate
from domain.estate.queries import MetricQuery, MetricSummary, SeriesPoint
from domain.figures import whole_sum
from domain.json import as_map
from domain.plan.time_range import suggest_bucket_seconds
from domain.times import Window
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolParams, ToolResult

if TYPE_CHECKING:
    from domain.json import JsonMap

_MOST_METRICS = 1000
_MOST_POINTS = 1000
_DAY_SECONDS = 86_400


class ValueParams(MetricOfCisParams):
    """One value over all points of the items; `ci_id` names a single item, or one more.

    With `per_item` also that of each item, at most 200, the highest first.
    """

    ci_id: str | None = None
    per_item: bool = False


class SeriesParams(MetricParams):
    """The points of one item; more than `limit` (1..1000) are averaged in buckets of time."""

    ci_id: str
    limit: int = 200


class ExistsParams(ToolParams):
    """The name of a metric."""

    metric_name: str


class ListParams(ToolParams):
    """How many metrics to list, 1..1000."""

    limit: int = 200


class MetricTool(EstateTool):
    """Computes values, rankings and series of metrics."""

    TYPE = CommonToolTypes.METRIC

    @operation("aggregate", ValueParams, "metric_aggregate", "metric_query")
    def _aggregate(self, context: ToolContext, params: ValueParams) -> ToolResult:
        """Compute one value of a metric over configuration items; of counters increase or rate."""
        question = ask(self._estate, context, params)
        cis = metric_cis(self._estate, context.tenant_id, params=_with_ci_id(params))
        query = cis.query(question)
        summary = self._estate.metric_summary(context.tenant_id, query)
        gaps = gaps_of(self._estate, context, question, query, summary)
        count = summary.sample_count
        data: dict[str, JsonValue] = {
            **question.head(params.agg),
            **cis.as_json(),
            "ci_ids": None if cis.ids is None else list[JsonValue](cis.ids),
            "ci_count_with_data": summary.ci_count,
            "agg": params.agg,
            "value": value_of(self._estate, context.tenant_id, query, summary, params.agg),
            "sample_count": count,
            "summary": {
                **values_of(summary),
                "last_at": summary.last_at.isoformat() if summary.last_at else None,
            },
            **gaps.mark,
            **_per_item(self._estate, context, _with_ci_id(params)),
        }
        return answer(
            data,
            row_count=count,
            references=[question.reference("aggregate", params=params, sample_count=count)],
            warnings=[
                *(*cis.warnings, *gaps.warnings),
                *counter_warnings(question.metric, params.agg),
            ],
            window=question.span.window,
            newest=summary.last_at,
        )

    @operation("aggregate_by_ci", RankingParams, "metric_aggregate")
    def _aggregate_by_ci(self, context: ToolContext, params: RankingParams) -> ToolResult:
        """Rank configuration items by a value of a metric."""
        return aggregate_by_ci(self._estate, context, params)

    @operation("series", SeriesParams, "metric_query")
    def _series(self, context: ToolContext, params: SeriesParams) -> ToolResult:
        """Return a metric of one configuration item over time."""
        question = ask(self._estate, context, params)
        item = require_ci(self._estate, context.tenant_id, ci_id=params.ci_id)
        limit, clamped = clamp("limit", params.limit, highest=_MOST_POINTS)
        window = question.span.window
        query = MetricQuery(metric_name=params.metric_name, window=window, ci_ids=(item.ci_id,))
        summary = self._estate.metric_summary(context.tenant_id, query)
        points, bucket_seconds = _points(self._estate, context.tenant_id, query, summary, limit)
        count = whole_sum(point.sample_count for point in points)
        gaps = gaps_of(self._estate, context, question, query, summary)
        data: JsonMap = {
            **question.head(),
            "ci_id": item.ci_id,
            "ci_code": item.ci_code,
            "columns": ["measured_at", params.metric_name],
            "rows": [[point.measured_at.isoformat(), point.value] for point in points],
            "sample_count": count,
            "bucket_seconds": bucket_seconds,
            **gaps.mark,
        }
        return answer(
            data,
            row_count=len(points),
            references=[question.reference("series", params=params, sample_count=count)],
            warnings=[*clamped, *gaps.warnings],
            window=window,
            newest=summary.last_at,
        )

    @operation("exists", ExistsParams)
    def _exists(self, context: ToolContext, params: ExistsParams) -> ToolResult:
        """Say whether there is a metric of this name."""
        exists = params.metric_name in self._estate.metrics(context.tenant_id)
        return answer({"metric_name": params.metric_name, "exists": exists}, row_count=1)

    @operation("list", ListParams)
    def _list(self, context: ToolContext, params: ListParams) -> ToolResult:
        """List the metrics."""
        limit, clamped = clamp("limit", params.limit, highest=_MOST_METRICS)
        metrics = list(self._estate.metrics(context.tenant_id).values())
        shown = metrics[:limit]
        data: JsonMap = {
            "rows": [metric.model_dump(mode="json") for metric in shown],
            "total": len(metrics),
        }
        cut = cut_warning(len(shown), total=len(metrics), noun="metrics")
        return answer(data, row_count=len(shown), warnings=[*clamped, *cut])


def _with_ci_id(params: ValueParams) -> ValueParams:
    if params.ci_id is None:
        return params
    return params.model_copy(update={"ci_ids": (params.ci_id, *(params.ci_ids or ()))})


def _per_item(estate: Estate, context: ToolContext, params: ValueParams) -> "JsonMap":
    """Return the table of the items' own values, where it is asked for."""
    if not params.per_item:
        return {}
    asked = params.model_dump(exclude={"ci_id", "per_item"})
    ranking = aggregate_by_ci(estate, context, RankingParams(**asked, top_n=MOST_ROWS))
    data = as_map(ranking.data)
    return {"per_item": {name: data[name] for name in ("columns", "rows", "total")}}


def _points(
    estate: Estate, tenant_id: str, query: MetricQuery, summary: MetricSummary, limit: int
) -> tuple[list[SeriesPoint], int | None]:
    if summary.last_at is None or summary.sample_count <= limit:
        return estate.metric_series(tenant_id, query), None
    # The window may be much longer than its points (all_time is): buckets divide what is covered.
    first_day = estate.metric_series(tenant_id, query, bucket_seconds=_DAY_SECONDS)[0]
    end = min(query.window.end, summary.last_at + timedelta(seconds=1))
    covered = Window(max(query.window.start, first_day.measured_at), end)
    seconds = suggest_bucket_seconds(covered, at_most=limit)
    bucketed = MetricQuery(metric_name=query.metric_name, window=covered, ci_ids=query.ci_ids)
    return estate.metric_series(tenant_id, bucketed, bucket_seconds=seconds), seconds
