"""What is known of one configuration item, and which items fulfil conditions."""

import json

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

ITEM = ("ci_code", "ci_name", "ci_type", "ci_subtype", "status", "location", "owner")
FACTS = (*ITEM, "environment", "ci_id", "ci_category", "criticality")


def facts_of(tables: Tables, code: str) -> dict[str, object]:
    query = (
        "select ci_code, ci_name, ci_type, ci_subtype, status, location, owner, environment,"
        " ci_id, ci_category, criticality from items where ci_code = ?"
    )
    return dict(zip(FACTS, tables.row(query, code), strict=True))


def test_an_item_is_found_by_its_name_with_its_state(ask: Ask, tables: Tables) -> None:
    answer = ask("What state is ERP System in?")
    code, status = tables.row("select ci_code, status from items where ci_name = 'ERP System'")
    assert answer.text == f"{code}: status {status}."
    assert answer.table("ci_code", "status") == [[code, status]]


def test_an_item_is_found_by_its_code_with_all_its_facts(ask: Ask, tables: Tables) -> None:
    answer = ask("Tell me the state and basic facts of srv-erp-01.")
    facts = facts_of(tables, "srv-erp-01")
    assert answer.text == f"srv-erp-01 ({facts['ci_name']}) is {facts['status']}."
    assert answer.fields("CI details") == facts


@pytest.mark.parametrize("column", ["tags", "attributes"])
def test_the_facts_of_an_item_include_what_only_it_has(
    ask: Ask, tables: Tables, column: str
) -> None:
    answer = ask("Tell me the state and basic facts of srv-erp-01.")
    stored = {
        "tags": tables.value("select tags from items where ci_code = 'srv-erp-01'"),
        "attributes": tables.value("select attributes from items where ci_code = 'srv-erp-01'"),
    }
    assert answer.fields(f"CI {column}") == json.loads(str(stored[column]))


def test_items_of_an_owner_in_a_state_are_listed(ask: Ask, tables: Tables) -> None:
    answer = ask("List servers owned by erp-platform that are in monitoring.")
    expected = tables.rows(
        "select ci_code, ci_name, ci_type, ci_subtype, status, location, owner"
        " from items where ci_subtype = 'server' and owner = 'erp-platform'"
        " and status = 'monitoring' order by ci_code"
    )
    assert answer.table(*ITEM) == expected
    assert answer.says(len(expected))


def test_items_of_a_state_in_a_zone_are_listed(ask: Ask, tables: Tables) -> None:
    answer = ask("List active servers in zone-a.")
    expected = tables.rows(
        "select ci_code, ci_name, ci_type, ci_subtype, status, location, owner"
        " from items where ci_subtype = 'server' and location = 'zone-a' and status = 'active'"
        " order by ci_code"
    )
    assert answer.table(*ITEM) == expected
    assert answer.says(len(expected))
