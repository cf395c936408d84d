"""Configuration items ranked by a value of a metric."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from adapters.tools.answer import answer, clamp, cut_warning
from adapters.tools.metric_question import MetricOfCisParams, ask, metric_cis, values_of
from domain.estate.port import Estate
from domain.estate.queries import MetricQuery, MetricSummary
from domain.estate.records import ConfigurationItem
from domain.figures import whole_sum
from domain.tools.contracts import ToolContext, ToolResult

if TYPE_CHECKING:
    from pydantic import JsonValue

_MOST_ROWS = 200
_CI_COLUMNS = ("ci_code", "ci_name", "ci_type", "ci_subtype")


class RankingParams(MetricOfCisParams):
    """Items by their value, highest first; `at_least` and `at_most` bound it. `top_n` 1..200."""

    top_n: int = 10
    ascending: bool = False
    at_least: float | None = None
    at_most: float | None = None


def aggregate_by_ci(estate: Estate, context: ToolContext, params: RankingParams) -> ToolResult:
    """Return the table of the items whose value is within the bounds; `total` counts them all."""
    question = ask(estate, context, params)
    cis = metric_cis(estate, context.tenant_id, params=params)
    window = question.span.window
    query = MetricQuery(metric_name=params.metric_name, window=window, ci_ids=cis.ids)
    summaries = estate.metric_summary_by_ci(context.tenant_id, query)
    sample_count = whole_sum(summary.sample_count for summary in summaries.values())
    top_n, clamped = clamp("top_n", params.top_n, highest=_MOST_ROWS)
    items = estate.cis(context.tenant_id, list(summaries))
    ranked = _ranked(summaries, items=items, params=params)
    shown = ranked[:top_n]
    data: dict[str, JsonValue] = {
        **question.head(),
        **cis.as_json(),
        "agg": params.agg,
        "columns": [*_CI_COLUMNS, f"{params.agg}_{params.metric_name}"],
        "rows": [[*(getattr(item, name) for name in _CI_COLUMNS), value] for item, value in shown],
        "ci_ids": [item.ci_id for item, _ in shown],
        "total": len(ranked),
        "ci_count_with_data": len(summaries),
    }
    cut = cut_warning(len(shown), total=len(ranked), noun="configuration items")
    return answer(
        data,
        row_count=len(shown),
        references=[
            question.reference("aggregate_by_ci", params=params, sample_count=sample_count)
        ],
        warnings=[*clamped, *cis.warnings, *question.warn_without_points(sample_count), *cut],
        window=window,
    )


def _ranked(
    summaries: Mapping[str, MetricSummary],
    *,
    items: Mapping[str, ConfigurationItem],
    params: RankingParams,
) -> list[tuple[ConfigurationItem, float]]:
    values = [
        (items[ci_id], value)
        for ci_id, summary in summaries.items()
        if ci_id in items and (value := values_of(summary)[params.agg]) is not None
    ]
    within = [(item, value) for item, value in values if _is_within(value, params)]
    direction = 1 if params.ascending else -1
    return sorted(within, key=lambda pair: (direction * pair[1], pair[0].ci_code))


def _is_within(value: float, params: RankingParams) -> bool:
    if params.at_least is not None and value < params.at_least:
        return False
    return params.at_most is None or value <= params.at_most
