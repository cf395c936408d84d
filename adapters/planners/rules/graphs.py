"""Questions about relations: what fails with an item, its needs, parts, surroundings, paths."""

from collections.abc import Callable

from adapters.planners.rules.kind import Draft, Kind
from adapters.planners.rules.mentions import Slot
from adapters.planners.rules.parts import (
    NOUNS,
    conditions,
    graph_step,
    groups_step,
    item,
    items_step,
    output,
    steps,
    takes,
)
from adapters.planners.rules.question import DoesNotFit, Reading
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec
from domain.estate.view_policy import View
from domain.plan.intent import Intent
from domain.plan.plan import Plan
from domain.plan.specs import AggregateSpec, GraphLimits, GraphSpec, SecondarySpec

_ENDS = 2
_IN = {"of", "in", "from", "for", "within", "does", "do", "has", "at", "with"}
_EVERYTHING = GraphLimits(max_nodes=5000, max_edges=20000)

_TITLES = {
    View.IMPACT: "what is affected when {item} fails",
    View.DEPENDENCY: "what {item} needs",
    View.COMPOSITION: "what {item} consists of",
    View.NEIGHBORS: "what is around {item}",
}


def _graph(reading: Reading, view: View, *, otherwise: int | None) -> GraphSpec:
    depth = reading.maybe(Slot.DEPTH)
    if depth is None:
        return GraphSpec(view=view, depth=otherwise)
    return GraphSpec(view=view, depth=int(depth.number), user_requested_depth=int(depth.number))


def _walk(view: View, *, depth: int | None = None) -> Callable[[Reading], Draft]:
    def build(reading: Reading) -> Draft:
        mention = reading.one(Slot.CI)
        title = _TITLES[view].format(item=mention.value)
        filters = reading.filters(RecordKind.CI)
        graph = _graph(reading, view, otherwise=depth)
        if filters or reading.says("COUNT"):
            return _narrowed(reading, graph, title=title)
        plan = Plan(
            intent=Intent.EXPAND,
            view=view,
            primary=item(mention.value),
            graph=graph,
            output=output("network", "table"),
        )
        return Draft(title, plan)

    return build


def _narrowed(reading: Reading, graph: GraphSpec, *, title: str) -> Draft:
    """Walk, then keep or count the items of the walk, without its root, that pass the filters."""
    mention = reading.one(Slot.CI)
    filters = reading.filters(RecordKind.CI)
    others = [*filters, FilterSpec(field="ci_code", op="!=", value=mention.value)]
    walk = graph.model_copy(update={"limits": _EVERYTHING})
    around = graph_step("walk", title, graph=walk, of=mention.value)
    if reading.says("COUNT"):
        groups = AggregateSpec(scope="ci", metrics=["count"], filters=others)
        kept = groups_step("kept", "How many", groups=groups)
        tool, shown = "kept:aggregate", output("number", "network")
    else:
        kept = items_step("kept", "Those asked for", filters=others)
        tool, shown = "kept:primary", output("table", "network")
    plan = steps(
        [around, kept], shown=shown, dependencies=[takes(tool, ci_ids="{walk:graph.ids}")]
    )
    return Draft(f"{NOUNS[RecordKind.CI]}{conditions(filters)} among {title}", plan)


def _dependencies(reading: Reading) -> Draft:
    if reading.says("DEPENDENCIES") and " on " in f" {reading.text} ":
        raise DoesNotFit  # dependencies on an item are those of others
    return _walk(View.DEPENDENCY)(reading)


def _host(reading: Reading) -> Draft:
    """Answer "which server does app-erp-order-01-1 run on": only what it directly needs counts."""
    if not reading.filters(RecordKind.CI):
        raise DoesNotFit
    return _walk(View.DEPENDENCY, depth=1)(reading)


def _of_item(reading: Reading) -> Draft:
    """Answer "servers of ERP System" by its parts, "applications on srv-01" by what is near."""
    places = [i for i, m in enumerate(reading.mentions) if m.slot is Slot.CI or m.symbol == "CIS"]
    first, last = places[0], places[-1]
    between = {mention.text for mention in reading.mentions[first + 1 : last]}
    is_on = "on" in between or reading.says("RUN_ON", "RUNNING", "INSTALLED")
    is_adjacent = reading.mentions[first].slot is Slot.CI and not between
    if "and" in between or not (is_on or is_adjacent or between & _IN):
        raise DoesNotFit
    return _walk(View.NEIGHBORS if is_on else View.COMPOSITION)(reading)


def _path(reading: Reading) -> Draft:
    ends = [m.value for m in reading.every(Slot.CI)]
    classes = [m for m in reading.mentions if m.symbol == "CIS" and m.meanings]
    ends += [mention.value for mention in classes]
    if len(ends) != _ENDS:
        raise DoesNotFit
    plan = Plan(
        intent=Intent.PATH,
        view=View.PATH,
        primary=item(ends[0]),
        secondary=SecondarySpec(keywords=[ends[1]]),
        graph=GraphSpec(view=View.PATH),
        output=output("path", "network", "table"),
    )
    return Draft(f"path from {ends[0]} to {ends[1]}", plan)


GRAPHS = (
    Kind(
        "path",
        "How two items are connected",
        (
            "ASK* PATH|CONNECTED CI CI",
            "ASK* CI CONNECTED CI",
            "ASK* CI CI CONNECTED|PATH",
            "ASK* PATH|CONNECTED CI CIS",
            "EXISTS PATH|CONNECTED CI CI",
            "WHICH CONNECTED CI CI",
        ),
        _path,
        ("How are app-erp-order-01-1 and storage-erp connected?",),
    ),
    Kind(
        "impact",
        "What is affected when an item fails",
        (
            "ASK* COUNT? CIS? AFFECTED_BY FAIL|IF? CI FAIL?",
            "ASK* COUNT? CIS? AFFECTED|FAIL IF CI FAIL|AFFECTED",
            "IF CI FAIL|AFFECTED WHICH|COUNT CIS? AFFECTED|FAIL?",
            "WHICH IF CI FAIL|AFFECTED",
            "ASK* IMPACT FAIL? CI FAIL?",
            "ASK* CI FAIL? IMPACT",
            "ASK* IMPACT IF CI FAIL",
            "WHICH NEED CI",
            "ASK* COUNT? CIS NEED CI",
            "ASK* COUNT? CIS? DEPENDENTS CI",
            "ASK* CI DEPENDENTS",
        ),
        _walk(View.IMPACT),
        ("What is affected if srv-erp-01 fails?", "Impact of srv-erp-01"),
    ),
    Kind(
        "dependencies",
        "What an item needs",
        (
            "ASK* COUNT? CIS? CI NEED ASK?",
            "ASK* COUNT? CIS? NEEDED_BY CI",
            "ASK* DEPENDENCIES CI",
            "ASK* CI DEPENDENCIES",
        ),
        _dependencies,
        ("What does srv-erp-01 need?", "Dependencies of srv-erp-01"),
    ),
    Kind(
        "host",
        "What an item runs on",
        ("ASK* CIS CI RUN_ON", "ASK* CIS RUN_ON CI RUN_ON"),
        _host,
        ("Which server does app-erp-order-01-1 run on?",),
    ),
    Kind(
        "composition",
        "What an item consists of",
        ("ASK* COUNT? CIS? CI CONSIST", "ASK* INSIDE CI", "ASK* COUNT? PARTS CI", "ASK* CI PARTS"),
        _walk(View.COMPOSITION),
        ("What does ERP System consist of?",),
    ),
    Kind(
        "neighbours",
        "What is around an item",
        ("ASK* COUNT? CIS? CONNECTED|NEAR CI", "ASK* CI NEAR|CONNECTED"),
        _walk(View.NEIGHBORS),
        ("List everything related to ERP.",),
    ),
    Kind(
        "parts of a class",
        "Items of a class in or on another item",
        (
            "ASK* COUNT? CIS RUN_ON|RUNNING|INSTALLED? CI",
            "ASK* COUNT? CI CIS",
            "EXISTS CIS RUN_ON|RUNNING|INSTALLED? CI",
        ),
        _of_item,
        ("List the servers of ERP System.", "Which applications run on srv-erp-01?"),
    ),
)
