"""Random plans of every kind end as runs should, whatever they ask for, on both databases."""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import ValidationError

from adapters.bootstrap import open_service
from adapters.estates.demo.dataset import demo_estate
from adapters.tools.builtin import declared_tools
from domain.estate.port import EstateDataset
from domain.json import JsonMap
from domain.plan.plan import Plan
from domain.stages import live
from domain.stages.faults import StageFault
from domain.stages.validation import validate_plan
from tests.acceptance.demo import ANCHOR, DEMO
from tests.acceptance.plans.random_plans import Draw
from tests.acceptance.plans.run_faults import faults
from tests.acceptance.plans.trying import Worker, request_of
from tests.acceptance.plans.values import Values

_TOOLS: Final = declared_tools()
_SHORT, _LONG = 10, 500
Try = Callable[[Worker, JsonMap, int], list[str]]


@pytest.fixture(scope="module")
def estate() -> EstateDataset:
    return demo_estate(anchor=ANCHOR, days=1)


@pytest.fixture(scope="module")
def values(estate: EstateDataset) -> Values:
    return Values(estate)


@pytest.fixture(params=["sqlite", "postgresql"])
def worker(
    request: pytest.FixtureRequest,
    estate: EstateDataset,
    demo_database: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Worker]:
    url = f"sqlite:///{shutil.copy(demo_database, tmp_path / 'copy.db')}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    with open_service(url) as opstrail:
        if request.param == "postgresql":
            opstrail.estates.writer.load(DEMO, estate, mode="replace", at=ANCHOR)
        worker = Worker(opstrail)

        async def call(calls: live.LiveCalls, request: Any) -> Any:  # noqa: ANN401
            return await worker.call(calls, request)

        monkeypatch.setattr(live.LiveCalls, "call", call)
        yield worker


def is_valid(plan: JsonMap) -> bool:
    try:
        validate_plan(Plan.model_validate(plan), tools=_TOOLS, now=ANCHOR)
    except (ValidationError, StageFault):
        return False
    return True


def valid_plans(values: Values, first: int, count: int) -> Iterator[tuple[int, JsonMap]]:
    """Yield plans of so many seeds that are not refused."""
    for seed in range(first, first + count):
        plan = Draw(seed, values, _TOOLS).plan()
        if is_valid(plan):
            yield seed, plan


def carried_out(worker: Worker, plan: JsonMap, seed: int) -> list[str]:
    chance = random.Random(seed)
    at_once, is_replanned = chance.choice([1, 2, 10]), chance.random() < 0.8
    request = request_of(plan, at_once=at_once, is_replanned=is_replanned)
    return faults(worker.opstrail, worker.carried_out(request))


def test_most_of_the_plans_that_are_drawn_are_valid(values: Values) -> None:
    assert len([*valid_plans(values, 0, 200)]) > 100


def lost(worker: Worker, plan: JsonMap, seed: int) -> list[str]:
    """Carry a plan out by a worker that is lost at a call, by another from there, and fork it."""
    chance = random.Random(seed)
    at_call, is_cancelled = chance.randint(1, 4), chance.random() < 0.5
    history = worker.lost_and_found(plan, at_call=at_call, is_cancelled=is_cancelled)
    found = faults(worker.opstrail, history)
    patch = chance.choice(_PATCHES)
    forked = worker.forked(history[0].envelope.stream_id, patch)
    if isinstance(forked, list):
        found += [f"fork with {patch}: {each}" for each in faults(worker.opstrail, forked)]
    return found


_PATCHES: Final[list[JsonMap]] = [
    {"execution_strategy": "serial"},
    {"primary.limit": 2},
    {"history": {"enabled": True, "scope": "all", "limit": 3}},
    {"calls": [{"call_id": "further", "tool": "metric", "operation": "list"}]},
    {"steps.0.primary.keywords": ["srv-erp-01"]},
    {"budget.timeout_seconds": None},
    {"normalized_from": "Another question"},
]
TRIED: Final[dict[str, Try]] = {"carried out": carried_out, "lost": lost}


def told(worker: Worker, tried: Try, plans: Iterator[tuple[int, JsonMap]]) -> list[str]:
    """Return what fails of these plans, each with its seed and the least plan that fails."""
    failed = []
    for seed, plan in plans:
        if found := tried(worker, plan, seed):
            least = smaller(plan, partial(still_fails, worker, tried, seed))
            failed.append(f"seed {seed}: {found}\n  {json.dumps(least)}")
    return failed


def still_fails(worker: Worker, tried: Try, seed: int, plan: JsonMap) -> bool:
    return is_valid(plan) and bool(tried(worker, plan, seed))


def smaller(plan: JsonMap, fails: Callable[[JsonMap], bool]) -> JsonMap:
    """Return the plan without what can be left out of it so that it still fails."""
    for key in [*plan]:
        less = {name: value for name, value in plan.items() if name != key}
        if fails(less):
            plan = less
    return plan


def test_a_random_plan_ends_within_its_budget_and_verifies(worker: Worker, values: Values) -> None:
    assert told(worker, carried_out, valid_plans(values, 1000, _SHORT)) == []
    assert told(worker, lost, valid_plans(values, 1500, _SHORT // 4)) == []


@pytest.mark.long
@pytest.mark.parametrize("how", TRIED)
def test_random_plans_end_within_their_budgets_and_verify(
    worker: Worker, values: Values, how: str
) -> None:
    plans = islice(valid_plans(values, 2000, 2 * _LONG), _LONG)
    assert told(worker, TRIED[how], plans) == []
