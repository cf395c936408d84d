"""Everyday ways to ask of sets: what all have, what is lacking, how old, how often, than what."""

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

MEANS = (
    "select ci_code, avg(value) as mean from points where metric_name = '{metric}'"
    " and hours_ago < 24 and ci_subtype = 'server' group by 1"
)
SERVERS = "select ci_code from items where ci_subtype = 'server'"


def codes(tables: Tables, query: str) -> set[object]:
    return set(tables.column(query))


def listed(ask: Ask, question: str) -> set[object]:
    return {code for (code,) in ask(question).table("ci_code")}


def test_owners_without_any_server_are_those_of_other_items(ask: Ask, tables: Tables) -> None:
    owners = "select distinct owner from items where owner is not null"
    having = "select owner from items where ci_subtype = 'server' and owner is not null"
    answer = ask("which owners have no servers")
    expected = codes(tables, f"{owners} except {having}")
    assert {owner for (owner,) in answer.table("owner")} == expected
    assert answer.says(len(expected))


@pytest.mark.parametrize(
    ("question", "so_many"),
    [
        ("which owners own more than 5 servers", "> 5"),
        ("owners with fewer than 6 servers", "< 6"),
        ("which owners have exactly 5 servers", "= 5"),
    ],
)
def test_owners_are_told_by_how_many_servers_they_have(
    ask: Ask, tables: Tables, question: str, so_many: str
) -> None:
    count = "sum(case when ci_subtype = 'server' then 1 else 0 end)"
    expected = tables.rows(
        f"select owner, {count} from items where owner is not null"  # noqa: S608 - ours
        f" group by 1 having {count} {so_many}"
    )
    assert sorted(ask(question).table("owner", "part"), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("question", "is_so"),
    [
        ("does every zone have a database", True),
        ("do all owners have a database", False),
        ("is there a zone without databases", False),
        ("do all servers have an owner", True),
        ("do any databases lack an owner", False),
    ],
)
def test_whether_all_have_something_is_told(ask: Ask, question: str, *, is_so: bool) -> None:
    assert ask(question).text.startswith("Yes" if is_so else "No")


def test_what_is_older_was_created_before(ask: Ask, tables: Tables) -> None:
    old = "created_at < (select at from present) - 730 * 86400e6"
    answer = ask("how many servers are older than 2 years")
    assert answer.number() == len(tables.column(f"{SERVERS} and {old}"))
    older = "created_at < (select created_at from items where ci_code = 'srv-erp-02')"
    assert listed(ask, "servers older than srv-erp-02") == codes(tables, f"{SERVERS} and {older}")


@pytest.mark.parametrize(
    ("question", "so_often"),
    [
        ("servers patched at least twice", ">= 2"),
        ("which servers were patched more than 3 times", "> 3"),
        ("servers patched twice", "= 2"),
    ],
)
def test_what_was_done_so_often_is_counted(
    ask: Ask, tables: Tables, question: str, so_often: str
) -> None:
    expected = codes(
        tables,
        f"{SERVERS} and (select count(*) from maintenances m where m.ci_id = items.ci_id"  # noqa: S608 - our own words
        f" and maint_type = 'patch') {so_often}",
    )
    assert listed(ask, question) == expected


@pytest.mark.parametrize(("said", "metric"), [("hotter", "temperature"), ("busier", "cpu_usage")])
def test_what_is_hotter_or_busier_has_the_higher_mean(
    ask: Ask, tables: Tables, said: str, metric: str
) -> None:
    means = MEANS.format(metric=metric)
    other = "(select mean from means where ci_code = 'srv-erp-01')"
    expected = f"with means as ({means}) select ci_code from means where mean > {other}"  # noqa: S608 - our own words
    question = f"which servers are {said} than srv-erp-01"
    assert listed(ask, question) == codes(tables, expected) - {"srv-erp-01"}


def test_what_has_more_memory_is_told_by_the_memory_of_the_other(ask: Ask, tables: Tables) -> None:
    memory = "json_extract(attributes, '$.memory_gb')"
    other = f"(select {memory} from items where ci_code = 'srv-erp-01')"  # noqa: S608 - our own words
    expected = codes(tables, f"{SERVERS} and {memory} > {other}")
    assert listed(ask, "servers with more memory than srv-erp-01") == expected
    assert ask("does srv-erp-01 have more memory than srv-erp-02").text.startswith("No")


def test_others_in_the_same_zone_are_not_the_item_itself(ask: Ask, tables: Tables) -> None:
    zone = "(select location from items where ci_code = 'srv-erp-01')"
    expected = codes(tables, f"{SERVERS} and location = {zone}") - {"srv-erp-01"}
    assert listed(ask, "servers in the same zone as srv-erp-01") == expected


def test_the_difference_of_two_counts_is_said(ask: Ask, tables: Tables) -> None:
    servers = len(tables.column(SERVERS))
    databases = len(tables.column("select ci_code from items where ci_subtype = 'db'"))
    assert ask("how many more servers than databases").says(servers - databases)


def test_what_changed_in_a_zone_is_what_changed_of_its_items(ask: Ask, tables: Tables) -> None:
    answer = ask("what changed on the databases in zone-a in the last 7 days")
    rows = answer.table("ci_code")
    there = codes(
        tables, "select ci_code from items where ci_subtype = 'db' and location = 'zone-a'"
    )
    changed = codes(
        tables,
        "select ci_code from works where hours_ago <= 168 union"
        " select ci_code from maintenances where hours_ago <= 168",
    )
    assert changed & there <= {code for (code,) in rows} <= there
    assert "items around" not in answer.text


@pytest.mark.parametrize(
    ("question", "so_often"),
    [
        ("servers not patched at least twice", "< 2"),
        ("servers last patched more than 30 days ago", "> 0"),
        ("servers not patched for 30 days", ">= 0"),
    ],
)
def test_what_was_not_done_is_told_from_what_was_never_done(
    ask: Ask, tables: Tables, question: str, so_often: str
) -> None:
    done = "(select count(*) from maintenances m where m.ci_id = items.ci_id"
    patched = f"{done} and maint_type = 'patch')"
    lately = f"{done} and maint_type = 'patch' and hours_ago < 720) = 0"
    is_lapse = "30 days" in question
    expected = f"{SERVERS} and {patched} {so_often}{f' and {lately}' * is_lapse}"
    assert listed(ask, question) == codes(tables, expected)


def test_groups_without_records_have_no_item_with_any(ask: Ask, tables: Tables) -> None:
    answer = ask("which owners had no failed work in the last 7 days")
    failed = "select ci_id from works where result = 'failed' and hours_ago <= 168"
    expected = codes(
        tables,
        "select distinct owner from items where owner <> '' except"  # noqa: S608 - our own words
        f" select owner from items where ci_id in ({failed})",
    )
    assert {owner for (owner,) in answer.table("owner")} == expected


@pytest.mark.parametrize(
    "question", ["events in the last shift", "how many events in the previous shift"]
)
def test_the_last_shift_is_told_with_the_hours_that_were_taken(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert "as shifts begin at 6, 14, 22 o'clock" in answer.text
