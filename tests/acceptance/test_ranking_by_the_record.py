"""Tools are ranked by what the record says about their calls, also in a new process."""

import asyncio
from pathlib import Path

from adapters.bootstrap import open_service
from domain.aggregate.envelope import Actor
from domain.json import JsonMap
from domain.run.call_events import ToolsRanked
from domain.run.commands import RequestRun
from domain.writer import Authorship

TENANT = "default"
PLAN: JsonMap = {
    "kind": "plan",
    "plan": {"aggregate": {"metrics": ["count"]}, "intent": "AGGREGATE"},
}


def ranked(url: str) -> ToolsRanked:
    """Carry out a run in a service of its own, and return its ranking."""
    with open_service(url) as opstrail:
        request = RequestRun(question="How many?", plan_output=PLAN)
        by = Authorship(TENANT, Actor("person", "ann"))
        run = opstrail.runs.request(request, by)
        asyncio.run(opstrail.runs.carry_out(TENANT, run.run_id))
        opstrail.projections.catch_up("tool_statistics")
        history = opstrail.reader.history(TENANT, run.run_id)
    return next(entry.event for entry in history if isinstance(entry.event, ToolsRanked))


def test_a_later_process_ranks_by_the_calls_of_an_earlier_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'opstrail.db'}"
    first, second = ranked(url), ranked(url)
    assert first.context["success_rate"] == {}
    assert second.context["success_rate"] == {"ci": 1.0}
