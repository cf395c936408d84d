"""Candidates and their evidence as rows and references of an answer."""

from typing import Final

from adapters.tools.answer import Reference
from adapters.tools.cause_reads import PAST, Neighbourhood, UnusualSeries
from adapters.tools.references import query_reference
from domain.causes.candidates import Candidate
from domain.causes.series import Unusual
from domain.figures import figure
from domain.json import JsonMap
from domain.times import Window
from domain.tools.contracts import ToolParams

_MOST_OF_ALARMS: Final = 5
_MOST_OF_CHANGES: Final = 3


class SeriesParams(ToolParams):
    """Which series a reference is to; it is computed anew by `metric.series`."""

    metric_name: str
    ci_ids: tuple[str, ...]


def candidate_json(one: Candidate, near: Neighbourhood, series: UnusualSeries) -> JsonMap:
    """Return a candidate as a row: which item, since when, and all that speaks for it."""
    seen, item = one.seen, near.items[one.seen.ci_id]
    alarms = seen.alarms if seen.alarm_score >= 1 else None
    return {
        "ci_id": item.ci_id,
        "ci_code": item.ci_code,
        "ci_name": item.ci_name,
        "distance": seen.distance,
        "score": one.score,
        "since": seen.since.isoformat() if seen.since else None,
        "series": [_series_json(seen.ci_id, each, series) for each in seen.unusual],
        "alarms": None
        if alarms is None
        else {
            "count": len(alarms.those),
            "by_severity": {str(level): n for level, n in alarms.by_severity.items()},
            "first_at": alarms.those[0].at.isoformat(),
            "past_count": alarms.past_count,
            "score": alarms.score,
            "records": [e.reference["id"] for e in alarms.those[:_MOST_OF_ALARMS]],
        },
        "changes": [each.as_json() for each in seen.changes[:_MOST_OF_CHANGES]],
    }


def candidate_references(one: Candidate, series: UnusualSeries, window: Window) -> list[Reference]:
    """Return references to what is the evidence: series, records of alarms and of changes."""
    seen = one.seen
    of_series = [
        query_reference(
            "metric",
            "series",
            params=SeriesParams(metric_name=each.metric, ci_ids=(seen.ci_id,)),
            total_records=series.counts[seen.ci_id, each.metric],
            window=Window(window.start - PAST, window.end),
        )
        for each in seen.unusual
    ]
    of_alarms = [e.reference for e in seen.alarms.those[:_MOST_OF_ALARMS]] if seen.alarms else []
    return [
        *of_series,
        *of_alarms,
        *(each.reference for each in seen.changes[:_MOST_OF_CHANGES]),
    ]


def _series_json(ci_id: str, one: Unusual, series: UnusualSeries) -> JsonMap:
    factor = figure(one.value / one.usual) if one.value is not None and one.usual else None
    return {
        "metric": one.metric,
        "unit": series.units.get(one.metric),
        "kind": one.kind,
        "from": one.started_at.isoformat(),
        "to": one.ended_at.isoformat(),
        "value": one.value,
        "usual": one.usual,
        "factor": factor,
        "score": one.score,
        "point_count": series.counts[ci_id, one.metric],
    }
