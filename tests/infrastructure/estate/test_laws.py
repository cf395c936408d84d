"""What holds for every estate and query: the database finds what a loop over the records finds."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.estate.fields import KEYWORD_FIELDS, NAMING_FIELDS, RecordKind
from domain.estate.port import EstateDataset
from domain.estate.queries import AggregateQuery, FilterSpec, RecordQuery
from domain.estate.records import ConfigurationItem
from domain.times import Window
from domain.values.text import code_key
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import NOON, TENANT

WORDS = st.text(alphabet="aAbBäÄ%_/\\'\" 1", min_size=1, max_size=3)
OPTIONAL = st.one_of(st.just(""), WORDS)

items = st.builds(
    ConfigurationItem,
    ci_id=WORDS,
    ci_code=WORDS,
    ci_name=WORDS,
    ci_type=st.sampled_from(["HW", "hw", "SW"]),
    owner=OPTIONAL,
    environment=OPTIONAL,
    criticality=st.one_of(st.none(), st.integers(1, 5)),
    created_at=st.one_of(st.none(), st.integers(0, 9).map(lambda day: NOON + timedelta(days=day))),
    tags=st.dictionaries(st.just("role"), st.one_of(WORDS, st.integers(-2, 2)), max_size=1),
)
estates = st.lists(
    items,
    min_size=1,
    max_size=6,
    unique_by=(lambda ci: ci.ci_id, lambda ci: code_key(ci.ci_code)),
)
filters = st.one_of(
    st.builds(
        FilterSpec,
        field=st.sampled_from(["ci_code", "ci_type", "owner"]),
        op=st.sampled_from(["=", "!="]),
        value=st.one_of(WORDS, st.just("HW")),
    ),
    st.builds(
        FilterSpec,
        field=st.sampled_from(["ci_code", "owner"]),
        op=st.just("IN"),
        value=st.lists(WORDS, max_size=3),
    ),
    st.builds(
        FilterSpec,
        field=st.just("criticality"),
        op=st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        value=st.integers(0, 6),
    ),
    st.builds(
        FilterSpec,
        field=st.just("created_at"),
        op=st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        value=st.integers(0, 9).map(lambda day: (NOON + timedelta(days=day)).isoformat()),
    ),
)
windows = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(
        lambda days: Window(NOON + timedelta(days=days[0]), NOON + timedelta(days=days[1]))
    ),
)
queries = st.builds(
    RecordQuery,
    kind=st.just(RecordKind.CI),
    keywords=st.lists(WORDS, max_size=2).map(tuple),
    keyword_fields=st.sampled_from([(), NAMING_FIELDS]),
    filters=st.lists(filters, max_size=2).map(tuple),
    window=windows,
    limit=st.just(100),
)

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a is not None and a < b,
    "<=": lambda a, b: a is not None and a <= b,
    ">": lambda a, b: a is not None and a > b,
    ">=": lambda a, b: a is not None and a >= b,
    "IN": lambda a, b: a in b,
}


def folded(value: object) -> object:
    if isinstance(value, list):
        return [folded(one) for one in value]
    return value.lower() if isinstance(value, str) else value


def kept_by(ci: ConfigurationItem, spec: FilterSpec) -> bool:
    value = getattr(ci, spec.field)
    if spec.field == "created_at":
        value = value and value.isoformat()
    return COMPARE[spec.op](folded(value), folded(spec.value))


def has_keyword(ci: ConfigurationItem, word: str, fields: tuple[str, ...]) -> bool:
    texts = (getattr(ci, field) for field in fields or KEYWORD_FIELDS[RecordKind.CI])
    return not word.strip() or any(word.lower() in text.lower() for text in texts)


def matches(ci: ConfigurationItem, query: RecordQuery) -> bool:
    window = query.window
    return (
        all(has_keyword(ci, word, query.keyword_fields) for word in query.keywords)
        and all(kept_by(ci, spec) for spec in query.filters)
        and (
            window is None
            or (ci.created_at is not None and window.start <= ci.created_at < window.end)
        )
    )


@pytest.fixture
def fresh(engine: sa.Engine) -> Callable[[list[ConfigurationItem]], SqlEstate]:
    """Replaces what the estate holds by the items given."""

    def replace_all(cis: list[ConfigurationItem]) -> SqlEstate:
        dataset = EstateDataset(source="x", cis=cis)
        SqlEstateWriter(engine).load(TENANT, dataset, mode="replace", at=NOON)
        return SqlEstate(engine)

    return replace_all


many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@many
@given(cis=estates, query=queries)
def test_the_database_finds_what_a_loop_finds(
    fresh: Callable[[list[ConfigurationItem]], SqlEstate],
    cis: list[ConfigurationItem],
    query: RecordQuery,
) -> None:
    page = fresh(cis).find(TENANT, query)
    expected = {ci.ci_id for ci in cis if matches(ci, query)}
    assert ({row["ci_id"] for row in page.rows}, page.total) == (expected, len(expected))


@many
@given(cis=estates, query=queries, top_n=st.integers(0, 3))
def test_the_totals_of_an_aggregate_are_those_of_the_records(
    fresh: Callable[[list[ConfigurationItem]], SqlEstate],
    cis: list[ConfigurationItem],
    query: RecordQuery,
    top_n: int,
) -> None:
    asked = AggregateQuery(
        kind=RecordKind.CI,
        group_by=("ci_type",),
        keywords=query.keywords,
        filters=query.filters,
        window=query.window,
        top_n=top_n,
    )
    table = fresh(cis).aggregate(TENANT, asked)
    counted_query = replace(query, keyword_fields=())
    groups = Counter(ci.ci_type for ci in cis if matches(ci, counted_query))
    counted = (len(table.rows), table.total_groups, table.total_records)
    assert counted == (min(top_n, len(groups)), len(groups), groups.total())


@many
@given(cis=estates, size=st.integers(1, 3))
def test_pages_neither_repeat_nor_lose_a_record(
    fresh: Callable[[list[ConfigurationItem]], SqlEstate], cis: list[ConfigurationItem], size: int
) -> None:
    estate = fresh(cis)

    def pages() -> Iterator[Any]:
        for offset in range(0, len(cis), size):
            query = RecordQuery(kind=RecordKind.CI, limit=size, offset=offset)
            yield from estate.find(TENANT, query).rows

    assert sorted(row["ci_id"] for row in pages()) == sorted(ci.ci_id for ci in cis)
