from pathlib import Path

import pytest

from tests.adapters.estates.files.refusal import ITEM_COLUMNS, refusal, refused_file


def test_an_unknown_column_is_told_once(tmp_path: Path) -> None:
    lines = refused_file(
        tmp_path, "metrics.csv", "metric_name,unit,colour", "cpu,%,red", "memory,%,blue"
    )
    assert lines == [
        "metrics.csv line 1: colour: unknown column; allowed: metric_name, unit, kind, description"
    ]


def test_allowed_columns_name_codes_and_maps(tmp_path: Path) -> None:
    (line,) = refused_file(tmp_path, "event_log.csv", "nonsense")
    assert line.endswith("message, attributes, ci_code, attributes.*")


def test_a_column_without_a_name_or_there_twice_is_refused(tmp_path: Path) -> None:
    lines = refused_file(tmp_path, "metrics.csv", "metric_name,unit,unit,", "cpu,%,%,")
    assert lines == [
        "metrics.csv line 1: unit: the column is there more than once",
        "metrics.csv line 1: '': unknown column; allowed: metric_name, unit, kind, description",
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a\0b,One,HW", "ci_code: it holds U+0000 (a control character) at character 2"),
        ("a\u200bb,One,HW", "ci_code: it holds U+200B (zero width space)"),
        ("srv-1 ,One,HW", "ci_code: it has blanks around it, got 'srv-1 '; was 'srv-1' meant?"),
        ("srv-1,a\u202eb,HW", "ci_name: it holds U+202E (right-to-left override)"),
        ("srv-1,a\x1bb,HW", "ci_name: it holds U+001B"),
        (f"{'x' * 201},One,HW", "ci_code: it has 201 characters, and at most 200 are taken"),
    ],
)
def test_a_text_that_no_estate_may_hold_is_told_with_line_and_field(
    tmp_path: Path, row: str, said: str
) -> None:
    lines = refused_file(tmp_path, "cis.csv", "ci_code,ci_name,ci_type", "ok,A,HW", row)
    assert [line.startswith(f"cis.csv line 3: {said}") for line in lines] == [True]


def test_json_is_looked_into(tmp_path: Path) -> None:
    item = '{"ci_code": "a", "ci_name": "A", "ci_type": "HW", "tags": {"x": ["\\u0000"]}}'
    (line,) = refused_file(tmp_path, "cis.jsonl", item)
    assert line.startswith("cis.jsonl line 1: it holds U+0000")
    assert line.endswith("at '/tags/x/0'")


def test_what_has_no_end_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "cis.csv").symlink_to("/dev/zero")
    assert refusal(tmp_path / "cis.csv") == ["cis.csv: is no file"]


def test_an_unknown_field_in_json_is_refused(tmp_path: Path) -> None:
    lines = refused_file(tmp_path, "metrics.json", '[{"metric_name": "a", "unit": "", "x": 1}]')
    assert lines == [
        "metrics.json item 1: x: unknown field; allowed: metric_name, unit, kind, description"
    ]


@pytest.mark.parametrize("name", ["ci.csv", "cis.xml", "README"])
def test_an_unknown_file_name_is_refused(tmp_path: Path, name: str) -> None:
    (line,) = refused_file(tmp_path, name, "")
    assert line.startswith(f"{tmp_path / name}: unknown file name; allowed: cis, relations, ")
    assert line.endswith("cep_rules with .csv, .json, .jsonl")


def test_a_data_file_of_an_unknown_name_in_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cis.csv").write_text(ITEM_COLUMNS)
    (tmp_path / "relation.csv").write_text("")
    (line,) = refusal(tmp_path)
    assert line.startswith(f"{tmp_path / 'relation.csv'}: unknown file name")


def test_a_folder_without_files_to_import_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("")
    (line,) = refusal(tmp_path)
    assert line.startswith(f"{tmp_path}: no file to import; allowed: cis, relations")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "cis.csv") == [f"{tmp_path / 'cis.csv'}: does not exist"]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cis.csv").mkdir()
    assert refusal(tmp_path) == ["cis.csv: cannot be read: Is a directory"]


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "cis.csv").write_bytes(b"ci_code,ci_name,ci_type\na,M\xfcller,HW\n")
    assert refusal(tmp_path) == ["cis.csv line 2: is not UTF-8"]


def test_an_empty_csv_file_is_refused(tmp_path: Path) -> None:
    assert refused_file(tmp_path, "cis.csv", "") == [
        "cis.csv line 1: is empty, but must name the columns"
    ]


def test_a_row_with_too_few_or_too_many_cells_is_refused(tmp_path: Path) -> None:
    assert refused_file(tmp_path, "metrics.csv", "metric_name,unit", "cpu", "", "a,b,c") == [
        "metrics.csv line 2: has 1 cells, but the header names 2",
        "metrics.csv line 4: has 3 cells, but the header names 2",
    ]


def test_a_row_of_several_lines_is_told_by_its_first_line(tmp_path: Path) -> None:
    lines = refused_file(
        tmp_path,
        "documents.csv",
        "document_id,title,size_bytes",
        'd,"one',
        'two",-1',
        "e,E,-1",
    )
    assert [line.split(":")[0] for line in lines] == [
        "documents.csv line 2",
        "documents.csv line 4",
    ]


def test_broken_csv_is_refused(tmp_path: Path) -> None:
    assert refused_file(tmp_path, "metrics.csv", "metric_name,unit", 'cpu,"%"x') == [
        "metrics.csv line 2: is not CSV: ',' expected after '\"'"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            '[\n{"metric_name": }]',
            "metrics.json: it is no JSON: Expecting value at line 2 col",
        ),
        ('{"metric_name": "a"}', "metrics.json: must be a list of objects, got "),
        ('["cpu"]', "metrics.json item 1: must be an object, got 'cpu'"),
        ('[{"unit": 1, "unit": 2}]', "metrics.json: the key 'unit' is there twice, at '/0'"),
        ('[{"unit": "\\ud83d"}]', "metrics.json: it holds U+D83D (half a character) at"),
        ("[NaN]", "metrics.json: NaN and Infinity are no numbers of JSON"),
        ("[" * 100_000, "metrics.json: it is nested deeper than 64 levels"),
    ],
)
def test_broken_json_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (line,) = refused_file(tmp_path, "metrics.json", text)
    assert line.startswith(told)


def test_a_broken_json_line_is_refused_and_the_others_are_looked_at(tmp_path: Path) -> None:
    lines = refused_file(tmp_path, "metrics.jsonl", "{", "", '{"metric_name": "cpu"}')
    assert lines[0].startswith("metrics.jsonl line 1: it is no JSON: ")
    assert lines[1:] == ["metrics.jsonl line 3: unit: is required"]
