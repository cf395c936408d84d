from collections import Counter
from dataclasses import replace
from datetime import timedelta

from domain.estate.fields import RecordKind
from domain.estate.port import EstateDataset
from domain.estate.queries import EstateSummary
from domain.estate.records import ConfigurationItem
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import ERP, NOON, SAMPLE, TENANT, points


def test_an_empty_estate_has_no_revision(empty: SqlEstate) -> None:
    assert empty.revision(TENANT) == ""


def test_a_load_that_changes_nothing_keeps_the_revision(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    before = estate.revision(TENANT)
    writer.load(TENANT, SAMPLE, mode="replace", at=NOON)
    assert estate.revision(TENANT) == before


def test_the_revision_counts_the_loads_that_change_something(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    moved = ERP.model_copy(update={"location": "zone_b"})
    writer.load(TENANT, EstateDataset(source="files", cis=[moved]), mode="merge", at=NOON)
    assert estate.revision(TENANT).startswith("2-")


def test_points_that_are_there_already_keep_the_revision(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    measured = [EstateDataset(source="x", metric_points=points("2", [1, 2])) for _ in range(2)]
    revisions = [writer.load(TENANT, each, mode="merge", at=NOON).revision for each in measured]
    assert revisions[0] == revisions[1] == estate.revision(TENANT)


def test_the_revision_tells_the_points_of_two_loads_apart(
    empty: SqlEstate, writer: SqlEstateWriter
) -> None:
    for tenant, value in (("a", 1.0), ("b", 2.0), ("c", 2.0)):
        dataset = replace(SAMPLE, metric_points=points("2", [value]))
        writer.load(tenant, dataset, mode="merge", at=NOON)
    one, two, same = (empty.revision(tenant) for tenant in "abc")
    assert (one != two, two == same) == (True, True)


def test_a_summary_counts_what_is_visible(estate: SqlEstate, writer: SqlEstateWriter) -> None:
    more = replace(SAMPLE, cis=(ERP,), relations=(), event_log=(), work=(), maintenance=())
    writer.load(TENANT, replace(SAMPLE, metric_points=points("2", [1])), mode="merge", at=NOON)
    writer.load(TENANT, more, mode="replace", at=NOON)
    assert estate.summary(TENANT).counts == {
        "cis": 1,
        "relations": 0,
        "metrics": 1,
        "metric_points": 0,
        "event_log": 6,
        "work": 3,
        "maintenance": 1,
        "documents": 2,
        "cep_rules": 1,
    }


def test_a_summary_spans_the_dated_records(estate: SqlEstate) -> None:
    summary = estate.summary(TENANT)
    span = (NOON - timedelta(days=40), NOON + timedelta(hours=1))
    assert (summary.oldest_at, summary.newest_at) == tuple(each.isoformat() for each in span)


def test_an_empty_estate_spans_nothing(empty: SqlEstate) -> None:
    counts = dict.fromkeys(empty.summary(TENANT).counts, 0)
    assert empty.summary(TENANT) == EstateSummary(counts, None, None, "", [])


def test_a_summary_tells_which_types_relations_join(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    writer.load(TENANT, SAMPLE, mode="merge", at=NOON)
    types = {each.ci_id: each.ci_type for each in SAMPLE.cis}
    joined = Counter((types[each.source_id], types[each.target_id]) for each in SAMPLE.relations)
    found = estate.summary(TENANT).between
    assert {(each.source, each.target): each.count for each in found} == joined


def test_the_newest_record_may_be_a_point(estate: SqlEstate, writer: SqlEstateWriter) -> None:
    many = replace(SAMPLE, metric_points=points("2", [0] * 90))
    writer.load(TENANT, many, mode="merge", at=NOON)
    assert estate.newest_at(TENANT) == NOON + timedelta(minutes=89)


def test_values_come_most_frequent_first(estate: SqlEstate) -> None:
    values = estate.vocabulary(TENANT).values[RecordKind.WORK]
    assert values["work_type"] == ("audit", "upgrade")


def test_empty_text_is_no_word(estate: SqlEstate) -> None:
    assert estate.vocabulary(TENANT).values[RecordKind.CI]["owner"] == ("erp-platform",)


def test_ids_and_prose_are_no_words(estate: SqlEstate) -> None:
    assert "content" not in estate.vocabulary(TENANT).values[RecordKind.DOCUMENT]


def test_at_most_500_values_of_a_field_are_words(
    empty: SqlEstate, writer: SqlEstateWriter
) -> None:
    cis = [
        ConfigurationItem(
            ci_id=str(n), ci_code=f"c{n}", ci_name="Same", ci_type="SW", owner=str(n)
        )
        for n in range(501)
    ]
    writer.load(TENANT, EstateDataset(source="x", cis=cis), mode="merge", at=NOON)
    assert len(empty.vocabulary(TENANT).values[RecordKind.CI]["owner"]) == 500


def test_metrics_and_rules_are_words(estate: SqlEstate) -> None:
    words = estate.vocabulary(TENANT)
    assert (words.metrics, words.cep_rules) == (("cpu_usage",), {"high cpu": "r1"})
