"""What is asked of a metric, and the parts that all answers about metrics share."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from pydantic import JsonValue

from adapters.tools.answer import Reference, span_json, unknown_name
from adapters.tools.ci_lookup import MOST_CI_IDS, existing_ids, limit_ids
from adapters.tools.references import query_reference
from domain.estate.fields import RecordKind
from domain.estate.port import Estate
from domain.estate.queries import (
    AggregateQuery,
    FilterSpec,
    MetricQuery,
    MetricRanking,
    MetricSummary,
    MetricValue,
    RecordQuery,
)
from domain.estate.records import MetricDefinition
from domain.json import JsonMap
from domain.plan.time_range import TimeRange, parse_time_range
from domain.times import duration_text
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolParams

_MISSED_IN_A_ROW: Final = 3
"""Points end early when so many more would have come, at the distance that they usually have."""

_OF_GAUGES: Final = ("avg", "min", "max")
_OF_COUNTERS: Final = ("increase", "rate")
_SHORTEST: Final = timedelta(minutes=10)
_Points = MetricSummary | MetricRanking
"""What is known of points: how many of how many items, from when to when."""


class MetricCis(NamedTuple):
    """The items to ask for, and what became of those given.

    `ids` are None for all that have the metric, and for all that pass `filters` when these are
    many; `used_count` is None for all that have the metric.
    """

    ids: tuple[str, ...] | None
    filters: tuple[FilterSpec, ...]
    used_count: int | None
    requested: int | None
    is_truncated: bool
    warnings: list[str]

    def query(self, question: "MetricQuestion") -> MetricQuery:
        """Return the points of these items that the question is about."""
        return MetricQuery(
            metric_name=question.metric.metric_name,
            window=question.span.window,
            ci_ids=self.ids,
            filters=self.filters,
        )

    def as_json(self) -> dict[str, JsonValue]:
        """Return the counts as plain JSON; None where they do not apply."""
        return {
            "ci_requested": self.requested,
            "ci_count_used": self.used_count,
            "ci_ids_truncated": self.is_truncated,
        }


class MetricParams(ToolParams):
    """One metric over a time range."""

    metric_name: str
    time_range: str = "last_24h"


class MetricOfCisParams(MetricParams):
    """A value of a metric for configuration items.

    Without `ci_ids` and `filters` it is about all items that have the metric. The filters are on
    configuration items; with both, an item must be among the ids and pass the filters.
    """

    agg: MetricValue = "avg"
    ci_ids: tuple[str, ...] | None = None
    filters: tuple[FilterSpec, ...] = ()


class MetricQuestion(NamedTuple):
    """A metric that exists, and the time that it is asked for."""

    metric: MetricDefinition
    span: TimeRange

    def head(self, agg: MetricValue = "last") -> dict[str, JsonValue]:
        """Return the facts that every answer about a metric begins with."""
        return {
            "metric_name": self.metric.metric_name,
            "unit": f"{self.metric.unit}/s" if agg == "rate" else self.metric.unit,
            **span_json(self.span),
        }

    def reference(self, operation: str, *, params: ToolParams, sample_count: int) -> Reference:
        """Return the reference to the query over the points."""
        return query_reference(
            CommonToolTypes.METRIC,
            operation,
            params=params,
            total_records=sample_count,
            window=self.span.window,
        )


def ask(estate: Estate, context: ToolContext, params: MetricParams) -> MetricQuestion:
    """Return the question. Raises `ToolFailure` (DATA_NOT_FOUND) that lists the metrics."""
    metrics = estate.metrics(context.tenant_id)
    metric = metrics.get(params.metric_name)
    if metric is None:
        msg = "metric"
        raise unknown_name(msg, params.metric_name, known=list(metrics))
    return MetricQuestion(metric, parse_time_range(params.time_range, now=context.now))


class Gaps(NamedTuple):
    """What is to be said of points that are not there, and the mark of an answer from old ones."""

    warnings: list[str]
    mark: JsonMap


def gaps_of(
    estate: Estate,
    context: ToolContext,
    question: MetricQuestion,
    query: MetricQuery,
    points: _Points,
) -> Gaps:
    """Return what to say of a window without points, or whose points end long before it does."""
    if not points.sample_count:
        return Gaps(_no_points(estate, context, question, query), {})
    warnings = _early_end(context, question, points)
    return Gaps(warnings, {"is_stale": True} if warnings else {})


def _no_points(
    estate: Estate, context: ToolContext, question: MetricQuestion, query: MetricQuery
) -> list[str]:
    none = f"no points of {question.metric.metric_name} in {question.span.label}"
    if query.ci_ids == ():  # of nothing there are none at any time
        return [none]
    nearest = estate.nearest_points(context.tenant_id, query)
    sides = {"newest point before": nearest.before, "oldest point after": nearest.after}
    told = [f"the {side} it is of {at.isoformat()}" for side, at in sides.items() if at]
    return [
        none,
        " and ".join(told) or "there are no points of it at any other time",
        *([f"{nearest.bad_count} points of bad quality left out"] if nearest.bad_count else []),
    ]


def _early_end(context: ToolContext, question: MetricQuestion, points: _Points) -> list[str]:
    end = min(question.span.window.end, context.now)
    if points.last_at is None or end - points.last_at <= _longest_gap(question, points, end):
        return []
    newest = f"the newest point is of {points.last_at.isoformat()}"
    older = duration_text(1000 * (end - points.last_at).total_seconds())
    return [f"{newest}, older than {older} at the end of {question.span.label}"]


def _longest_gap(question: MetricQuestion, points: _Points, end: datetime) -> timedelta:
    """Return how long there may be no point; a lone one tells of no distance but its window's."""
    per_item = points.sample_count / max(1, points.ci_count)
    if per_item < 2 or points.first_at is None or points.last_at is None:  # noqa: PLR2004 - a distance has two ends
        return max(_SHORTEST, (end - question.span.window.start) / 2)
    usual = (points.last_at - points.first_at) / (per_item - 1)
    return max(_SHORTEST, _MISSED_IN_A_ROW * usual)


def counter_warnings(metric: MetricDefinition, agg: MetricValue) -> list[str]:
    """Return what to say of a value that means nothing for a metric of this kind."""
    is_counter, name = metric.kind == "counter", metric.metric_name
    if is_counter and agg in _OF_GAUGES:
        return [
            f"{name} is a counter, which rises until it begins anew: the {agg} of its readings "
            "means nothing; ask for its increase, or its rate in a second (agg: increase, rate)"
        ]
    if not is_counter and agg in _OF_COUNTERS:
        return [f"{name} is a gauge and no counter: its {agg} takes each fall for a new beginning"]
    return []


def value_of(
    estate: Estate, tenant_id: str, query: MetricQuery, summary: MetricSummary, agg: MetricValue
) -> float | int | None:
    """Return the value that is asked for; None when there are not enough points."""
    if agg not in _OF_COUNTERS:
        return values_of(summary)[agg]
    value: float | None = getattr(estate.counter_increase(tenant_id, query), agg)
    return value


def values_of(summary: MetricSummary) -> dict[str, float | int | None]:
    """Return every aggregate; None when there are no points (but the count of none is 0)."""
    return {
        "count": summary.sample_count,
        "min": summary.minimum,
        "max": summary.maximum,
        "avg": summary.average,
        "last": summary.last_value,
    }


def metric_cis(estate: Estate, tenant_id: str, *, params: MetricOfCisParams) -> MetricCis:
    """Return the items of the ids and filters given. Raises `ToolFailure` for unknown ids."""
    filters = params.filters
    if params.ci_ids is None and not filters:
        return MetricCis(None, (), None, None, is_truncated=False, warnings=[])
    if params.ci_ids is None:
        ids, count = _passing(estate, tenant_id, filters=filters, among=None)
        return MetricCis(ids, filters, count, None, is_truncated=False, warnings=[])
    limited, cut = limit_ids(params.ci_ids)
    known, unknown = existing_ids(estate, tenant_id, ci_ids=limited)
    passing = known
    if filters:
        found, _ = _passing(estate, tenant_id, filters=filters, among=known)
        passing = tuple(ci_id for ci_id in known if ci_id in (found or ()))
    return MetricCis(
        ids=passing,
        filters=(),
        used_count=len(passing),
        requested=len(set(params.ci_ids)),
        is_truncated=bool(cut),
        warnings=[*cut, *unknown],
    )


def _passing(
    estate: Estate,
    tenant_id: str,
    *,
    filters: tuple[FilterSpec, ...],
    among: tuple[str, ...] | None,
) -> tuple[tuple[str, ...] | None, int]:
    """Return the ids of the items that pass, None of more than 300, and how many these are."""
    counting = AggregateQuery(kind=RecordKind.CI, filters=filters, ci_ids=among)
    count = estate.aggregate(tenant_id, counting).total_records
    if count > MOST_CI_IDS:
        return None, count
    query = RecordQuery(kind=RecordKind.CI, filters=filters, ci_ids=among, limit=MOST_CI_IDS)
    return tuple(str(row["ci_id"]) for row in estate.find(tenant_id, query).rows), count
