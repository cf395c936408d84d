"""One value of a metric over many points."""

from pydantic import JsonValue

from adapters.tools.answer import answer
from adapters.tools.metric_cis import metric_cis
from adapters.tools.metric_question import MetricOfCisParams, ask, value_of
from domain.estate.port import Estate
from domain.estate.queries import MetricQuery, MetricSummary
from domain.tools.contracts import ToolContext, ToolResult


class ValueParams(MetricOfCisParams):
    """One value over all points of the items; `ci_id` names a single item, or one more."""

    ci_id: str | None = None


def aggregate(estate: Estate, context: ToolContext, params: ValueParams) -> ToolResult:
    """Return the value; null, with a warning, when there are no points."""
    question = ask(estate, context, params)
    cis = metric_cis(estate, context.tenant_id, params=_with_ci_id(params))
    window = question.span.window
    query = MetricQuery(metric_name=params.metric_name, window=window, ci_ids=cis.ids)
    summary = estate.metric_summary(context.tenant_id, query)
    count = summary.sample_count
    data: dict[str, JsonValue] = {
        **question.head(),
        **cis.as_json(),
        "ci_ids": None if cis.ids is None else list[JsonValue](cis.ids),
        "ci_count_with_data": summary.ci_count,
        "agg": params.agg,
        "value": value_of(summary, params.agg),
        "sample_count": count,
        "summary": _all_values(summary),
    }
    return answer(
        data,
        row_count=count,
        references=[question.reference("aggregate", params=params, sample_count=count)],
        warnings=[*cis.warnings, *question.warn_without_points(count)],
        window=window,
    )


def _with_ci_id(params: ValueParams) -> ValueParams:
    if params.ci_id is None:
        return params
    return params.model_copy(update={"ci_ids": (params.ci_id, *(params.ci_ids or ()))})


def _all_values(summary: MetricSummary) -> dict[str, JsonValue]:
    return {
        "count": summary.sample_count,
        "min": summary.minimum,
        "max": summary.maximum,
        "avg": summary.average,
        "last": summary.last_value,
        "last_at": summary.last_at.isoformat() if summary.last_at else None,
    }
