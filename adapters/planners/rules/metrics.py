"""Questions about metrics."""

from adapters.planners.rules.fields import TITLES, aggregations
from adapters.planners.rules.kind import Draft, Kind
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.parts import (
    LAST_DAY,
    conditions,
    during,
    item,
    item_step,
    output,
    steps,
    takes,
)
from adapters.planners.rules.question import DoesNotFit, Reading
from adapters.planners.rules.rankings import (
    health,
    parts_with_metric,
    ranking,
    ranking_by,
    threshold,
)
from domain.estate.fields import RecordKind
from domain.plan.intent import Intent
from domain.plan.plan import Plan, PlanStep
from domain.plan.specs import MetricSpec, PrimarySpec

_OF = {"of", "for", "across", "among", "on"}


def _value_of_class(reading: Reading) -> Draft:
    """Answer with one number over all points of all items of a class."""
    aggs = aggregations(reading) or ["avg"]
    if len(aggs) != 1 or reading.says("SERIES"):
        raise DoesNotFit
    if reading.says("HIGHEST", "LOWEST") and not _is_of_class(reading):
        return ranking(reading)
    if aggs == ["last"]:
        return ranking_by(reading, agg="last")
    name, span = reading.one(Slot.METRIC).value, reading.time(LAST_DAY)
    filters = reading.filters(RecordKind.CI)
    plan = Plan(
        intent=Intent.AGGREGATE,
        primary=PrimarySpec(filters=filters),
        metric=MetricSpec(metric_name=name, agg=aggs[0], time_range=span),
        output=output("number", "table"),
    )
    return Draft(
        f"{TITLES[aggs[0]]} {name} of configuration items{conditions(filters)}{during(span)}", plan
    )


def _is_of_class(reading: Reading) -> bool:
    """Tell "the highest CPU of all servers", a value, from "highest CPU servers", a ranking."""
    at = next(i for i, mention in enumerate(reading.mentions) if mention.symbol == "CIS")
    return any(mention.text in _OF for mention in reading.mentions[max(at - 3, 0) : at])


def _value_of_item(reading: Reading) -> Draft:
    mention, name = reading.one(Slot.CI), reading.one(Slot.METRIC).value
    span = reading.time(LAST_DAY)
    aggs = aggregations(reading) or ["avg", "last"]
    is_drawn = reading.says("SERIES") or len(aggs) > 1
    specs = {agg: MetricSpec(metric_name=name, agg=agg, time_range=span) for agg in aggs}
    titles = " and ".join(TITLES[agg] for agg in aggs)
    phrase = f"{titles} {name} of {mention.value}{during(span)}"
    if not is_drawn:
        plan = Plan(
            intent=Intent.AGGREGATE,
            primary=item(mention.value),
            metric=specs[aggs[0]],
            output=output("number"),
        )
        return Draft(phrase, plan)
    series = MetricSpec(metric_name=name, time_range=span, mode="series")
    chosen = [_step(TITLES[agg], spec) for agg, spec in specs.items()]
    chosen = [item_step(mention.value), *chosen, _step("series", series)]
    flow = [takes(f"{TITLES[agg]}:metric", ci_ids="{item:primary.rows[*].ci_id}") for agg in aggs]
    flow.append(takes("series:metric", ci_id="{item:primary.rows[0].ci_id}"))
    plan = steps(chosen, shown=output("number", "chart"), dependencies=flow)
    return Draft(f"{phrase}, and its course", plan)


def _step(step_id: str, metric: MetricSpec) -> PlanStep:
    return PlanStep(
        step_id=step_id, name=f"The {step_id} value", intent=Intent.AGGREGATE, metric=metric
    )


METRICS = (
    Kind(
        "parts with metric",
        "The parts of an item with a metric",
        (
            "ASK* PARTS CI METRIC",
            "ASK* CI PARTS METRIC",
            "ASK* METRIC PARTS CI",
            "ASK* CIS CI METRIC",
            "ASK* METRIC CIS CI",
        ),
        parts_with_metric,
        ("Show the components of ERP System with their CPU.",),
    ),
    Kind(
        "threshold",
        "Items whose metric is above or below a bound",
        (
            "ASK* COUNT? CIS AVERAGE|HIGHEST|LAST|NOW? METRIC LAST|NOW?",
            "ASK* CIS THEN ASK* ONLY? CIS? METRIC",
            "EXISTS CIS METRIC",
        ),
        threshold,
        ("Which active servers have a CPU usage of 80 % or more?",),
    ),
    Kind(
        "metric ranking",
        "Items with the highest or lowest metric",
        (
            "ASK* TOP? CIS NOW? HIGHEST|MOST|LOWEST|LEAST AVERAGE|LAST|NOW? METRIC",
            "ASK* TOP|FIRST? CIS PER AVERAGE|LAST|NOW? METRIC",
            "ASK* RANK CIS PER AVERAGE|LAST|NOW? METRIC",
            "ASK* METRIC PER CIS",
            "ASK* HIGHEST|LOWEST CIS PER METRIC",
            "ASK* TOP? BUSIEST CIS",
            "ASK* CIS BUSIEST",
        ),
        ranking,
        ("Which five servers have the highest CPU usage?", "Show the busiest processes."),
    ),
    Kind(
        "metric of a class",
        "One value of a metric over many items",
        (
            "ASK* AVERAGE|HIGHEST|LOWEST|LAST|NOW* METRIC AVERAGE|HIGHEST|LOWEST|LAST"
            "|NOW* CIS NOW?",
            "ASK* CIS AVERAGE METRIC",
        ),
        _value_of_class,
        ("What is the average memory usage of all servers?",),
    ),
    Kind(
        "metric of an item",
        "Values and course of a metric of one item",
        (
            "ASK* VALUE* METRIC VALUE* CI VALUE*",
            "ASK* CI VALUE* METRIC VALUE*",
            "ASK* VALUE* METRIC CI NEED",
        ),
        _value_of_item,
        ("Average and last CPU value of srv-erp-01 between 2025-12-01 and 2025-12-31.",),
    ),
    Kind(
        "health",
        "A list of items with their health metrics",
        ("ASK* CIS ASK* HEALTH", "ASK* HEALTH CIS"),
        health,
        ("List the servers in monitoring and show their health metrics.",),
    ),
)
