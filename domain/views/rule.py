"""Event-processing rules as faces show them."""

from dataclasses import dataclass
from typing import Final

from domain.estate.records import CepRule
from domain.rules.rule import WrongRule, rule_of
from domain.views.json_form import View


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule in words; of one that cannot be read, `problem` says why."""

    rule_id: str
    rule_name: str
    trigger_type: str
    trigger: str
    condition: str
    severity: int
    is_active: bool
    problem: str | None = None


RULE: Final[View[RuleView]] = View("rule", RuleView)
RULES: Final[View[list[RuleView]]] = View("rules", list[RuleView])


def view_of(record: CepRule) -> RuleView:
    """Return a rule of an estate in words."""
    head = (record.rule_id, record.rule_name, record.trigger_type)
    tail = (record.severity, record.is_active)
    try:
        rule = rule_of(record)
    except WrongRule as wrong:
        return RuleView(*head, "", record.condition, *tail, str(wrong))
    return RuleView(*head, rule.trigger_in_words(), rule.condition_in_words(), *tail)
