"""Evaluating a rule over what the estate has stored: what is read for it, and what came of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from pydantic import JsonValue

from adapters.tools.answer import span_json, unknown_name
from adapters.tools.cep_payload import (
    MOST_RECENT,
    ci_map,
    history_map,
    make_payload,
    masked,
    metric_map,
    newest_in,
)
from adapters.tools.ci_lookup import ci_not_found, limit_ids
from adapters.tools.metric_question import MetricParams, ask, value_of
from domain.estate.fields import INSTANT_FIELD, RecordKind
from domain.estate.port import Estate
from domain.estate.queries import MetricQuery, RecordPage, RecordQuery, Row
from domain.estate.records import ConfigurationItem
from domain.json import JsonMap, as_map
from domain.plan.time_range import TimeRange, parse_time_range
from domain.rules.evaluation import (
    MOST_GROUPS,
    Dated,
    Evaluation,
    History,
    Judgement,
    Verdict,
    counted,
    evaluated,
    judge,
    map_of,
)
from domain.rules.rule import Rule, WrongRule, rule_of
from domain.rules.windows import windows_of
from domain.rules.written import written
from domain.times import Window
from domain.tools.contracts import ToolContext

_MOST_POINTS, _MOST_RECORDS = 100_000, 10_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
__all__ = ["Reader", "evidence_of", "judge", "outcome"]
_MICROSECOND: Final = timedelta(microseconds=1)


class Reader:
    """Reads what a rule needs of an estate, within bounds; `warnings` tell what was left out.

    `newest` is the instant of the newest record that was read.
    """

    def __init__(
        self, estate: Estate, context: ToolContext, rule_id: str | None, content: JsonMap | None
    ) -> None:
        """Find the rule, by id, name or content. Raises `ToolFailure` and `WrongRule`."""
        self._estate, self._context = estate, context
        # Not where the plan is checked: what was recorded before would not verify.
        self.rule = written(content) if rule_id is None else self._found(rule_id)
        self.warnings, self.newest = list[str](), cast("datetime | None", None)
        self._complete_from = 0

    def _found(self, rule_id: str) -> Rule:
        tenant_id = self._context.tenant_id
        record = self._estate.cep_rule(tenant_id, rule_id)
        if record is not None:
            return rule_of(record)
        known = sorted(self._estate.vocabulary(tenant_id).cep_rules.values())
        msg = "rule"
        raise unknown_name(msg, rule_id, known=known)

    def evaluated(self, span: TimeRange, items: Sequence[str] | None) -> Evaluation:
        """Return what came of the windows that touch the span, of items by ids or codes, or all.

        Raises `ToolFailure` for what the estate does not know, and `WrongRule`.
        """
        rule, usual = self.rule, self._usual.window
        edges = (_number(span.window.start), _number(span.window.end))
        windows = windows_of(rule, *edges, usual=_number(usual.end) - _number(usual.start))
        chosen = None if items is None else self._chosen(items)
        ids = None if chosen is None else tuple(each.ci_id for each in chosen)
        within = Window(_instant(windows.read_from), _instant(windows.end))
        names = {rule.map_name, *({"metric"} if rule.trigger_type == "metric" else ())}
        names |= rule.read_maps & {"metric", "history"}
        records = {name: self._read(name, ids, within) for name in sorted(names)}
        known = self._items_of(records[rule.map_name]) if chosen is None else chosen
        maps = {each.ci_code: _map_of(each) for each in known if "ci" in rule.read_maps}
        expected = tuple(each.ci_code for each in chosen or ())
        return evaluated(rule, windows, History(records, maps, expected, self._complete_from))

    def looked_up(self, name: str, ci_id: JsonValue) -> JsonMap | None:
        """Return the map of an item in the time that the trigger names; None where it has none."""
        trigger = self.rule.trigger_spec
        if not isinstance(ci_id, str) or name == "ci":
            return None
        if name == self.rule.map_name and (trigger.aggregation or trigger.where):
            records = self._read(name, (ci_id,), self._usual.window)
            return map_of(self.rule, name, counted(self.rule, records, Counter()))
        if name == "history":
            return self._history_of(ci_id)
        return None if trigger.metric_name is None else self._metric_of(ci_id, trigger.metric_name)

    def _metric_of(self, ci_id: str, metric_name: str) -> JsonMap:
        trigger, tenant_id = self.rule.trigger_spec, self._context.tenant_id
        params = MetricParams(metric_name=metric_name, time_range=trigger.time_range)
        question = ask(self._estate, self._context, params)
        query = MetricQuery(metric_name=metric_name, window=question.span.window, ci_ids=(ci_id,))
        summary = self._estate.metric_summary(tenant_id, query)
        self.note(summary.last_at)
        value = value_of(self._estate, tenant_id, query, summary, trigger.agg)
        return metric_map({**question.head(), "agg": trigger.agg, "value": value})

    def _history_of(self, ci_id: str) -> JsonMap:
        span = self._usual
        page = self._page((ci_id,), span.window, MOST_RECENT)
        recent: JsonMap = {"recent": [*page.rows], "count": page.total}
        source = self.rule.trigger_spec.source
        found: JsonMap = {"source": source, "time_range": span.label, **recent}
        self.note(newest_in(found))
        return history_map(found)

    def note(self, instant: datetime | None) -> None:
        """Take into account how new a record is that the rule is judged on."""
        self.newest = max(filter(None, (self.newest, instant)), default=None)

    @property
    def _usual(self) -> TimeRange:
        return parse_time_range(self.rule.trigger_spec.time_range, now=self._context.now)

    def _chosen(self, names: Sequence[str]) -> list[ConfigurationItem]:
        limited, cut = limit_ids(names)
        self.warnings += cut
        tenant_id, items = self._context.tenant_id, list[ConfigurationItem]()
        known = self._estate.cis(tenant_id, limited)
        for name in limited:
            item = known.get(name) or self._estate.ci_by_code(tenant_id, name)
            if item is None:
                raise ci_not_found(self._estate, tenant_id, searched=name)
            items.append(item)
        return items

    def _items_of(self, records: Sequence[Dated]) -> list[ConfigurationItem]:
        ids = list(dict.fromkeys(str(each.record["ci_id"]) for each in records))
        return list(self._estate.cis(self._context.tenant_id, ids[:MOST_GROUPS]).values())

    def _read(self, name: str, ids: tuple[str, ...] | None, within: Window) -> list[Dated]:
        most, at, read = _MOST_POINTS, "measured_at", self._points
        if name == "history":
            most, read = _MOST_RECORDS, self._entries
            at = INSTANT_FIELD[RecordKind(self.rule.trigger_spec.source)]
        rows = reversed(read(ids, within, most + 1))
        dated = [Dated(_number(datetime.fromisoformat(str(row[at]))), row) for row in rows]
        self.note(_instant(dated[-1].at) if dated else None)
        if len(dated) > most:
            cut = dated[0].at + 1
            self._complete_from = max(self._complete_from, cut)
            self.warnings.append(
                f"{name}: only the newest {most:,} records are read: no window that begins before"
                f" {_instant(cut).isoformat()} is looked at"
            )
        return dated

    def _points(self, ids: tuple[str, ...] | None, within: Window, limit: int) -> list[Row]:
        name = self.rule.trigger_spec.metric_name
        if name is None:
            msg = "trigger_spec.metric_name: the rule reads a metric, and names none"
            raise WrongRule(msg)
        ask(self._estate, self._context, MetricParams(metric_name=name))
        query = MetricQuery(metric_name=name, window=within, ci_ids=ids)
        return self._estate.newest_points(self._context.tenant_id, query, limit=limit)

    def _entries(self, ids: tuple[str, ...] | None, within: Window, limit: int) -> list[Row]:
        return [as_map(masked(row)) for row in self._page(ids, within, limit).rows]

    def _page(self, ids: tuple[str, ...] | None, within: Window, limit: int) -> RecordPage:
        kind = RecordKind(self.rule.trigger_spec.source)
        query = RecordQuery(kind=kind, ci_ids=ids, window=within, limit=limit)
        return self._estate.find(self._context.tenant_id, query)


def evidence_of(judgement: Judgement) -> JsonMap:
    """Return what a rule was judged on as plain JSON."""
    read = {each.name: each.value for each in judgement.variables}
    return {
        "variables": [
            {"name": each.name, "value": each.value, "given": each.is_given}
            for each in judgement.variables
        ],
        # The metric's value where it is read, else the first value that is.
        "extracted_value": read.get("metric.value", next(iter(read.values()), None)),
        **({"anomaly": judgement.anomaly} if judgement.anomaly else {}),
    }


def outcome(rule: Rule, evaluation: Evaluation, span: TimeRange, *, limit: int) -> JsonMap:
    """Return what came of a rule as plain JSON."""
    judged = [(each, each.judgement) for each in evaluation.verdicts]
    fired = sorted((each for each, came in judged if came.fires), key=lambda each: each.span)
    ends = [_instant(edge).isoformat() for each in fired for edge in each.span]
    return {
        "rule_id": rule.rule_id,
        "rule_name": rule.rule_name,
        "trigger": rule.trigger_in_words(),
        "condition": rule.condition_in_words(),
        **span_json(span),
        "window_count": len(judged),
        "condition_evaluated": any(came.fires is not None for _, came in judged),
        "group_count": evaluation.group_count,
        "fired_count": len(fired),
        "first_fired_at": ends[0] if ends else None,
        "last_fired_at": max(ends, default=None),
        "rows": [_row(each) for each in fired[:limit]],
    }


def _row(verdict: Verdict) -> JsonMap:
    start, end = (_instant(edge).isoformat() for edge in verdict.span)
    return {
        "start": start,
        "end": end,
        "group": verdict.group,
        "value": verdict.value,
        "evidence": evidence_of(verdict.judgement),
        "records": list[JsonValue](verdict.recent),
    }


def _map_of(item: ConfigurationItem) -> JsonMap:
    own = ci_map(item.model_dump(mode="json"))
    return as_map(make_payload({"ci": own}).maps["ci"])


def _number(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _instant(number: int) -> datetime:
    return _EPOCH + number * _MICROSECOND
