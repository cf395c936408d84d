"""Comparisons, shares, sums and several questions in one, as people type them."""

# ruff: noqa: S608 - the statements are of our own words
import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

AN_ALARM = "event_type = 'threshold_alarm'"
OF_ITEMS = "from events join items using (ci_code) where"
SERVERS = "select count(*) from items where ci_subtype = 'server'"
MEMORY = "select sum(json_extract(attributes, '$.memory_gb')) from items where"
ON_JAVA = (
    "ci_code in (select target from edges join items on ci_code = edges.source"
    " where json_extract(attributes, '$.engine') = 'java')"
)
PATCH_MINUTES = "select sum(duration_min) from maintenances where maint_type = 'patch'"


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        (
            "zone-a vs zone-b: security alerts",
            [
                f"select count(*) {OF_ITEMS} location = '{zone}' and event_type = 'security_alert'"
                for zone in ("zone-a", "zone-b")
            ],
        ),
        (
            "how does ERP compare with MES in number of servers?",
            [
                f"{SERVERS} and json_extract(tags, '$.system') = '{each}'"
                for each in ("erp", "mes")
            ],
        ),
        (
            "which zone has more servers, zone-a or zone-c?",
            [f"{SERVERS} and location = '{zone}'" for zone in ("zone-a", "zone-c")],
        ),
        (
            "how many servers, databases and apps do we have?",
            [
                f"select count(*) from items where ci_subtype = '{each}'"
                for each in ("server", "db", "app")
            ],
        ),
        (
            "how many servers do we have and how many are in zone-a",
            [SERVERS, f"{SERVERS} and location = 'zone-a'"],
        ),
        (
            "how many upgrades were done and how many failed",
            [
                f"select count(*) from works where work_type = 'upgrade'{failed}"
                for failed in ("", " and result = 'failed'")
            ],
        ),
        ("databases in monitoring: how many", [f"{SERVERS} and 1 = 0"]),
        ("how much ram do we have in total", [f"{MEMORY} 1 = 1"]),
        ("how much memory is there in zone-b", [f"{MEMORY} location = 'zone-b'"]),
        ("how much time was spent on patches", [PATCH_MINUTES]),
        (
            "how many minutes did infra-team spend on patches",
            [f"{PATCH_MINUTES} and performer = 'infra-team'"],
        ),
        ("how many servers does zone-a have", [f"{SERVERS} and location = 'zone-a'"]),
        (
            "more apps in zone-a or zone-b?",
            [
                f"select count(*) from items where ci_subtype = 'app' and location = '{zone}'"
                for zone in ("zone-a", "zone-b")
            ],
        ),
        (
            "how many staging servers and databases",
            [
                f"select count(*) from items where ci_subtype = '{each}'"
                " and environment = 'staging'"
                for each in ("server", "db")
            ],
        ),
        ("how many boxes are not running java", [f"{SERVERS} and not {ON_JAVA}"]),
        (
            "how many alarms on java boxes",
            [f"select count(*) {OF_ITEMS} ci_subtype = 'server' and {AN_ALARM} and {ON_JAVA}"],
        ),
        (
            "how many events on erp but not on apps",
            [
                f"select count(*) {OF_ITEMS} ci_subtype <> 'app'"
                " and json_extract(tags, '$.system') = 'erp'"
            ],
        ),
        (
            "how many servers never hit 50 cpu in the last 24 hours",
            [
                "select count(*) from (select ci_code from points where ci_subtype = 'server' and"
                " metric_name = 'cpu_usage' and hours_ago <= 24 group by 1 having max(value) < 50)"
            ],
        ),
        (
            "how many docs bigger than 2mb",
            ["select count(*) from papers where size_bytes > 2097152"],
        ),
        (
            "how many upgrades over 3h",
            ["select count(*) from works where work_type = 'upgrade' and duration_min > 180"],
        ),
    ],
)
def test_numbers_that_are_asked_together_are_those_of_the_tables(
    ask: Ask, tables: Tables, question: str, counts: list[str]
) -> None:
    assert ask(question).numbers() == [tables.count(each) for each in counts]


@pytest.mark.parametrize(
    ("question", "whole", "part"),
    [
        (
            "what % of servers are in zone-a",
            "items where ci_subtype = 'server'",
            "location = 'zone-a'",
        ),
        ("failure rate of upgrades", "works where work_type = 'upgrade'", "result = 'failed'"),
        (
            "out of all servers, how many are in staging",
            "items where ci_subtype = 'server'",
            "environment = 'staging'",
        ),
        (
            "what share of alarms is on erp-platform",
            f"events join items using (ci_code) where {AN_ALARM}",
            "owner = 'erp-platform'",
        ),
    ],
)
def test_a_share_is_the_part_of_all(
    ask: Ask, tables: Tables, question: str, whole: str, part: str
) -> None:
    total = tables.count(f"select count(*) from {whole}")
    expected = tables.count(f"select count(*) from {whole} and {part}")
    assert ask(question).table("part", "total") == [[expected, total]]


def test_the_most_is_asked_of_what_was_counted_before(ask: Ask, tables: Tables) -> None:
    answer = ask("how many alarms were there, and which server had the most?")
    assert answer.number() == tables.count(f"select count(*) from events where {AN_ALARM}")
    ranked = tables.rows(
        "select ci_code, count(*) from events join items using (ci_code)"
        f" where {AN_ALARM} and ci_subtype = 'server' group by 1 order by 2 desc, 1"
    )
    most = [each for each in ranked if each[1] == ranked[0][1]]
    assert answer.table("ci_code", "count of events with event type threshold_alarm") == most


def test_what_came_from_yesterday_came_yesterday(ask: Ask) -> None:
    assert (
        ask("how many alarms from yesterday").numbers()
        == ask("how many alarms yesterday").numbers()
    )


def test_papers_about_two_things_say_both(ask: Ask, tables: Tables) -> None:
    answer = ask("how many docs mention linux and storage")
    both = " and ".join(
        f"(title || ' ' || content) like '%{each}%'" for each in ("linux", "storage")
    )
    assert answer.number() == tables.count(f"select count(*) from papers where {both}")
