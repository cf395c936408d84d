"""Nothing that a plan can say is silently ignored: whatever is set, the run is another one."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.bootstrap import Opstrail, open_service
from adapters.tools.builtin import declared_tools
from domain.aggregate.envelope import Actor
from domain.plan.calls import PARTS
from domain.plan.plan import Plan
from domain.run.call_events import ToolCallSkipped, ToolCallStarted, ToolsRanked
from domain.run.commands import RequestRun
from domain.run.events import PlanValidated, ResponseComposed, RunEvent, RunFailed, StageCompleted
from domain.run.facts import RunOptions
from domain.run.lifecycle import Stage
from domain.stages.faults import StageFault
from domain.stages.validation import validate_plan
from domain.writer import Authorship
from tests.acceptance.demo import DEMO
from tests.acceptance.plans.bases import KINDS, Json
from tests.acceptance.plans.every_field import (
    REFUSED,
    base,
    changed,
    every_field,
    other_value,
)
from tests.fakes import NOON

FIELDS = every_field()
del FIELDS["query"]  # what a planner records of how it read a question
_OF_PARTS = {*PARTS, "auto", "view", "mode", "intent"}


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
        options = RunOptions(anchor="data", edition=3)
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


def _made_of(plan: Json) -> str:
    """Return what is decided of a plan, what it calls, and which blocks it wants; or a refusal."""
    try:
        made = validate_plan(Plan.model_validate(plan), tools=declared_tools(), now=NOON)
    except (StageFault, ValidationError) as refused:
        return str(refused)
    told = made.plan.model_dump(include={"intent": True, "auto": {"include_cep"}})
    return f"{made.decisions} {made.calls} {told}"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_field_of_a_part_is_ignored_in_a_plan_of_any_kind(kind: str) -> None:
    plan, parts = KINDS[kind], [path for path in FIELDS if path.split(".")[0] in _OF_PARTS]
    others = {path: changed(plan, path, other_value(path, FIELDS[path])) for path in parts}
    was, given = _made_of(plan), Plan.model_validate(plan)
    assert "the plan is not valid" not in was
    ignored = [path for path, other in others.items() if _made_of(other) == was]
    same = [path for path in ignored if _looks_the_same(Plan.model_validate(others[path]), given)]
    assert ignored == same


def _looks_the_same(other: Plan, plan: Plan) -> bool:
    """Whether two plans say the same: a view that is named twice is one."""
    views = [each.graph.view or each.view for each in (other, plan)]
    return other == plan or (views[0] == views[1] and other.view == other.graph.view)
