"""The crash matrix: a worker is killed at every append of a run, and another one goes on."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.replay.verify.verify import verify
from domain.run.call_events import ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry, ResponseComposed, RunCompleted, RunEvent, RunRecovered
from domain.run_filter.filter import EVERY_RUN
from domain.services.runs import RunService
from domain.services.taking_over import take_over
from domain.tools.registry import ToolRegistry
from tests.contracts.databases import copied
from tests.infrastructure.recovery.lose_workers import WHOLE
from tests.infrastructure.recovery.reference_run import (
    CALLS,
    LEASE_SECONDS,
    Opened,
    opened_store,
    service_on,
    tools,
)

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Lost:
    """A run whose worker was killed, before and after it was recovered."""

    tenant_id: str
    before: list[HistoryEntry]
    after: list[HistoryEntry]
    acknowledged: list[str]


@dataclass(frozen=True)
class Matrix:
    """The run that nobody killed, and those whose workers were lost."""

    whole: list[HistoryEntry]
    lost: list[Lost]
    called: Counter[str]


@pytest.fixture(params=["sqlite", "postgres"], scope="module")
def matrix(
    request: pytest.FixtureRequest,
    empty_database: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Matrix]:
    folder = tmp_path_factory.mktemp(f"lost-{request.param}")
    if request.param == "sqlite":
        with copied(empty_database, folder):
            yield made(f"sqlite:///{folder / 'opstrail.db'}", folder)
        return
    server = request.getfixturevalue("postgres_server")
    server.execute("CREATE DATABASE {} TEMPLATE {}", "lost_workers", "opstrail_template")
    yield made(server.url("lost_workers"), folder)
    server.execute("DROP DATABASE {} WITH (FORCE)", "lost_workers")


def made(url: str, folder: Path) -> Matrix:
    """Lose the workers, recover their runs, and return all of it."""
    tenants = lose_workers(url, folder)
    with opened_store(url) as opened:
        site = Site(service_on(opened.store, opened.leases, folder / "called"), opened)
        time.sleep(LEASE_SECONDS)  # that of the last worker runs out
        (whole,) = site.histories(WHOLE)
        lost = [site.recovered(tenant_id, folder) for tenant_id in tenants]
    called = Counter((folder / "called").read_text().split("\n"))
    return Matrix(whole, [run for runs in lost for run in runs], called)


def lose_workers(url: str, folder: Path) -> list[str]:
    """Return the tenants whose workers were killed."""
    command = [sys.executable, "-m", "tests.infrastructure.recovery.lose_workers", url]
    done = subprocess.run(
        [*command, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return str(done.stdout).split()


@dataclass(frozen=True)
class Site:
    """This process as a worker of the database."""

    service: RunService
    opened: Opened

    def histories(self, tenant_id: str) -> list[list[HistoryEntry]]:
        found = self.opened.views.summaries(tenant_id, EVERY_RUN, limit=9).summaries
        return [self.service.history(tenant_id, summary.run_id) for summary in found]

    def recovered(self, tenant_id: str, folder: Path) -> list[Lost]:
        """Recover what the tenant has lost: nothing, where its request was not acknowledged."""
        before = self.histories(tenant_id)
        for run_id in self.opened.leases.run_out(tenant_id):
            history = self.service.history(tenant_id, run_id)
            take_over(self.service, history)
            asyncio.run(self.service.carry_out(tenant_id, run_id))
        file = folder / tenant_id
        acknowledged = file.read_text().split() if file.exists() else []
        assert before or not acknowledged
        pairs = zip(before, self.histories(tenant_id), strict=True)
        return [Lost(tenant_id, one, other, acknowledged) for one, other in pairs]


def events(entries: list[HistoryEntry]) -> list[RunEvent]:
    return [entry.event for entry in entries]


def started(entries: list[HistoryEntry]) -> Counter[str]:
    return Counter(each.call_id for each in events(entries) if isinstance(each, ToolCallStarted))


def ended(entries: list[HistoryEntry]) -> Counter[str]:
    return Counter(each.call_id for each in events(entries) if isinstance(each, ToolCallSucceeded))


def answer(entries: list[HistoryEntry]) -> ResponseComposed:
    (composed,) = [each for each in events(entries) if isinstance(each, ResponseComposed)]
    return composed


def test_a_worker_is_lost_before_and_after_every_append(matrix: Matrix) -> None:
    # The first append is the request; killed before it, nobody was promised a run.
    lost = {run.tenant_id for run in matrix.lost}
    numbers = {int(tenant_id.partition("-")[2]) for tenant_id in lost}
    assert numbers == set(range(1, max(numbers) + 1))
    assert lost == {f"{when}-{n}" for n in numbers for when in ("before", "after")} - {"before-1"}


def test_the_reference_run_makes_its_five_calls(matrix: Matrix) -> None:
    assert started(matrix.whole) == dict.fromkeys(CALLS, 1)


def test_every_answer_is_that_of_the_run_that_was_not_lost(matrix: Matrix) -> None:
    expected = answer(matrix.whole)
    assert [run.tenant_id for run in matrix.lost if answer(run.after) != expected] == []


def test_no_acknowledged_event_is_lost(matrix: Matrix) -> None:
    for run in matrix.lost:
        kept = [entry.envelope.content_hash.hex() for entry in run.after]
        assert kept[: len(run.acknowledged)] == run.acknowledged, run.tenant_id
        assert run.after[: len(run.before)] == run.before, run.tenant_id


def test_only_calls_that_were_under_way_are_repeated(matrix: Matrix) -> None:
    for run in matrix.lost:
        under_way = started(run.before) - ended(run.before)
        assert started(run.after) - Counter(CALLS) == under_way, run.tenant_id


def test_no_call_is_made_that_the_history_does_not_tell(matrix: Matrix) -> None:
    for run in matrix.lost:
        tools = Counter(
            each.tool for each in events(run.after) if isinstance(each, ToolCallStarted)
        )
        for tool, count in tools.items():
            assert matrix.called[f"{run.tenant_id} {tool}"] <= count, run.tenant_id


def test_the_history_says_which_worker_was_lost(matrix: Matrix) -> None:
    for run in matrix.lost:
        recovered = [each for each in events(run.after) if isinstance(each, RunRecovered)]
        was_complete = isinstance(run.before[-1].event, RunCompleted)
        assert len(recovered) == (0 if was_complete else 1), run.tenant_id


def test_every_recovered_run_verifies(matrix: Matrix, tmp_path: Path) -> None:
    registry = ToolRegistry()
    for tool in tools(tmp_path / "called"):
        registry.register_dynamic(tool)
    found = [(run.tenant_id, asyncio.run(verify(run.after, registry))) for run in matrix.lost]
    assert [(tenant, verdict.divergence) for tenant, verdict in found if not verdict.is_same] == []
    assert not (tmp_path / "called").exists()
