"""An orchestration of simple stages, and a listener that keeps what it hears."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.json import JsonMap
from domain.plan.plan import Plan, PlanOutput
from domain.run.facts import Fault, PlanDecision
from domain.run.lifecycle import Stage
from domain.stages.orchestrator import StageOrchestrator
from domain.stages.stage import StageInput, StageOutput, ValidatedPlan
from domain.stages.stage_records import PlanSource, StageListener

PLAN = PlanOutput.model_validate({"kind": "plan", "plan": {"primary": {"keywords": ["srv-1"]}}})
DIRECT = PlanOutput.model_validate({"kind": "direct", "direct_answer": {"answer": "Hello."}})
REJECT = PlanOutput.model_validate(
    {"kind": "reject", "reject_payload": {"reason": "not allowed", "policy": "p1"}}
)
EXECUTED: JsonMap = {
    "calls": {"primary": "succeeded"},
    "counts": {"succeeded": 1},
    "references": [{"kind": "ci", "id": "c1"}],
    "warnings": ["1 row left out"],
}
COMPOSED: JsonMap = {"answer": "One.", "blocks": [{"type": "text", "text": "One."}]}
PRESENTED: JsonMap = {**COMPOSED, "summary": "One.", "references": []}


class Listening:
    """Keeps the words that it hears; can break on one of them."""

    def __init__(self, *, breaks_on: str = "") -> None:
        self.heard: list[str] = []
        self._breaks_on = breaks_on

    def stage_started(self, stage_input: StageInput) -> None:
        self._hear(f"{stage_input.stage} started")

    def stage_completed(self, output: StageOutput) -> None:
        self._hear(f"{output.stage} completed")

    def stage_skipped(self, stage: Stage, reason: str) -> None:
        self._hear(f"{stage} skipped: {reason}")

    def stage_failed(self, stage: Stage, error: Fault) -> None:
        self._hear(f"{stage} failed: {error.code}")

    def plan_produced(self, plan_output: JsonMap) -> None:
        self._hear("plan produced")

    def route_chosen(self, route: str, **_: object) -> None:
        self._hear(f"route {route}")

    def plan_validated(self, plan: JsonMap, decisions: Sequence[PlanDecision]) -> None:
        self._hear("plan validated")

    def _hear(self, words: str) -> None:
        self.heard.append(words)
        if words == self._breaks_on:
            message = "the disk is full"
            raise OSError(message)


@dataclass
class Stages:
    """The work of each stage: gives its result, or raises it. `seen` keeps what each was given."""

    validate: Exception | None = None
    execute: JsonMap | Exception = field(default_factory=lambda: EXECUTED)
    compose: JsonMap | Exception = field(default_factory=lambda: COMPOSED)
    present: JsonMap | Exception = field(default_factory=lambda: PRESENTED)
    decisions: tuple[PlanDecision, ...] = ()
    validated: Plan | None = None
    seen: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def orchestrate(
        self,
        source: PlanOutput | PlanSource,
        *,
        listener: StageListener | None = None,
        assets: Mapping[str, str] | None = None,
    ) -> tuple[list[JsonMap], str, JsonMap]:
        orchestrator = StageOrchestrator(
            "acme",
            validate_fn=self._validate,
            compose_fn=self._compose,
            listener=listener or Listening(),
            trace_id="run-1",
            assets=assets,
        )
        return asyncio.run(orchestrator.run_with_stages(source, self._execute, self._present))

    def _validate(self, plan: Plan) -> ValidatedPlan:
        self.seen["validate"] = (plan,)
        if self.validate is not None:
            raise self.validate
        return ValidatedPlan(self.validated or plan, self.decisions)

    async def _execute(self, *given: object) -> JsonMap:
        return self._give("execute", given, self.execute)

    async def _compose(self, *given: object) -> JsonMap:
        return self._give("compose", given, self.compose)

    async def _present(self, *given: object) -> JsonMap:
        return self._give("present", given, self.present)

    def _give(self, name: str, given: tuple[object, ...], result: JsonMap | Exception) -> JsonMap:
        self.seen[name] = given
        if isinstance(result, Exception):
            raise result
        return result


def records(full: JsonMap, kind: str = "stages") -> list[Any]:
    """Return the records of one kind from a full result."""
    found = full[kind]
    assert isinstance(found, list)
    return found
