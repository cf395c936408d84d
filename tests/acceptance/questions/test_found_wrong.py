"""Questions that were once answered wrong have the numbers of the tables, or are refused."""

import pytest

from tests.acceptance.questions.asking import Ask
from tests.acceptance.questions.tables import Tables

ENGINE = "json_extract(attributes, '$.engine')"
HAS = """exists (select * from edges e join items o on e.target in (items.ci_code, o.ci_code)
    and e.source in (items.ci_code, o.ci_code) and o.ci_code <> items.ci_code
    where json_extract(o.attributes, '$.engine') = '{}')"""


APPS, SERVERS = "ci_subtype = 'app'", "ci_subtype = 'server'"
TOMCAT, POSTGRES = HAS.format("tomcat"), HAS.format("postgres")
ZONES = "location in ('zone-a', 'zone-b')"


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("how many java and go apps are there", f"{APPS} and {ENGINE} in ('java', 'go')"),
        ("how many apps are written in java and go", f"{APPS} and {ENGINE} in ('java', 'go')"),
        ("how many servers are in zone-a and zone-b", f"{SERVERS} and {ZONES}"),
        ("how many servers outside zone-a and zone-b", f"{SERVERS} and not {ZONES}"),
        ("how many servers have tomcat and postgres", f"{SERVERS} and {TOMCAT} and {POSTGRES}"),
        ("how many servers run tomcat or postgres", f"{SERVERS} and ({TOMCAT} or {POSTGRES})"),
        ("how many items are not owned by erp-platform", "coalesce(owner, '') <> 'erp-platform'"),
        ("how many servers without tomcat", f"{SERVERS} and not {TOMCAT}"),
    ],
)
def test_values_that_are_joined_are_counted_as_they_are_meant(
    ask: Ask, tables: Tables, question: str, where: str
) -> None:
    assert ask(question).number() == tables.count(f"select count(*) from items where {where}")  # noqa: S608 - our own words


@pytest.mark.parametrize(
    "question",
    [
        "apps with engine java with engine go",
        "status active with status monitoring",
        "servers that are active and monitoring",
        "servers which are active and inactive",
        "servers with status active and status monitoring",
        "is srv-erp-01 in zone-a and zone-b",
        "is srv-erp-01 active and monitoring",
        "are all servers active and monitoring",
        "servers that are not active and monitoring",
        "events with severity 4 and severity 5",
        "servers except active servers in zone-a",
        "disk usage of srv-erp-01",
        "which server has the highest disk usage",
    ],
)
def test_what_nothing_can_be_or_what_is_read_two_ways_is_asked_back(
    ask: Ask, question: str
) -> None:
    assert ask(question).error["code"] == "QUESTION_NOT_UNDERSTOOD"


def test_the_last_deployed_app_is_that_of_the_last_deployment(ask: Ask, tables: Tables) -> None:
    """It is not the one that was made last."""
    last = tables.value(
        "select ci_code from works join items using (ci_code) where work_type = 'deployment'"
        " and ci_subtype = 'app' order by at desc limit 1"
    )
    assert ask("last deployed app").table("ci_code") == [[last]]


def test_a_rate_of_failures_is_that_of_the_deed_before_it(ask: Ask, tables: Tables) -> None:
    """It is no request to do that."""
    reboots = "select count(*) from maintenances where maint_type = 'reboot'"
    counts = [f"{reboots} and result = 'failed'", reboots]
    expected = [tables.count(each) for each in counts]
    assert ask("reboot failure rate").table("part", "total") == [expected]
    in_zone = [
        tables.count(
            f"{each} and ci_code in (select ci_code from items where location = 'zone-a')"  # noqa: S608 - our own words
        )
        for each in counts
    ]
    assert ask("reboot failure rate in zone-a").table("part", "total") == [in_zone]


def test_a_metric_alone_is_the_average_of_all(ask: Ask, tables: Tables) -> None:
    average = tables.value(
        "select avg(value) from points where metric_name = 'cpu_usage' and hours_ago < 24"
    )
    assert ask("cpu usage").number() == pytest.approx(average, rel=0.01)
