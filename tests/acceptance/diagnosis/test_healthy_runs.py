"""Runs of the demo estate with which nothing is wrong: the diagnosis names no cause."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import Opstrail, open_service
from domain.aggregate.envelope import Actor
from domain.operations.comparisons import DIAGNOSE_RUN
from domain.operations.one_run import RunAt
from domain.operations.operation import Caller
from domain.run.commands import RequestRun
from domain.run.facts import RunOptions
from domain.writer import Authorship
from tests.acceptance.demo import DEMO

BY = Authorship(DEMO, Actor("person", "alice"))
QUESTIONS = (
    "How many configuration items are there?",
    "How many servers are there?",
    "Which CI type is the most frequent?",
    "Show how CI types are distributed.",
    "Show how CI states are distributed.",
    "How many different CI names exist?",
    "List servers owned by erp-platform that are in monitoring.",
    "List active servers in zone-a.",
    "List all systems",
    "What state is ERP System in?",
    "Tell me the state and basic facts of srv-erp-01.",
    "What is the state of srv-mes-05?",
    "srv-mes-05 status",
    "which zone is storage-apm in",
    "how many Staging servers do we have",
    "how many SW CIs are in zone-c",
    "zone-c databases",
    "staging servers",
    "prod servers in zone c that are in monitoring",
    "any staging servers in zone-a?",
    "are all systems active",
    "is there a database in zone-c",
    "CIs by environment",
    "What is affected if srv-erp-01 fails?",
    "What does ERP System consist of?",
    "List everything related to ERP.",
    "Show the components of ERP System with their CPU.",
    "Which five servers have the highest CPU usage?",
    "What is the average memory usage of all servers?",
    "What is the average CPU usage of srv-erp-01 over the last 24 hours?",
    "how much RAM does srv-scada-02 have",
    "How many events are recorded?",
    "Which event type occurs most often?",
    "Name the three most common event types.",
    "Rank the number of events by severity.",
    "How many events happened in the last 24 hours?",
    "how many events were severity 4 or higher",
    "last security alert on db-analytics-01",
    "last five severity 5 events on erp",
    "who did the most recent maintenance on srv-erp-02",
    "last reboot of srv-apm-02",
    "How many work items exist, which kinds, which is most common?",
    "How many work items ended degraded?",
    "work by result",
    "how many patches were done",
    "Success rate of maintenance; which kind is the best?",
    "What is your name?",
)


@pytest.fixture(scope="module")
def demo(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opstrail]:
    database = tmp_path_factory.mktemp("healthy") / "demo.db"
    shutil.copy(demo_database, database)
    with open_service(f"sqlite:///{database}") as opstrail:
        yield opstrail


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_healthy_run_has_no_cause(question: str, demo: Opstrail) -> None:
    request = RequestRun(question=question, options=RunOptions(anchor="data"))
    run_id = demo.runs.request(request, BY).run_id
    asyncio.run(demo.runs.carry_out(DEMO, run_id))
    diagnosis = asyncio.run(DIAGNOSE_RUN.do(demo, Caller(BY), RunAt(run=run_id)))
    assert diagnosis.run.status == "success"
    assert [each.sentence for each in diagnosis.hypotheses] == []
    assert diagnosis.verdict == "nothing found wrong"
