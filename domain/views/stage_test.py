"""One stage of a run on its own, as faces show it."""

from dataclasses import dataclass
from typing import Final

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

from domain.json import JsonMap
from domain.run.lifecycle import Stage
from domain.views.json_form import View


class StageTestInput(BaseModel):
    """On which plan (`test_plan`, too), output, question and assets a stage is run.

    None is what is recorded; assets by "<stage>:<type>" go before those of the run.
    """

    model_config = ConfigDict(extra="forbid")

    plan_output: JsonMap | None = Field(  # type: ignore[pydantic-alias]  # one is its name
        None, validation_alias=AliasChoices("plan_output", "test_plan")
    )
    prev_output: JsonMap | None = None
    question: str | None = None
    asset_overrides: dict[str, str] = {}

    @field_validator("asset_overrides")
    @classmethod
    def _are_of_stages(cls, assets: dict[str, str]) -> dict[str, str]:
        for key in assets:
            if key.partition(":")[0] not in set(Stage):
                known = ", ".join(Stage)
                message = f"{key!r} is of no stage; write <stage>:<type>, the stages are {known}"
                raise ValueError(message)
        return assets


class IsolatedStageTestRequest(StageTestInput):
    """Which stage is run, and on what.

    With `live` tools are asked, and by route_plan the planner, else only the record.
    """

    stage: Stage
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
