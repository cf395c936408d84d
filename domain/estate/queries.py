"""Questions to an estate, as values: what the `Estate` port is asked and what it gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.estate.fields import RecordKind
from domain.estate.item_names import ItemNames
from domain.estate.named import Key, Names, Related
from domain.estate.phrases import Said
from domain.estate.records import RelationType
from domain.json import JsonMap
from domain.times import Window

Row = dict[str, JsonValue]


class FilterSpec(BaseModel):
    """One condition on a field: `{"field": "severity", "op": ">=", "value": 2}`.

    Text compares without regard to case. ILIKE takes SQL wildcards (`%`, `_`), IN takes a list.
    The order operators compare numbers as numbers and instants as instants; the estate refuses
    them on text. A record without a value matches `!=` only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    field: str = Field(description="The name of a field of the records.")
    op: Literal["=", "!=", "<", "<=", ">", ">=", "ILIKE", "IN"] = Field(
        "=", description="How the value is compared."
    )
    value: str | int | float | list[str] = Field(description="What the field is compared with.")


class Sort(BaseModel):
    """An order: a field, ascending unless said otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    field: str = Field(description="The field to sort by.")
    direction: Literal["ASC", "DESC"] = Field("ASC", description="Ascending or descending.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuery:
    """Which records, in which order.

    Keywords are ANDed, each a substring of any of `keyword_fields` (else those of the kind), in
    any case. `ci_ids` restricts to those items (None does not). Soft-deleted ones never match.
    Documents can be asked for what is `said` in title, category or content, all of it.
    """

    kind: RecordKind
    keywords: tuple[str, ...] = ()
    keyword_fields: tuple[str, ...] = ()
    filters: tuple[FilterSpec, ...] = ()
    ci_ids: tuple[str, ...] | None = None
    window: Window | None = None
    said: tuple[Said, ...] = ()
    sort: tuple[Sort, ...] = ()
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class RecordPage:
    """The rows asked for, and how many records match in all (before limit and offset).

    Rows are plain JSON: instants as ISO 8601 text in UTC, `tags` and `attributes` as objects.
    """

    rows: list[Row]
    total: int


class MeasureFunction(StrEnum):
    """What an aggregate computes per group.

    `share` is the fraction of records whose field equals the value.
    """

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Measure:
    """One computed column. `field` is None for count only; `value` is there for share only."""

    function: MeasureFunction
    field: str | None = None
    value: str | None = None

    @property
    def column(self) -> str:
        """The column's name in the table.

        For example `count`, `avg(duration_min)`, `share(result=success)`.
        """
        if self.field is None:
            return str(self.function)
        inner = self.field if self.value is None else f"{self.field}={self.value}"
        return f"{self.function}({inner})"


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateQuery:
    """Groups of records with measures, by the first one: highest first, unless `ascending`."""

    kind: RecordKind
    group_by: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = (Measure(MeasureFunction.COUNT),)
    keywords: tuple[str, ...] = ()
    filters: tuple[FilterSpec, ...] = ()
    ci_ids: tuple[str, ...] | None = None
    window: Window | None = None
    ascending: bool = False
    top_n: int = 50


@dataclass(frozen=True, slots=True)
class AggregateTable:
    """The groups: each row has the group's values, then the measures.

    The totals count all groups and records, also those cut off.
    """

    columns: list[str]
    rows: list[list[JsonValue]]
    total_groups: int
    total_records: int
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricQuery:
    """Which points: one metric, a window, and the configuration items.

    `ci_ids` None stands for all items that have the metric; the filters are on items.
    """

    metric_name: str
    window: Window
    ci_ids: tuple[str, ...] | None = None
    filters: tuple[FilterSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """All aggregates of one set of points, in one pass; without points None, and counts of 0."""

    sample_count: int
    ci_count: int
    minimum: float | None
    maximum: float | None
    average: float | None
    last_value: float | None
    last_at: datetime | None
    first_at: datetime | None = None


class NearestPoints(NamedTuple):
    """When the good points nearest to a window are, if there are any; how many in it are bad."""

    before: datetime | None
    after: datetime | None
    bad_count: int


MetricValue = Literal["count", "max", "min", "avg", "last", "increase", "rate"]
"""What many points become: of a counter, its increase, and that in a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingQuery:
    """Which items are first by a value of a metric: the highest, or lowest, within the bounds.

    Those of the same value stand in the order of their codes.
    """

    points: MetricQuery
    by: MetricValue
    top_n: int
    ascending: bool = False
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class MetricRanking:
    """The first items by id with their values; `total` counts all that are within the bounds.

    `ci_count` have points, `sample_count` of them, which go from `first_at` to `last_at`.
    """

    values: dict[str, float]
    total: int
    ci_count: int
    sample_count: int
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One point of a series, or the average of one bucket of `sample_count` points."""

    measured_at: datetime
    value: float
    sample_count: int = 1


class StoredRelation(NamedTuple):
    """A relation between two visible items, as it is read; relations sort by their ends."""

    source_id: str
    target_id: str
    rel_type: RelationType


class FewRecords(Protocol):
    """Finds the few records of a tenant that a planner must know to read a question."""

    def found(self, ask: JsonMap, now: datetime) -> list[JsonMap]:
        """Return the records that the ask of a query gives, each by column."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that an estate's records really use, for planners.

    `values` maps a record kind to the distinct values of its `WORD_FIELDS` (at most 500 per
    field, most frequent first). `metrics` are names; `cep_rules` maps the lower-case name of each
    rule to its id. `keys` has those of attributes and tags by class, `relations` the most frequent
    ones. What else has a name is looked up, in `items` and `names`: there may be very many; so are
    records of which a question says the time, in `records`.
    """

    values: Mapping[RecordKind, Mapping[str, tuple[str, ...]]]
    metrics: tuple[str, ...]
    cep_rules: Mapping[str, str]
    items: ItemNames = field(compare=False)
    names: Names = field(compare=False)
    keys: Mapping[str, Sequence[Key]] = field(default_factory=dict)
    relations: Sequence[Related] = ()
    records: FewRecords | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RelatedTypes:
    """How many relations lead from items of one `ci_type` to those of another."""

    source: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class EstateSummary:
    """How much of each there is in an estate, and the span of its dated records (or None).

    `between` tells which types its relations join, at most 1,000 pairs, the most frequent first.
    """

    counts: dict[str, int]
    oldest_at: str | None
    newest_at: str | None
    revision: str
    between: Sequence[RelatedTypes] = ()
