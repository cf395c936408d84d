"""The tool of event-processing rules: list them, and try one without its action."""

from collections.abc import Mapping

from pydantic import JsonValue

from adapters.tools.answer import Reference, answer, clamp, unknown_name
from adapters.tools.cep_condition import Evaluation, Variable, evaluate, read_maps
from adapters.tools.cep_payload import (
    Payload,
    ci_map,
    fetch,
    history_map,
    make_payload,
    masked,
    metric_map,
    newest_in,
    trigger_of,
)
from adapters.tools.ci_lookup import require_named
from adapters.tools.operation import EstateTool, operation
from adapters.tools.references import page_answer, record_references
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec, RecordQuery
from domain.estate.records import CepRule
from domain.json import JsonMap
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


class SimulateParams(ToolParams):
    """The rule, by id or name, and what to try it with.

    The contexts are a configuration item's row, the result of a metric call and the result of a
    history call. What the condition reads and nobody gives is looked up for the item, as the
    rule's trigger says.
    """

    rule_id: str
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
        rule = self._rule(context, params.rule_id)
        if params.ci_context:
            require_named(self._estate, context.tenant_id, keys=params.ci_context)
        maps, sources = _given(params)
        given = (params.metric_context, params.history_context)
        newest = [newest_in(each or {}) for each in given]
        for name in sorted(read_maps(rule.condition) - set(maps)):
            found = self._looked_up(context, rule, name=name, item=maps.get("ci", {}))
            if found is not None:
                maps[name], sources[name] = _MAPPED[name](found), "estate"
                newest.append(newest_in(found))
        payload = make_payload(maps)
        evaluation = evaluate(rule.condition, payload.maps)
        return answer(
            _simulation(rule, payload, evaluation, sources=sources),
            row_count=1,
            references=_references(rule, maps.get("ci", {})),
            warnings=_warnings(rule, evaluation, payload),
            newest=max(filter(None, newest), default=None),
        )

    def _rule(self, context: ToolContext, rule_id: str) -> CepRule:
        rule = self._estate.cep_rule(context.tenant_id, rule_id)
        if rule is not None:
            return rule
        known = sorted(self._estate.vocabulary(context.tenant_id).cep_rules.values())
        msg = "rule"
        raise unknown_name(msg, rule_id, known=known)

    def _looked_up(
        self, context: ToolContext, rule: CepRule, *, name: str, item: JsonMap
    ) -> Mapping[str, JsonValue] | None:
        ci_id = item.get("ci_id")
        if not isinstance(ci_id, str):
            return None
        return fetch(self._estate, context, name=name, trigger=trigger_of(rule), ci_id=ci_id)


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
    rule: CepRule, payload: Payload, evaluation: Evaluation, *, sources: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    return {
        "rule_id": rule.rule_id,
        "rule_name": rule.rule_name,
        "dry_run": True,
        "condition": rule.condition,
        "condition_evaluated": evaluation.is_triggered is not None,
        "triggered": evaluation.is_triggered is True,
        "reason": evaluation.reason,
        "evidence": {
            "variables": [
                {"name": each.name, "value": each.value, "given": each.is_given}
                for each in evaluation.variables
            ],
            "extracted_value": _extracted(evaluation.variables),
        },
        "test_payload": payload.maps,
        "test_payload_meta": {
            "size_bytes": payload.size_bytes,
            "sources": sources,
            "truncated": bool(payload.cuts),
            "cuts": list[JsonValue](payload.cuts),
        },
        "action": masked(rule.action_spec),
    }


def _extracted(variables: list[Variable]) -> JsonValue:
    """The metric's value where the condition reads it, else the first value that it reads."""
    by_name = {variable.name: variable.value for variable in variables}
    return by_name.get("metric.value", next(iter(by_name.values()), None))


def _references(rule: CepRule, item: JsonMap) -> list[Reference]:
    of_rule = record_references(RecordKind.CEP_RULE, [rule.model_dump(mode="json")])
    return of_rule + (record_references(RecordKind.CI, [item]) if "ci_code" in item else [])


def _warnings(rule: CepRule, evaluation: Evaluation, payload: Payload) -> list[str]:
    inactive = [] if rule.is_active else [f"rule {rule.rule_id} is not active"]
    failed = [] if evaluation.reason is None else [f"not evaluated: {evaluation.reason}"]
    return [*inactive, *failed, *payload.cuts]
