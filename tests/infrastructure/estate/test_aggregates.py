import pytest
from pydantic import JsonValue

from domain.estate.errors import EstateError, UnknownField, WrongOperator, WrongValue
from domain.estate.fields import RecordKind
from domain.estate.queries import AggregateQuery, FilterSpec, Measure, MeasureFunction
from infrastructure.estate.sql_estate import SqlEstate
from tests.infrastructure.estate.samples import SERVER, TENANT

F = MeasureFunction
CI, LOG, WORK = RecordKind.CI, RecordKind.EVENT_LOG, RecordKind.WORK


def rows_of(estate: SqlEstate, query: AggregateQuery) -> list[list[JsonValue]]:
    return estate.aggregate(TENANT, query).rows


def test_groups_come_by_the_first_measure_highest_first(estate: SqlEstate) -> None:
    assert rows_of(estate, AggregateQuery(kind=WORK, group_by=("work_type",))) == [
        ["audit", 2],
        ["upgrade", 1],
    ]


def test_ascending_turns_the_order_around(estate: SqlEstate) -> None:
    rows = rows_of(estate, AggregateQuery(kind=WORK, group_by=("work_type",), ascending=True))
    assert rows == [["upgrade", 1], ["audit", 2]]


def test_groups_of_equal_measures_come_by_their_values(estate: SqlEstate) -> None:
    rows = rows_of(estate, AggregateQuery(kind=LOG, group_by=("event_type",)))
    assert rows == [["deployment", 3], ["threshold_alarm", 3]]


def test_the_totals_count_the_groups_that_are_cut_off(estate: SqlEstate) -> None:
    table = estate.aggregate(TENANT, AggregateQuery(kind=CI, group_by=("ci_type",), top_n=1))
    assert (len(table.rows), table.total_groups, table.total_records) == (1, 3, 3)


def test_without_groups_there_is_one_row_over_all(estate: SqlEstate) -> None:
    assert rows_of(estate, AggregateQuery(kind=LOG)) == [[6]]


def test_filters_restrict_what_is_counted(estate: SqlEstate) -> None:
    over_3 = (FilterSpec(field="severity", op=">", value=3),)
    assert rows_of(estate, AggregateQuery(kind=LOG, filters=over_3, ci_ids=("2",))) == [[1]]


@pytest.mark.parametrize(
    ("kind", "measure", "value"),
    [
        (WORK, Measure(F.SUM, "duration_min"), 90),
        (WORK, Measure(F.AVG, "duration_min"), 45.0),
        (WORK, Measure(F.MIN, "duration_min"), 30),
        (WORK, Measure(F.MAX, "duration_min"), 60),
        (WORK, Measure(F.COUNT, "duration_min"), 2),
        (WORK, Measure(F.COUNT_DISTINCT, "work_type"), 2),
        (WORK, Measure(F.SHARE, "result", "SUCCESS"), pytest.approx(1 / 3)),
        (WORK, Measure(F.MAX, "started_at"), "2025-12-01T13:00:00+00:00"),
        (CI, Measure(F.SHARE, "criticality", "5"), pytest.approx(1 / 3)),
        (CI, Measure(F.AVG, "attributes.cpu_cores"), 12.0),
    ],
)
def test_a_measure_computes_what_its_name_says(
    estate: SqlEstate, kind: RecordKind, measure: Measure, value: object
) -> None:
    assert rows_of(estate, AggregateQuery(kind=kind, measures=(measure,))) == [[value]]


def test_columns_name_groups_and_measures(estate: SqlEstate) -> None:
    measures = (Measure(F.SHARE, "result", "success"), Measure(F.AVG, "duration_min"))
    query = AggregateQuery(kind=WORK, group_by=("ci_code",), measures=measures)
    columns = estate.aggregate(TENANT, query).columns
    assert columns == ["ci_code", "share(result=success)", "avg(duration_min)"]


def test_values_of_an_open_field_group_as_they_are(estate: SqlEstate) -> None:
    rows = rows_of(estate, AggregateQuery(kind=CI, group_by=("attributes.cpu_cores",)))
    assert rows == [[8, 1], [16, 1], [None, 1]]


def test_a_group_without_a_measured_value_comes_last(estate: SqlEstate) -> None:
    rows = rows_of(
        estate,
        AggregateQuery(
            kind=WORK, measures=(Measure(F.AVG, "duration_min"),), group_by=("result",)
        ),
    )
    assert rows[-1] == [None, None]


REFUSED: list[tuple[AggregateQuery, type[EstateError], str]] = [
    (AggregateQuery(kind=WORK, group_by=("colour",)), UnknownField, "work_type"),
    (AggregateQuery(kind=WORK, measures=(Measure(F.SUM, "colour"),)), UnknownField, "work_type"),
    (AggregateQuery(kind=WORK, measures=(Measure(F.SUM),)), WrongValue, "a field"),
    (AggregateQuery(kind=WORK, measures=(Measure(F.SHARE, "result"),)), WrongValue, "a value"),
    (
        AggregateQuery(kind=WORK, measures=(Measure(F.SHARE, "duration_min", "long"),)),
        WrongValue,
        "a number",
    ),
    (
        AggregateQuery(kind=WORK, measures=(Measure(F.AVG, "summary"),)),
        WrongOperator,
        "count, count_distinct, share",
    ),
    (
        AggregateQuery(kind=WORK, measures=(Measure(F.MAX, "summary"),)),
        WrongOperator,
        "count_distinct",
    ),
    (
        AggregateQuery(kind=WORK, measures=(Measure(F.SUM, "started_at"),)),
        WrongOperator,
        "max, min",
    ),
    (AggregateQuery(kind=WORK, top_n=-1), WrongValue, "0 or more"),
]


@pytest.mark.parametrize(("query", "error", "told"), REFUSED)
def test_an_aggregate_that_makes_no_sense_is_refused(
    estate: SqlEstate, query: AggregateQuery, error: type[EstateError], told: str
) -> None:
    with pytest.raises(error, match=told):
        estate.aggregate(TENANT, query)


def test_work_and_maintenance_are_one_kind_with_its_source(estate: SqlEstate) -> None:
    both = RecordKind.WORK_AND_MAINTENANCE
    each = [estate.aggregate(TENANT, AggregateQuery(kind=kind)).total_records for kind in KINDS]
    table = estate.aggregate(TENANT, AggregateQuery(kind=both, group_by=("source",)))
    assert dict(table.rows) == dict(zip(map(str, KINDS), each, strict=True))  # type: ignore[arg-type]  # a name, a count
    of_items = AggregateQuery(kind=both, group_by=("ci_code",), ci_ids=(SERVER.ci_id,))
    assert {row[0] for row in estate.aggregate(TENANT, of_items).rows} == {SERVER.ci_code}


KINDS = (RecordKind.WORK, RecordKind.MAINTENANCE)
