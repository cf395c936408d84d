"""What one tenant has, another cannot see in any method of the estate."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.aggregate.envelope import Actor
from domain.estate.errors import UnknownCi, UnknownField
from domain.estate.fields import RecordKind
from domain.estate.past import PastQuery
from domain.estate.port import Estate, EstateDataset
from domain.estate.queries import (
    AggregateQuery,
    FilterSpec,
    MetricQuery,
    RankingQuery,
    RecordQuery,
)
from domain.estate.recorded import RecordedQuery
from domain.estate.records import RelationType
from domain.plan.time_range import ALL_TIME
from domain.services.estates import Estates
from domain.times import Window
from domain.writer import Authorship
from infrastructure.database.engine import create_engine
from infrastructure.database.metadata import METADATA
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import DAY, ERP, NOON, SAMPLE, TENANT, points

ALL_TYPES = tuple(RelationType)
CPU = MetricQuery(metric_name="cpu_usage", window=DAY)


def find_all(estate: SqlEstate, tenant_id: str) -> object:
    return [estate.find(tenant_id, RecordQuery(kind=kind)) for kind in RecordKind]


def aggregate_all(estate: SqlEstate, tenant_id: str) -> object:
    return [estate.aggregate(tenant_id, AggregateQuery(kind=kind)) for kind in RecordKind]


def names_of(estate: SqlEstate, tenant_id: str) -> object:
    items = estate.vocabulary(tenant_id).items
    return items.near_codes("srv"), items.near_names("erp"), items.first_code()


QUESTIONS: dict[str, Callable[[SqlEstate, str], object]] = {
    "find": find_all,
    "aggregate": aggregate_all,
    "cis": lambda estate, tenant: estate.cis(tenant, ["1", "2", "3"]),
    "ci_by_code": lambda estate, tenant: estate.ci_by_code(tenant, "sys-erp"),
    "relations_from": lambda estate, tenant: estate.relations_from(
        tenant, ["1"], rel_types=ALL_TYPES
    ),
    "relations_to": lambda estate, tenant: estate.relations_to(tenant, ["2"], rel_types=ALL_TYPES),
    "relations_between": lambda estate, tenant: estate.relations_between(
        tenant, ["1", "2"], rel_types=ALL_TYPES
    ),
    "metrics": lambda estate, tenant: estate.metrics(tenant),
    "metric_summary": lambda estate, tenant: estate.metric_summary(tenant, CPU),
    "counter_increase": lambda estate, tenant: estate.counter_increase(tenant, CPU),
    "nearest_points": lambda estate, tenant: estate.nearest_points(
        tenant, replace(CPU, window=Window(DAY.end, DAY.end + timedelta(days=1)))
    ),
    "metric_ranking": lambda estate, tenant: estate.metric_ranking(
        tenant, RankingQuery(points=CPU, by="avg", top_n=9)
    ),
    "metric_series": lambda estate, tenant: estate.metric_series(tenant, CPU),
    "metric_series in buckets": lambda estate, tenant: estate.metric_series(
        tenant, CPU, bucket_seconds=60
    ),
    "cep_rule": lambda estate, tenant: estate.cep_rule(tenant, "r1"),
    "cep_rules": lambda estate, tenant: estate.cep_rules(tenant, limit=9),
    "past": lambda estate, tenant: estate.past(
        tenant, PastQuery(ci_ids=("2",), window=DAY, bucket_seconds=60)
    ),
    "recorded_changes": lambda estate, tenant: estate.recorded_changes(
        tenant, RecordedQuery(window=ALL_TIME)
    ),
    "newest_points": lambda estate, tenant: estate.newest_points(tenant, CPU, limit=9),
    "newest_at": lambda estate, tenant: estate.newest_at(tenant),
    "everything": lambda estate, tenant: [
        list(getattr(estate.everything(tenant), name)) for name in ("cis", "metric_points")
    ],
    "known_items": lambda estate, tenant: estate.known_items(tenant),
    "revision": lambda estate, tenant: estate.revision(tenant),
    "vocabulary": lambda estate, tenant: estate.vocabulary(tenant),
    "vocabulary of the names of items": names_of,
    "summary": lambda estate, tenant: estate.summary(tenant),
}


@pytest.fixture
def full(estate: SqlEstate, estates: Estates) -> SqlEstate:
    renamed = ERP.model_copy(update={"ci_name": "ERP"})
    more = EstateDataset(source="x", cis=(renamed,), metric_points=points("2", [1, 2]))
    estates.load(more, Authorship(TENANT, Actor("person", "alice")), mode="merge")
    return estate


@pytest.fixture
def untouched(tmp_path: Path) -> Iterator[SqlEstate]:
    """The estate of a database in which nobody has anything."""
    engine = create_engine(f"sqlite:///{tmp_path / 'untouched.db'}")
    METADATA.create_all(engine)
    yield SqlEstate(engine)
    engine.dispose()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_stranger_sees_an_empty_database(
    full: SqlEstate, untouched: SqlEstate, question: str
) -> None:
    ask = QUESTIONS[question]
    assert ask(full, "stranger") == ask(untouched, "stranger")


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_owner_sees_more_than_a_stranger(full: SqlEstate, question: str) -> None:
    ask = QUESTIONS[question]
    assert ask(full, TENANT) != ask(full, "stranger")


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_a_stranger_loads_changes_nothing(
    full: SqlEstate, writer: SqlEstateWriter, question: str
) -> None:
    before = QUESTIONS[question](full, TENANT)
    noisy = replace(SAMPLE, metric_points=points("2", [500, 600]))
    writer.load("stranger", noisy, mode="replace", at=NOON)
    writer.load("stranger", EstateDataset(source="files", cis=(ERP,)), mode="replace", at=NOON)
    assert QUESTIONS[question](full, TENANT) == before


def test_every_method_of_the_port_is_asked() -> None:
    methods = {name for name in vars(Estate) if not name.startswith("_")}
    assert methods <= {question.split(" ")[0] for question in QUESTIONS}


def test_the_keys_of_a_stranger_are_not_told(full: SqlEstate) -> None:
    spec = FilterSpec(field="tags.colour", value="red")
    with pytest.raises(UnknownField) as refused:
        full.find("stranger", RecordQuery(kind=RecordKind.CI, filters=(spec,)))
    assert refused.value.allowed == []


@pytest.mark.usefixtures("full")
def test_an_item_of_another_tenant_does_not_exist(writer: SqlEstateWriter) -> None:
    dataset = EstateDataset(source="x", cis=(ERP,), relations=tuple(SAMPLE.relations)[1:2])
    with pytest.raises(UnknownCi, match="'2'"):
        writer.load("stranger", dataset, mode="merge", at=NOON)
