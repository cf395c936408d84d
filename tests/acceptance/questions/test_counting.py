"""How many configuration items there are, of which kinds."""

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

ITEMS_PER_TYPE = "select ci_type, count(*) from items group by 1 order by 2 desc, 1"
ITEMS_PER_STATUS = "select status, count(*) from items group by 1 order by 2 desc, 1"


def test_the_number_of_configuration_items_is_that_of_the_table(ask: Ask, tables: Tables) -> None:
    answer = ask("How many configuration items are there in total?")
    expected = tables.count("select count(*) from items")
    assert answer.number() == expected > 0
    assert answer.says(expected)


def test_the_most_frequent_type_comes_first_with_its_count(ask: Ask, tables: Tables) -> None:
    answer = ask("Which CI type is the most frequent?")
    expected = tables.rows(ITEMS_PER_TYPE)
    assert answer.table("ci_type", "count") == expected[:1]
    assert answer.says(int(str(expected[0][1])))


def test_no_item_is_inactive(ask: Ask, tables: Tables) -> None:
    answer = ask("Is any CI inactive?")
    assert tables.count("select count(*) from items where status = 'inactive'") == 0
    assert answer.text.startswith("No:")
    assert answer.table("ci_code", "status") == []


def test_the_distribution_of_types_counts_each_type(ask: Ask, tables: Tables) -> None:
    answer = ask("Show how CI types are distributed.")
    assert answer.table("ci_type", "count") == tables.rows(ITEMS_PER_TYPE)
    assert answer.says(tables.count("select count(*) from items"))


def test_the_distribution_of_states_counts_each_state(ask: Ask, tables: Tables) -> None:
    answer = ask("Show how CI states are distributed.")
    assert answer.table("status", "count") == tables.rows(ITEMS_PER_STATUS)


def test_types_and_states_are_counted_apart(ask: Ask, tables: Tables) -> None:
    answer = ask("Show how CI types (or states) are distributed.")
    assert answer.table("ci_type", "count") == tables.rows(ITEMS_PER_TYPE)
    assert answer.table("status", "count") == tables.rows(ITEMS_PER_STATUS)


def test_a_distribution_and_a_list_are_answered_together(ask: Ask, tables: Tables) -> None:
    answer = ask("Give the type distribution and list every SYSTEM CI.")
    assert answer.table("ci_type", "count") == tables.rows(ITEMS_PER_TYPE)
    shown = answer.table("ci_code", "ci_name", "ci_type", "status")
    assert shown == tables.rows(
        "select ci_code, ci_name, ci_type, status from items where ci_type = 'SYSTEM' order by 1"
    )


def test_different_names_are_counted_once_each(ask: Ask, tables: Tables) -> None:
    answer = ask("How many different CI names exist?")
    expected = tables.count("select count(distinct ci_name) from items")
    assert answer.number(label="different name") == expected
    assert answer.says(expected)
