"""Pieces that the plans of several kinds of questions share, and the words for them."""

from collections.abc import Sequence
from typing import Final, cast, get_args

from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.question import DoesNotFit, Reading
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec, Sort
from domain.plan.intent import Intent
from domain.plan.plan import Plan, PlanStep, ToolDependency
from domain.plan.specs import (
    AggregateScope,
    AggregateSpec,
    BlockKind,
    GraphSpec,
    HistorySpec,
    ListSpec,
    OutputSpec,
    PrimarySpec,
)

ALL_TIME: Final = "all_time"
LAST_DAY: Final = "last_24h"
LIST_LIMIT: Final = 50
GROUPS: Final = 50
BY_CODE: Final = Sort(field="ci_code")
NOUNS: dict[RecordKind, str] = {
    RecordKind.CI: "configuration items",
    RecordKind.EVENT_LOG: "event log entries",
    RecordKind.WORK: "work items",
    RecordKind.MAINTENANCE: "maintenance items",
    RecordKind.DOCUMENT: "documents",
}


def output(primary: BlockKind, *others: BlockKind) -> OutputSpec:
    """Return the blocks of an answer, the most telling first."""
    blocks: list[BlockKind] = list(dict.fromkeys((primary, *others, "text")))
    return OutputSpec(blocks=blocks, primary=primary)


def item(keyword: str) -> PrimarySpec:
    """Return the search for exactly one configuration item."""
    return PrimarySpec(keywords=[keyword], tool_type="ci_lookup")


def items(filters: Sequence[FilterSpec]) -> PrimarySpec:
    """Return the search for all configuration items that the filters choose."""
    return PrimarySpec(filters=list(filters), limit=LIST_LIMIT, tool_type="ci_search")


def only_item(reading: Reading) -> PrimarySpec:
    """Return the search for the item that the question names, if it names one."""
    mention = reading.maybe(Slot.CI)
    return item(mention.value) if mention else PrimarySpec()


def aggregate(
    reading: Reading,
    kind: RecordKind,
    *,
    group_by: Sequence[str] = (),
    metrics: Sequence[str] = ("count",),
) -> AggregateSpec:
    """Return groups of one kind of records with the question's conditions, span of time and limit.

    Without a limit up to 50 groups. Only history has a span of time.
    """
    limit = reading.number(Slot.LIMIT, GROUPS)
    chosen = AggregateSpec(
        scope=scope_of(kind),
        group_by=list(group_by),
        metrics=list(metrics),
        filters=reading.filters(kind),
        top_n=limit,
        ascending=reading.says("LEAST", "LOWEST", "WORST"),
    )
    if kind in (RecordKind.CI, RecordKind.DOCUMENT):
        if reading.every(Slot.TIME):
            raise DoesNotFit
        return chosen
    return chosen.model_copy(update={"time_range": reading.time(ALL_TIME)})


def groups_plan(of: PrimarySpec, groups: AggregateSpec, *, first: BlockKind) -> Plan:
    """Return the plan that counts or measures groups of records, perhaps of one item."""
    shown = output(first, "table")
    return Plan(intent=Intent.AGGREGATE, primary=of, aggregate=groups, output=shown)


def list_step(step_id: str, name: str, *, filters: Sequence[FilterSpec]) -> PlanStep:
    """Return the step that lists the configuration items which the filters choose."""
    return PlanStep(
        step_id=step_id,
        name=name,
        intent=Intent.LIST,
        primary=PrimarySpec(filters=list(filters)),
        list=ListSpec(enabled=True, limit=LIST_LIMIT, sort=[BY_CODE]),
    )


def item_step(keyword: str) -> PlanStep:
    """Return the step `item`, which finds exactly one configuration item."""
    return PlanStep(step_id="item", name="The item", intent=Intent.LOOKUP, primary=item(keyword))


def groups_step(step_id: str, name: str, *, groups: AggregateSpec) -> PlanStep:
    """Return the step that counts or measures groups of records."""
    return PlanStep(step_id=step_id, name=name, intent=Intent.AGGREGATE, aggregate=groups)


def graph_step(step_id: str, name: str, *, graph: GraphSpec, of: str | None = None) -> PlanStep:
    """Return the step that walks relations, of the item that it looks up or that it is handed."""
    primary = PrimarySpec() if of is None else item(of)
    return PlanStep(step_id=step_id, name=name, intent=Intent.EXPAND, primary=primary, graph=graph)


def history_step(step_id: str, name: str, *, history: HistorySpec) -> PlanStep:
    """Return the step that lists what happened."""
    return PlanStep(step_id=step_id, name=name, intent=Intent.SEARCH, history=history)


def items_step(step_id: str, name: str, *, filters: Sequence[FilterSpec]) -> PlanStep:
    """Return the step that finds the configuration items which the filters choose."""
    return PlanStep(step_id=step_id, name=name, intent=Intent.SEARCH, primary=items(filters))


def scope_of(kind: RecordKind) -> AggregateScope:
    """Return the scope of an aggregate over this kind of records."""
    if kind.value not in get_args(AggregateScope):
        raise DoesNotFit
    return cast("AggregateScope", kind.value)


def steps(
    chosen: Sequence[PlanStep], *, shown: OutputSpec, dependencies: Sequence[ToolDependency] = ()
) -> Plan:
    """Return a plan of several steps; steps that no dependency orders run at the same time."""
    return Plan(
        intent=Intent.SEARCH,
        steps=list(chosen),
        tool_dependencies=list(dependencies),
        enable_multistep=True,
        output=shown,
    )


def takes(tool_id: str, **mapping: str) -> ToolDependency:
    """Return where a call takes parameters from: `takes("b:primary", ci_ids="{a:graph.ids}")`."""
    sources = {text.strip("{}").partition(".")[0].partition("[")[0] for text in mapping.values()}
    return ToolDependency(tool_id=tool_id, depends_on=sorted(sources), output_mapping=mapping)


def conditions(filters: Sequence[FilterSpec]) -> str:
    """Return the filters as words: " where status = active and location = zone-a"."""
    texts = [f"{spec.field} {spec.op} {_value(spec)}" for spec in filters]
    return f" where {' and '.join(texts)}" if texts else ""


def during(time_range: str) -> str:
    """Return the span of time as words."""
    return "" if time_range == "all_time" else f" during {time_range}"


def _value(spec: FilterSpec) -> str:
    return ", ".join(spec.value) if isinstance(spec.value, list) else str(spec.value)
