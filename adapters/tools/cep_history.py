"""Evaluating a rule over what the estate has stored: what is read for it, and what came of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import JsonValue

from adapters.tools.answer import span_json
from adapters.tools.cep_payload import ci_map, make_payload, masked
from adapters.tools.ci_lookup import ci_not_found, existing_ids, limit_ids
from adapters.tools.metric_question import MetricParams, ask
from domain.estate.fields import INSTANT_FIELD, RecordKind
from domain.estate.port import Estate
from domain.estate.queries import MetricQuery, RecordQuery, Row
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
    map_of,
)
from domain.rules.rule import Rule, WrongRule
from domain.rules.windows import windows_of
from domain.times import Window
from domain.tools.contracts import ToolContext

_MOST_POINTS, _MOST_RECORDS = 100_000, 10_000
_MOST_REASONS, _MOST_LISTED = 10, 50
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Reader:
    """Reads what a rule needs of an estate, within bounds; `warnings` tell what was left out."""

    def __init__(self, estate: Estate, context: ToolContext, rule: Rule) -> None:
        self._estate, self._context, self._rule = estate, context, rule
        self.warnings = list[str]()
        self._complete_from = 0

    def evaluated(
        self, span: TimeRange, ci_ids: tuple[str, ...] | None, ci_codes: Sequence[str]
    ) -> Evaluation:
        """Return what came of the windows that touch the span.

        Raises `ToolFailure` for what the estate does not know, and `WrongRule`.
        """
        rule, edges = self._rule, (_number(span.window.start), _number(span.window.end))
        usual = parse_time_range(rule.trigger_spec.time_range, now=self._context.now).window
        windows = windows_of(rule, *edges, usual=_number(usual.end) - _number(usual.start))
        ids = self._chosen(ci_ids, ci_codes)
        within = Window(_instant(windows.read_from), _instant(windows.end))
        of_metrics = {"metric"} if rule.trigger_type == "metric" else set()
        names = {rule.map_name} | of_metrics | (rule.read_maps & {"metric", "history"})
        records = {name: self._read(name, ids, within) for name in sorted(names)}
        items = self._items(ids, records[rule.map_name])
        expected = () if ids is None else tuple(items)
        history = History(
            records, items if "ci" in rule.read_maps else {}, expected, self._complete_from
        )
        return evaluated(rule, windows, history)

    def newest(self, ci_id: str) -> JsonMap:
        """Return the map of the rule's figure, for an item in the time that its trigger names."""
        usual = parse_time_range(self._rule.trigger_spec.time_range, now=self._context.now)
        name = self._rule.map_name
        records = self._read(name, (ci_id,), usual.window)
        return map_of(self._rule, name, counted(self._rule, records, Counter()))

    def _chosen(
        self, ci_ids: tuple[str, ...] | None, codes: Sequence[str]
    ) -> tuple[str, ...] | None:
        if ci_ids is None and not codes:
            return None
        tenant_id, ids = self._context.tenant_id, list(ci_ids or ())
        for code in codes:
            item = self._estate.ci_by_code(tenant_id, code)
            if item is None:
                raise ci_not_found(self._estate, tenant_id, searched=code)
            ids.append(item.ci_id)
        limited, cut = limit_ids(ids)
        known, unknown = existing_ids(self._estate, tenant_id, ci_ids=limited)
        self.warnings += [*cut, *unknown]
        return known

    def _items(self, ids: tuple[str, ...] | None, records: Sequence[Dated]) -> dict[str, JsonMap]:
        wanted = ids or list(dict.fromkeys(str(each.record["ci_id"]) for each in records))
        found = self._estate.cis(self._context.tenant_id, wanted[:MOST_GROUPS]).values()
        maps = {each.ci_code: ci_map(each.model_dump(mode="json")) for each in found}
        return {code: as_map(make_payload({"ci": each}).maps["ci"]) for code, each in maps.items()}

    def _read(self, name: str, ids: tuple[str, ...] | None, within: Window) -> list[Dated]:
        is_metric = name == "metric"
        most = _MOST_POINTS if is_metric else _MOST_RECORDS
        rows = (self._points if is_metric else self._entries)(ids, within, most + 1)
        at = (
            "measured_at"
            if is_metric
            else INSTANT_FIELD[RecordKind(self._rule.trigger_spec.source)]
        )
        dated = [
            Dated(_number(datetime.fromisoformat(str(row[at]))), row) for row in reversed(rows)
        ]
        if len(dated) > most:
            cut = dated[0].at + 1
            self._complete_from = max(self._complete_from, cut)
            self.warnings.append(
                f"only the newest {most:,} {'points' if is_metric else 'records'} are read: no"
                f" window that begins before {_instant(cut).isoformat()} is looked at"
            )
        return dated

    def _points(self, ids: tuple[str, ...] | None, within: Window, limit: int) -> list[Row]:
        name = self._rule.trigger_spec.metric_name
        if name is None:
            msg = "trigger_spec.metric_name: the rule reads a metric, and names none"
            raise WrongRule(msg)
        ask(self._estate, self._context, MetricParams(metric_name=name))
        query = MetricQuery(metric_name=name, window=within, ci_ids=ids)
        return self._estate.newest_points(self._context.tenant_id, query, limit=limit)

    def _entries(self, ids: tuple[str, ...] | None, within: Window, limit: int) -> list[Row]:
        kind = RecordKind(self._rule.trigger_spec.source)
        query = RecordQuery(kind=kind, ci_ids=ids, window=within, limit=limit)
        page = self._estate.find(self._context.tenant_id, query)
        return [as_map(masked(row)) for row in page.rows]


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


def outcome(
    rule: Rule, evaluation: Evaluation, span: TimeRange, *, limit: int
) -> tuple[JsonMap, int]:
    """Return what came of a rule as plain JSON, and how many windows are shown in it."""
    judged = [(each, each.judgement) for each in evaluation.verdicts]
    fired = sorted((each for each, came in judged if came.fires), key=lambda each: each.span)
    reasons = Counter(came.reason for _, came in judged if came.fires is None)
    return {
        "rule_id": rule.rule_id,
        "rule_name": rule.rule_name,
        "trigger": rule.trigger_in_words(),
        "condition": rule.condition_in_words(),
        **span_json(span),
        "window_count": len(judged),
        "condition_evaluated": len(judged) > reasons.total(),
        "group_count": evaluation.group_count,
        **_fired(fired),
        "not_evaluated": [
            {"reason": reason, "count": count}
            for reason, count in reasons.most_common(_MOST_REASONS)
        ],
        "fired_by_group": _by_group(fired),
        "rows": [_row(each) for each in fired[:limit]],
    }, min(limit, len(fired))


def _fired(fired: Sequence[Verdict]) -> JsonMap:
    """Return how many windows fired, where the first begins, and where the last ends."""
    ends = [_instant(edge).isoformat() for each in fired for edge in each.span]
    first, last = (ends[0], max(ends)) if ends else (None, None)
    return {"fired_count": len(fired), "first_fired_at": first, "last_fired_at": last}


def _by_group(fired: Sequence[Verdict]) -> list[JsonValue]:
    groups = dict[JsonValue, list[Verdict]]()
    for each in fired:
        groups.setdefault(each.group, []).append(each)
    most = sorted(groups.items(), key=lambda group: -len(group[1]))[:_MOST_LISTED]
    return [{"group": key, **_fired(of_group)} for key, of_group in most]


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


def _number(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _instant(number: int) -> datetime:
    return _EPOCH + number * _MICROSECOND
