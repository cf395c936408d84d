"""Configuration items ranked by a value of a metric."""

from typing import TYPE_CHECKING

from adapters.tools.answer import answer, clamp, cut_warning
from adapters.tools.metric_question import (
    MetricOfCisParams,
    ask,
    counter_warnings,
    gaps_of,
    metric_cis,
)
from domain.estate.port import Estate
from domain.estate.queries import RankingQuery
from domain.tools.contracts import ToolContext, ToolResult

if TYPE_CHECKING:
    from pydantic import JsonValue

MOST_ROWS = 200
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
    top_n, clamped = clamp("top_n", params.top_n, highest=MOST_ROWS)
    query = RankingQuery(
        points=cis.query(question),
        by=params.agg,
        top_n=top_n,
        ascending=params.ascending,
        at_least=params.at_least,
        at_most=params.at_most,
    )
    ranking = estate.metric_ranking(context.tenant_id, query)
    items = estate.cis(context.tenant_id, list(ranking.values))
    shown = [(items[ci_id], value) for ci_id, value in ranking.values.items() if ci_id in items]
    count = ranking.sample_count
    gaps = gaps_of(estate, context, question, query.points, ranking)
    data: dict[str, JsonValue] = {
        **question.head(params.agg),
        **cis.as_json(),
        "agg": params.agg,
        "columns": [*_CI_COLUMNS, f"{params.agg}_{params.metric_name}"],
        "rows": [[*(getattr(item, name) for name in _CI_COLUMNS), value] for item, value in shown],
        "ci_ids": [item.ci_id for item, _ in shown],
        "total": ranking.total,
        "ci_count_with_data": ranking.ci_count,
        **gaps.mark,
    }
    cut = cut_warning(len(shown), total=ranking.total, noun="configuration items")
    return answer(
        data,
        row_count=len(shown),
        references=[question.reference("aggregate_by_ci", params=params, sample_count=count)],
        warnings=[
            *(*clamped, *cis.warnings, *gaps.warnings, *cut),
            *counter_warnings(question.metric, params.agg),
        ],
        window=question.span.window,
        newest=ranking.last_at,
    )
