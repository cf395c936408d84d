"""What words name is found through indexes, the same on every database."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from domain.estate.named import Key, Named, Related
from domain.estate.port import EstateDataset
from domain.estate.records import ConfigurationItem
from domain.query.model import Ask
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.infrastructure.estate.samples import ERP, NOON, SAMPLE, SERVER, TENANT, points

NESTED = SERVER.model_copy(update={"attributes": {"os": {"name": "Debian", "bits": 64}}})

PUMP = {
    "ci_code": "pmp-1",
    "ci_name": "Spare Infusion Pump",
    "ci_subtype": "infusion pump",
    "attributes": {"users": ["ICU", "Ölhafen"], "bought_on": "2022-12-31", "needs": ["pmp-1"]},
}


def told(estate: SqlEstate, phrase: str) -> list[tuple[str, str, str, int, list[str]]]:
    """All that a phrase names."""
    found = estate.vocabulary(TENANT).names.named([phrase]).get(phrase, [])
    return [(each.kind, each.source, each.value, each.count, each.of) for each in found]


def loaded(writer: SqlEstateWriter, *cis: ConfigurationItem) -> None:
    writer.load(TENANT, EstateDataset(source="files", cis=cis), mode="replace", at=NOON)


def test_an_item_is_found_by_its_code_its_name_and_what_is_short_for_it(estate: SqlEstate) -> None:
    of_erp = ("item", "ci.ci_code", "sys-erp", 1, ["SYSTEM"])
    assert told(estate, "SYS ERP") == told(estate, "erp system") == [of_erp]
    assert of_erp in told(estate, "ERP")


def test_a_value_is_found_wherever_items_have_it(estate: SqlEstate) -> None:
    assert ("value", "ci.tags.system", "erp", 2, ["db", "server"]) in told(estate, "erp")
    assert told(estate, "Zone A") == [("value", "ci.location", "zone_a", 1, ["server"])]
    assert told(estate, "servers") == [("value", "ci.ci_subtype", "server", 1, ["server"])]


def test_a_value_of_records_is_found_with_its_field(estate: SqlEstate) -> None:
    named = told(estate, "threshold alarms")
    assert named == [("value", "event_log.event_type", "threshold_alarm", 3, [])]
    assert told(estate, "failed") == [("value", "work_history.result", "failed", 1, [])]


def test_a_key_is_found_with_and_without_its_joints(estate: SqlEstate) -> None:
    key = ("attribute", "ci.attributes.cpu_cores", "cpu_cores", 2, ["db", "server"])
    assert told(estate, "cpu cores") == told(estate, "cpu_core") == [key]


def test_a_key_within_a_key_is_found_by_its_last_word_and_by_both(
    empty: SqlEstate, writer: SqlEstateWriter
) -> None:
    loaded(writer, NESTED)
    key = ("attribute", "ci.attributes.os.bits", "os.bits", 1, ["server"])
    assert told(empty, "os bits") == told(empty, "bits") == [key]
    assert told(empty, "debian") == [("value", "ci.attributes.os.name", "Debian", 1, ["server"])]


def test_a_class_is_found_by_its_last_word_and_an_item_by_the_others(
    empty: SqlEstate, writer: SqlEstateWriter
) -> None:
    loaded(writer, SERVER.model_copy(update=PUMP))
    of = ["infusion pump"]
    assert told(empty, "pumps") == [("value", "ci.ci_subtype", "infusion pump", 1, of)]
    assert told(empty, "spare") == [("item", "ci.ci_name", "Spare Infusion Pump", 1, of)]


def test_a_word_in_which_two_classes_end_names_neither(
    empty: SqlEstate, writer: SqlEstateWriter
) -> None:
    other = {**PUMP, "ci_id": "9", "ci_code": "pmp-2", "ci_subtype": "water pump"}
    loaded(writer, *(SERVER.model_copy(update=each) for each in (PUMP, other)))
    assert told(empty, "pumps") == []


def test_a_value_in_a_list_is_found_unless_it_is_a_code(
    empty: SqlEstate, writer: SqlEstateWriter
) -> None:
    loaded(writer, SERVER.model_copy(update=PUMP))
    of = ["infusion pump"]
    assert told(empty, "icu") == [("value", "ci.attributes.users[]", "ICU", 1, of)]
    assert [each[1] for each in told(empty, "pmp-1")] == ["ci.ci_code"]


@pytest.mark.parametrize(
    ("field", "op", "value", "count"),
    [
        ("bought_on", "<", "2023-01-01", 1),
        ("bought_on", ">=", "2022-12-31", 1),
        ("bought_on", ">=", "2022-12-31T00:00:01", 0),
        ("bought_on", ">", 5, 0),
        ("users", "<", "2023-01-01", 0),
        ("users", "contains", '"Ölhafen"', 1),
        ("users", "contains", '"öl"', 0),
    ],
)
def test_days_and_lists_of_attributes_compare_as_they_are_written(
    field: str, op: str, value: object, count: int, empty: SqlEstate, writer: SqlEstateWriter
) -> None:
    loaded(writer, SERVER.model_copy(update=PUMP))
    where = {"field": f"attributes.{field}", "op": op, "value": value}
    of = {"kind": "item", "where": [where]}
    ask = Ask.model_validate({"want": {"do": "count"}, "of": [of]})
    assert empty.select(TENANT, ask, now=NOON)[0].value == count


def test_accents_do_not_matter(estate: SqlEstate) -> None:
    pump = ("item", "ci.ci_name", "Ölpumpe", 1, ["server"])
    assert told(estate, "olpumpe") == told(estate, "ÖLPUMPE") == [pump]


def test_capitals_and_joints_do_not_matter(estate: SqlEstate) -> None:
    assert told(estate, "erp Platform") == [("value", "ci.owner", "erp-platform", 1, ["server"])]


def test_a_metric_is_found_with_the_classes_that_have_points(
    empty: SqlEstate, writer: SqlEstateWriter
) -> None:
    writer.load(TENANT, replace(SAMPLE, metric_points=points("2", [1.0])), mode="replace", at=NOON)
    assert told(empty, "cpu usage") == [("metric", "metric", "cpu_usage", 1, ["server"])]


def test_a_metric_is_found_without_its_unit(empty: SqlEstate, writer: SqlEstateWriter) -> None:
    of = SAMPLE.metrics[0].model_copy(update={"metric_name": "load_kw"})
    point = points("2", [1.0])[0].model_copy(update={"metric_name": "load_kw"})
    estate = replace(SAMPLE, metrics=[of], metric_points=[point])
    writer.load(TENANT, estate, mode="replace", at=NOON)
    assert told(empty, "load") == [("metric", "metric", "load_kw", 1, ["server"])]


def test_relations_are_told_with_the_classes_at_their_ends(estate: SqlEstate) -> None:
    assert estate.vocabulary(TENANT).relations == (
        Related(rel_type="COMPOSED_OF", source="SYSTEM", target="db", count=1),
        Related(rel_type="COMPOSED_OF", source="SYSTEM", target="server", count=1),
        Related(rel_type="DEPLOYED_ON", source="db", target="server", count=1),
    )
    deployed = ("relation", "relation", "DEPLOYED_ON", 1, ["db"])
    assert told(estate, "deployed on") == [deployed]


def test_the_keys_of_a_class_are_told_with_what_their_values_are(estate: SqlEstate) -> None:
    vocabulary = estate.vocabulary(TENANT)
    cores = Key(source="ci.attributes.cpu_cores", type="number", unit="", example="16", count=1)
    assert cores in vocabulary.keys["server"]
    assert {key.source: key.type for key in vocabulary.keys["server"]} == {
        "ci.attributes.cpu_cores": "number",
        "ci.attributes.version": "text",
        'ci.tags.odd"key': "boolean",
        "ci.tags.system": "text",
    }


def test_what_is_gone_from_the_estate_names_nothing(
    estate: SqlEstate, writer: SqlEstateWriter
) -> None:
    loaded(writer, ERP)
    assert told(estate, "servers") == told(estate, "srv-erp-01") == []
    assert "server" not in estate.vocabulary(TENANT).names.near_words("serber")


def test_words_that_share_parts_are_found_through_the_index(estate: SqlEstate) -> None:
    assert "server" in estate.vocabulary(TENANT).names.near_words("serber")
    assert "database" in estate.vocabulary(TENANT).names.near_words("databse")


def test_values_near_in_the_order_of_phrases_are_found(estate: SqlEstate) -> None:
    assert "zone_a" in estate.vocabulary(TENANT).names.neighbours("zone-d")


def test_another_tenant_knows_none_of_it(estate: SqlEstate) -> None:
    other = estate.vocabulary("other")
    assert other.names.named(["erp", "servers", "cpu cores", "srv-erp-01"]) == {}
    assert [*other.names.near_words("serber"), *other.names.neighbours("zone-d")] == []
    assert (other.keys, other.relations) == ({}, ())


def test_a_question_reads_no_table_from_end_to_end(sqlite_engine: sa.Engine) -> None:
    SqlEstateWriter(sqlite_engine).load(TENANT, SAMPLE, mode="replace", at=NOON)
    names, plans = SqlEstate(sqlite_engine).vocabulary(TENANT).names, list[str]()

    @sa.event.listens_for(sqlite_engine, "before_cursor_execute")
    def _explain(_: object, cursor: Any, statement: str, values: Any, *_more: object) -> None:  # noqa: ANN401 - of the driver
        explained = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        plans.extend(row[3] for row in explained)

    names.named(["erp", "web servers", "srv-erp-01"])
    names.near_words("serber")
    names.neighbours("zone-d")
    assert [plan for plan in plans if "SEARCH estate_" in plan]
    assert not [plan for plan in plans if plan.startswith(("SCAN cis", "SCAN estate_"))]
    assert not [plan for plan in plans if plan.endswith("(tenant_id=?)")]


def test_named_is_short_where_it_is_stored() -> None:
    erp = Named(kind="value", source="ci.tags.system", value="erp", count=2, of=["db"])
    assert msgspec.json.encode(erp) == b'["value","ci.tags.system","erp",2,["db"]]'
