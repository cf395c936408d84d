"""The ports through which tools and planners read an estate, and importers fill it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from domain.estate.queries import (
    AggregateQuery,
    AggregateTable,
    EstateSummary,
    MetricQuery,
    MetricRanking,
    MetricSummary,
    NearestPoints,
    RankingQuery,
    RecordPage,
    RecordQuery,
    Row,
    SeriesPoint,
    StoredRelation,
    Vocabulary,
)
from domain.estate.records import (
    CepRule,
    ConfigurationItem,
    Document,
    EventLogEntry,
    MaintenanceItem,
    MetricDefinition,
    MetricPoint,
    Relation,
    RelationType,
    WorkItem,
)

if TYPE_CHECKING:
    from domain.estate.counters import CounterIncrease
    from domain.estate.differences import ImportedFile
    from domain.estate.past import PastBucket, PastQuery
    from domain.estate.recorded import RecordedChanges, RecordedQuery


class Rules(Protocol):
    """Where the event-processing rules of a tenant are kept."""

    def cep_rule(self, tenant_id: str, rule_id: str) -> CepRule | None:
        """Return the rule of this id or name, or None."""

    def cep_rules(self, tenant_id: str, *, limit: int) -> list[CepRule]:
        """Return the first rules in the order of their ids."""


class Estate(Rules, Protocol):
    """Reads of one estate database.

    Every method is restricted to the tenant given; nothing ever crosses tenants. Methods are
    synchronous and may be called from any thread. Soft-deleted configuration items are invisible,
    except that history of them keeps their code.
    """

    def find(self, tenant_id: str, query: RecordQuery) -> RecordPage:
        """Return the matching records and the true total.

        Raises `EstateError` for a field or value it refuses.
        """

    def aggregate(self, tenant_id: str, query: AggregateQuery) -> AggregateTable:
        """Return groups with measures. Raises `EstateError` for a field or value it refuses."""

    def cis(self, tenant_id: str, ci_ids: Sequence[str]) -> dict[str, ConfigurationItem]:
        """Return the configuration items that exist, by id."""

    def ci_by_code(self, tenant_id: str, ci_code: str) -> ConfigurationItem | None:
        """Return the configuration item of exactly this code (case-insensitive), or None."""

    def known_items(self, tenant_id: str) -> "KnownItems":
        """Return every item by its `code_key`: for imports, not for questions."""

    def everything(self, tenant_id: str) -> "EstateDataset":
        """Return all that can be seen, read as it is asked for: for exports, not for questions."""

    def relations_from(
        self, tenant_id: str, ci_ids: Collection[str], *, rel_types: Collection[RelationType]
    ) -> list[StoredRelation]:
        """Return the relations of these types whose source is one of the items."""

    def relations_to(
        self, tenant_id: str, ci_ids: Collection[str], *, rel_types: Collection[RelationType]
    ) -> list[StoredRelation]:
        """Return the relations of these types whose target is one of the items."""

    def relations_between(
        self, tenant_id: str, ci_ids: Collection[str], *, rel_types: Collection[RelationType]
    ) -> list[StoredRelation]:
        """Return the relations of these types whose two ends are among the items."""

    def metrics(self, tenant_id: str) -> dict[str, MetricDefinition]:
        """Return the metric definitions by name."""

    def metric_summary(self, tenant_id: str, query: MetricQuery) -> MetricSummary:
        """Return the aggregates over all matching points; points of bad quality are left out."""

    def counter_increase(self, tenant_id: str, query: MetricQuery) -> "CounterIncrease":
        """Return how much the counters have risen; one that fell has begun anew from zero."""

    def nearest_points(self, tenant_id: str, query: MetricQuery) -> NearestPoints:
        """Return what lies around the window of the query, and what of it is left out as bad."""

    def metric_ranking(self, tenant_id: str, query: RankingQuery) -> MetricRanking:
        """Return the items that stand first by a value of a metric."""

    def metric_series(
        self, tenant_id: str, query: MetricQuery, *, bucket_seconds: int | None = None
    ) -> list[SeriesPoint]:
        """Return the points in order of time.

        With `bucket_seconds`, return the averages of buckets aligned to the window.
        """

    def past(self, tenant_id: str, query: "PastQuery") -> "list[PastBucket]":
        """Return the buckets that have points, by item, metric and time."""

    def recorded_changes(self, tenant_id: str, query: "RecordedQuery") -> "RecordedChanges":
        """Return what imports and removals changed, but not what first filled the estate."""

    def newest_points(self, tenant_id: str, query: MetricQuery, *, limit: int) -> list[Row]:
        """Return points with ci_id, ci_code, measured_at and value, newest first."""

    def newest_at(self, tenant_id: str) -> datetime | None:
        """Return the instant of the newest dated record, or None.

        Dated are metric points, event log entries, work and maintenance.
        """

    def revision(self, tenant_id: str) -> str:
        """Return a short text that changes whenever the tenant's estate changes.

        The text is empty for an empty estate.
        """

    def vocabulary(self, tenant_id: str) -> Vocabulary:
        """Return the words that this estate uses."""

    def summary(self, tenant_id: str) -> EstateSummary:
        """Return the counts of what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateDataset:
    """Everything that one import brings.

    `source` names where it comes from (discover, demo, files). The records may come from files as
    they are asked for: they are read more than once, but for `metric_points`, which may be a
    generator. Of partial ones, records say something of the fields that are set only
    (`model_fields_set`, in which `tags.x` is one key of a map), and only the `kinds` named are
    brought at all.
    """

    source: str
    is_partial: bool = False
    kinds: frozenset[str] | None = None
    files: tuple["ImportedFile", ...] = ()
    cis: Iterable[ConfigurationItem] = ()
    relations: Iterable[Relation] = ()
    metrics: Iterable[MetricDefinition] = ()
    metric_points: Iterable[MetricPoint] = ()
    event_log: Iterable[EventLogEntry] = ()
    work: Iterable[WorkItem] = ()
    maintenance: Iterable[MaintenanceItem] = ()
    documents: Iterable[Document] = ()
    cep_rules: Iterable[CepRule] = ()


class KnownItems(NamedTuple):
    """The ids of the items that an estate has, by `code_key`; and when others were retired."""

    ids: Mapping[str, str] = MappingProxyType({})
    retired: Mapping[str, datetime] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found on a machine, and what could not be seen and why."""

    dataset: EstateDataset
    warnings: list[str]


class EstateSources(Protocol):
    """Where the records of an estate can come from."""

    async def discover(
        self, *, now: datetime, seconds: float, progress: Callable[[str], None]
    ) -> Discovery:
        """Return this machine, with metrics of so many seconds from now on (0: none).

        `progress` is told in words what is being done.
        """

    def demo(self, *, anchor: datetime, seed: int, days: int, incidents: int = 0) -> EstateDataset:
        """Return an invented estate with incidents to find, as it is at the anchor.

        The same arguments give the same records; metrics and event log cover the days before. So
        many `incidents` more are planted.
        """

    def read_files(self, paths: Sequence[str], *, source: str, known: KnownItems) -> EstateDataset:
        """Return what CSV and JSON files, or folders of them, hold.

        They may name the items that are known. Raises `EstateError` that names all that is wrong.
        """

    def write_files(
        self, dataset: EstateDataset, folder: str, *, suffix: Literal["csv", "jsonl"]
    ) -> dict[str, int]:
        """Write a file for each kind of record that there is, and return how many each has.

        `read_files` reads them back as they were. Raises `EstateError` when the folder has files.
        """
