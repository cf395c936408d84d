"""Questions that go from history to configuration items or back."""

from adapters.planners.rules.fields import fields_of
from adapters.planners.rules.kind import Draft, Kind
from adapters.planners.rules.mentions import HEAD_SYMBOLS, Mention, Slot
from adapters.planners.rules.parts import (
    ALL_TIME,
    LIST_LIMIT,
    NOUNS,
    conditions,
    during,
    graph_step,
    groups_step,
    history_step,
    item_step,
    items_step,
    output,
    scope_of,
    steps,
    takes,
)
from adapters.planners.rules.question import DoesNotFit, Reading, filters_of
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec
from domain.estate.view_policy import View
from domain.plan.intent import Intent
from domain.plan.plan import PlanStep, ToolDependency
from domain.plan.specs import AggregateSpec, GraphSpec, HistorySource, HistorySpec

_SOURCES: dict[RecordKind, HistorySource] = {
    RecordKind.EVENT_LOG: "event_log",
    RecordKind.WORK: "work_history",
    RecordKind.MAINTENANCE: "maintenance_history",
}
_ALL_GROUPS, _TOP, _GRAPHS = 200, 10, 3


def _history_kind(reading: Reading) -> RecordKind:
    kinds = [kind for kind in reading.kinds if kind is not RecordKind.CI]
    if len(kinds) != 1 or kinds[0] not in _SOURCES:
        raise DoesNotFit
    return kinds[0]


def _conditions_by_kind(
    reading: Reading, kind: RecordKind
) -> tuple[list[FilterSpec], list[FilterSpec]]:
    """Return the conditions on the items and on their history.

    A word that fits both ("failed") belongs to the noun that follows it.
    """
    of_items: list[Mention] = []
    of_history: list[Mention] = []
    for at, mention in enumerate(reading.mentions):
        if mention.meanings:
            fits = {meaning.kind for meaning in mention.meanings}
            after = next((m.symbol for m in reading.mentions[at:] if m.slot is Slot.HEAD), "")
            is_history = kind in fits and (
                RecordKind.CI not in fits or after == HEAD_SYMBOLS[kind]
            )
            (of_history if is_history else of_items).append(mention)
    return filters_of(of_items, RecordKind.CI), filters_of(of_history, kind)


def _latest(reading: Reading) -> Draft:
    kind = _history_kind(reading)
    fields_of(reading, RecordKind.CI)
    filters = reading.filters(kind)
    history = HistorySpec(
        enabled=True, source=_SOURCES[kind], scope="all", time_range=reading.time(ALL_TIME),
        filters=filters, limit=1,
    )  # fmt: skip
    chosen = [
        history_step("latest", "The latest one", history=history),
        PlanStep(step_id="item", name="Its item", intent=Intent.SEARCH),
    ]
    plan = steps(
        chosen,
        shown=output("table"),
        dependencies=[takes("item:primary", ci_ids="{latest:history.rows[*].ci_id}")],
    )
    return Draft(
        f"latest of the {NOUNS[kind]}{conditions(filters)}, and its configuration item", plan
    )


def _items_with(reading: Reading) -> Draft:
    """Find the items that have such records, most records first, and show the items."""
    kind = _history_kind(reading)
    fields_of(reading, RecordKind.CI)
    of_items, of_history = _conditions_by_kind(reading, kind)
    is_ranking = reading.says("MOST", "TOP") or bool(reading.every(Slot.LIMIT))
    if is_ranking and of_items:
        raise DoesNotFit  # the first ten of all items are not the first ten servers
    groups = _groups(reading, kind, filters=of_history, most=_TOP if is_ranking else _ALL_GROUPS)
    found = groups_step("found", f"Items with such {NOUNS[kind]}", groups=groups)
    plan = steps(
        [found, items_step("items", "The items", filters=of_items)],
        shown=output("table"),
        dependencies=[takes("items:primary", ci_ids="{found:aggregate.rows[*][0]}")],
    )
    span = during(groups.time_range or ALL_TIME)
    having = f"{NOUNS[kind]}{conditions(of_history)}{span}"
    phrase = f"configuration items{conditions(of_items)} with {having}, most of them first"
    return Draft(f"{phrase}, and the items themselves", plan)


def _groups(
    reading: Reading, kind: RecordKind, *, filters: list[FilterSpec], most: int
) -> AggregateSpec:
    return AggregateSpec(
        scope=scope_of(kind),
        group_by=["ci_id", "ci_code"],
        metrics=["count"],
        filters=filters,
        time_range=reading.time(ALL_TIME),
        top_n=reading.number(Slot.LIMIT, most),
    )


def _graphs_of_items_with(reading: Reading) -> Draft:
    kind = _history_kind(reading)
    of_items, of_history = _conditions_by_kind(reading, kind)
    count = reading.number(Slot.LIMIT, _GRAPHS)
    if of_items or not 1 <= count <= _GRAPHS:
        raise DoesNotFit
    groups = _groups(reading, kind, filters=of_history, most=_ALL_GROUPS)
    chosen = [groups_step("found", f"Items with such {NOUNS[kind]}", groups=groups)]
    flow: list[ToolDependency] = []
    for number in range(1, count + 1):
        step_id = f"graph_{number}"
        name = f"What item {number} needs (of the first {count} only)"
        chosen.append(graph_step(step_id, name, graph=GraphSpec(view=View.DEPENDENCY)))
        flow.append(takes(f"{step_id}:graph", ci_id=f"{{found:aggregate.rows[{number - 1}][0]}}"))
    having = f"{NOUNS[kind]}{conditions(of_history)}{during(reading.time(ALL_TIME))}"
    phrase = f"configuration items with {having}, most of them first"
    plan = steps(chosen, shown=output("network", "table"), dependencies=flow)
    return Draft(f"{phrase}, and what the first {count} of them need", plan)


def _history_and_host(reading: Reading) -> Draft:
    """Answer "work and deployment history of X, and the host it runs on"."""
    mention, span = reading.one(Slot.CI), reading.time(ALL_TIME)
    kinds = [kind for kind in reading.kinds if kind is not RecordKind.CI]
    heads = [m for m in reading.mentions if m.meanings]
    hosts = filters_of([m for m in heads if m.symbol == "CIS"], RecordKind.CI)
    if not hosts or any(kind not in _SOURCES for kind in kinds):
        raise DoesNotFit
    chosen, flow = [item_step(mention.value)], []
    for kind in kinds:
        filters = filters_of([m for m in heads if m.symbol == HEAD_SYMBOLS[kind]], kind)
        history = HistorySpec(
            enabled=True, source=_SOURCES[kind], time_range=span, filters=filters, limit=LIST_LIMIT
        )
        name = _SOURCES[kind]
        chosen.append(history_step(name, NOUNS[kind], history=history))
        flow.append(takes(f"{name}:history", ci_ids="{item:primary.rows[*].ci_id}"))
    needs = GraphSpec(view=View.DEPENDENCY, depth=1)
    chosen.append(graph_step("needs", "What it needs", graph=needs))
    chosen.append(items_step("host", "The host", filters=hosts))
    flow.append(takes("needs:graph", ci_id="{item:primary.rows[0].ci_id}"))
    flow.append(takes("host:primary", ci_ids="{needs:graph.ids}"))
    nouns = " and ".join(NOUNS[kind] for kind in kinds)
    phrase = f"{nouns} of {mention.value}{during(span)}, and what it runs on{conditions(hosts)}"
    return Draft(phrase, steps(chosen, shown=output("table", "network"), dependencies=flow))


CROSSINGS = (
    Kind(
        "latest and item",
        "The latest event and its item",
        (
            "ASK* CIS LAST HISTORY_OF ASK* FIELD|FACTS?",
            "ASK* LAST HISTORY_OF ASK* FIELD CIS",
            "ASK* LAST HISTORY_OF ASK* CIS FIELD?",
        ),
        _latest,
        ("Which CI had the latest event and what is its state?",),
    ),
    Kind(
        "graphs of items with history",
        "Items with some history, and what they need",
        ("ASK* CIS HISTORY_OF ASK* DEPENDENCIES",),
        _graphs_of_items_with,
        ("Find CIs that were rebooted in maintenance and show their dependency graph.",),
    ),
    Kind(
        "history and host",
        "History of an item, and what it runs on",
        ("ASK* HISTORY_OF+ CI ASK* CIS RUN_ON",),
        _history_and_host,
        (
            "Work and deployment history of app-erp-order-01-1 in December "
            "and the host it runs on.",
        ),
    ),
    Kind(
        "items with history",
        "Items that have some history",
        (
            "ASK* TOP? CIS MOST? HISTORY_OF ASK* NOW? FIELD|FACTS? NOW?",
            "ASK* TOP CIS PER COUNT? HISTORY_OF",
            "ASK* COUNT? HISTORY_OF PER CIS",
        ),
        _items_with,
        (
            "Which CIs have the most security alerts, and what are their states?",
            "Which CIs had failed work and what is their state now?",
        ),
    ),
)
