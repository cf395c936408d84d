"""One stage of a run on its own, as faces show it."""

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from domain.json import JsonMap
from domain.run.lifecycle import Stage
from domain.views.json_form import View


class IsolatedStageTestRequest(BaseModel):
    """Which stage is run, on which plan, after which output; None is what is recorded.

    With `live` tools are asked, and by route_plan the planner, else only the record.
    """

    stage: Stage
    plan_output: JsonMap | None = None
    prev_output: JsonMap | None = None
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTestResponse:
    """What a stage put out on its own, a failed one its error.

    `baseline_trace_id` is the run that lent its record. `input` can be changed, and given again.
    """

    stage: Stage
    result: JsonMap
    diagnostics: JsonMap
    duration_ms: int
    references: list[JsonMap]
    asset_overrides_used: JsonMap
    baseline_trace_id: str
    input: JsonMap


STAGE_TEST: Final[View[StageTestResponse]] = View("stage-test", StageTestResponse)
