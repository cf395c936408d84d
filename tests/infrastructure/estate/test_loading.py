import json
from dataclasses import replace
from functools import partial
from typing import Literal

import pytest
from pydantic import JsonValue

from domain.estate.errors import (
    DuplicateCode,
    DuplicateRecord,
    RetiredCi,
    UnknownCi,
    UnknownMetric,
)
from domain.estate.fields import RecordKind
from domain.estate.port import EstateDataset
from domain.estate.queries import Sort
from domain.estate.records import ConfigurationItem, Relation, RelationType
from domain.values.text import BadText
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import (
    DATABASE,
    ERP,
    NOON,
    SAMPLE,
    SERVER,
    TENANT,
    codes,
    found,
    points,
)

CI, LOG = RecordKind.CI, RecordKind.EVENT_LOG
files = partial(EstateDataset, source="files")


def load(
    writer: SqlEstateWriter, dataset: EstateDataset, *, mode: Literal["merge", "replace"] = "merge"
) -> None:
    writer.load(TENANT, dataset, mode=mode, at=NOON)


def server(ci_id: str, ci_code: str) -> ConfigurationItem:
    return ConfigurationItem(ci_id=ci_id, ci_code=ci_code, ci_name="Server", ci_type="HW")


def test_a_load_says_how_much_it_wrote(writer: SqlEstateWriter) -> None:
    dataset = replace(SAMPLE, metric_points=iter(points("2", [1, 2])))
    report = writer.load(TENANT, dataset, mode="merge", at=NOON)
    assert {kind: counts.added for kind, counts in report.counts.items()} == {
        "cis": 3,
        "relations": 3,
        "metrics": 1,
        "metric_points": 2,
        "event_log": 6,
        "work": 3,
        "maintenance": 1,
        "documents": 2,
        "cep_rules": 1,
    }


def test_what_is_written_reads_back_the_same(estate: SqlEstate) -> None:
    assert estate.cis(TENANT, ["1", "2", "3", "4"]) == {"1": ERP, "2": SERVER, "3": DATABASE}


def test_a_code_finds_its_item_in_any_case(estate: SqlEstate) -> None:
    assert estate.ci_by_code(TENANT, "SRV-ERP-01") == SERVER


def test_a_code_must_match_as_a_whole(estate: SqlEstate) -> None:
    assert estate.ci_by_code(TENANT, "srv-erp") is None


def test_a_rule_is_found_by_id_and_by_name(estate: SqlEstate) -> None:
    rule = next(iter(SAMPLE.cep_rules))
    assert [estate.cep_rule(TENANT, key) for key in ("r1", "high cpu", "r2")] == [rule, rule, None]
    assert (estate.cep_rules(TENANT, limit=9), estate.cep_rules(TENANT, limit=0)) == ([rule], [])


def ends(estate: SqlEstate) -> list[tuple[str, str]]:
    found = estate.relations_from(TENANT, ["1", "2", "3"], rel_types=tuple(RelationType))
    return sorted((one.source_id, one.target_id) for one in found)


def test_a_record_of_a_known_key_is_updated(estate: SqlEstate, writer: SqlEstateWriter) -> None:
    load(writer, files(cis=(SERVER.model_copy(update={"status": "retired"}),)))
    assert [row["status"] for row in found(estate, CI)] == ["active", "retired", "active"]


def test_a_replacement_removes_items_that_it_does_not_name(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    load(writer, files(cis=(ERP, SERVER)), mode="replace")
    assert codes(found(estate, CI)) == ["srv-erp-01", "sys-erp"]


def test_a_replacement_removes_relations_that_it_does_not_name(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    load(writer, files(cis=SAMPLE.cis, relations=tuple(SAMPLE.relations)[:1]), mode="replace")
    assert ends(estate) == [("3", "2")]


def test_a_replacement_leaves_other_sources_alone(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    load(writer, EstateDataset(source="discover", cis=(server("9", "host"),)), mode="replace")
    assert (len(found(estate, CI)), len(ends(estate))) == (4, 3)


def test_a_removed_item_can_be_found_in_no_way(estate: SqlEstate, writer: SqlEstateWriter) -> None:
    load(writer, files(cis=(ERP, SERVER)), mode="replace")
    assert (estate.ci_by_code(TENANT, "db-erp-01"), estate.cis(TENANT, ["3"])) == (None, {})


def test_relations_of_a_removed_item_are_invisible(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    other = Relation(source_id="2", target_id="3", rel_type=RelationType.USES)
    load(writer, EstateDataset(source="people", relations=(other,)))
    load(writer, files(cis=(ERP, SERVER)), mode="replace")
    assert ends(estate) == []


def test_history_of_a_removed_item_keeps_its_code(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    load(writer, files(cis=(ERP, SERVER)), mode="replace")
    assert "db-erp-01" in codes(found(estate, LOG))


def test_history_of_a_removed_item_may_still_arrive(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    late = next(iter(SAMPLE.event_log)).model_copy(update={"entry_id": "late", "ci_id": "3"})
    load(writer, files(cis=(ERP, SERVER), event_log=(late,)), mode="replace")
    assert len(found(estate, LOG)) == 7


def test_a_removed_item_that_is_brought_again_is_back(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    load(writer, files(cis=(ERP, SERVER)), mode="replace")
    load(writer, files(cis=(DATABASE,)))
    assert estate.ci_by_code(TENANT, "db-erp-01") == DATABASE


def test_the_code_of_a_removed_item_is_free(estate: SqlEstate, writer: SqlEstateWriter) -> None:
    load(writer, files(cis=(server("9", "srv-erp-01"),)), mode="replace")
    assert codes(found(estate, CI)) == ["srv-erp-01"]


def test_items_may_swap_their_codes(estate: SqlEstate, writer: SqlEstateWriter) -> None:
    load(writer, files(cis=(server("2", "db-erp-01"), server("3", "srv-erp-01"))))
    swapped = {ci_id: ci.ci_code for ci_id, ci in estate.cis(TENANT, ["2", "3"]).items()}
    assert swapped == {"2": "db-erp-01", "3": "srv-erp-01"}


def test_items_of_equal_sort_come_by_their_id(estate: SqlEstate, writer: SqlEstateWriter) -> None:
    load(writer, files(cis=(server("0", "zzz"), server("25", "aaa"))))
    rows = found(estate, CI, sort=(Sort(field="ci_category"),))
    assert [row["ci_id"] for row in rows] == ["0", "1", "2", "25", "3"]


DEEP: JsonValue = json.loads("[" * 198 + "]" * 198)
LOST = {"ci_id": "ghost"}
REFUSED: list[tuple[EstateDataset, type[Exception], str]] = [
    (
        files(relations=(next(iter(SAMPLE.relations)).model_copy(update={"target_id": "ghost"}),)),
        UnknownCi,
        "relation 3 DEPLOYED_ON ghost names the configuration item 'ghost'",
    ),
    (
        files(event_log=(next(iter(SAMPLE.event_log)).model_copy(update=LOST),)),
        UnknownCi,
        "event_log e0",
    ),
    (files(work=(next(iter(SAMPLE.work)).model_copy(update=LOST),)), UnknownCi, "work w1"),
    (
        files(maintenance=(next(iter(SAMPLE.maintenance)).model_copy(update=LOST),)),
        UnknownCi,
        "m1",
    ),
    (files(metric_points=points("ghost", [1])), UnknownCi, "metric point of cpu_usage"),
    (files(cis=(server("9", "SRV-ERP-01"),)), DuplicateCode, "2, 9"),
    (files(cis=(server("8", "a"), server("9", "A"))), DuplicateCode, "8, 9"),
    (files(cis=(ERP, ERP)), DuplicateRecord, "cis holds '1' twice"),
    (files(relations=[next(iter(SAMPLE.relations))] * 2), DuplicateRecord, "3 DEPLOYED_ON 2"),
    (
        files(metrics=[next(iter(SAMPLE.metrics))] * 2),
        DuplicateRecord,
        "metrics holds 'cpu_usage' twice",
    ),
    (files(event_log=[next(iter(SAMPLE.event_log))] * 2), DuplicateRecord, "event_log holds 'e0'"),
    (files(work=[next(iter(SAMPLE.work))] * 2), DuplicateRecord, "work holds 'w1'"),
    (
        files(maintenance=[next(iter(SAMPLE.maintenance))] * 2),
        DuplicateRecord,
        "maintenance holds 'm1'",
    ),
    (files(documents=[next(iter(SAMPLE.documents))] * 2), DuplicateRecord, "documents holds 'd1'"),
    (files(cep_rules=[next(iter(SAMPLE.cep_rules))] * 2), DuplicateRecord, "cep_rules holds 'r1'"),
    (
        files(metric_points=[points("2", [1])[0].model_copy(update={"metric_name": "heat"})]),
        UnknownMetric,
        "'heat'; defined: cpu_usage",
    ),
    (files(cis=(server("8", "a\0b"),)), BadText, r"cis: ci_code: it holds U\+0000"),
    (
        files(cis=(server("8", "a").model_copy(update={"attributes": {"x": DEEP}}),)),
        BadText,
        "cis: attributes: it is nested deeper than 64 levels",
    ),
]


@pytest.mark.usefixtures("estate")
@pytest.mark.parametrize(("dataset", "error", "told"), REFUSED)
def test_a_dataset_that_contradicts_itself_or_the_estate_is_refused(
    writer: SqlEstateWriter, dataset: EstateDataset, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        load(writer, dataset)


@pytest.mark.parametrize(("dataset", "error", "told"), REFUSED)
def test_a_refused_dataset_leaves_no_trace(
    estate: SqlEstate,
    writer: SqlEstateWriter,
    dataset: EstateDataset,
    error: type[Exception],
    told: str,
) -> None:
    before = (estate.summary(TENANT), found(estate, CI))
    more = replace(dataset, cis=(*SAMPLE.cis, server("7", "new"), *dataset.cis))
    with pytest.raises(error, match=told):
        load(writer, more, mode="replace")
    assert (estate.summary(TENANT), found(estate, CI)) == before


@pytest.mark.usefixtures("estate")
def test_a_relation_to_a_removed_item_is_refused(writer: SqlEstateWriter) -> None:
    with pytest.raises(RetiredCi, match="'db-erp-01', which is retired"):
        load(writer, files(cis=(ERP, SERVER), relations=SAMPLE.relations), mode="replace")
