"""What goes into the stages of one orchestration."""

from collections.abc import Mapping

from domain.json import JsonMap
from domain.plan.plan import PlanOutput
from domain.run.lifecycle import Stage
from domain.stages.outputs import plan_json
from domain.stages.stages import StageInput


class StageInputs:
    """Makes the inputs of one orchestration's stages; every input shows the plan."""

    def __init__(self, trace_id: str | None) -> None:
        """Start without a plan."""
        self._trace_id = trace_id
        self._dumped: tuple[PlanOutput, JsonMap] | None = None

    def build(
        self,
        stage: Stage,
        plan_output: PlanOutput | None,
        *,
        prev_output: JsonMap | None,
        assets: Mapping[str, str],
    ) -> StageInput:
        """Return the input of a stage; the first has nothing before it, and may have no plan."""
        params: JsonMap = {"stage_name": stage.value}
        if plan_output is not None:
            params["plan_output"] = self.plan_json(plan_output)
        return StageInput(
            stage=stage,
            applied_assets=dict(assets),
            params=params,
            prev_output=prev_output or {},
            trace_id=self._trace_id,
        )

    def plan_json(self, plan_output: PlanOutput) -> JsonMap:
        """Return the plan output as stored, dumped once: that is the dearest part of an input."""
        if self._dumped is None or self._dumped[0] is not plan_output:
            self._dumped = (plan_output, plan_json(plan_output))
        return self._dumped[1]


def assets_of(stage: Stage, assets: Mapping[str, str]) -> dict[str, str]:
    """Return a stage's assets by type, of assets that are keyed "<stage>:<type>"."""
    prefix = f"{stage.value}:"
    return {
        key.removeprefix(prefix): asset for key, asset in assets.items() if key.startswith(prefix)
    }
