"""Questions about the runs themselves, judged by SQL over the events."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.bootstrap import open_service
from domain.json import Cell
from tests.acceptance.demo import DEMO, OTHER
from tests.acceptance.questions.asking import Asker

EARLIER = ("How many servers are there?", "blorb the frobnicator", "xyzzy plugh", "list servers")


class Runs:
    """Two tenants with a few runs each, and the events of all runs as SQL sees them."""

    def __init__(self, asker: Asker, other: Asker, path: Path) -> None:
        self.asker, self.other, self._path = asker, other, path

    def rows(self, query: str, tenant: str = DEMO) -> list[list[Cell]]:
        with closing(sqlite3.connect(self._path)) as connection:
            return [list(row) for row in connection.execute(query, {"tenant": tenant})]

    def count(self, query: str, tenant: str = DEMO) -> Cell:
        return self.rows(query, tenant)[0][0]

    def failed(self, tenant: str = DEMO) -> Cell:
        return self.count(
            "select count(*) from events where type = 'run-failed' and tenant_id = :tenant",
            tenant,
        )


@pytest.fixture(scope="module")
def runs(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    path = tmp_path_factory.mktemp("runs") / "copy.db"
    shutil.copy(demo_database, path)
    with open_service(f"sqlite:///{path}") as opstrail:
        asker, other = (Asker(opstrail, tenant, anchor="now") for tenant in (DEMO, OTHER))
        for question in EARLIER:
            asker.ask(question)
        other.ask("how is the weather")
        yield Runs(asker, other, path)


def test_failed_runs_of_today_are_counted(runs: Runs) -> None:
    failed = runs.failed()
    assert runs.asker.ask("how many runs failed today").number() == failed


def test_the_run_that_asks_is_not_counted(runs: Runs) -> None:
    asked = runs.count(
        "select count(*) from events where type = 'run-requested' and tenant_id = :tenant"
    )
    answer = runs.asker.ask("how many questions were asked this week")
    assert answer.number() == asked
    assert "earlier runs" in answer.text


def test_runs_of_another_tenant_do_not_count(runs: Runs) -> None:
    failed = runs.failed(OTHER)
    assert failed != runs.failed()
    assert runs.other.ask("how many runs failed").number() == failed


def test_yesterday_had_no_run(runs: Runs) -> None:
    assert runs.asker.ask("show failed asks of yesterday").table("question") == []


def test_why_the_last_query_failed_is_its_error(runs: Runs) -> None:
    (expected,) = runs.rows(
        "select s.question, s.error_code from run_summaries s join events e"
        " on e.stream_id = s.run_id and e.type = 'run-failed'"
        " where e.tenant_id = :tenant order by e.position desc limit 1"
    )
    answer = runs.asker.ask("why did the last query fail")
    assert answer.table("question", "error") == [expected]
    assert "the last one that failed is meant" in answer.text


def test_runs_by_state_are_counted_by_how_they_ended(runs: Runs) -> None:
    expected = runs.rows(
        "select case type when 'run-failed' then 'failed' else 'success' end, count(*)"
        " from events where type in ('run-failed', 'run-completed') and tenant_id = :tenant"
        " group by 1 order by 1"
    )
    assert sorted(runs.asker.ask("runs by state").table("status", "count")) == expected


def test_the_slowest_run_is_the_one_that_took_longest(runs: Runs) -> None:
    longest = runs.rows(  # several may have taken the same number of milliseconds
        "select run_id from run_summaries where tenant_id = :tenant and duration_ms ="
        " (select max(duration_ms) from run_summaries where tenant_id = :tenant)"
    )
    slowest = runs.asker.ask("the slowest run").table("id")
    assert slowest
    assert all(each in longest for each in slowest)


def test_the_slowest_tool_has_the_highest_average_of_its_calls(runs: Runs) -> None:
    answer = runs.asker.ask("which tool is slowest")
    (slowest,) = runs.rows(  # the calls are listed when they are asked for
        "select tool from run_calls where tenant_id = :tenant and duration_ms is not null"
        " group by tool order by avg(duration_ms) desc limit 1"
    )
    assert answer.table("tool") == [slowest]
    assert "ranked by the average duration" in answer.text


def test_calls_are_counted_up_to_the_newest_run(runs: Runs) -> None:
    ended = runs.count(
        "select count(*) from events where tenant_id = :tenant"
        " and type in ('tool-call-succeeded', 'tool-call-failed')"
    )
    assert runs.asker.ask("how many tool calls").number() == ended


def test_runs_per_hour_are_counted_in_the_hour_of_their_request(runs: Runs) -> None:
    expected = runs.rows(
        "select substr(recorded_at, 1, 13), count(*) from events"
        " where type = 'run-requested' and tenant_id = :tenant group by 1"
    )
    found = runs.asker.ask("how many runs per hour today").table("bucket", "count")
    assert [[str(at)[:13], count] for at, count in found if count] == expected


def test_runs_with_a_comparison_of_their_duration_are_counted(runs: Runs) -> None:
    slow = runs.count(
        "select count(*) from run_summaries where tenant_id = :tenant and duration_ms > 20"
    )
    assert runs.asker.ask("how many runs took longer than 20 ms").number() == slow


def test_since_the_last_run_none_was_asked(runs: Runs) -> None:
    assert runs.asker.ask("how many runs since the last run").number() == 0
