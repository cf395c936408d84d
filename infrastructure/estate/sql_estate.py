"""Reading an estate from the database."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar

import sqlalchemy as sa

from domain.estate.errors import FigureTooLarge
from domain.estate.fields import RecordKind
from domain.estate.port import EstateDataset, KnownItems
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
from domain.estate.records import CepRule, ConfigurationItem, MetricDefinition, RelationType
from infrastructure.database.json_sql import values_of
from infrastructure.estate import (
    aggregates,
    metric_ranking,
    metrics,
    overview,
    record_pages,
    relations,
    words,
)
from infrastructure.estate.columns import visible
from infrastructure.estate.tables import CEP_RULES, CIS, METRICS

if TYPE_CHECKING:
    from domain.estate.counters import CounterIncrease
    from domain.estate.past import PastBucket, PastQuery
    from domain.estate.recorded import RecordedChanges, RecordedQuery
    from domain.query.model import Ask
    from domain.query.selection import Selection
    from infrastructure.projections.generations import CatchUp

_OUT_OF_RANGE: Final = "22003"
"""SQLSTATE of a number that its type cannot hold."""
P = ParamSpec("P")
T = TypeVar("T")


class SqlEstate:
    """The `Estate` of a database. Each question is one transaction, so that its parts agree.

    Before it looks for tool calls of runs, their projection catches up.
    """

    def __init__(self, engine: sa.Engine, catch_up: "CatchUp | None" = None) -> None:
        self._engine, self._catch_up = engine, catch_up

    def find(self, tenant_id: str, query: RecordQuery) -> RecordPage:
        """See `Estate`."""
        return self._asked(record_pages.find, tenant_id, query)

    def aggregate(self, tenant_id: str, query: AggregateQuery) -> AggregateTable:
        """See `Estate`."""
        return self._asked(aggregates.aggregate, tenant_id, query)

    def cis(self, tenant_id: str, ci_ids: Sequence[str]) -> dict[str, ConfigurationItem]:
        """See `Estate`."""
        found = self._cis(tenant_id, CIS.c.ci_id.in_(values_of(ci_ids)))
        return {ci.ci_id: ci for ci in found}

    def ci_by_code(self, tenant_id: str, ci_code: str) -> ConfigurationItem | None:
        """See `Estate`."""
        found = self._cis(tenant_id, CIS.c.code_key == ci_code.lower())
        return next(iter(found), None)

    def known_items(self, tenant_id: str) -> KnownItems:
        """See `Estate`."""
        from domain.values.text import code_key  # noqa: PLC0415 - only imports need it

        query = sa.select(*CIS.c["ci_code", "ci_id", "deleted_at"])
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(CIS.c.tenant_id == tenant_id)).all()
        return KnownItems(
            ids={code_key(code): ci_id for code, ci_id, deleted_at in rows if deleted_at is None},
            retired={
                code_key(code): deleted_at
                for code, _, deleted_at in rows
                if deleted_at is not None
            },
        )

    def everything(self, tenant_id: str) -> EstateDataset:
        """See `Estate`."""
        from infrastructure.estate.everything import everything  # noqa: PLC0415 - exports only

        return everything(self._engine, tenant_id)

    def relations_from(
        self, tenant_id: str, ci_ids: Collection[str], *, rel_types: Collection[RelationType]
    ) -> list[StoredRelation]:
        """See `Estate`."""
        return self._asked(relations.relations_from, tenant_id, ci_ids, rel_types=rel_types)

    def relations_to(
        self, tenant_id: str, ci_ids: Collection[str], *, rel_types: Collection[RelationType]
    ) -> list[StoredRelation]:
        """See `Estate`."""
        return self._asked(relations.relations_to, tenant_id, ci_ids, rel_types=rel_types)

    def relations_between(
        self, tenant_id: str, ci_ids: Collection[str], *, rel_types: Collection[RelationType]
    ) -> list[StoredRelation]:
        """See `Estate`."""
        return self._asked(relations.relations_between, tenant_id, ci_ids, rel_types=rel_types)

    def metrics(self, tenant_id: str) -> dict[str, MetricDefinition]:
        """See `Estate`."""
        columns = (METRICS.c[name] for name in MetricDefinition.model_fields)
        statement = sa.select(*columns).where(METRICS.c.tenant_id == tenant_id)
        with self._engine.connect() as connection:
            rows = connection.execute(statement.order_by(METRICS.c.metric_name)).mappings()
            return {row["metric_name"]: MetricDefinition.model_validate(dict(row)) for row in rows}

    def metric_summary(self, tenant_id: str, query: MetricQuery) -> MetricSummary:
        """See `Estate`."""
        return self._asked(metrics.summary, tenant_id, query)

    def counter_increase(self, tenant_id: str, query: MetricQuery) -> "CounterIncrease":
        """See `Estate`."""
        from infrastructure.estate import counters  # noqa: PLC0415 - few questions ask for it

        return self._asked(counters.increase, tenant_id, query)

    def nearest_points(self, tenant_id: str, query: MetricQuery) -> NearestPoints:
        """See `Estate`."""
        return self._asked(metrics.nearest, tenant_id, query)

    def metric_ranking(self, tenant_id: str, query: RankingQuery) -> MetricRanking:
        """See `Estate`."""
        return self._asked(metric_ranking.ranking, tenant_id, query)

    def metric_series(
        self, tenant_id: str, query: MetricQuery, *, bucket_seconds: int | None = None
    ) -> list[SeriesPoint]:
        """See `Estate`."""
        return self._asked(metrics.series, tenant_id, query, bucket_seconds=bucket_seconds)

    def past(self, tenant_id: str, query: "PastQuery") -> "list[PastBucket]":
        """See `Estate`."""
        from infrastructure.estate.past import past  # noqa: PLC0415 - few questions ask for it

        return self._asked(past, tenant_id, query)

    def recorded_changes(self, tenant_id: str, query: "RecordedQuery") -> "RecordedChanges":
        """See `Estate`."""
        from infrastructure.estate.recorded_changes import (  # noqa: PLC0415 - few ask for it
            recorded_changes,
        )

        return recorded_changes(self._engine, tenant_id, query)

    def cep_rule(self, tenant_id: str, rule_id: str) -> CepRule | None:
        """See `Estate`; an id goes before a name, and names ignore case."""
        is_id = CEP_RULES.c.rule_id == rule_id
        is_name = sa.func.lower(CEP_RULES.c.rule_name) == rule_id.lower()
        found = self._rules(tenant_id, sa.or_(is_id, is_name), is_id.desc(), limit=1)
        return next(iter(found), None)

    def cep_rules(self, tenant_id: str, *, limit: int) -> list[CepRule]:
        """See `Estate`."""
        return self._rules(tenant_id, sa.true(), limit=limit)

    def newest_points(self, tenant_id: str, query: MetricQuery, *, limit: int) -> list[Row]:
        """See `Estate`."""
        return self._asked(metrics.newest_points, tenant_id, query, limit=limit)

    def newest_at(self, tenant_id: str) -> datetime | None:
        """See `Estate`."""
        return self._asked(overview.newest_at, tenant_id)

    def revision(self, tenant_id: str) -> str:
        """See `Estate`."""
        return self._asked(overview.revision, tenant_id)

    def vocabulary(self, tenant_id: str) -> Vocabulary:
        """See `Estate`."""
        return self._asked(words.vocabulary, tenant_id)

    def summary(self, tenant_id: str) -> EstateSummary:
        """See `Estate`."""
        return self._asked(overview.summary, tenant_id)

    def select(self, tenant_id: str, ask: "Ask", *, now: datetime) -> list["Selection"]:
        """See `QueriedEstate`."""
        from infrastructure.estate.selection import selecting  # noqa: PLC0415 - not all ask so

        unread = selecting.unread_calls(ask, self._catch_up)
        found = self._asked(selecting.select, tenant_id, ask, now=now)
        return [replace(each, unread=unread) for each in found] if unread else found

    def _asked(
        self, ask: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        try:
            with self._engine.connect() as connection:
                return ask(connection, *args, **kwargs)
        except OverflowError:
            raise FigureTooLarge from None
        except sa.exc.DataError as error:
            if getattr(error.orig, "sqlstate", None) == _OUT_OF_RANGE:
                raise FigureTooLarge from None
            raise

    def _rules(
        self,
        tenant_id: str,
        wanted: sa.ColumnElement[bool],
        *order: sa.ColumnElement[bool],
        limit: int,
    ) -> list[CepRule]:
        columns = (CEP_RULES.c[name] for name in CepRule.model_fields)
        statement = sa.select(*columns).where(CEP_RULES.c.tenant_id == tenant_id, wanted)
        ordered = statement.order_by(*order, CEP_RULES.c.rule_id).limit(limit)
        with self._engine.connect() as connection:
            rows = connection.execute(ordered).mappings()
            return [CepRule.model_validate(dict(row)) for row in rows]

    def _cis(self, tenant_id: str, condition: sa.ColumnElement[bool]) -> list[ConfigurationItem]:
        columns = (CIS.c[name] for name in ConfigurationItem.model_fields)
        conditions = (*visible(RecordKind.CI, tenant_id), condition)
        statement = sa.select(*columns).where(*conditions)
        with self._engine.connect() as connection:
            rows = connection.execute(statement).mappings()
            return [ConfigurationItem.model_validate(dict(row)) for row in rows]
