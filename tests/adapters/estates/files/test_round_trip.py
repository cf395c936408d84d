"""What is exported reads back as it was."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.estates.files.dataset import read_files
from adapters.estates.files.writing import write_files
from domain.estate.errors import ExportRefused
from domain.estate.port import EstateDataset
from domain.estate.records import (
    CepRule,
    ConfigurationItem,
    Document,
    EventLogEntry,
    MetricDefinition,
    MetricPoint,
    Relation,
    RelationType,
)

CODES = ("srv-1", "Größe", "a,b;c", '"quoted"')
texts = st.sampled_from(
    ["", "x", " blank ", "two\nlines", "a,b", 'say "yes"', "007", "1.10", "Ωmega", "null"]
)
some = st.sampled_from(["HW", "1", "true", "ä;ö"])
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - in UTC
values = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(-9, 9), texts)
maps = st.dictionaries(
    st.sampled_from(["a", "b.c", "ü"]), st.one_of(values, st.lists(values)), max_size=2
)
levels = st.one_of(st.none(), st.integers(1, 5))


def items() -> st.SearchStrategy[list[ConfigurationItem]]:
    def made(code: str) -> st.SearchStrategy[ConfigurationItem]:
        return st.builds(
            ConfigurationItem,
            ci_id=st.sampled_from([code, f"id of {code}"]),
            ci_code=st.just(code),
            ci_name=some,
            ci_type=some,
            owner=texts,
            status=some,
            criticality=levels,
            created_at=st.one_of(st.none(), instants),
            tags=maps,
            attributes=maps,
        )

    return st.tuples(*map(made, CODES)).map(list)


rules = st.builds(
    CepRule,
    rule_id=st.just("r1"),
    rule_name=some,
    trigger_type=st.just("event"),
    condition=some,
    trigger_spec=maps,
    is_active=st.booleans(),
)
documents = st.builds(
    Document, document_id=st.just("d"), title=some, content=texts, size_bytes=st.just(0)
)


@st.composite
def estates(draw: st.DrawFn) -> EstateDataset:
    cis = draw(items())
    ids = st.sampled_from([ci.ci_id for ci in cis])
    ends = draw(st.lists(st.tuples(ids, ids), unique=True, max_size=3))
    more: dict[str, Any] = {
        "ci_id": ids,
        "attributes": maps,
        "title": texts,
        "occurred_at": instants,
    }
    logged = st.builds(
        EventLogEntry, entry_id=st.just("e1"), event_type=some, severity=st.integers(1, 5), **more
    )
    point = st.builds(
        MetricPoint,
        ci_id=ids,
        metric_name=st.just("cpu"),
        measured_at=instants,
        value=st.floats(-1e9, 1e9),
    )
    return EstateDataset(
        source="",
        cis=cis,
        relations=[
            Relation(source_id=a, target_id=b, rel_type=RelationType.USES) for a, b in ends
        ],
        metrics=[draw(st.builds(MetricDefinition, metric_name=st.just("cpu"), unit=texts))],
        metric_points=draw(st.lists(point, max_size=1)),
        event_log=draw(st.lists(logged, max_size=1)),
        documents=draw(st.lists(documents, max_size=1)),
        cep_rules=draw(st.lists(rules, max_size=1)),
    )


def lists(dataset: EstateDataset) -> dict[str, list[Any]]:
    named = {field.name: getattr(dataset, field.name) for field in fields(dataset)}
    skipped = ("source", "is_partial", "kinds", "files")
    return {name: list(found) for name, found in named.items() if name not in skipped}


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
@settings(max_examples=60)
@given(dataset=estates())
def test_what_is_written_reads_back_the_same(
    suffix: Literal["csv", "jsonl"], dataset: EstateDataset
) -> None:
    with TemporaryDirectory() as place:
        folder = Path(place) / "estate"
        write_files(dataset, folder, suffix=suffix)
        assert lists(read_files([folder])) == lists(dataset)


def test_a_folder_with_files_is_not_written_to(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ExportRefused, match="is there already and not an empty folder"):
        write_files(EstateDataset(source=""), tmp_path, suffix="csv")
