"""Plans of several calls for tests of what becomes of runs, whatever questions are read as."""

import json
from pathlib import Path
from typing import Final

import pytest

from adapters.planners.reader.planner import ReaderPlanner
from domain.plan.plan import PlanOutput
from domain.plan.planner import PlanningContext

_PLANS: Final = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
_read = ReaderPlanner.plan


async def _plan(planner: ReaderPlanner, question: str, context: PlanningContext) -> PlanOutput:
    if question in _PLANS:
        return PlanOutput.model_validate(_PLANS[question])
    return await _read(planner, question, context)


def use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the planner of this process take these questions as they are planned by hand."""
    monkeypatch.setattr(ReaderPlanner, "plan", _plan)
