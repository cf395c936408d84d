"""The query: what is asked of sets of records."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, model_serializer

from domain.query.sets import COUNT, Comparison, Condition, Count, Measure, QueryPart, Set

MOST_ROWS = 500
MOST_ASKS = 10


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Fields = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""Names of fields; one may stand alone."""


class WantPart(QueryPart):
    """The root of what can be asked: `do` is always written out."""

    @model_serializer(mode="wrap")
    def _with_do(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {"do": getattr(self, "do"), **handler(self)}  # noqa: B009 - each kind has its own


class CountWant(WantPart):
    """How many members, or how many different values of a field."""

    do: Literal["count"] = "count"
    distinct: str | None = Field(None, description="The field whose values are counted.")
    difference: bool = Field(default=False, description="And how many more the first of two has.")


class ListWant(WantPart):
    """The members: items by code, records newest first, unless an order is said."""

    do: Literal["list"] = "list"
    fields: Fields = Field((), description="What of each; without it, the usual.")
    by: str | None = Field(None, description="The field that orders them.")
    descending: bool = Field(default=False, description="From the highest on.")
    limit: int = Field(50, ge=1, le=MOST_ROWS, description="How many at most.")
    offset: int = Field(0, ge=0, le=1_000_000, description="How many are left out before.")


class FieldWant(WantPart):
    """The named fields of each member: the owner of a server, the zone that it is in."""

    do: Literal["field"] = "field"
    fields: Fields = Field(min_length=1, description="The fields.")


class ExistsWant(WantPart):
    """Whether there are any, how many, and the first."""

    do: Literal["exists"] = "exists"


class QuantifiedWant(WantPart):
    """Whether the condition holds for all, any or none of the members, with those that differ."""

    do: Literal["all", "any", "none"]
    condition: Condition = Field(description="What is claimed of the members.")


class NthWant(WantPart):
    """The n-th member in the order of a field, and those after it: first, second to last."""

    do: Literal["nth"] = "nth"
    n: int = Field(1, ge=1, le=1_000_000, description="The place, from 1.")
    limit: int = Field(1, ge=1, le=MOST_ROWS, description="How many from there on.")
    by: str | None = Field(None, description="What orders them; without it, their instant.")
    descending: bool = Field(default=False, description="From the highest, or newest, on.")
    fields: Fields = Field((), description="What of each; without it, the usual.")


class TopWant(WantPart):
    """The members or groups with the highest measure; those of the same value share a place."""

    do: Literal["top"] = "top"
    n: int = Field(1, ge=1, le=MOST_ROWS, description="How many places.")
    only_last: bool = Field(default=False, description="Only the last of these places.")
    by: Measure = Field(COUNT, description="What ranks; of members alone, its field is theirs.")
    group: Fields = Field((), description="Groups by these fields; without them, members.")
    ascending: bool = Field(default=False, description="The lowest instead.")


class MeasureWant(WantPart):
    """Measures of all members, or of each group of them."""

    do: Literal["measure"] = "measure"
    measures: tuple[Measure, ...] = Field(min_length=1, description="What is computed.")
    group: Fields = Field((), description="Per value of these fields.")


class ShareWant(WantPart):
    """How many of the members meet a condition, in percent, of all or of each group.

    With `so_many`, the value is the number of groups in which so many do.
    """

    do: Literal["share"] = "share"
    condition: Condition = Field(description="What the part has.")
    group: Fields = Field((), description="Per value of these fields.")
    so_many: Count | None = Field(None, description="Only groups in which so many have it.")


class DistributionWant(WantPart):
    """How many members there are of each value, and which part of the whole."""

    do: Literal["distribution"] = "distribution"
    group: Fields = Field(min_length=1, description="The fields.")


class PerWant(WantPart):
    """A measure per bucket of time."""

    do: Literal["per"] = "per"
    bucket: Literal["hour", "day", "week", "month"] = Field(description="How long a bucket is.")
    measure: Measure = Field(COUNT, description="What is computed in each.")


class PathWant(WantPart):
    """How the item of the set is connected with the item of another."""

    do: Literal["path"] = "path"
    to: Set = Field(description="The other end.")


class GraphWant(WantPart):
    """What the item needs, or what is affected when it fails."""

    do: Literal["needs", "impact"]
    hops: int | None = Field(None, ge=1, le=10, description="How far at most.")


class CausesWant(WantPart):
    """What changed on the items, or why they are as they are, in the time of the set."""

    do: Literal["changes", "why"]


class SimulateWant(WantPart):
    """What a rule would do to the item; nothing is triggered."""

    do: Literal["simulate"] = "simulate"
    rule: str = Field(min_length=1, description="The id or the name of the rule.")


Want = Annotated[
    CountWant
    | ListWant
    | FieldWant
    | ExistsWant
    | QuantifiedWant
    | NthWant
    | TopWant
    | MeasureWant
    | ShareWant
    | DistributionWant
    | PerWant
    | PathWant
    | GraphWant
    | CausesWant
    | SimulateWant,
    Field(discriminator="do"),
]


class Claim(QueryPart):
    """What is claimed of the value that comes out: the answer is yes or no.

    Such as more than 5, or of two sets, more of the first than of the second.
    """

    op: Comparison = Field(description="How it is compared.")
    value: int | float | str | None = Field(
        None, description="With what; null is the second set's."
    )


class Ask(QueryPart):
    """One thing that is asked of one set, or of several that are compared side by side."""

    want: Want = Field(description="What is asked.")
    of: tuple[Set, ...] = Field(min_length=1, max_length=10, description="Of which records.")
    claim: Claim | None = Field(None, description="What is claimed of it.")


class Query(QueryPart):
    """What a question asks: one thing or several, each answered under its own heading."""

    asks: tuple[Ask, ...] = Field(
        min_length=1, max_length=MOST_ASKS, description="The things asked."
    )
