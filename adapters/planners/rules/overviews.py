"""Questions answered side by side: overviews, summaries, comparisons, separate lists."""

from adapters.planners.rules.fields import fields_of
from adapters.planners.rules.kind import Draft, Kind
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.parts import (
    GROUPS,
    NOUNS,
    conditions,
    graph_step,
    groups_step,
    history_step,
    item_step,
    list_step,
    output,
    scope_of,
    steps,
    takes,
)
from adapters.planners.rules.question import DoesNotFit, Reading
from adapters.planners.rules.rankings import health_metrics, metric_per_item
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec
from domain.estate.view_policy import View
from domain.plan.intent import Intent
from domain.plan.plan import PlanStep
from domain.plan.specs import AggregateSpec, GraphSpec, HistorySpec, MetricSpec, PrimarySpec

_RECENT = "last_7d"
_MOST_STEPS, _MOST_COMPARED = 10, 3


def _overview(reading: Reading) -> Draft:
    mention, span = reading.one(Slot.CI), reading.time(_RECENT)
    if any(mention.meanings for mention in reading.mentions):
        raise DoesNotFit
    around = GraphSpec(view=View.NEIGHBORS)
    events = HistorySpec(enabled=True, source="event_log", time_range=span)
    changes = HistorySpec(enabled=True, source="work_and_maintenance", time_range=span)
    chosen = [
        item_step(mention.value),
        graph_step("around", "What is around it", graph=around),
        history_step("events", "Its events", history=events),
        history_step("changes", "Its work and maintenance", history=changes),
    ]
    metrics = health_metrics(reading.look_ups)
    chosen += [metric_per_item(name, span, filters=[]) for name in metrics]
    flow = [takes("around:graph", ci_id="{item:primary.rows[0].ci_id}")]
    flow += [
        takes(f"{name}:history", ci_ids="{item:primary.rows[*].ci_id}")
        for name in ("events", "changes")
    ]
    flow += [takes(f"{name}:aggregate", ci_ids="{around:graph.ids}") for name in metrics]
    plan = steps(chosen[:_MOST_STEPS], shown=output("table", "network"), dependencies=flow)
    with_metrics = f", and {', '.join(metrics)} of both" if metrics else ""
    parts = f"what is around it, its events, work and maintenance{with_metrics}"
    phrase = f"record of {mention.value}, {parts} during {span}"
    return Draft(phrase, plan)


def _summary(reading: Reading) -> Draft:
    if any(mention.meanings for mention in reading.mentions):
        raise DoesNotFit
    fields = {
        RecordKind.CI: "status",
        RecordKind.EVENT_LOG: "severity",
        RecordKind.WORK: "result",
        RecordKind.MAINTENANCE: "result",
        RecordKind.DOCUMENT: "status",
    }
    types = AggregateSpec(scope="ci", group_by=["ci_type"], metrics=["count"], top_n=GROUPS)
    chosen = [groups_step("types", "Configuration items per type", groups=types)]
    for kind, field in fields.items():
        groups = AggregateSpec(
            scope=scope_of(kind), group_by=[field], metrics=["count"], top_n=GROUPS
        )
        chosen.append(groups_step(scope_of(kind), f"{NOUNS[kind]} per {field}", groups=groups))
    phrase = "counts of configuration items, events, work, maintenance and documents"
    return Draft(phrase, steps(chosen, shown=output("table", "number")))


def _distribution_and_list(reading: Reading) -> Draft:
    fields, filters = fields_of(reading, RecordKind.CI), reading.filters(RecordKind.CI)
    groups = AggregateSpec(scope="ci", group_by=fields, metrics=["count"], top_n=GROUPS)
    chosen = [
        groups_step("distribution", f"All by {', '.join(fields)}", groups=groups),
        list_step("items", "The items asked for", filters=filters),
    ]
    phrase = (
        f"count configuration items per {', '.join(fields)}, and list those{conditions(filters)}"
    )
    return Draft(phrase, steps(chosen, shown=output("table")))


def _alternatives(reading: Reading) -> tuple[list[FilterSpec], str, list[str]]:
    """Return the conditions on all items, and the one field with several values."""
    filters = reading.filters(RecordKind.CI)
    several = [spec for spec in filters if isinstance(spec.value, list)]
    if len(several) != 1 or not isinstance(several[0].value, list):
        raise DoesNotFit
    return [spec for spec in filters if spec is not several[0]], several[0].field, several[0].value


def _separately(reading: Reading) -> Draft:
    shared, field, values = _alternatives(reading)
    chosen = [
        list_step(_step_id(value), value, filters=[*shared, FilterSpec(field=field, value=value)])
        for value in values
    ]
    everything = reading.filters(RecordKind.CI)
    total = AggregateSpec(scope="ci", metrics=["count"], filters=everything)
    chosen.append(groups_step("total", "The total", groups=total))
    listed = f"list configuration items{conditions(shared)} for each of {', '.join(values)}"
    phrase = f"{listed}, and count them all"
    return Draft(phrase, steps(chosen, shown=output("table", "number")))


def _compare(reading: Reading) -> Draft:
    shared, field, values = _alternatives(reading)
    if len(values) != len({_step_id(value) for value in values}) or len(values) > _MOST_COMPARED:
        raise DoesNotFit
    by_state = AggregateSpec(
        scope="ci", group_by=[field, "status"], metrics=["count"],
        filters=reading.filters(RecordKind.CI), top_n=GROUPS,
    )  # fmt: skip
    chosen = [groups_step("states", f"All by {field} and status", groups=by_state)]
    for value in values:
        filters = [*shared, FilterSpec(field=field, value=value)]
        chosen.append(list_step(_step_id(value), value, filters=filters))
        chosen += [
            _average(f"{metric}_{_step_id(value)}", metric, filters=filters)
            for metric in health_metrics(reading.look_ups)[:2]
        ]
    phrase = f"compare configuration items{conditions(shared)} with {field} {' and '.join(values)}"
    return Draft(phrase, steps(chosen, shown=output("table", "number")))


def _average(step_id: str, metric: str, *, filters: list[FilterSpec]) -> PlanStep:
    return PlanStep(
        step_id=step_id, name=f"Average {metric}", intent=Intent.AGGREGATE,
        primary=PrimarySpec(filters=filters), metric=MetricSpec(metric_name=metric, agg="avg"),
    )  # fmt: skip


def _step_id(value: str) -> str:
    word = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in value)
    return word if word[:1].isalpha() else f"value_{word}"


OVERVIEWS = (
    Kind(
        "overview",
        "Everything about one item",
        (
            "ASK* OVERVIEW CI FIELD|CONNECTED|CIS|RECENT|EVENTS|HEALTH|WORK|MAINT|NEAR*",
            "SUMMARY ASK* OVERALL? CI",
            "ASK* CI OVERVIEW",
        ),
        _overview,
        ("Overview of ERP System: state, related CIs, recent events, metrics.",),
    ),
    Kind(
        "summary",
        "The state of the whole estate",
        ("ASK* OVERALL", "ASK* OVERVIEW OVERALL", "ASK* OVERVIEW", "ASK* OVERALL OVERVIEW"),
        _summary,
        ("Summarise the overall system state.",),
    ),
    Kind(
        "distribution and list",
        "A distribution, and a list of some",
        (
            "ASK* FIELD DISTRIBUTION SHOW CIS",
            "ASK* DISTRIBUTION CIS? PER? FIELD SHOW CIS",
            "ASK* CIS FIELD DISTRIBUTION SHOW CIS",
        ),
        _distribution_and_list,
        ("Give the type distribution and list every SYSTEM CI.",),
    ),
    Kind(
        "separately",
        "Lists one by one, and the total",
        ("ASK* CIS SEPARATELY ASK* TOTAL?", "ASK* CIS PER? SEPARATELY TOTAL"),
        _separately,
        ("Active servers of zones a, b and c separately, and the total.",),
    ),
    Kind(
        "compare",
        "A comparison of two or three groups of items",
        ("ASK* COMPARE CIS", "ASK* HOW CIS DIFFERENT", "HOW DIFFERENT CIS"),
        _compare,
        ("Compare the servers of production and staging.",),
    ),
)
