"""Questions to an estate, as values: what the `Estate` port is asked and what it gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from domain.estate.fields import RecordKind
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

    Keywords are ANDed, each a case-insensitive substring of any keyword field. `ci_ids` restricts
    to those configuration items (an empty tuple matches nothing; None does not restrict).
    Soft-deleted configuration items never match.
    """

    kind: RecordKind
    keywords: tuple[str, ...] = ()
    filters: tuple[FilterSpec, ...] = ()
    ci_ids: tuple[str, ...] | None = None
    window: Window | None = None
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
    """Groups of records with measures.

    They are ordered by the first measure, highest first (lowest first when `ascending`).
    """

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
    """The groups with their measures.

    Rows hold the group's values, then the measures; the totals count all groups and records, also
    those cut off.
    """

    columns: list[str]
    rows: list[list[JsonValue]]
    total_groups: int
    total_records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricQuery:
    """Which points: one metric, a window, and the configuration items.

    `ci_ids` None stands for all items that have the metric.
    """

    metric_name: str
    window: Window
    ci_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class MetricSummary:
    """All aggregates of one set of points, in one pass.

    Without points the values are None and the counts are 0.
    """

    sample_count: int
    ci_count: int
    minimum: float | None
    maximum: float | None
    average: float | None
    last_value: float | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One point of a series, or the average of one bucket of `sample_count` points."""

    measured_at: datetime
    value: float
    sample_count: int = 1


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that an estate's records really use, for planners.

    `values` maps a record kind to the distinct values of its `WORD_FIELDS` (at most 500 per
    field, most frequent first). `ci_names` maps the lower-case name of each configuration item to
    its codes (names may repeat). `ci_codes` maps the codes in lower case to their stored form.
    """

    values: Mapping[RecordKind, Mapping[str, tuple[str, ...]]]
    ci_codes: Mapping[str, str]
    ci_names: Mapping[str, tuple[str, ...]]
    metrics: tuple[str, ...]
    cep_rules: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EstateSummary:
    """How much of each there is in a tenant's estate, and the span of its dated records.

    `oldest_at` and `newest_at`, ISO 8601 in UTC, are None when it has no dated records.
    """

    counts: dict[str, int]
    oldest_at: str | None
    newest_at: str | None
    revision: str
