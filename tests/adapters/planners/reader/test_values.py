"""What questions are read as gives the values that plain SQL gives."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from infrastructure.estate.sql_estate import SqlEstate
from tests.adapters.planners.reader.conftest import Read
from tests.adapters.planners.vocabularies import NOW

CIS = "from cis c where c.deleted_at is null and"
NEVER_PATCHED = (
    "and ci_id not in (select ci_id from maintenance_history where maint_type = 'patch')"
)
NEVER_REBOOTED = NEVER_PATCHED.replace("patch", "reboot")
OFTEN = "and ci_id in (select ci_id from event_log group by 1 having count(*) >= 3)"
OF_DATABASES = "from work_history h join cis c using (ci_id) where c.ci_subtype = 'db' and"
POINTS = "from metric_points p join metric_series s using (series_id) join cis c using (ci_id)"


@pytest.fixture(scope="module")
def rows(estate: SqlEstate, estate_file: Path) -> Iterator[sqlite3.Connection]:
    assert estate.revision("acme")
    connection = sqlite3.connect(estate_file)
    yield connection
    connection.close()


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        ("how many servers are in zone-a", f"{CIS} ci_subtype = 'server' and location = 'zone-a'"),
        (
            "how many servers have 256 gb of ram",
            f"{CIS} ci_subtype = 'server' and json_extract(attributes, '$.memory_gb') = 256",
        ),
        (
            "number of erp servers not in zone-a",
            f"{CIS} ci_subtype = 'server' and location != 'zone-a' "
            "and json_extract(tags, '$.system') = 'erp'",
        ),
        (
            "how many apps run on srv-erp-01",
            "from relations r join cis a on a.ci_id = r.source_id "
            "join cis b on b.ci_id = r.target_id where r.rel_type = 'DEPLOYED_ON' "
            "and a.ci_subtype = 'app' and b.ci_code = 'srv-erp-01'",
        ),
        ("how much degraded work on dbs", f"{OF_DATABASES} h.result = 'degraded'"),
        (
            "how many dbs had degraded work",
            f"{CIS} ci_subtype = 'db' and ci_id in (select c.ci_id {OF_DATABASES} "
            "h.result = 'degraded')",
        ),
        (
            "how many servers were never patched",
            f"{CIS} ci_subtype = 'server' {NEVER_PATCHED}",
        ),
        (
            "how many servers had at least 3 events but no reboots",
            f"{CIS} ci_subtype = 'server' {OFTEN} {NEVER_REBOOTED}",
        ),
        ("how much work took more than 2 hours", "from work_history where duration_min > 120"),
    ],
)
def test_a_number_is_that_of_the_records(
    question: str, sql: str, read: Read, estate: SqlEstate, rows: sqlite3.Connection
) -> None:
    (truth,) = rows.execute(f"select count(*) {sql}").fetchone()
    (ask,) = read(question).asks
    (selection,) = estate.select("acme", ask, now=NOW)
    assert selection.value == truth


@pytest.mark.parametrize(
    ("question", "sql"),
    [
        (
            "total memory of the erp servers",
            "select sum(json_extract(attributes, '$.memory_gb')) from cis "
            "where ci_subtype = 'server' and json_extract(tags, '$.system') = 'erp'",
        ),
        (
            "highest cpu of srv-erp-01 in the last 24 hours",
            f"select max(p.value) {POINTS} where c.ci_code = 'srv-erp-01' "
            "and s.metric_name = 'cpu_usage'",
        ),
        (
            "average number of cores per server",
            "select avg(json_extract(attributes, '$.cpu_cores')) from cis "
            "where ci_subtype = 'server'",
        ),
        ("longest duration of work", "select max(duration_min) from work_history"),
    ],
)
def test_a_figure_is_that_of_the_records(
    question: str, sql: str, read: Read, estate: SqlEstate, rows: sqlite3.Connection
) -> None:
    (truth,) = rows.execute(sql).fetchone()
    (ask,) = read(question).asks
    (selection,) = estate.select("acme", ask, now=NOW)
    assert selection.rows == [[pytest.approx(truth)]]


def test_what_is_said_behind_the_second_of_two_nouns_is_said_of_both(
    read: Read, estate: SqlEstate, rows: sqlite3.Connection
) -> None:
    sql = f"select count(*) {CIS} ci_subtype = ? and location = 'zone-a'"
    truths = [rows.execute(sql, (each,)).fetchone()[0] for each in ("server", "db")]
    asks = read("how many servers and databases are in zone-a").asks
    assert [estate.select("acme", ask, now=NOW)[0].value for ask in asks] == truths


def test_a_share_of_what_failed_is_none_of_all(
    read: Read, estate: SqlEstate, rows: sqlite3.Connection
) -> None:
    sql = "select 100.0 * sum(approved_by = 'bob') / count(*) from work_history where result = ?"
    (truth,) = rows.execute(sql, ("success",)).fetchone()
    (ask,) = read("percentage of successful work that bob approved").asks
    (selection,) = estate.select("acme", ask, now=NOW)
    assert selection.rows[0][-1] == pytest.approx(truth)
