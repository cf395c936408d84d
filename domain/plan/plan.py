"""A plan as a whole, and what a planner puts out."""

from typing import Any, Literal

from pydantic import Field, JsonValue, field_validator, model_validator

from domain.estate.view_policy import View
from domain.plan.intent import ExecutionStrategy, Intent, PlanMode, PlanOutputKind
from domain.plan.specs import (
    SCOPE_ALIASES,
    AggregateSpec,
    AutoSpec,
    BudgetSpec,
    CepSpec,
    DocumentSpec,
    GraphSpec,
    HistorySpec,
    ListSpec,
    MetricSpec,
    OutputSpec,
    PlanPart,
    PrimarySpec,
    SecondarySpec,
)


class ToolDependency(PlanPart):
    """One tool call of a plan: what it waits for, and what it takes from earlier results.

    `output_mapping` maps a parameter to a mapping expression (see `domain.plan.mapping`).
    """

    tool_id: str
    depends_on: list[str] = Field(default_factory=list)
    output_mapping: dict[str, str] = Field(default_factory=dict)
    condition: str | None = None


class StepCondition(PlanPart):
    """A test of a field of an earlier result."""

    field: str
    operator: Literal["==", "!=", "<", ">", "<=", ">=", "contains", "matches"]
    value: str | int | float | bool


class _ToolParts(PlanPart):
    primary: PrimarySpec = Field(default_factory=PrimarySpec)
    secondary: SecondarySpec = Field(default_factory=SecondarySpec)
    aggregate: AggregateSpec = Field(default_factory=AggregateSpec)
    graph: GraphSpec = Field(default_factory=GraphSpec)
    output: OutputSpec = Field(default_factory=OutputSpec)
    history: HistorySpec = Field(default_factory=HistorySpec)
    auto: AutoSpec = Field(default_factory=AutoSpec)
    list: ListSpec = Field(default_factory=ListSpec)
    metric: MetricSpec | None = None
    document: DocumentSpec | None = None
    cep: CepSpec | None = None
    view: View | None = None

    @field_validator("view", mode="before")
    @classmethod
    def _view_in_capitals(cls, view: object) -> object:
        return view.upper() if isinstance(view, str) else view

    @field_validator("aggregate", mode="before")
    @classmethod
    def _scope_by_any_name(cls, aggregate: object) -> object:
        if isinstance(aggregate, dict) and aggregate.get("scope") in SCOPE_ALIASES:
            return {**aggregate, "scope": SCOPE_ALIASES[aggregate["scope"]]}
        return aggregate


class PlanStep(_ToolParts):
    """One step of a plan of several: a small plan of its own.

    Its tool calls are named `<step_id>:<tool>`.
    """

    step_id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")
    name: str
    description: str | None = None
    intent: Intent
    mode: PlanMode = PlanMode.CI
    condition: StepCondition | None = None
    next_step_id: str | None = None
    error_next_step_id: str | None = None


class PlanBranch(PlanPart):
    """Steps that run when a condition holds."""

    branch_id: str
    name: str
    condition: StepCondition
    steps: list[PlanStep]
    merge_step_id: str | None = None


class PlanLoop(PlanPart):
    """Steps that repeat until a condition holds."""

    loop_id: str
    name: str
    max_iterations: int = 10
    break_condition: StepCondition | None = None
    steps: list[PlanStep]
    next_step_id: str | None = None


class Plan(_ToolParts):
    """What to ask of which tools.

    Without `steps` the parts are the calls; with `steps` each step has its own.
    """

    intent: Intent = Intent.LOOKUP
    view: View | None = View.SUMMARY
    mode: PlanMode = PlanMode.CI
    normalized_from: str | None = None
    normalized_to: str | None = None
    steps: "list[PlanStep]" = Field(default_factory=list)
    branches: "list[PlanBranch]" = Field(default_factory=list)
    loops: "list[PlanLoop]" = Field(default_factory=list)
    budget: BudgetSpec = Field(default_factory=BudgetSpec)
    enable_multistep: bool = False
    execution_strategy: ExecutionStrategy = ExecutionStrategy.SERIAL
    tool_dependencies: "list[ToolDependency]" = Field(default_factory=list)
    enable_intermediate_llm: bool = False
    mode_hint: str | None = None


class DirectAnswerPayload(PlanPart):
    """An answer that needs no tools."""

    answer: str
    confidence: float = Field(default=1.0, ge=0, le=1)
    reasoning: str | None = None
    references: list[dict[str, JsonValue]] = Field(default_factory=list)


class RejectPayload(PlanPart):
    """A refusal, and the policy behind it."""

    reason: str
    policy: str | None = None
    confidence: float = Field(default=1.0, ge=0, le=1)
    reasoning: str | None = None


class PlanOutput(PlanPart):
    """What a planner decided. Exactly the part that `kind` names is there."""

    kind: PlanOutputKind
    direct_answer: DirectAnswerPayload | None = None
    plan: Plan | None = None
    reject_payload: RejectPayload | None = None
    confidence: float = Field(default=1.0, ge=0, le=1)
    reasoning: str | None = None
    metadata: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_what_its_kind_names(self) -> "PlanOutput":
        parts: dict[PlanOutputKind, Any] = {
            PlanOutputKind.DIRECT: self.direct_answer,
            PlanOutputKind.PLAN: self.plan,
            PlanOutputKind.REJECT: self.reject_payload,
        }
        names = {
            PlanOutputKind.DIRECT: "direct_answer",
            PlanOutputKind.PLAN: "plan",
            PlanOutputKind.REJECT: "reject_payload",
        }
        for kind, part in parts.items():
            if (part is not None) != (kind is self.kind):
                message = f"kind {self.kind} needs {names[self.kind]} and no other payload"
                raise ValueError(message)
        return self
