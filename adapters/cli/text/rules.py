"""Event-processing rules as text."""

from adapters.cli.screen import Screen
from adapters.cli.text.tables import fields_of, table_of
from domain.views.rule import RuleView

_COLUMNS = ("rule", "type", "reads", "fires when", "active")


def show_rules(screen: Screen, rules: list[RuleView]) -> None:
    """Print a line for each rule."""
    if not rules:
        screen.tell("The estate has no rules.")
        return
    screen.show(table_of(_COLUMNS, [[*_said(each).values()][1:] for each in rules]))


def show_rule(screen: Screen, rule: RuleView) -> None:
    """Print what a rule says."""
    screen.show(fields_of(_said(rule).items()))


def _said(rule: RuleView) -> dict[str, str]:
    return {
        "name": rule.rule_name,
        "rule": rule.rule_id,
        "type": rule.trigger_type,
        "reads": rule.problem or rule.trigger,
        "fires when": rule.condition,
        "active": "yes" if rule.is_active else "no",
    }
