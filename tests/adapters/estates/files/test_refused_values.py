from pathlib import Path

import pytest

from adapters.estates.files.dataset import read_files
from adapters.estates.files.problems import ImportRefused
from tests.adapters.estates.files.refusal import ITEM_COLUMNS, refusal, refused_file


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
