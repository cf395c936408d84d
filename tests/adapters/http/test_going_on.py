"""What is begun goes on when nobody waits for it, and the next server carries it on."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.bootstrap import Opstrail, open_service
from adapters.http.identity import SingleUser
from adapters.http.serving import application
from adapters.http.workroom import Workroom
from adapters.planners.rules.planner import RulesPlanner
from domain.aggregate.envelope import Actor
from domain.identity.principal import local_principal
from domain.operations.operation import Caller
from domain.operations.requests import RECOVER_RUNS, RunsToRecover
from domain.plan.plan import PlanOutput
from domain.plan.planner import PlanningContext
from domain.threads import in_thread
from domain.writer import Authorship
from tests.adapters.http.client import Client
from tests.estate_fixture import TENANT

QUESTION = {"question": "How many servers are there?"}
KEY = {"Idempotency-Key": "k-1"}


class Held:
    """Holds every planner back until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def let(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plan, go = RulesPlanner.plan, self.go

        async def planned(
            planner: RulesPlanner, question: str, context: PlanningContext
        ) -> PlanOutput:
            await in_thread(go.wait, 20)
            return await plan(planner, question, context)

        monkeypatch.setattr(RulesPlanner, "plan", planned)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    held.let(monkeypatch)
    yield held
    held.go.set()


@pytest.mark.usefixtures("held")
def test_a_key_of_a_run_that_goes_on_tells_where_that_is(http: Client) -> None:
    first = http.post("/runs", QUESTION, headers=KEY)
    assert first.status_code == 202
    again = http.post("/runs", QUESTION, headers=KEY)
    assert (again.status_code, again.json()["code"]) == (409, "still-running")
    assert again.headers["Location"] == first.headers["Location"]
    assert again.json()["url"] == first.json()["url"]


@pytest.mark.usefixtures("held")
def test_who_waited_long_enough_is_told_where_the_run_is(http: Client) -> None:
    assert http.post("/runs", QUESTION, headers={"Prefer": "wait=1"}).status_code == 202


@pytest.mark.usefixtures("held")
def test_reads_are_answered_while_runs_are_held(http: Client) -> None:
    run_id = http.post("/runs", QUESTION).json()["id"]
    assert http.get(f"/runs/{run_id}/state").json()["state"] == "requested"


def test_a_run_under_way_is_carried_on_by_the_next_server(
    served_database: Path, tmp_path: Path, held: Held
) -> None:
    path = tmp_path / "opstrail.db"
    shutil.copy(served_database, path)
    with open_service(f"sqlite:///{path}") as first:
        run_id = begun_on(first)
    held.go.set()
    with open_service(f"sqlite:///{path}") as second:
        caller = Caller(Authorship(TENANT, Actor("person", "ada")))
        (recovered,) = asyncio.run(RECOVER_RUNS.do(second, caller, RunsToRecover()))
    assert (recovered.run, recovered.outcome) == (run_id, "success")


def begun_on(opstrail: Opstrail) -> str:
    """Begin a run on a server that ends before the run does, and return its id."""
    workroom = Workroom(opstrail)
    app = application(opstrail, workroom, SingleUser(local_principal("ada", TENANT)))
    with asyncio.Runner() as runner:
        run_id: str = Client(app, runner).post("/runs", QUESTION).json()["id"]
    workroom.close()
    return run_id
