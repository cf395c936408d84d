"""The tool of event-processing rules: list them, and try one without its action."""

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, JsonValue, ValidationError, model_validator

from adapters.tools.answer import Reference, answer, clamp
from adapters.tools.cep_payload import (
    Payload,
    ci_map,
    history_map,
    make_payload,
    masked,
    metric_map,
    newest_in,
)
from adapters.tools.ci_lookup import require_named
from adapters.tools.operation import EstateTool, operation
from adapters.tools.references import page_answer, record_references
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec, RecordQuery
from domain.json import JsonMap, as_list
from domain.plan.time_range import parse_time_range
from domain.tools.contracts import CommonToolTypes, ToolContext, ToolParams, ToolResult
from domain.tools.invalid_params import describe_invalid

if TYPE_CHECKING:
    from domain.rules.evaluation import Judgement
    from domain.rules.rule import Rule

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


# What rules are made of is imported when one is tried: few questions are about rules.
def _checked(content: object) -> object:
    from domain.rules.rule import Rule  # noqa: PLC0415

    try:
        if content is not None:
            Rule.model_validate(content)
    except ValidationError as error:
        raise ValueError(describe_invalid(error, subject="it is no rule")) from error
    return content


class RuleParams(ToolParams):
    """A rule: one of the estate by its id or name, or what a rule says."""

    rule_id: str | None = None
    rule: Annotated[JsonMap, BeforeValidator(_checked)] | None = None

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
    rule's trigger says. `rule` is what a rule says that is no record of the estate.
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
        from adapters.tools.cep_history import Reader, evidence_of, judge  # noqa: PLC0415

        reader = Reader(self._estate, context, params.rule_id, params.rule)
        if params.ci_context:
            require_named(self._estate, context.tenant_id, keys=params.ci_context)
        maps, sources = _given(params)
        for given in (params.metric_context, params.history_context):
            reader.note(newest_in(given or {}))
        for name in sorted(reader.rule.read_maps - set(maps)):
            found = reader.looked_up(name, maps.get("ci", {}).get("ci_id"))
            if found is not None:
                maps[name], sources[name] = found, "estate"
        payload = make_payload(maps)
        judgement = judge(reader.rule, payload.maps)
        return answer(
            _simulation(reader.rule, judgement, evidence_of(judgement), payload, sources),
            row_count=1,
            references=_references(reader.rule, maps.get("ci", {})),
            warnings=[*_warnings(reader.rule, judgement), *payload.cuts],
            newest=reader.newest,
        )

    @operation("evaluate", EvaluateParams)
    def _evaluate(self, context: ToolContext, params: EvaluateParams) -> ToolResult:
        """Say in which windows of the past a rule would have fired, and on what evidence."""
        from adapters.tools.cep_history import Reader, outcome  # noqa: PLC0415

        span = parse_time_range(params.time_range, now=context.now)
        limit, clamped = clamp("limit", params.limit, highest=_MOST_ROWS)
        reader = Reader(self._estate, context, params.rule_id, params.rule)
        evaluation = reader.evaluated(span, params.items)
        data = outcome(reader.rule, evaluation, span, limit=limit)
        return answer(
            data,
            row_count=len(as_list(data["rows"])),
            references=_references(reader.rule, {}),
            warnings=[*_warnings(reader.rule), *clamped, *reader.warnings, *evaluation.warnings],
            window=span.window,
            newest=reader.newest,
        )


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
    rule: "Rule", judgement: "Judgement", evidence: JsonMap, payload: Payload, sources: JsonMap
) -> JsonMap:
    return {
        "rule_id": rule.rule_id,
        "rule_name": rule.rule_name,
        "dry_run": True,
        "condition": rule.condition_in_words(),
        "condition_evaluated": judgement.fires is not None,
        "triggered": judgement.fires is True,
        "reason": judgement.reason,
        "evidence": evidence,
        "test_payload": payload.maps,
        "test_payload_meta": {
            "size_bytes": payload.size_bytes,
            "sources": sources,
            "truncated": bool(payload.cuts),
            "cuts": list[JsonValue](payload.cuts),
        },
        "action": masked(rule.action_spec),
    }


def _references(rule: "Rule", item: JsonMap) -> list[Reference]:
    of_rule = record_references(RecordKind.CEP_RULE, [rule.model_dump(mode="json")])
    return of_rule + (record_references(RecordKind.CI, [item]) if "ci_code" in item else [])


def _warnings(rule: "Rule", judgement: "Judgement | None" = None) -> list[str]:
    inactive = [] if rule.is_active else [f"rule {rule.rule_id} is not active"]
    unused = [f"trigger_spec.{name} says nothing to a rule" for name in rule.unused]
    reason = judgement.reason if judgement else None
    return [*inactive, *unused, *([f"not evaluated: {reason}"] if reason else [])]
