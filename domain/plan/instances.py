"""Calls that a planned call becomes when it repeats: `call@1`, `call@2` and so on."""

from collections.abc import Collection, Mapping

from msgspec import structs
from pydantic import JsonValue

from domain.json import JsonMap
from domain.plan.condition import StepCondition
from domain.plan.mapping import (
    BEFORE,
    DataReference,
    MissingValue,
    length_of,
    parse_mapping,
    renamed,
    resolve_mapping,
)
from domain.plan.planned_call import PlannedCall


def names_in(number: int, names: Collection[str]) -> dict[str, str]:
    """Return what the names of a loop stand for in one repetition."""
    before = {f"{name}{BEFORE}": f"{name}@{number - 1}" for name in names}
    return {name: f"{name}@{number}" for name in names} | before


def repetition_of(call: PlannedCall, number: int, names: Mapping[str, str]) -> PlannedCall:
    """Return a call of a loop as it is in a repetition, in which its names stand for these."""
    mapping = call.output_mapping.items()
    return structs.replace(
        call,
        call_id=names[call.call_id],
        suffix=f"@{number}",
        depends_on=tuple(names.get(name, name) for name in call.depends_on),
        waits_for=tuple(names.get(name, name) for name in call.waits_for),
        output_mapping={name: renamed(text, names) for name, text in mapping},
        conditions=tuple(condition_with(each, names) for each in call.conditions),
    )


def condition_with(condition: StepCondition, names: Mapping[str, str]) -> StepCondition:
    """Return the condition, reading from what the names stand for."""
    return condition.model_copy(update={"field": renamed(condition.field, names)})


def members_of(
    call: PlannedCall, data: Mapping[str, JsonValue], *, lists: Collection[str] = ()
) -> tuple[list[PlannedCall], int]:
    """Return the calls for the values of a list, and for how many values there would be one.

    Values that are missing make no call; for parameters that are `lists`, each is a list of one.
    Raises `MappingError`.
    """
    known = data.keys() | set(call.depends_on)
    read = {name: parse_mapping(text, known=known) for name, text in call.output_mapping.items()}
    over = {
        name: each
        for name, each in read.items()
        if isinstance(each, DataReference) and each.each_of is not None
    }
    fixed = {name: resolve_mapping(read[name], data) for name in read if name not in over}
    # Without a list left, because its parameter was patched, there is one call.
    count = min((length_of(each, data) for each in over.values()), default=1)
    filled = [each for at in range(count) if (each := _values_at(at, over, data)) is not None]
    members = [
        structs.replace(
            call,
            call_id=f"{call.call_id}@{number}",
            params={**call.params, **fixed, **_listed(values, lists)},
            output_mapping={},
            conditions=(),
            fans_out=False,
        )
        for number, values in enumerate(filled[: call.max_fan_out], start=1)
    ]
    return members, len(filled)


def _listed(values: JsonMap, lists: Collection[str]) -> JsonMap:
    alone = {name for name in values.keys() & lists if not isinstance(values[name], list)}
    return {name: [value] if name in alone else value for name, value in values.items()}


def _values_at(
    at: int, over: Mapping[str, DataReference], data: Mapping[str, JsonValue]
) -> JsonMap | None:
    try:
        return {name: resolve_mapping(each.at(at), data) for name, each in over.items()}
    except MissingValue:
        return None
