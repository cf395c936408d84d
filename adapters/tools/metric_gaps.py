"""What is said of points that are not there: a window without any, and one where they end early.

Who takes an average of four hours for one of a day is misled, and who reads that there are no
points asks when the last one was.
"""

from datetime import datetime, timedelta
from typing import Final

from adapters.tools.metric_question import MetricQuestion
from domain.estate.port import Estate
from domain.estate.queries import MetricQuery, MetricSummary
from domain.tools.contracts import ToolContext

_MISSED_IN_A_ROW: Final = 3
"""Points end early when so many more would have come, at the distance that they usually have."""

_SHORTEST: Final = timedelta(minutes=10)
_HOUR: Final = timedelta(hours=1)


def warn_of_no_points(
    estate: Estate, context: ToolContext, question: MetricQuestion, query: MetricQuery
) -> list[str]:
    """Return what to say of a window without points: where the nearest are, and which are bad."""
    nearest = estate.nearest_points(context.tenant_id, query)
    sides = {"newest point before": nearest.before, "oldest point after": nearest.after}
    told = [f"the {side} it is of {at.isoformat()}" for side, at in sides.items() if at]
    return [
        f"no points of {question.metric.metric_name} in {question.span.label}",
        " and ".join(told) or "there are no points of it at any other time",
        *([f"{nearest.bad_count} points of bad quality left out"] if nearest.bad_count else []),
    ]


def warn_of_an_early_end(
    context: ToolContext, question: MetricQuestion, points: MetricSummary
) -> list[str]:
    """Return a warning when the points end long before their window, or the present in it."""
    end = min(question.span.window.end, context.now)
    if points.last_at is None or end - points.last_at <= _longest_gap(question, points, end):
        return []
    hours = (end - points.last_at) / _HOUR
    newest = f"the newest point is of {points.last_at.isoformat()}"
    return [f"{newest}, {hours:.1f} hours before the end of {question.span.label}"]


def _longest_gap(question: MetricQuestion, points: MetricSummary, end: datetime) -> timedelta:
    """Return how long there may be no point; a lone one tells of no distance but its window's."""
    per_item = points.sample_count / max(1, points.ci_count)
    if per_item < 2 or points.first_at is None or points.last_at is None:  # noqa: PLR2004 - a distance has two ends
        return max(_SHORTEST, (end - question.span.window.start) / 2)
    usual = (points.last_at - points.first_at) / (per_item - 1)
    return max(_SHORTEST, _MISSED_IN_A_ROW * usual)
