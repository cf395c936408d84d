"""What a run that goes on has behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.run.lifecycle import Stage
from domain.stages.stages import ValidatedPlan
from domain.tools.contracts import ToolResult

_ORDER = {stage: place for place, stage in enumerate(Stage)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is on the record already and is not done again; that of a new run is empty.

    `first_stage` is where the run goes on. Attempts are those begun so far. `outcomes` are the
    results that count on, by call id and label; `skips` the reasons of calls that stay skipped.
    `validated` is there when the plan was validated before.
    """

    first_stage: Stage = Stage.ROUTE_PLAN
    stage_attempts: Mapping[Stage, int] = field(default_factory=dict)
    call_attempts: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[tuple[str, str], ToolResult] = field(default_factory=dict)
    skips: Mapping[str, str] = field(default_factory=dict)
    validated: ValidatedPlan | None = None

    def is_behind(self, stage: Stage) -> bool:
        """Return whether the stage is done."""
        return _ORDER[stage] < _ORDER[self.first_stage]

    def next_attempt(self, stage: Stage) -> int:
        """Return the number of the stage's next attempt."""
        return self.stage_attempts.get(stage, 0) + 1
