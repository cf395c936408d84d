"""Event-processing rules as text."""

from adapters.cli.screen import Screen
from adapters.cli.text.tables import fields_of, table_of
from domain.views.rule import RuleView

_COLUMNS = ("rule", "type", "reads", "fires when", "active")


def show_rules(screen: Screen, rules: list[RuleView]) -> None:
    """Print a line for each rule."""
    screen.show(table_of(_COLUMNS, [_said(each) for each in rules]))


def show_rule(screen: Screen, rule: RuleView) -> None:
    """Print what a rule says."""
    names, said = ("name", *_COLUMNS), (rule.rule_name, *_said(rule))
    screen.show(fields_of(zip(names, said, strict=True)))


def _said(rule: RuleView) -> list[str]:
    active = "yes" if rule.is_active else "no"
    return [rule.rule_id, rule.trigger_type, rule.problem or rule.trigger, rule.condition, active]
