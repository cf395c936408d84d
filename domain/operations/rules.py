"""The operations on event-processing rules: which there are, and trying one on the past."""

from typing import Final

from pydantic import Field

from domain.assets.applied import AppliedAsset
from domain.assets.names import AssetKind
from domain.errors import NotFound
from domain.estate.records import CepRule
from domain.json import JsonMap
from domain.operations.operation import (
    Access,
    Caller,
    InvalidParams,
    Nothing,
    Params,
    Scope,
    command,
    read,
)
from domain.operations.question_params import ANCHOR
from domain.operations.requests import ASK, AskParams, ask
from domain.operations.services import Services
from domain.run.facts import Anchor
from domain.values.fields import Name
from domain.values.text import shown
from domain.views.response import RESPONSE, RunResponse
from domain.views.rule import RULE, RULES, RuleView, view_of

_MOST_RULES: Final = 1000


class UnknownRule(NotFound):
    """There is no rule of this id or name."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.args = (f"there is no rule {shown(rule)}; `rule.list` shows them",)


class RuleParams(Params):
    """A rule."""

    rule: Name = Field(description="The id or the name of a rule.")


class RuleTestParams(Params):
    """Which rule is tried, on what: a time of the past, or a payload in its place."""

    rule: Name | JsonMap = Field(description="The id or the name of a rule, or what one says.")
    time_range: str | None = Field(default=None, description="The time looked at; None: 7 days.")
    items: tuple[Name, ...] = Field(default=(), description="Codes of items; none: all.")
    payload: JsonMap | None = Field(default=None, description="The maps ci, metric and history.")
    anchor: Anchor = ANCHOR


async def list_rules(have: Services, caller: Caller, _: Nothing) -> list[RuleView]:
    """Return the rules of the estate in words, and those that are published in their place."""
    rules = have.estate.cep_rules(caller.tenant_id, limit=_MOST_RULES + 1)
    if len(rules) > _MOST_RULES:
        caller.tell(f"only the first {_MOST_RULES} rules are shown")
    histories = have.assets.histories(caller.tenant_id, AssetKind.RULE)
    published = [_record(each.applied) for each in histories if each.applied]
    listed = {each.rule_id: each for each in (*rules[:_MOST_RULES], *published)}
    return [view_of(each) for each in listed.values()]


async def show_rule(have: Services, caller: Caller, params: RuleParams) -> RuleView:
    """Return a rule in words, as `list_rules`."""
    published = have.assets.find(caller.tenant_id, f"{AssetKind.RULE}:{params.rule}")
    record = have.estate.cep_rule(caller.tenant_id, params.rule)
    record = record if published is None else _record(published)
    if record is None:
        raise UnknownRule(params.rule)
    return view_of(record)


def _record(asset: AppliedAsset) -> CepRule:
    name = asset.key.partition(":")[2]
    named: JsonMap = {"rule_id": name, "rule_name": asset.content.get("rule_name") or name}
    return CepRule.model_validate({**asset.content, **named})


async def try_rule(have: Services, caller: Caller, params: RuleTestParams) -> RunResponse:
    """Make a run of one call that tries the rule, and return its answer."""
    name = params.rule if isinstance(params.rule, str) else params.rule.get("rule_id", "")
    call: JsonMap = {"call_id": "rule", "tool": "cep", "operation": "evaluate"}
    given: JsonMap = {"rule" if isinstance(params.rule, dict) else "rule_id": params.rule}
    if params.payload is not None:
        if params.items or params.time_range:
            raise InvalidParams([("payload", "it is in place of items and a time of the past")])
        call |= {"operation": "simulate", "params": {**given, "test_payload": params.payload}}
    else:
        items: JsonMap = {"items": [*params.items]} if params.items else {}
        call["params"] = {**given, "time_range": params.time_range or "last_7d", **items}
    question, plan = f"When does rule {shown(name)} fire?", {"calls": [call]}
    asked = AskParams.model_validate({"question": question, "plan": plan, "anchor": params.anchor})
    return await ask(have, caller, asked)


LIST_RULES: Final = read("rule.list", Scope.RUNS_READ, Nothing, RULES, list_rules)
SHOW_RULE: Final = read("rule.show", Scope.RUNS_READ, RuleParams, RULE, show_rule, UnknownRule)
TEST_RULE: Final = command(
    *("rule.test", Scope.RUNS_WRITE, RuleTestParams, RESPONSE, try_rule),
    *ASK.errors,
    access=Access.BEGIN,
    when_interrupted="cancels",
)
