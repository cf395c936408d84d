"""The tool of metrics: values, rankings, series, and which metrics there are."""

from typing import TYPE_CHECKING

from adapters.tools.answer import answer, clamp, cut_warning
from adapters.tools.metric_ranking import RankingParams, aggregate_by_ci
from adapters.tools.metric_series import SeriesParams, series
from adapters.tools.metric_value import ValueParams, aggregate
from adapters.tools.operation import EstateTool, operation
from domain.tools.contracts import (
    CommonToolTypes,
    ToolContext,
    ToolParams,
    ToolResult,
)

if TYPE_CHECKING:
    from domain.json import JsonMap

_MOST_METRICS = 1000


class ExistsParams(ToolParams):
    """The name of a metric."""

    metric_name: str


class ListParams(ToolParams):
    """How many metrics to list, 1..1000."""

    limit: int = 200


class MetricTool(EstateTool):
    """Computes values, rankings and series of metrics."""

    TYPE = CommonToolTypes.METRIC

    @operation(
        "aggregate",
        summary="Compute one value of a metric over configuration items.",
        params=ValueParams,
        capabilities=("metric_aggregate", "metric_query"),
    )
    def _aggregate(self, context: ToolContext, params: ValueParams) -> ToolResult:
        return aggregate(self._estate, context, params)

    @operation(
        "aggregate_by_ci",
        summary="Rank configuration items by a value of a metric.",
        params=RankingParams,
        capabilities=("metric_aggregate",),
    )
    def _aggregate_by_ci(self, context: ToolContext, params: RankingParams) -> ToolResult:
        return aggregate_by_ci(self._estate, context, params)

    @operation(
        "series",
        summary="Return a metric of one configuration item over time.",
        params=SeriesParams,
        capabilities=("metric_query",),
    )
    def _series(self, context: ToolContext, params: SeriesParams) -> ToolResult:
        return series(self._estate, context, params)

    @operation(
        "exists", summary="Say whether there is a metric of this name.", params=ExistsParams
    )
    def _exists(self, context: ToolContext, params: ExistsParams) -> ToolResult:
        exists = params.metric_name in self._estate.metrics(context.tenant_id)
        return answer({"metric_name": params.metric_name, "exists": exists}, row_count=1)

    @operation("list", summary="List the metrics.", params=ListParams)
    def _list(self, context: ToolContext, params: ListParams) -> ToolResult:
        limit, clamped = clamp("limit", params.limit, highest=_MOST_METRICS)
        metrics = list(self._estate.metrics(context.tenant_id).values())
        shown = metrics[:limit]
        data: JsonMap = {
            "rows": [metric.model_dump(mode="json") for metric in shown],
            "total": len(metrics),
        }
        cut = cut_warning(len(shown), total=len(metrics), noun="metrics")
        return answer(data, row_count=len(shown), warnings=[*clamped, *cut])
