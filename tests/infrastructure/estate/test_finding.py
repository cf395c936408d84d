from datetime import timedelta
from typing import Literal

import pytest

from domain.estate.errors import EstateError, UnknownField, WrongOperator, WrongValue
from domain.estate.fields import RecordKind
from domain.estate.queries import FilterSpec, RecordQuery, Sort
from domain.times import Window
from infrastructure.estate.sql_estate import SqlEstate
from tests.infrastructure.estate.samples import DATABASE, DAY, NOON, SERVER, TENANT, codes, found

CI, LOG, WORK = RecordKind.CI, RecordKind.EVENT_LOG, RecordKind.WORK


def find_by(estate: SqlEstate, query: RecordQuery) -> list[object]:
    return codes(estate.find(TENANT, query).rows)


def test_without_a_sort_items_come_by_code(estate: SqlEstate) -> None:
    assert find_by(estate, RecordQuery(kind=CI)) == ["db-erp-01", "srv-erp-01", "sys-erp"]


def test_without_a_sort_history_comes_newest_first(estate: SqlEstate) -> None:
    rows = found(estate, LOG)
    assert [row["entry_id"] for row in rows] == ["e5", "e4", "e3", "e2", "e1", "e0"]


def test_the_total_counts_what_limit_and_offset_leave_out(estate: SqlEstate) -> None:
    page = estate.find(TENANT, RecordQuery(kind=CI, limit=1, offset=1))
    assert (codes(page.rows), page.total) == (["srv-erp-01"], 3)


def test_a_row_is_plain_json(estate: SqlEstate) -> None:
    row = estate.find(TENANT, RecordQuery(kind=CI, keywords=("srv",))).rows[0]
    expected = SERVER.model_dump() | {"created_at": "2025-12-01T12:00:00+00:00"}
    assert row == expected


def test_a_history_row_brings_the_code_of_its_item(estate: SqlEstate) -> None:
    assert find_by(estate, RecordQuery(kind=WORK, keywords=("upgrade",))) == ["srv-erp-01"]


def test_every_keyword_must_be_in_some_field(estate: SqlEstate) -> None:
    assert find_by(estate, RecordQuery(kind=CI, keywords=("ERP", "database", " "))) == [
        "db-erp-01"
    ]


def test_a_keyword_ignores_the_case_of_every_alphabet(estate: SqlEstate) -> None:
    assert find_by(estate, RecordQuery(kind=CI, keywords=("öLPUMPE",))) == ["srv-erp-01"]


@pytest.mark.parametrize("keyword", ["%", "_", "/", "\\", "'", '"'])
def test_a_wildcard_in_a_keyword_stands_for_itself(estate: SqlEstate, keyword: str) -> None:
    assert find_by(estate, RecordQuery(kind=CI, keywords=(keyword,))) == []


def test_an_unreasonably_long_keyword_is_refused(estate: SqlEstate) -> None:
    with pytest.raises(WrongValue, match="at most 4000 characters"):
        find_by(estate, RecordQuery(kind=CI, keywords=("x" * 60_000,)))


def test_items_restrict_their_history(estate: SqlEstate) -> None:
    assert find_by(estate, RecordQuery(kind=WORK, ci_ids=("2",))) == ["srv-erp-01"]


def test_no_items_match_nothing(estate: SqlEstate) -> None:
    assert find_by(estate, RecordQuery(kind=WORK, ci_ids=())) == []


def test_more_items_may_be_named_than_a_statement_takes_parameters(estate: SqlEstate) -> None:
    many = tuple(str(number) for number in range(300_000))
    assert len(find_by(estate, RecordQuery(kind=CI, ci_ids=many))) == 3


def test_a_window_includes_its_start_and_not_its_end(estate: SqlEstate) -> None:
    window = Window(NOON, NOON + timedelta(minutes=2))
    rows = estate.find(TENANT, RecordQuery(kind=LOG, window=window)).rows
    assert {row["entry_id"] for row in rows} == {"e0", "e1"}


def test_a_window_on_items_is_about_their_creation(estate: SqlEstate) -> None:
    assert find_by(estate, RecordQuery(kind=CI, window=DAY)) == ["srv-erp-01"]


FILTERS = [
    (FilterSpec(field="ci_type", value="hw"), ["srv-erp-01"]),
    (FilterSpec(field="ci_type", op="!=", value="HW"), ["db-erp-01", "sys-erp"]),
    (FilterSpec(field="ci_type", op="IN", value=["hw", "Sw"]), ["db-erp-01", "srv-erp-01"]),
    (FilterSpec(field="ci_type", op="IN", value=[]), []),
    (FilterSpec(field="ci_id", value=3), ["db-erp-01"]),
    (FilterSpec(field="location", op="ILIKE", value="ZONE_A"), ["db-erp-01", "srv-erp-01"]),
    (FilterSpec(field="location", op="ILIKE", value="zone"), []),
    (FilterSpec(field="ci_code", op="ILIKE", value="%/%"), []),
    (FilterSpec(field="criticality", op=">=", value=4), ["srv-erp-01", "sys-erp"]),
    (FilterSpec(field="criticality", op="<", value=4.5), ["srv-erp-01"]),
    (FilterSpec(field="criticality", op="<=", value="4"), ["srv-erp-01"]),
    (FilterSpec(field="criticality", op="=", value=5), ["sys-erp"]),
    (FilterSpec(field="criticality", op="!=", value=5), ["db-erp-01", "srv-erp-01"]),
    (FilterSpec(field="criticality", op="IN", value=["4", "5"]), ["srv-erp-01", "sys-erp"]),
    (FilterSpec(field="created_at", op=">", value="2025-12-01T12:00:00Z"), ["db-erp-01"]),
    (FilterSpec(field="created_at", value="2025-12-01T13:00:00+01:00"), ["srv-erp-01"]),
    (FilterSpec(field="created_at", op="<", value="2025-12-02"), ["srv-erp-01"]),
    (FilterSpec(field="tags.system", value="ERP"), ["db-erp-01", "srv-erp-01"]),
    (FilterSpec(field="tags.system", op="!=", value="erp"), ["sys-erp"]),
    (FilterSpec(field='tags.odd"key', value="true"), ["srv-erp-01"]),
    (FilterSpec(field="attributes.cpu_cores", value=16), ["srv-erp-01"]),
    (FilterSpec(field="attributes.cpu_cores", op=">", value=9), ["srv-erp-01"]),
    (FilterSpec(field="attributes.version", op=">", value=1), []),
    (FilterSpec(field="attributes.version", value=8.4), ["srv-erp-01"]),
    (FilterSpec(field="attributes.disks", op="ILIKE", value="%sdb%"), ["srv-erp-01"]),
]


@pytest.mark.parametrize(("spec", "expected"), FILTERS, ids=lambda case: str(case)[:60])
def test_a_filter_keeps_what_it_says(
    estate: SqlEstate, spec: FilterSpec, expected: list[str]
) -> None:
    assert find_by(estate, RecordQuery(kind=CI, filters=(spec,))) == expected


@pytest.mark.parametrize("field", ["criticality", "attributes.cpu_cores", "created_at"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_records_without_a_value_come_last(
    estate: SqlEstate, field: str, direction: Literal["ASC", "DESC"]
) -> None:
    rows = found(estate, CI, sort=(Sort(field=field, direction=direction),))
    without = "db-erp-01" if field == "criticality" else "sys-erp"
    assert codes(rows)[-1] == without


def test_numbers_of_an_open_field_sort_as_numbers(estate: SqlEstate) -> None:
    rows = found(estate, CI, sort=(Sort(field="attributes.cpu_cores"),))
    assert codes(rows)[0] == DATABASE.ci_code


REFUSED: list[tuple[RecordKind, FilterSpec, type[EstateError], str]] = [
    (CI, FilterSpec(field="colour", value="red"), UnknownField, "ci_code"),
    (CI, FilterSpec(field="deleted_at", value="x"), UnknownField, r"tags\.<key>"),
    (CI, FilterSpec(field="tags.colour", value="red"), UnknownField, r"tags\.system"),
    (CI, FilterSpec(field="tags", value="red"), UnknownField, "allowed"),
    (LOG, FilterSpec(field="tags.system", value="red"), UnknownField, r"attributes\.<key>"),
    (CI, FilterSpec(field="owner", op=">", value="a"), WrongOperator, "!=, =, ILIKE, IN"),
    (CI, FilterSpec(field="criticality", op="ILIKE", value="4"), WrongOperator, "<, <=, ="),
    (CI, FilterSpec(field="criticality", value="high"), WrongValue, "expected: a number"),
    (CI, FilterSpec(field="criticality", value=float("nan")), WrongValue, "a number"),
    (CI, FilterSpec(field="criticality", value=10**30), WrongValue, "a number"),
    (CI, FilterSpec(field="criticality", op="IN", value=["x"]), WrongValue, "a number"),
    (CI, FilterSpec(field="criticality", value=["4"]), WrongValue, "a number"),
    (CI, FilterSpec(field="created_at", value="noon"), WrongValue, "an instant"),
    (CI, FilterSpec(field="created_at", value=5), WrongValue, "an instant"),
    (CI, FilterSpec(field="owner", op="IN", value="a"), WrongValue, "a list"),
    (CI, FilterSpec(field="owner", value=["a"]), WrongValue, "one value"),
    (CI, FilterSpec(field="owner", op="ILIKE", value="x" * 60_000), WrongValue, "at most"),
    (CI, FilterSpec(field="attributes.version", op="<", value="x"), WrongValue, "a number"),
]


@pytest.mark.parametrize(
    ("kind", "spec", "error", "told"), REFUSED, ids=lambda case: str(case)[:60]
)
def test_a_filter_that_makes_no_sense_is_refused(
    estate: SqlEstate, kind: RecordKind, spec: FilterSpec, error: type[EstateError], told: str
) -> None:
    with pytest.raises(error, match=told):
        found(estate, kind, spec)


def test_a_sort_by_an_unknown_field_is_refused(estate: SqlEstate) -> None:
    with pytest.raises(UnknownField):
        found(estate, CI, sort=(Sort(field="ci_id; DROP TABLE cis"),))


@pytest.mark.parametrize(
    "query", [RecordQuery(kind=CI, limit=-1), RecordQuery(kind=CI, offset=-1)]
)
def test_a_negative_count_is_refused(estate: SqlEstate, query: RecordQuery) -> None:
    with pytest.raises(WrongValue, match="0 or more"):
        find_by(estate, query)


def test_a_window_on_rules_is_refused(estate: SqlEstate) -> None:
    with pytest.raises(WrongValue, match="cep_rule"):
        find_by(estate, RecordQuery(kind=RecordKind.CEP_RULE, window=DAY))


@pytest.mark.parametrize("kind", [RecordKind.DOCUMENT, RecordKind.CEP_RULE])
def test_items_cannot_restrict_what_belongs_to_none(estate: SqlEstate, kind: RecordKind) -> None:
    with pytest.raises(UnknownField, match="ci_id"):
        find_by(estate, RecordQuery(kind=kind, ci_ids=("2",)))


HOSTILE = "x') OR 1=1 --"


@pytest.mark.parametrize(
    "spec",
    [
        FilterSpec(field="tags.system", value=HOSTILE),
        FilterSpec(field="tags.system", op="ILIKE", value=HOSTILE),
        FilterSpec(field="owner", op="IN", value=[HOSTILE]),
    ],
)
def test_text_of_a_filter_is_never_sql(estate: SqlEstate, spec: FilterSpec) -> None:
    assert found(estate, CI, spec) == []
