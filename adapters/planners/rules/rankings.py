"""Questions that compare items by a metric: rankings, thresholds, health."""

from adapters.planners.rules.fields import TITLES, Agg, aggregations
from adapters.planners.rules.kind import Draft
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.parts import (
    LAST_DAY,
    LIST_LIMIT,
    conditions,
    during,
    item,
    list_step,
    output,
    steps,
)
from adapters.planners.rules.question import DoesNotFit, Reading
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec
from domain.estate.view_policy import View
from domain.plan.intent import Intent
from domain.plan.look_ups import METRIC, LookUps
from domain.plan.plan import Plan, PlanStep
from domain.plan.specs import AggregateSpec, GraphSpec, MetricSpec

_BOUNDS = (Slot.AT_LEAST, Slot.AT_MOST)
_TOP = 10
# Not disk_io and network_in: the average of a counter that only rises says nothing.
_HEALTH = ("cpu_usage", "memory_usage", "temperature", "disk_usage")


def ranking(reading: Reading) -> Draft:
    """Rank items by the average of a metric, or by its last value where the question says so."""
    aggs = [agg for agg in aggregations(reading) if agg in ("avg", "last")]
    return ranking_by(reading, agg=aggs[0] if aggs else "avg")


def ranking_by(reading: Reading, *, agg: Agg) -> Draft:
    """Return the items that the question's conditions choose with one value each, in order."""
    name = "cpu_usage" if reading.says("BUSIEST") else reading.one(Slot.METRIC).value
    if name not in reading.look_ups.called(METRIC, name):
        raise DoesNotFit
    filters = reading.filters(RecordKind.CI)
    span = reading.time(LAST_DAY)
    metric = MetricSpec(metric_name=name, agg=agg, time_range=span)
    groups = _ranked(reading, filters, top_n=reading.number(Slot.LIMIT, _most_items(reading)))
    plan = Plan(
        intent=Intent.AGGREGATE, metric=metric, aggregate=groups, output=output("table", "chart")
    )
    order = "lowest" if groups.ascending else "highest"
    bounds = "".join(f" {m.text}" for slot in _BOUNDS for m in reading.every(slot))
    named = f"configuration items{conditions(filters)} by {TITLES[agg]} {name}"
    phrase = f"{named}{bounds}{during(span)}, {order} first"
    return Draft(phrase, plan)


def _most_items(reading: Reading) -> int:
    is_ranking = reading.says("HIGHEST", "LOWEST", "MOST", "LEAST", "TOP", "BUSIEST", "RANK")
    return _TOP if is_ranking else LIST_LIMIT


def _ranked(reading: Reading, filters: list[FilterSpec], *, top_n: int) -> AggregateSpec:
    bounds = {slot.value: m.number for slot in _BOUNDS if (m := reading.maybe(slot))}
    return AggregateSpec(
        scope="metric",
        filters=filters,
        top_n=top_n,
        ascending=reading.says("LOWEST", "LEAST"),
        at_least=bounds.get("at_least"),
        at_most=bounds.get("at_most"),
    )


def threshold(reading: Reading) -> Draft:
    """Keep the items whose value lies within the question's bounds."""
    if not (reading.every(Slot.AT_LEAST) or reading.every(Slot.AT_MOST)):
        raise DoesNotFit
    aggs = aggregations(reading) or ["avg"]
    if len(aggs) != 1:
        raise DoesNotFit
    kept = ranking_by(reading, agg=aggs[0])
    if reading.says("COUNT", "EXISTS"):
        return Draft(
            f"count {kept.phrase}",
            kept.plan.model_copy(update={"output": output("number", "table")}),
        )
    if not reading.says("THEN"):
        return kept
    chosen = [
        list_step("every", "All of them", filters=reading.filters(RecordKind.CI)),
        PlanStep(
            step_id="kept", name="Those within the bounds", intent=Intent.AGGREGATE,
            metric=kept.plan.metric, aggregate=kept.plan.aggregate,
        ),
    ]  # fmt: skip
    return Draft(f"list them, then {kept.phrase}", steps(chosen, shown=output("table")))


def health_metrics(look_ups: LookUps) -> list[str]:
    """Return the metrics of the estate that tell how well an item does."""
    return [name for name in _HEALTH if name in look_ups.called(METRIC, name)]


def health(reading: Reading) -> Draft:
    """List items, and the average of each metric that tells how well they do."""
    metrics = health_metrics(reading.look_ups)
    if not metrics:
        raise DoesNotFit
    span, filters = reading.time(LAST_DAY), reading.filters(RecordKind.CI)
    every = list_step("items", "The items", filters=filters)
    of_each = [metric_per_item(name, span, filters=filters) for name in metrics]
    phrase = (
        f"list configuration items{conditions(filters)} with {', '.join(metrics)}{during(span)}"
    )
    return Draft(phrase, steps([every, *of_each], shown=output("table")))


def metric_per_item(name: str, span: str, *, filters: list[FilterSpec]) -> PlanStep:
    """Return the step that lists the average of a metric per configuration item, highest first."""
    return PlanStep(
        step_id=name, name=f"Average {name}", intent=Intent.AGGREGATE,
        metric=MetricSpec(metric_name=name, agg="avg", time_range=span),
        aggregate=AggregateSpec(scope="metric", filters=filters, top_n=LIST_LIMIT),
    )  # fmt: skip


def parts_with_metric(reading: Reading) -> Draft:
    """Answer "the components of ERP System with their CPU"."""
    mention, name = reading.one(Slot.CI), reading.one(Slot.METRIC).value
    span, filters = reading.time(LAST_DAY), reading.filters(RecordKind.CI)
    plan = Plan(
        intent=Intent.EXPAND,
        view=View.COMPOSITION,
        primary=item(mention.value),
        graph=GraphSpec(view=View.COMPOSITION),
        metric=MetricSpec(metric_name=name, agg="avg", time_range=span, scope="graph"),
        aggregate=AggregateSpec(scope="metric", filters=filters, top_n=LIST_LIMIT),
        output=output("network", "table"),
    )
    return Draft(
        f"what {mention.value} consists of, with the average {name} of each{during(span)}", plan
    )
