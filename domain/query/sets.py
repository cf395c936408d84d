"""Sets of records with conditions, and measures of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from domain.estate.records import RelationType
from domain.values.arguments import NO_TRUTH

MOST_HOPS = 20
Comparison = Literal["=", "!=", "<", "<=", ">", ">="]
Operator = Literal[
    "=", "!=", "<", "<=", ">", ">=", "in", "not in", "contains", "not contains", "is", "is not"
]
Scalar = str | int | float | bool


class SetKind(StrEnum):
    """The kinds of records that can be asked for."""

    ITEM = "item"
    EVENT = "event"
    WORK = "work"
    MAINTENANCE = "maintenance"
    WORK_AND_MAINTENANCE = "work_and_maintenance"
    DOCUMENT = "document"
    RULE = "rule"
    RELATION = "relation"
    POINT = "point"
    RUN = "run"
    CALL = "call"


class Function(StrEnum):
    """What many values become."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    LAST = "last"
    MEDIAN = "median"
    SUCCESS_RATE = "success_rate"
    INCREASE = "increase"
    RATE = "rate"


class QueryPart(BaseModel):
    """The root of every part of a query: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Count(QueryPart):
    """A comparison with a number: `{"op": ">", "value": 3}`."""

    op: Comparison = Field(">=", description="How the number is compared.")
    value: Annotated[int | float, NO_TRUTH] = Field(1, description="What it is compared with.")


AT_LEAST_ONE = Count(op=">=", value=1)
NONE = Count(op="=", value=0)


class FieldCondition(QueryPart):
    """A test of a field. A record without a value satisfies only `is` null.

    Text compares in any case; `contains` finds a text in it. Of `is` and `is not` the value is
    null; of `in` and `not in` it is a list.
    """

    field: str = Field(
        min_length=1,
        description="A field of the kind, attributes.<key>, tags.<key>, item.<field> of the item "
        "of a record, source.<field> or target.<field> of a relation, or text: any of its texts.",
    )
    op: Operator = Field("=", description="How it is compared.")
    value: Scalar | tuple[Scalar, ...] | None = Field(None, description="With what.")

    @model_validator(mode="after")
    def _value_fits_operator(self) -> Self:
        if wrong := _wrong_value(self.op, self.value):
            msg = f"{self.field} {self.op} takes {wrong}, not {self.value!r}"
            raise ValueError(msg)
        return self


def _wrong_value(op: Operator, value: object) -> str | None:
    if op in ("is", "is not"):
        return None if value is None else "null"
    if op in ("in", "not in"):
        return None if isinstance(value, tuple) and value else "a list of values"
    return "one value" if value is None or isinstance(value, tuple) else None


class AnyOf(QueryPart):
    """At least one of the conditions holds."""

    any: tuple["Condition", ...] = Field(min_length=1, description="The conditions.")


class NoneOf(QueryPart):
    """Not one of the conditions holds."""

    none: tuple["Condition", ...] = Field(min_length=1, description="The conditions.")


class EveryOf(QueryPart):
    """All of the conditions hold."""

    every: tuple["Condition", ...] = Field(min_length=1, description="The conditions.")


class Has(QueryPart):
    """Items that have so many such records, points or relations: at least one, unless said."""

    has: "Set" = Field(description="The records, of the item.")
    count: Count = Field(AT_LEAST_ONE, description="How many of them.")


class Measured(QueryPart):
    """Items of which a measure of their records compares so: average CPU > 80."""

    measure: "Measure" = Field(description="A measure with `of`: the records of the item.")
    op: Comparison = Field(description="How it is compared.")
    value: Annotated[int | float, NO_TRUTH] = Field(description="With what.")


class Relations(QueryPart):
    """Which relations lead from an item to others.

    `out` goes from its source to its target, `in` the other way. Over more than one hop, `either`
    is all hops one way or all the other.
    """

    types: tuple[RelationType, ...] | None = Field(None, description="Without them, every type.")
    direction: Literal["out", "in", "either"] = Field("either", description="Which way.")
    hops: int | None = Field(
        1, ge=1, le=MOST_HOPS, description="How many relations in a row at most; null is all."
    )


class Related(QueryPart):
    """Items that have so many such relations to items of a set: at least one, unless said."""

    related: Relations = Field(Relations(), description="The relations.")
    to: "Set" = Field(description="The items at their other ends.")
    count: Count = Field(AT_LEAST_ONE, description="How many items of the set.")


class During(QueryPart):
    """Work or maintenance that was under way at an instant: begun, and not ended before."""

    during: AwareDatetime = Field(description="The instant.")


_CONDITIONS: dict[str, type[QueryPart]] = {
    "field": FieldCondition,
    "any": AnyOf,
    "none": NoneOf,
    "every": EveryOf,
    "has": Has,
    "measure": Measured,
    "to": Related,
    "during": During,
}


def _kind_of_condition(value: object) -> str | None:
    if isinstance(value, Mapping):
        return next((name for name in _CONDITIONS if name in value), None)
    return next((name for name, kind in _CONDITIONS.items() if isinstance(value, kind)), None)


Condition = Annotated[
    Annotated[FieldCondition, Tag("field")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NoneOf, Tag("none")]
    | Annotated[EveryOf, Tag("every")]
    | Annotated[Has, Tag("has")]
    | Annotated[Measured, Tag("measure")]
    | Annotated[Related, Tag("to")]
    | Annotated[During, Tag("during")],
    Discriminator(
        _kind_of_condition,
        custom_error_type="no_condition",
        custom_error_message="a condition has one of field, any, none, every, has, measure, "
        "to (with related) or during",
    ),
]


class Set(QueryPart):
    """Records of one kind that meet all conditions."""

    kind: SetKind = Field(description="What they are.")
    where: tuple[Condition, ...] = Field((), description="All of these hold.")
    time: str | None = Field(
        None, description="When they happened, in the grammar of time ranges; null is ever."
    )
    of: "Set | None" = Field(None, description="The items that the records or points belong to.")


class Measure(QueryPart):
    """What is computed: of the records of a group, or with `of`, of those of each item."""

    function: Function = Field(Function.COUNT, description="What is computed.")
    field: str | None = Field(None, description="Of which field; a count needs none.")
    of: Set | None = Field(None, description="The records of each item; else the members.")

    @model_validator(mode="after")
    def _has_its_field(self) -> Self:
        without = {Function.COUNT, Function.SUCCESS_RATE, Function.INCREASE, Function.RATE}
        if (self.field is None) != (self.function in without):
            needs = "no field" if self.function in without else "a field"
            msg = f"{self.function} takes {needs}, not {self.field!r}"
            raise ValueError(msg)
        return self


COUNT = Measure()
