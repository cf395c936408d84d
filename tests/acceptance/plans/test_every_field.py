"""Nothing that a plan can say is silently ignored: whatever is set, the run is another one."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from adapters.bootstrap import Opstrail, open_service
from domain.aggregate.envelope import Actor
from domain.plan.plan import Plan
from domain.run.call_events import ToolCallSkipped, ToolCallStarted, ToolsRanked
from domain.run.commands import RequestRun
from domain.run.events import PlanValidated, ResponseComposed, RunEvent, RunFailed, StageCompleted
from domain.run.facts import RunOptions
from domain.run.lifecycle import Stage
from domain.writer import Authorship
from tests.acceptance.demo import DEMO
from tests.acceptance.plans.bases import Json
from tests.acceptance.plans.every_field import (
    REFUSED,
    base,
    changed,
    every_field,
    other_value,
)

FIELDS = every_field()


class Runs:
    """What runs of plans do, each done once."""

    def __init__(self, opstrail: Opstrail) -> None:
        self._opstrail = opstrail
        self._done = cache(self._run)

    def done(self, plan: Json) -> list[str]:
        """Return what the run of a plan decides, asks and answers."""
        return self._done(json.dumps(plan, sort_keys=True))

    def _run(self, plan: str) -> list[str]:
        service, by = self._opstrail.runs, Authorship(DEMO, Actor("person", "alice"))
        output: Json = {"kind": "plan", "plan": json.loads(plan)}
        options = RunOptions(anchor="data", edition=2)
        request = RequestRun(question="", options=options, plan_output=output)
        run_id = service.request(request, by).run_id
        asyncio.run(service.carry_out(DEMO, run_id))
        history = self._opstrail.reader.history(DEMO, run_id)
        return [told for entry in history for told in _told(entry.event)]


def _told(event: RunEvent) -> Iterator[str]:
    """Yield what an event tells beside the plan itself, and what is measured."""
    match event:
        case PlanValidated(decisions=decisions):
            yield from map(str, decisions)
        case ToolCallStarted():
            yield str((event.call_id, event.tool, event.operation, event.params, event.group))
        case ToolCallSkipped(call_id=call_id, reason=reason):
            yield f"{call_id}: {reason}"
        case ToolsRanked(context=context):
            yield str({name: context.get(name) for name in ("intent", "strategy", "mode_hint")})
        case ResponseComposed(answer=answer, blocks=blocks):
            yield from (answer, str(blocks))
        case StageCompleted(stage=Stage.EXECUTE, result=result):
            yield str(result)
        case RunFailed(error=error):
            yield error.message
        case _:
            return


@pytest.fixture(scope="module")
def runs(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    database = tmp_path_factory.mktemp("fields") / "copy.db"
    shutil.copy(demo_database, database)
    with open_service(f"sqlite:///{database}") as opstrail:
        yield Runs(opstrail)


@pytest.mark.parametrize("path", sorted(FIELDS))
def test_a_field_that_is_set_changes_the_run(runs: Runs, path: str) -> None:
    plan = base(path)
    other = changed(plan, path, other_value(path, FIELDS[path]))
    assert Plan.model_validate(other) != Plan.model_validate(plan)
    done = runs.done(plan)
    assert not any("the plan is not valid" in told for told in done)
    assert runs.done(other) != done


@pytest.mark.parametrize("path", sorted(REFUSED))
def test_few_fields_are_refused_by_name(runs: Runs, path: str) -> None:
    done = runs.done(changed(base(path), path, other_value(path, FIELDS[path])))
    assert len(REFUSED) <= 5
    assert [f"{path}: " in told for told in done] == [True]
