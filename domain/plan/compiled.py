"""From a query to the plan that answers it."""

from collections.abc import Iterator
from itertools import product

from domain.estate.view_policy import View
from domain.json import JsonMap
from domain.plan.intent import Intent
from domain.plan.plan import OwnCall, Plan, PlanStep
from domain.plan.specs import (
    FARTHEST,
    BudgetSpec,
    CepSpec,
    GraphSpec,
    OutputSpec,
    PrimarySpec,
    SecondarySpec,
    whole_walk,
)
from domain.query.checks import Problem
from domain.query.in_words import ask_in_words
from domain.query.model import (
    Ask,
    CausesWant,
    GraphWant,
    ListWant,
    PathWant,
    PerWant,
    Query,
    SimulateWant,
)
from domain.query.sets import FieldCondition, Set, SetKind

_VIEWS = {"needs": View.DEPENDENCY, "impact": View.IMPACT}
_TABLE = OutputSpec(primary="table")
_NAMES = ("ci_code", "ci_name")


class NoPlan(ValueError):
    """A query that no plan answers; the problems say why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("; ".join(map(str, problems)))


def plan_of(query: Query) -> Plan:
    """Return the plan: one call for each thing asked, under its own heading where there are more.

    Raises `NoPlan` for what is asked of the graph of items that are not named.
    """
    dumped = query.model_dump(mode="json", exclude_defaults=True)
    parts = [part for ask in query.asks for part in _parts(ask)]
    whole: dict[str, object] = {"query": dumped}
    if any(isinstance(ask.want, GraphWant) and ask.want.hops is None for ask in query.asks):
        whole["budget"] = BudgetSpec(max_depth=FARTHEST)
    if len(parts) == 1:
        return Plan.model_validate({**parts[0][1], **whole})
    steps = [
        PlanStep.model_validate({"step_id": f"ask{number}", "name": title, **part})
        for number, (title, part) in enumerate(parts, start=1)
    ]
    return Plan.model_validate({"enable_multistep": True, "steps": steps, **whole})


def _parts(ask: Ask) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the parts of a plan that answer it, each with its title."""
    match ask.want:
        case GraphWant(do=do, hops=hops):
            view = _VIEWS[do]
            graph = GraphSpec(view=view, depth=hops, user_requested_depth=hops)
            if hops is None:
                graph = GraphSpec(view=view, depth=FARTHEST, walk=whole_walk(view))
            yield from (_walk(name, graph, ask) for name in _named(ask, *ask.of))
        case PathWant(to=to):
            ends = product(_named(ask, to), _named(ask, *ask.of))
            yield from (_path(source, target, ask) for target, source in ends)
        case SimulateWant(rule=rule):
            yield from (_simulation(name, rule, ask) for name in _named(ask, *ask.of))
        case ListWant(fields=(), by=None, offset=0) if name := _only_one(ask):
            yield _look_up(name, ask)
        case CausesWant(do=do):
            params: JsonMap = {**_whose(ask), "time_range": ask.of[0].time}
            yield _call(ask, "causes", do, {key: value for key, value in params.items() if value})
        case _:
            asked: JsonMap = ask.model_dump(mode="json", exclude_defaults=True)
            yield _call(ask, "query", "select", asked)


def _whose(ask: Ask) -> JsonMap:
    """Return whose changes or causes: items by their codes, or what changed of a set."""
    of, is_one = ask.of[0], len(ask.of) == 1
    if ask.want.do != "changes" or not is_one or not of.where or all(map(_names, of.where)):
        return {"items": [*_named(ask, *ask.of)]}
    timeless = of.model_copy(update={"time": None})
    return {"of": timeless.model_dump(mode="json", exclude_defaults=True)}


def _call(ask: Ask, tool: str, operation: str, params: JsonMap) -> tuple[str, dict[str, object]]:
    call = OwnCall(call_id="answer", tool=tool, operation=operation, params=params)
    output = OutputSpec(primary="chart" if isinstance(ask.want, PerWant) else "table")
    return ask_in_words(ask), {"intent": Intent.LIST, "calls": [call], "output": output}


def _walk(name: str, graph: GraphSpec, ask: Ask) -> tuple[str, dict[str, object]]:
    part = {"intent": Intent.EXPAND, "primary": PrimarySpec(keywords=[name]), "graph": graph}
    return ask_in_words(ask), {**part, "view": graph.view}


def _look_up(name: str, ask: Ask) -> tuple[str, dict[str, object]]:
    part = {"intent": Intent.LOOKUP, "primary": PrimarySpec(keywords=[name]), "output": _TABLE}
    return ask_in_words(ask), part


def _simulation(name: str, rule: str, ask: Ask) -> tuple[str, dict[str, object]]:
    part = {"intent": Intent.LOOKUP, "primary": PrimarySpec(keywords=[name])}
    return ask_in_words(ask), {**part, "cep": CepSpec(rule_id=rule), "output": _TABLE}


def _path(source: str, target: str, ask: Ask) -> tuple[str, dict[str, object]]:
    ends = {
        "primary": PrimarySpec(keywords=[source]),
        "secondary": SecondarySpec(keywords=[target]),
    }
    part = {"intent": Intent.PATH, "view": View.PATH, "graph": GraphSpec(view=View.PATH)}
    return ask_in_words(ask), {**part, **ends}


def _named(ask: Ask, *sets: Set) -> Iterator[str]:
    """Yield the codes or names of the items. Raises `NoPlan` where the sets do not name them."""
    for members in sets:
        names = [_names(each) for each in members.where]
        is_open = ask.want.do in ("changes", "why") and not names
        if (len(names) != 1 and not is_open) or not all(names):
            allowed = "one set of items that are named: ci_code = ..., or ci_code in ..."
            raise NoPlan([Problem(ask.want.do, "asked of other items", allowed)])
        for each in names:
            yield from each


def _only_one(ask: Ask) -> str | None:
    """Return the code of the one item that is asked for, and of which nothing else is said."""
    conditions = ask.of[0].where if len(ask.of) == 1 and ask.of[0].kind is SetKind.ITEM else ()
    only = conditions[0] if len(conditions) == 1 else None
    is_code = isinstance(only, FieldCondition) and (only.field, only.op) == ("ci_code", "=")
    return str(only.value) if isinstance(only, FieldCondition) and is_code else None


def _names(condition: object) -> list[str]:
    if not isinstance(condition, FieldCondition) or condition.field not in _NAMES:
        return []
    if condition.op not in ("=", "in"):
        return []
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return [str(value) for value in values]
