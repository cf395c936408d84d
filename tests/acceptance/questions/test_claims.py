"""What is claimed: of most of a set, of numbers, of the highest, of one alone."""

# ruff: noqa: S608 - the statements are of our own words
import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

SERVERS = "from items where ci_subtype = 'server'"
DEPENDENT = "select count(distinct source) from edges where target = 'db-erp-01'"
EVENTS = "select count(*) from events where ci_code = items.ci_code"


@pytest.mark.parametrize(
    ("question", "so"),
    [
        ("are most servers active", f"select avg(status = 'active') > 0.5 {SERVERS}"),
        (
            "did more than half of the deployments fail",
            "select avg(result = 'failed') > 0.5 from works where work_type = 'deployment'",
        ),
        (
            "are at least 80% of the servers in production",
            f"select avg(environment = 'production') >= 0.8 {SERVERS}",
        ),
        ("are more than 20 servers active", f"select sum(status = 'active') > 20 {SERVERS}"),
        ("do any two servers have the same owner", "select 1"),
        ("do all servers have the same owner", f"select count(distinct owner) = 1 {SERVERS}"),
        (
            "do only apps depend on db-erp-01",
            f"select not ({DEPENDENT} and source not like 'app%')",
        ),
        (
            "does only app-erp-order-01-1 depend on db-erp-01",
            f"select not ({DEPENDENT} and source <> 'app-erp-order-01-1')",
        ),
        (
            "is srv-erp-01 the only server in zone-a",
            f"select sum(ci_code <> 'srv-erp-01') = 0 {SERVERS} and location = 'zone-a'",
        ),
        (
            "none of the servers in zone-a has an owner",
            f"select sum(owner <> '') = 0 {SERVERS} and location = 'zone-a'",
        ),
    ],
)
def test_a_claim_is_told_to_be_so_or_not(ask: Ask, tables: Tables, question: str, so: str) -> None:
    assert ask(question).text.startswith("Yes" if tables.value(so) else "No")


def test_whether_one_is_the_highest_comes_with_which_is(ask: Ask, tables: Tables) -> None:
    ranked = f"select ci_code {SERVERS} order by ({EVENTS})"
    noisiest, quietest = (tables.value(f"{ranked}{way} limit 1") for way in (" desc", ""))
    for code, so in ((noisiest, "Yes"), (quietest, "No")):
        answer = ask(f"is {code} the server with the most events")
        assert f"{so}: " in answer.text
        assert str(noisiest) in answer.text


@pytest.mark.parametrize(
    "question", ["do all apps have more than 4 cores", "do most apps have 4 cores"]
)
def test_nothing_is_claimed_of_a_class_that_never_has_it(ask: Ask, question: str) -> None:
    assert ask(question).status == "failed"


def test_all_servers_run_what_runs_on_them(ask: Ask, tables: Tables) -> None:
    engine = "json_extract(attributes, '$.engine') = 'tomcat'"
    on = f"select target from edges join items on ci_code = edges.source where {engine}"
    inside = f"{SERVERS} and location = 'zone-a'"
    without = tables.value(f"select count(*) {inside} and ci_code not in ({on})")
    assert ask("do all servers in zone-a run tomcat").says(without)


def test_the_second_most_shares_its_place_with_all_that_have_as_many(
    ask: Ask, tables: Tables
) -> None:
    counted = f"select location, count(*) as so_many {SERVERS} group by location"
    second = f"select so_many from ({counted}) order by so_many desc limit 1 offset 1"
    expected = tables.rows(f"select location from ({counted}) where so_many = ({second})")
    shown = ask("which zone has the second most servers").table("location")
    assert sorted(map(tuple, shown)) == sorted(map(tuple, expected))


def test_more_than_the_average_is_told_with_the_average(ask: Ask, tables: Tables) -> None:
    memory = "json_extract(attributes, '$.memory_gb')"
    mean = f"(select avg({memory}) {SERVERS})"
    expected = tables.rows(f"select ci_code {SERVERS} and {memory} > {mean}")
    answer = ask("servers with more memory than the average")
    assert sorted(answer.table("ci_code")) == sorted(expected)
    assert "compared with" in answer.text
