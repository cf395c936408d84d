"""What a rule looks at when a simulation does not bring it: the values that its trigger names."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from adapters.tools.metric_question import Aggregation, MetricParams, ask, value_of
from domain.estate.fields import RecordKind
from domain.estate.port import Estate
from domain.estate.queries import MetricQuery, RecordQuery
from domain.estate.records import CepRule
from domain.plan.time_range import parse_time_range
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure
from domain.tools.invalid_params import describe_invalid

_MOST_RECENT = 3


class Trigger(BaseModel):
    """The parts of a rule's `trigger_spec` that name values; others are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    metric_name: str | None = None
    agg: Aggregation = "last"
    source: Literal["event_log", "work_history", "maintenance_history"] = "event_log"
    time_range: str = "last_24h"


def trigger_of(rule: CepRule) -> Trigger:
    """Return the rule's trigger. Raises `ToolFailure` (INVALID_PARAMS) for one that is wrong."""
    try:
        return Trigger.model_validate(rule.trigger_spec)
    except ValidationError as error:
        message = describe_invalid(error, subject=f"trigger_spec of rule {rule.rule_id}")
        raise ToolFailure(ToolErrorCode.INVALID_PARAMS, message) from error


def fetch(
    estate: Estate, context: ToolContext, *, name: str, trigger: Trigger, ci_id: str
) -> Mapping[str, JsonValue] | None:
    """Return what the trigger says of an item's metric or history; None when it says nothing."""
    if name == "history":
        return _history(estate, context, trigger=trigger, ci_id=ci_id)
    if name == "metric" and trigger.metric_name is not None:
        return _metric(
            estate, context, metric_name=trigger.metric_name, trigger=trigger, ci_id=ci_id
        )
    return None


def _metric(
    estate: Estate, context: ToolContext, *, metric_name: str, trigger: Trigger, ci_id: str
) -> Mapping[str, JsonValue]:
    params = MetricParams(metric_name=metric_name, time_range=trigger.time_range)
    question = ask(estate, context, params)
    query = MetricQuery(metric_name=metric_name, window=question.span.window, ci_ids=(ci_id,))
    summary = estate.metric_summary(context.tenant_id, query)
    return {**question.head(), "agg": trigger.agg, "value": value_of(summary, trigger.agg)}


def _history(
    estate: Estate, context: ToolContext, *, trigger: Trigger, ci_id: str
) -> Mapping[str, JsonValue]:
    span = parse_time_range(trigger.time_range, now=context.now)
    query = RecordQuery(
        kind=RecordKind(trigger.source), ci_ids=(ci_id,), window=span.window, limit=_MOST_RECENT
    )
    page = estate.find(context.tenant_id, query)
    return {
        "source": trigger.source,
        "time_range": span.label,
        "count": page.total,
        "recent": list[JsonValue](page.rows),
    }
