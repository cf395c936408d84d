from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.estates.files.dataset import read_files
from domain.estate.port import KnownItems
from domain.estate.records import MetricPoint, Relation, RelationType

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, *lines: str) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write_file


def test_a_folder_is_read_with_all_its_known_files(write: Write, tmp_path: Path) -> None:
    write("cis.csv", "ci_code,ci_name,ci_type", "srv-1,Server 1,HW", "app-1,App 1,SW")
    write("relations.csv", "source_code,rel_type,target_code", "app-1,RUNS_ON,srv-1")
    write("metrics.json", '[{"metric_name": "cpu_usage", "unit": "%"}]')
    write(
        "metric_points.csv",
        "ci_code,metric_name,measured_at,value",
        "srv-1,cpu_usage,2026-01-01,1",
    )
    write(
        "event_log.jsonl",
        '{"entry_id": "e1", "ci_code": "srv-1", "occurred_at": "2026-01-01T00:00:00Z",'
        ' "event_type": "alarm", "severity": 3}',
    )
    write("work_history.csv", "work_id,ci_code,work_type,started_at", "w1,app-1,audit,2026-01-01")
    write(
        "maintenance_history.csv",
        "maintenance_id,ci_id,maint_type,started_at",
        "m1,srv-1,reboot,2026-01-01",
    )
    write("documents.csv", "document_id,title", "d1,Runbook")
    write(
        "cep_rules.csv",
        "rule_id,rule_name,trigger_type,condition",
        "r1,High,metric,metric.value > 80.0",
    )
    write("README.md", "about these files")
    dataset = read_files([tmp_path])
    assert dataset.source == "files"
    assert [item.ci_code for item in dataset.cis] == ["srv-1", "app-1"]
    assert list(dataset.relations) == [
        Relation(source_id="app-1", target_id="srv-1", rel_type=RelationType.RUNS_ON)
    ]
    sizes = [
        len(tuple(dataset.metrics)),
        len(list(dataset.metric_points)),
        len(tuple(dataset.event_log)),
    ]
    sizes += [len(tuple(dataset.work)), len(tuple(dataset.maintenance))]
    sizes += [len(tuple(dataset.documents)), len(tuple(dataset.cep_rules))]
    assert sizes == [1, 1, 1, 1, 1, 1, 1]


def test_single_files_can_be_named_and_one_named_twice_is_read_once(
    write: Write, tmp_path: Path
) -> None:
    file = write("cis.csv", "ci_code,ci_name,ci_type", "srv-1,Server 1,HW")
    assert len(tuple(read_files([file, tmp_path]).cis)) == 1


def test_one_kind_may_be_spread_over_several_formats(write: Write, tmp_path: Path) -> None:
    write("cis.csv", "ci_code,ci_name,ci_type", "a,A,HW")
    write("cis.json", '[{"ci_code": "b", "ci_name": "B", "ci_type": "HW"}]')
    write("cis.jsonl", '{"ci_code": "c", "ci_name": "C", "ci_type": "HW"}', "")
    assert [item.ci_code for item in read_files([tmp_path]).cis] == ["a", "b", "c"]


def test_an_item_without_an_id_has_its_code_as_id(write: Write) -> None:
    file = write("cis.csv", "ci_id,ci_code,ci_name,ci_type", ",srv-1,S,HW", "7,srv-2,S,HW")
    assert [item.ci_id for item in read_files([file]).cis] == ["srv-1", "7"]


def test_empty_cells_and_nulls_are_absent(write: Write, tmp_path: Path) -> None:
    write("cis.csv", "ci_code,ci_name,ci_type,criticality,status", "a,A,HW,,")
    write("cis.json", '[{"ci_code": "b", "ci_name": "B", "ci_type": "HW", "criticality": null}]')
    items = read_files([tmp_path]).cis
    assert [(item.criticality, item.status) for item in items] == [(None, "active")] * 2


def test_dotted_columns_fill_tags_and_attributes(write: Write) -> None:
    file = write(
        "cis.csv",
        "ci_code,ci_name,ci_type,tags.role,attributes.cpu_cores,attributes.os.name,tags",
        'a,A,HW,web,16,Linux,"{""system"": ""erp""}"',
        "b,B,HW,,,,",
    )
    first, second = read_files([file]).cis
    assert first.tags == {"role": "web", "system": "erp"}
    assert first.attributes == {"cpu_cores": 16, "os.name": "Linux"}
    assert (second.tags, second.attributes) == ({}, {})


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("16", 16),
        ("-2.5", -2.5),
        ("0", 0),
        ("007", "007"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        ("nan", "nan"),
        ("+49", "+49"),
        ("12345678901234567890", "12345678901234567890"),
        ("true", "true"),
    ],
)
def test_an_attribute_is_a_number_if_writing_the_number_gives_the_cell_again(
    write: Write, cell: str, value: object
) -> None:
    file = write("cis.csv", "ci_code,ci_name,ci_type,attributes.x", f"a,A,HW,{cell}")
    assert next(iter(read_files([file]).cis)).attributes == {"x": value}


def test_text_columns_are_never_numbers(write: Write) -> None:
    file = write("cis.csv", "ci_code,ci_name,ci_type", "100,7,HW")
    assert next(iter(read_files([file]).cis)).ci_code == "100"


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T08:00:00",
        "2026-01-31 08:00",
        "2026-01-31T08:00:00Z",
        "2026-01-31T09:00:00+01:00",
    ],
)
def test_instants_become_utc_and_naive_ones_are_utc(write: Write, text: str) -> None:
    file = write("documents.csv", "document_id,title,created_at", f"d,D,{text}")
    created_at = next(iter(read_files([file]).documents)).created_at
    assert created_at == datetime(2026, 1, 31, 8, 0, tzinfo=UTC)
    assert created_at.tzinfo is UTC


def test_cells_may_hold_commas_quotes_and_lines(write: Write) -> None:
    file = write("documents.csv", "document_id,title,content", 'd,"A, B","one', 'two ""quoted"""')
    document = next(iter(read_files([file]).documents))
    assert (document.title, document.content) == ("A, B", 'one\ntwo "quoted"')


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text("document_id,title\nd,D\n", encoding="utf-8-sig")
    assert len(tuple(read_files([tmp_path]).documents)) == 1


def test_codes_are_found_in_the_import_whatever_their_case(write: Write, tmp_path: Path) -> None:
    write("cis.csv", "ci_id,ci_code,ci_name,ci_type", "1,Srv-A,A,HW")
    write("metric_points.csv", "ci_code,metric_name,measured_at,value", "SRV-a,cpu,2026-01-01,2.5")
    assert list(read_files([tmp_path]).metric_points) == [
        MetricPoint(
            ci_id="1",
            metric_name="cpu",
            measured_at=datetime(2026, 1, 1, tzinfo=UTC),
            value=2.5,
        )
    ]


def test_codes_of_existing_items_are_asked_for(write: Write) -> None:
    file = write("relations.csv", "source_code,rel_type,target_id", "app-1,RUNS_ON,42")
    (found,) = read_files([file], known=KnownItems({"app-1": "41"})).relations
    assert (found.source_id, found.target_id) == ("41", "42")


def test_an_item_of_the_import_goes_before_an_existing_one_of_its_code(
    write: Write, tmp_path: Path
) -> None:
    write("cis.csv", "ci_id,ci_code,ci_name,ci_type", "new,a,A,HW")
    write("work_history.csv", "work_id,ci_code,work_type,started_at", "w,a,audit,2026-01-01")
    (work,) = read_files([tmp_path], known=KnownItems({"a": "old"})).work
    assert work.ci_id == "new"


def test_characters_may_be_escaped_in_json(write: Write) -> None:
    file = write("metrics.json", '[{"metric_name": "\\ud83d\\ude00", "unit": "%"}]')
    assert next(iter(read_files([file]).metrics)).metric_name == "\U0001f600"


def test_the_case_of_a_column_does_not_matter_and_that_of_a_key_does(write: Write) -> None:
    path = write("cis.csv", "CI Code,CI_name,ci_TYPE,Tags.Role,TAGS.role", "a,A,HW,web,db")
    (item,) = read_files([path]).cis
    assert item.tags == {"Role": "web", "role": "db"}
