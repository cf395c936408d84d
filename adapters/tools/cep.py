"""The tool of event-processing rules: list them, and try one without its action."""

from typing import Self

from pydantic import JsonValue, model_validator

from adapters.tools.answer import Reference, answer, clamp, unknown_name
from adapters.tools.cep_history import Reader, evidence_of, open_windows, outcome
from adapters.tools.cep_payload import (
    Payload,
    ci_map,
    fetch,
    history_map,
    make_payload,
    masked,
    metric_map,
)
from adapters.tools.ci_lookup import require_named
from adapters.tools.operation import EstateTool, operation
from adapters.tools.references import page_answer, record_references
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec, RecordQuery
from domain.json import JsonMap, as_list
from domain.plan.time_range import parse_time_range
from domain.rules.evaluation import Judgement, judge
from domain.rules.rule import Rule, rule_of
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolParams, ToolResult

_MOST_ROWS = 200
_MAPPED = {"ci": ci_map, "metric": metric_map, "history": history_map}


class ListRulesParams(ToolParams):
    """Which rules to list. `limit` 1..200."""

    keywords: tuple[str, ...] = ()
    filters: tuple[FilterSpec, ...] = ()
    limit: int = 50


class PayloadOverrides(ToolParams):
    """Maps that take the place of those made from the contexts."""

    ci: JsonMap | None = None
    metric: JsonMap | None = None
    history: JsonMap | None = None


class RuleParams(ToolParams):
    """A rule: one of the estate by its id or name, or what a rule says."""

    rule_id: str | None = None
    rule: Rule | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.rule_id is None) == (self.rule is None):
            msg = "give a rule_id, or a rule"
            raise ValueError(msg)
        return self


class EvaluateParams(RuleParams):
    """The rule and the time that is looked at, for items by ids or codes (None: all there are).

    At most `limit` (1..200) of the windows in which it would have fired are shown.
    """

    time_range: str = "last_7d"
    items: tuple[str, ...] | None = None
    limit: int = 50


class SimulateParams(RuleParams):
    """The rule, and what to try it with.

    The contexts are a configuration item's row, the result of a metric call and the result of a
    history call. What the condition reads and nobody gives is looked up for the item, as the
    rule's trigger says.
    """

    ci_context: JsonMap | None = None
    metric_context: JsonMap | None = None
    history_context: JsonMap | None = None
    test_payload: PayloadOverrides = PayloadOverrides()


class CepTool(EstateTool):
    """Lists event-processing rules and simulates them; no action is ever taken."""

    TYPE = CommonToolTypes.CEP

    @operation("list_rules", ListRulesParams)
    def _list_rules(self, context: ToolContext, params: ListRulesParams) -> ToolResult:
        """List the rules."""
        limit, clamped = clamp("limit", params.limit, highest=_MOST_ROWS)
        query = RecordQuery(
            kind=RecordKind.CEP_RULE, keywords=params.keywords, filters=params.filters, limit=limit
        )
        page = self._estate.find(context.tenant_id, query)
        return page_answer(RecordKind.CEP_RULE, page, noun="rules", warnings=clamped)

    @operation("simulate", SimulateParams)
    def _simulate(self, context: ToolContext, params: SimulateParams) -> ToolResult:
        """Say whether a rule would trigger, and on what evidence."""
        rule = self._rule(context, params)
        if params.ci_context:
            require_named(self._estate, context.tenant_id, keys=params.ci_context)
        maps, sources = _given(params)
        for name in sorted(rule.read_maps - set(maps)):
            found = self._looked_up(context, rule, name=name, item=maps.get("ci", {}))
            if found is not None:
                maps[name], sources[name] = found, "estate"
        payload = make_payload(maps)
        judgement = judge(rule, payload.maps)
        return answer(
            _simulation(rule, payload, judgement, sources=sources),
            row_count=1,
            references=_references(rule, maps.get("ci", {})),
            warnings=[*_warnings(rule, judgement), *payload.cuts],
        )

    @operation("evaluate", EvaluateParams)
    def _evaluate(self, context: ToolContext, params: EvaluateParams) -> ToolResult:
        """Say in which windows of the past a rule would have fired, and on what evidence."""
        rule = self._rule(context, params)
        span = parse_time_range(params.time_range, now=context.now)
        limit, clamped = clamp("limit", params.limit, highest=_MOST_ROWS)
        reader = Reader(self._estate, context, rule)
        evaluation = reader.evaluated(span, params.items)
        data = outcome(rule, evaluation, span, limit=limit)
        told = [*reader.warnings, *evaluation.warnings, *open_windows(evaluation)]
        return answer(
            data,
            row_count=len(as_list(data["rows"])),
            references=_references(rule, {}),
            warnings=[*_warnings(rule), *clamped, *told],
            window=span.window,
        )

    def _rule(self, context: ToolContext, params: RuleParams) -> Rule:
        if params.rule is not None:
            return params.rule
        rule_id = params.rule_id or ""
        record = self._estate.cep_rule(context.tenant_id, rule_id)
        if record is not None:
            return rule_of(record)
        known = sorted(self._estate.vocabulary(context.tenant_id).cep_rules.values())
        msg = "rule"
        raise unknown_name(msg, rule_id, known=known)

    def _looked_up(
        self, context: ToolContext, rule: Rule, *, name: str, item: JsonMap
    ) -> JsonMap | None:
        ci_id, trigger = item.get("ci_id"), rule.trigger_spec
        if not isinstance(ci_id, str):
            return None
        if name == rule.map_name and (trigger.aggregation or trigger.where):
            return Reader(self._estate, context, rule).newest(ci_id)
        found = fetch(self._estate, context, name=name, trigger=trigger, ci_id=ci_id)
        return None if found is None else _MAPPED[name](found)


def _given(params: SimulateParams) -> tuple[dict[str, JsonMap], dict[str, JsonValue]]:
    """The maps that the call brings, and from which parameter each comes."""
    maps: dict[str, JsonMap] = {}
    sources: dict[str, JsonValue] = {}
    for name, mapped in _MAPPED.items():
        context: JsonMap | None = getattr(params, f"{name}_context")
        test: JsonMap | None = getattr(params.test_payload, name)
        if test is not None:
            maps[name], sources[name] = test, "test_payload"
        elif context is not None:
            maps[name], sources[name] = mapped(context), f"{name}_context"
    return maps, sources


def _simulation(
    rule: Rule, payload: Payload, judgement: Judgement, *, sources: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    return {
        "rule_id": rule.rule_id,
        "rule_name": rule.rule_name,
        "dry_run": True,
        "condition": rule.condition_in_words(),
        "condition_evaluated": judgement.fires is not None,
        "triggered": judgement.fires is True,
        "reason": judgement.reason,
        "evidence": evidence_of(judgement),
        "test_payload": payload.maps,
        "test_payload_meta": {
            "size_bytes": payload.size_bytes,
            "sources": sources,
            "truncated": bool(payload.cuts),
            "cuts": list[JsonValue](payload.cuts),
        },
        "action": masked(rule.action_spec),
    }


def _references(rule: Rule, item: JsonMap) -> list[Reference]:
    of_rule = record_references(RecordKind.CEP_RULE, [rule.model_dump(mode="json")])
    return of_rule + (record_references(RecordKind.CI, [item]) if "ci_code" in item else [])


def _warnings(rule: Rule, judgement: Judgement | None = None) -> list[str]:
    inactive = [] if rule.is_active else [f"rule {rule.rule_id} is not active"]
    unused = [f"trigger_spec.{name} says nothing to a rule" for name in rule.unused]
    reason = judgement.reason if judgement else None
    return [*inactive, *unused, *([f"not evaluated: {reason}"] if reason else [])]
