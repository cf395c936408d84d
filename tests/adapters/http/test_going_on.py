"""What is begun goes on when nobody waits for it, and the next server carries it on."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from adapters.bootstrap import open_service
from adapters.planners.reader.planner import ReaderPlanner
from domain.aggregate.envelope import Actor
from domain.operations.operation import Caller
from domain.operations.requests import RECOVER_RUNS, RunsToRecover
from domain.plan.plan import PlanOutput
from domain.plan.planner import PlanningContext
from domain.threads import in_thread
from domain.writer import Authorship
from tests.adapters.http.client import BASE, Client
from tests.adapters.http.conftest import served
from tests.estate_fixture import TENANT

QUESTION = {"question": "How many servers are there?"}
KEY = {"Idempotency-Key": "k-1"}


class Held:
    """Holds every planner back until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def let(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plan, go = ReaderPlanner.plan, self.go

        async def planned(
            planner: ReaderPlanner, question: str, context: PlanningContext
        ) -> PlanOutput:
            await in_thread(go.wait, 20)
            return await plan(planner, question, context)

        monkeypatch.setattr(ReaderPlanner, "plan", planned)


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


def test_who_does_not_wait_is_told_where_the_run_is_that_then_ends_without_a_word(
    http: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = http.post("/runs", QUESTION)
    assert answer.status_code == 202
    until = time.monotonic() + 20
    while http.get(f"/runs/{answer.json()['id']}/state").json()["state"] != "completed":
        assert time.monotonic() < until
        time.sleep(0.02)
    http.runner.run(asyncio.sleep(0.05))  # the work is over once its run is
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


@pytest.mark.usefixtures("held")
def test_who_waited_long_enough_is_told_where_the_run_is(http: Client) -> None:
    assert http.post("/runs", QUESTION, headers={"Prefer": "wait=1"}).status_code == 202


@pytest.mark.usefixtures("held")
def test_reads_are_answered_while_runs_are_held(http: Client) -> None:
    run_id = http.post("/runs", QUESTION).json()["id"]
    assert http.get(f"/runs/{run_id}/state").json()["state"] == "requested"


def test_who_goes_away_cancels_nothing(http: Client, held: Held) -> None:
    run_id = http.runner.run(begun_and_left(http))
    held.go.set()
    deadline = time.monotonic() + 20
    while http.get(f"/runs/{run_id}").json()["ended_at"] is None and time.monotonic() < deadline:
        time.sleep(0.02)
    assert http.get(f"/runs/{run_id}").json()["state"] == "completed"


async def begun_and_left(http: Client) -> str:
    """Ask for a run, wait for it, and go away; return its id."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(http.app), base_url=BASE) as asking:
        waiting = asyncio.create_task(
            asking.post("/v1/runs", json=QUESTION, headers={"Prefer": "wait=30"})
        )
        for _ in range(200):
            if runs := (await asking.get("/v1/runs")).json():
                break
            await asyncio.sleep(0.01)
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
    run_id: str = runs[0]["run_id"]
    return run_id


def test_a_run_under_way_is_carried_on_by_the_next_server(url: str, held: Held) -> None:
    with served(url) as client:
        run_id = client.post("/runs", QUESTION).json()["id"]
    held.go.set()
    with open_service(url) as second:
        caller = Caller(Authorship(TENANT, Actor("person", "ada")))
        (recovered,) = asyncio.run(RECOVER_RUNS.do(second, caller, RunsToRecover()))
    assert (recovered.run, recovered.outcome) == (run_id, "success")


@pytest.mark.usefixtures("held")
@pytest.mark.parametrize(
    ("wish", "state"),
    [("wait=30, cancel-when-gone", "cancelled"), ("wait=30", "requested")],
)
def test_a_client_that_goes_away_cancels_its_run_only_if_it_asked_to(
    http: Client, wish: str, state: str
) -> None:
    http.runner.run(posted_and_gone(http.app, wish))
    assert http.get("/runs/latest/state").json()["state"] == state


async def posted_and_gone(app: ASGIApp, wish: str) -> None:
    """Ask, wait for the answer, and go away after a moment."""
    headers = {"host": "localhost", "content-type": "application/json", "prefer": wish}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/runs",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    body = iter([{"type": "http.request", "body": json.dumps(QUESTION).encode()}])

    async def receive() -> dict[str, Any]:
        if (part := next(body, None)) is not None:
            return part
        await asyncio.sleep(0.3)
        return {"type": "http.disconnect"}

    async def send(_: object) -> None:
        """Nobody reads it."""

    with suppress(TimeoutError):
        async with asyncio.timeout(2):
            await app(scope, receive, send)
