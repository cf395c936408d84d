"""Requests to try a rule without triggering anything."""

from adapters.planners.rules.kind import Draft, Kind
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.parts import LAST_DAY, during, item, output
from adapters.planners.rules.question import Reading
from domain.plan.intent import Intent
from domain.plan.plan import Plan
from domain.plan.specs import CepSpec, MetricSpec


def _simulate(reading: Reading) -> Draft:
    rule, mention = reading.one(Slot.RULE).value, reading.one(Slot.CI).value
    metric = reading.maybe(Slot.METRIC)
    span = reading.time(LAST_DAY)
    value = MetricSpec(metric_name=metric.value, agg="last", time_range=span) if metric else None
    plan = Plan(
        intent=Intent.LOOKUP,
        primary=item(mention),
        cep=CepSpec(rule_id=rule),
        metric=value,
        output=output("table"),
    )
    using = f" with its last {metric.value}{during(span)}" if metric else ""
    return Draft(f"simulate rule {rule} for {mention}{using}", plan)


SIMULATIONS = (
    Kind(
        "simulation",
        "What a rule would do",
        (
            "ASK* SIMULATE RULE CI METRIC?",
            "ASK* SIMULATE CI RULE METRIC?",
            "ASK* SIMULATE RULE METRIC CI",
        ),
        _simulate,
        ("Simulate rule rule-high-cpu for srv-erp-01.",),
    ),
)
