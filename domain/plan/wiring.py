"""What each call of a plan waits for: the results that it reads, its conditions, its turn."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import structs

from domain.plan.condition import StepCondition
from domain.plan.flow import Way, steps_before
from domain.plan.mapping import (
    BEFORE,
    EACH,
    DataReference,
    MappingError,
    parse_mapping,
    parse_reference,
    renamed,
)
from domain.plan.plan import ToolDependency
from domain.plan.planned_call import PlannedCall


class Order:
    """The calls of a plan in their order, which says what one in a loop reads of another."""

    def __init__(self, calls: Sequence[PlannedCall], *, loops: Iterable[str]) -> None:
        self._calls, self._loops = calls, loops

    # Made where they are needed: in most plans no call waits for another.
    @cached_property
    def known(self) -> list[str]:
        """The names that the expressions of the calls may begin with."""
        return [*self._at, *self._loops]

    @cached_property
    def _at(self) -> dict[str, int]:
        return {call.call_id: at for at, call in enumerate(self._calls)}

    @cached_property
    def _loop_of(self) -> dict[str, str | None]:
        return {call.call_id: call.loop_id for call in self._calls}

    @cached_property
    def _begins(self) -> dict[str | None, int]:
        return {call.step_id: at for at, call in reversed([*enumerate(self._calls)])}

    def placed(
        self, call: PlannedCall, read: DataReference, field: str, *, by_step: bool = False
    ) -> tuple[str, str | None]:
        """Return the expression as the call reads it, and what it waits for therefore.

        What comes no earlier in its loop is of the repetition before, and needs a default.
        """
        target, text = read.call_id, read.text
        if call.loop_id is None or self._loop_of.get(target) != call.loop_id:
            return text, None if target == call.loop_id else target
        if self._at[target] < (self._begins[call.step_id] if by_step else self._at[call.call_id]):
            return text, target
        if read.default is None:
            why = (
                f"{text!r} in {call.call_id} means the repetition before, which the first one"
                " has not; it needs a default (write `?? <json>`)"
            )
            raise MappingError(why, field=field)
        return renamed(text, {target: f"{target}{BEFORE}"}), None


def wired(call: PlannedCall, explicit: ToolDependency | None, order: Order) -> PlannedCall:
    """Return the call with all that it waits for, also by the explicit dependency.

    Raises `MappingError`.
    """
    if explicit is None and not (call.output_mapping or call.is_own or call.step_conditions):
        return call
    said = explicit or ToolDependency(tool_id=call.call_id)
    mapping = {**_inferred(call, said), **said.output_mapping}
    explained = mapping if call.is_own else said.output_mapping
    fed_by, fans_out = dict.fromkeys([*call.depends_on, *said.depends_on]), False
    for name, text in mapping.items():
        read = _parsed(call, name, text, order)
        if isinstance(read, DataReference):
            target: str | None = read.call_id
            fans_out = fans_out or read.each_of is not None
            if name in explained or target == call.loop_id:
                mapping[name], target = order.placed(call, read, f"{call.call_id}.{name}")
            fed_by |= {target: None} if target else {}
    own = (*call.conditions, *([said.condition] if said.condition else []))
    gates = [*((each, True) for each in call.step_conditions), *((each, False) for each in own)]
    asked = [_gate(call, each, order, by_step=by_step) for each, by_step in gates]
    is_cut_by = "max_fan_out" in said.model_fields_set
    return structs.replace(
        call,
        depends_on=tuple(fed_by),
        output_mapping=mapping,
        conditions=tuple(condition for condition, _ in asked),
        waits_for=tuple(dict.fromkeys(target for _, target in asked if target)),
        fans_out=fans_out,
        max_fan_out=said.max_fan_out if is_cut_by else call.max_fan_out,
        later={name: call.later[name] for name in call.later if name not in said.output_mapping},
    )


def _inferred(call: PlannedCall, said: ToolDependency) -> dict[str, str]:
    """Return the mapping of the call itself; one that is made for each item is of no other."""
    is_for_each = EACH in said.output_mapping.get("ci_id", "") and not call.is_own
    left_out = {"ci_ids"} if is_for_each else set[str]()
    return {name: text for name, text in call.output_mapping.items() if name not in left_out}


def _parsed(call: PlannedCall, name: str, text: str, order: Order) -> object:
    try:
        return parse_mapping(text, known=order.known)
    except MappingError as error:
        if call.is_own:
            error.field = f"{call.call_id}.{name}"
        raise


def _gate(
    call: PlannedCall, condition: StepCondition, order: Order, *, by_step: bool
) -> tuple[StepCondition, str | None]:
    field = f"{call.call_id}.condition"
    try:
        read = parse_reference(condition.field, known=order.known)
    except MappingError as error:
        error.field = field
        raise
    if read.each_of is not None:
        why = f"{read.text!r} is of many calls; a condition is of one"
        raise MappingError(why, field=field)
    text, target = order.placed(call, read, field, by_step=by_step)
    return condition.model_copy(update={"field": text}), target


def steered(
    call: PlannedCall, calls: Sequence[PlannedCall], ways: Mapping[str, Sequence[Way]]
) -> PlannedCall:
    """Return the call, waiting also for the ends of the steps by which its own is reached."""
    before = steps_before(call.step_id or "", ways)
    ended = [each.call_id for each in calls if each.step_id in before]
    waits = tuple(dict.fromkeys([*call.waits_for, *ended]))
    return structs.replace(call, waits_for=waits)


def graph_of(calls: Sequence[PlannedCall], loop_id: str | None = None) -> dict[str, list[str]]:
    """Return by name what waits for what: the calls of a loop, or those outside and each loop."""
    loop_of = {call.call_id: call.loop_id for call in calls}
    graph: dict[str, list[str]] = {}
    for call in calls:
        named = (*call.depends_on, *call.waits_for)
        if loop_id is None and not named:
            graph.setdefault(call.loop_id or call.call_id, [])
        elif loop_id is None:
            targets = [loop_of.get(name) or name for name in named]
            own = [each for each in targets if each != call.loop_id]
            graph.setdefault(call.loop_id or call.call_id, []).extend(own)
        elif call.loop_id == loop_id:
            graph[call.call_id] = [name for name in named if loop_of.get(name) == loop_id]
    return graph


def in_plan_order(graph: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names one after the other, in their order as far as what they wait for allows."""
    left, order = dict.fromkeys(graph), list[str]()
    while left:
        ready = (name for name in left if left.keys().isdisjoint(graph[name]))
        order.append(next(ready))
        del left[order[-1]]
    return order
