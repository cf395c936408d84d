import json
import os
import re
import tracemalloc
from pathlib import Path

import pytest

from adapters.estates.files import rows
from adapters.estates.files.dataset import read_files
from adapters.estates.files.problems import ImportRefused
from tests.adapters.estates.files.refusal import ITEM_COLUMNS, refusal, refused_file

METRIC = {"metric_name": "cpu", "unit": "%"}


def test_a_value_out_of_range_is_told_with_file_line_field_and_what_is_allowed(
    tmp_path: Path,
) -> None:
    assert refused_file(tmp_path, "cis.csv", ITEM_COLUMNS, "a,A,HW,5", "b,B,HW,9") == [
        "cis.csv line 3: criticality: input should be less than or equal to 5, got '9'"
    ]


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "cis.csv").write_text(f"{ITEM_COLUMNS}\na,A,HW,x\n,B,HW,9\n")
    (tmp_path / "relations.csv").write_text("source_id,target_id,rel_type\na,b,LIKES\n")
    lines = refusal(tmp_path)
    assert [line.split(": ")[:2] for line in lines] == [
        ["cis.csv line 2", "criticality"],
        ["cis.csv line 3", "ci_code"],
        ["cis.csv line 3", "criticality"],
        ["relations.csv line 2", "rel_type"],
    ]
    assert "'COMPOSED_OF', 'DEPENDS_ON'" in lines[3]


def test_of_many_problems_twenty_are_shown_and_all_are_counted(tmp_path: Path) -> None:
    rows = "\n".join(f"c{n},C,HW,9" for n in range(30))
    (tmp_path / "cis.csv").write_text(f"{ITEM_COLUMNS}\n{rows}\n")
    with pytest.raises(ImportRefused, match="30 problems") as refused:
        read_files([tmp_path])
    assert refused.value.total == 30
    assert len(refused.value.problems) == 20
    assert str(refused.value).endswith("and 10 more")


def test_a_map_cell_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (line,) = refused_file(tmp_path, "cis.csv", "ci_code,ci_name,ci_type,tags", "a,A,HW,web")
    assert line.startswith("cis.csv line 2: tags: it is no JSON: Expecting value")
    assert line.endswith("got 'web'")


def test_a_key_of_a_map_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    columns, row = "ci_code,ci_name,ci_type,tags.role,tags", 'a,A,HW,web,"{""role"": ""db""}"'
    assert refused_file(tmp_path, "cis.csv", columns, row) == [
        "cis.csv line 2: tags: the key 'role' is given twice"
    ]


def test_a_map_that_is_not_an_object_is_refused(tmp_path: Path) -> None:
    (line,) = refused_file(tmp_path, "cis.csv", "ci_code,ci_name,ci_type,tags", "a,A,HW,5")
    assert line == "cis.csv line 2: tags: input should be a valid dictionary, got 5"


def test_an_instant_that_is_none_is_refused(tmp_path: Path) -> None:
    lines = refused_file(
        tmp_path, "documents.csv", "document_id,title,created_at", "d,D,31.1.2026", "e,E,soon"
    )
    expected = "must be an ISO 8601 instant such as 2026-01-31T08:00:00Z, got"
    assert lines == [
        f"documents.csv line 2: created_at: {expected} '31.1.2026'",
        f"documents.csv line 3: created_at: {expected} 'soon'",
    ]


@pytest.mark.parametrize("value", ["nan", "inf", "1e999"])
def test_a_measured_value_must_be_finite(tmp_path: Path, value: str) -> None:
    columns = "ci_id,metric_name,measured_at,value"
    (line,) = refused_file(tmp_path, "metric_points.csv", columns, f"a,cpu,2026-01-01,{value}")
    assert line.startswith(
        "metric_points.csv line 2: value: input should be a finite number, got "
    )


def test_a_code_of_no_item_is_refused(tmp_path: Path) -> None:
    columns = "source_code,rel_type,target_code"
    assert refused_file(tmp_path, "relations.csv", columns, "a,RUNS_ON,b") == [
        "relations.csv line 2: source_code: no configuration item has this code, got 'a'",
        "relations.csv line 2: target_code: no configuration item has this code, got 'b'",
    ]


def test_a_code_of_an_item_with_a_problem_is_no_second_problem(tmp_path: Path) -> None:
    (tmp_path / "cis.csv").write_text(f"{ITEM_COLUMNS}\na,A,HW,9\n")
    (tmp_path / "relations.csv").write_text("source_code,rel_type,target_code\na,USES,a\n")
    assert [line.split(":")[0] for line in refusal(tmp_path)] == ["cis.csv line 2"]


def test_an_item_is_named_by_id_or_code_but_not_by_both_or_neither(tmp_path: Path) -> None:
    lines = refused_file(
        tmp_path,
        "work_history.csv",
        "work_id,ci_id,ci_code,work_type,started_at",
        "w1,a,a,audit,2026-01-01",
        "w2,,,audit,2026-01-01",
    )
    assert lines == [
        "work_history.csv line 2: ci_code: give ci_code or ci_id, not both",
        "work_history.csv line 3: ci_id: is required, or ci_code",
    ]


@pytest.mark.parametrize(
    ("name", "columns", "row", "told"),
    [
        ("cis.csv", "ci_code,ci_name,ci_type", "a,A,HW", "ci_id: 'a'"),
        ("metrics.csv", "metric_name,unit", "cpu,%", "metric_name: 'cpu'"),
        (
            "relations.csv",
            "source_id,rel_type,target_id",
            "a,USES,b",
            "source_id, rel_type, target_id: 'a USES b'",
        ),
        (
            "metric_points.csv",
            "ci_id,metric_name,measured_at,value",
            "a,cpu,2026-01-01,1",
            "ci_id, metric_name, measured_at: 'a cpu 2026-01-01 00:00:00+00:00'",
        ),
    ],
)
def test_a_key_that_is_there_twice_is_refused(
    tmp_path: Path, name: str, columns: str, row: str, told: str
) -> None:
    first, *_ = refused_file(tmp_path, name, columns, row, row)
    assert first == f"{name} line 3: {told} is already in {name} line 2"


def test_a_code_that_is_there_twice_is_refused_in_any_case_and_across_files(
    tmp_path: Path,
) -> None:
    (tmp_path / "cis.csv").write_text("ci_id,ci_code,ci_name,ci_type\n1,srv,S,HW\n")
    (tmp_path / "cis.jsonl").write_text(
        '{"ci_id": "2", "ci_code": "SRV", "ci_name": "S", "ci_type": "HW"}'
    )
    assert refusal(tmp_path) == ["cis.jsonl line 1: ci_code: 'srv' is already in cis.csv line 2"]


def test_long_values_are_cut_in_problems(tmp_path: Path) -> None:
    long = "x" * 500
    (line,) = refused_file(
        tmp_path, "documents.csv", "document_id,title,created_at", f"d,D,{long}"
    )
    assert line.endswith("x...")
    assert len(line) < 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cis.jsonl", ""),
        ("cis.csv", ""),
        ("cis.csv", "ci_code,ci_name,ci_type\n"),
        ("cis.csv", f'{ITEM_COLUMNS}\na,"'),
    ],
)
def test_a_line_that_has_no_end_is_refused_before_memory_is_spent(
    tmp_path: Path, name: str, content: str
) -> None:
    file = tmp_path / name
    file.write_text(content)
    os.truncate(file, 96 << 20)
    tracemalloc.start()
    try:
        (line,) = refusal(file)
        assert tracemalloc.get_traced_memory()[1] < 96 << 20
    finally:
        tracemalloc.stop()
    assert re.match(rf"{name} line \d: .*(more than [\d,]+ char|larger than field limit)", line)


def test_the_lines_of_one_row_are_limited_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "CSV_ROW_CHARACTERS", 100)
    many = [f"c{n},C,HW,1" for n in range(100)]
    cell = '"' + "x\n" * 60 + '"'
    assert refused_file(tmp_path, "cis.csv", ITEM_COLUMNS, *many, f"a,{cell},HW,1") == [
        "cis.csv line 150: is not CSV: it has more than 100 characters, which is the most that"
        " is read"
    ]


def test_a_header_of_any_length_is_read_and_a_cell_beyond_the_limit_told(tmp_path: Path) -> None:
    tags = ",".join(f"tags.key-{n}" for n in range(12_000))
    columns = f"ci_code,ci_name,ci_type,{tags}"
    (line,) = refused_file(tmp_path, "cis.csv", columns, "a,A,HW")
    assert line == "cis.csv line 2: has 3 cells, but the header names 12003"
    (line,) = refused_file(tmp_path, "cis.csv", "x" * 140_000)
    assert line == "cis.csv line 1: is not CSV: field larger than field limit (131072)"


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
@pytest.mark.parametrize("name", ["work_history.csv", "work_history.jsonl"])
def test_a_number_that_no_database_has_room_for_is_refused(
    tmp_path: Path, name: str, number: int
) -> None:
    (tmp_path / "cis.csv").write_text(f"{ITEM_COLUMNS}\na,A,HW,1\n")
    values = {"work_id": "w", "ci_id": "a", "work_type": "p", "started_at": "2026-01-01"}
    row = {**values, "duration_min": number}
    header, cells = ",".join(row), ",".join(map(str, row.values()))
    content = f"{header}\n{cells}" if name.endswith("csv") else json.dumps(row)
    (tmp_path / name).write_text(content)
    (line,) = refusal(tmp_path)
    assert line.startswith(f"{name} line ")
    assert "duration_min" in line


def test_a_long_name_of_a_field_is_cut(tmp_path: Path) -> None:
    (line,) = refused_file(tmp_path, "metrics.jsonl", json.dumps({"x" * 9000: 1, **METRIC}))
    assert len(line) < 200
