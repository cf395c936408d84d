"""The paths of the orchestrator, called one by one with the arguments of the customer's class."""

import asyncio

from domain.json import JsonMap
from domain.plan.plan import PlanOutput
from domain.stages.orchestrator import StageOrchestrator
from domain.stages.stage import StageOutput
from domain.stages.stage_records import KeptRecords, RecordStage
from tests.domain.stages.orchestrating import DIRECT, PLAN, REJECT

ORCHESTRATOR = StageOrchestrator("acme")
Maps = list[JsonMap]
Kept = tuple[Maps, Maps, Maps, RecordStage]


def routed() -> tuple[Kept, StageOutput]:
    """Return the lists of the records with what keeps them, and the output of route_plan."""
    kept = KeptRecords()
    _, output = asyncio.run(ORCHESTRATOR._route(PLAN, kept.record))
    return (*kept.lists, kept.record), output


async def executing(_: PlanOutput) -> JsonMap:
    return {"results": []}


async def presenting(_: PlanOutput, shown: JsonMap | None = None) -> JsonMap:
    return {"blocks": [{"type": "text", "text": "x"}], "summary": f"{sorted(shown or {})[:2]}"}


def test_the_paths_take_the_arguments_of_the_contract() -> None:
    kept, route_output = routed()
    done = [
        asyncio.run(ORCHESTRATOR._execute_direct_path(DIRECT, presenting, *kept, route_output)),
        asyncio.run(ORCHESTRATOR._execute_reject_path(REJECT, *kept, route_output)),
        asyncio.run(
            ORCHESTRATOR._execute_plan_path(
                PLAN, executing, presenting, *kept, route_output, "trace-1"
            )
        ),
    ]
    assert [answer for _, answer, _ in done] == [
        "[]",
        "Query rejected: not allowed",
        "['answer', 'blocks']",
    ]
    assert (done[2][2]["trace_id"], len(kept[0])) == ("trace-1", 13)
