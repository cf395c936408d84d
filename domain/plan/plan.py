"""A plan as a whole, and what a planner puts out."""

from typing import Annotated

from pydantic import Field, JsonValue, field_validator, model_validator

from domain.estate.view_policy import View
from domain.plan.condition import Condition
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
    empty,
    usual,
)
from domain.query.recorded import RecordedQuery
from domain.values.arguments import NO_TRUTH, Number, Whole

_PAYLOADS = {
    PlanOutputKind.DIRECT: "direct_answer",
    PlanOutputKind.PLAN: "plan",
    PlanOutputKind.REJECT: "reject_payload",
}


_ID = r"^[A-Za-z][A-Za-z0-9_-]*$"
MaxFanOut = Annotated[
    int,
    Field(ge=1, le=100, description="The most calls for the values of [each]; more are cut."),
    NO_TRUTH,
]


class ToolDependency(PlanPart):
    """One tool call of a plan: what it waits for, and what it takes from earlier results.

    `output_mapping` maps a parameter to a mapping expression (see `domain.plan.mapping`).
    """

    tool_id: str = Field(
        description="The call: the name of a part, such as metric; of a step, step_id:metric."
    )
    depends_on: list[str] = empty(list, "The calls that must succeed before it is made.")
    output_mapping: dict[str, str] = empty(
        dict, "Parameters of the call, each with the expression that gives its value."
    )
    condition: Condition | None = Field(
        None, description="When the call is made; else it is skipped on purpose."
    )
    max_fan_out: MaxFanOut = 25


class OwnCall(PlanPart):
    """A call of any tool, as the tool describes it."""

    call_id: str = Field(pattern=_ID, description="Its name; of a step, step_id:call_id.")
    tool: str = Field(description="The tool.")
    operation: str = Field(description="The operation of the tool.")
    params: dict[str, JsonValue] = empty(dict, "The parameters that are known.")
    output_mapping: dict[str, str] = empty(
        dict, "Further ones, each with the expression that gives its value."
    )
    depends_on: list[str] = empty(list, "The calls that must succeed before it is made.")
    condition: Condition | None = Field(
        None, description="When it is made; else it is skipped on purpose."
    )
    max_fan_out: MaxFanOut = 25


OwnCalls = list[OwnCall]  # in the class below, list is a part


class _ToolParts(PlanPart):
    primary: PrimarySpec = usual(
        PrimarySpec, "The configuration items that the question is about."
    )
    secondary: SecondarySpec = usual(SecondarySpec, "The other end of a path, or further items.")
    aggregate: AggregateSpec = usual(AggregateSpec, "Groups of records to count or measure.")
    graph: GraphSpec = usual(GraphSpec, "What to look at around the primary item.")
    output: OutputSpec = usual(OutputSpec, "What the answer should show first.")
    history: HistorySpec = usual(HistorySpec, "Dated records to list.")
    auto: AutoSpec = usual(AutoSpec, "What a recipe looks at, of mode auto.")
    list: ListSpec = usual(ListSpec, "A page of items to list.")
    metric: MetricSpec | None = Field(None, description="A metric to look at.")
    document: DocumentSpec | None = Field(None, description="Documents to search.")
    cep: CepSpec | None = Field(None, description="A rule to try.")
    view: View | None = Field(
        None, description="The view to look along where the part graph names none."
    )
    calls: OwnCalls = empty(OwnCalls, "Calls of any tools, beside those of the parts.")

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

    step_id: str = Field(
        pattern=_ID,
        description="The name that begins the ids of the calls of the step.",
    )
    name: str = Field(description="What the step is for, as a title.")
    description: str | None = Field(None, description="What the step is for, in more words.")
    intent: Intent = Field(description="What the step is after.")
    mode: PlanMode = Field(PlanMode.CI, description="How wide the step looks.")
    condition: Condition | None = Field(
        None, description="When its calls are made; else they are skipped on purpose."
    )
    next_step_id: str | None = Field(
        None, description="The step that runs when this one has ended, and did not fail."
    )
    error_next_step_id: str | None = Field(
        None, description="The step that runs only if this one failed, and answers for it."
    )


class PlanBranch(PlanPart):
    """Steps that run when a condition holds."""

    branch_id: str = Field(pattern=_ID, description="The name of the branch.")
    name: str = Field(description="What it is for.")
    condition: Condition = Field(description="When its steps run.")
    steps: list[PlanStep] = Field(min_length=1, description="Its steps.")
    merge_step_id: str | None = Field(
        None, description="The step that waits for all branches that name it."
    )


class PlanLoop(PlanPart):
    """Steps that repeat until a condition holds.

    In its expressions `{loop_id.iteration}` counts from 1; a step that comes later, or the same
    one, means the repetition before, and needs a default.
    """

    loop_id: str = Field(pattern=_ID, description="The name of the loop.")
    name: str = Field(description="What it is for.")
    max_iterations: Whole = Field(10, ge=1, description="The most repetitions.")
    break_condition: Condition | None = Field(
        None, description="When it ends, asked after each repetition."
    )
    steps: list[PlanStep] = Field(min_length=1, description="Its steps.")
    next_step_id: str | None = Field(None, description="The step that follows the loop.")


class Plan(_ToolParts):
    """What to ask of which tools.

    Without `steps` the parts are the calls; with `steps` each step has its own.
    """

    intent: Intent = Field(Intent.LOOKUP, description="What the question is after.")
    view: View | None = Field(
        View.SUMMARY,
        description="The view to look along where the part graph names none; SUMMARY is no walk.",
    )
    mode: PlanMode = Field(PlanMode.CI, description="How wide the plan looks; auto: a recipe.")
    normalized_from: str | None = Field(None, description="The question as it was asked.")
    normalized_to: str | None = Field(None, description="The question as the planner took it.")
    choices: list[str] = empty(list, "What was chosen or corrected in the question.")
    query: RecordedQuery | None = Field(
        None, description="The query that the plan answers, as it was read from the question."
    )
    steps: "list[PlanStep]" = empty(list, "The steps of a plan of several: they make the calls.")
    branches: "list[PlanBranch]" = empty(list, "Steps that run on a condition.")
    loops: "list[PlanLoop]" = empty(list, "Steps that repeat.")
    budget: BudgetSpec = usual(BudgetSpec, "The most that the plan may use.")
    enable_multistep: bool = Field(
        default=False, description="Must be true for plans with steps, branches or loops."
    )
    execution_strategy: ExecutionStrategy | None = Field(
        None, description="How the calls follow each other; without it, as dag."
    )
    tool_dependencies: "list[ToolDependency]" = empty(
        list, "What calls wait for and take from others, beside what the parts imply."
    )
    enable_intermediate_llm: bool = Field(
        default=False, description="Not supported yet: must be false."
    )
    mode_hint: str | None = Field(
        None, description="A mode whose capabilities count when tools are ranked."
    )


class DirectAnswerPayload(PlanPart):
    """An answer that needs no tools."""

    answer: str = Field(description="The answer.")
    confidence: Number = Field(1.0, ge=0, le=1, description="How sure the planner is.")
    reasoning: str | None = Field(None, description="How the planner came to it.")
    references: list[dict[str, JsonValue]] = empty(list, "What the answer is based on.")


class RejectPayload(PlanPart):
    """A refusal, and the policy behind it."""

    reason: str = Field(description="Why the question is refused.")
    policy: str | None = Field(None, description="The policy that forbids it.")
    confidence: Number = Field(1.0, ge=0, le=1, description="How sure the planner is.")
    reasoning: str | None = Field(None, description="How the planner came to it.")


class PlanOutput(PlanPart):
    """What a planner decided. Exactly the part that `kind` names is there."""

    kind: PlanOutputKind = Field(
        description="What was decided; the part of that name must be there, and no other."
    )
    direct_answer: DirectAnswerPayload | None = Field(
        None, description="The answer, of kind direct."
    )
    plan: Plan | None = Field(None, description="The plan, of kind plan.")
    reject_payload: RejectPayload | None = Field(None, description="The refusal, of kind reject.")
    confidence: Number = Field(1.0, ge=0, le=1, description="How sure the planner is.")
    reasoning: str | None = Field(None, description="How the planner came to it.")
    metadata: dict[str, JsonValue] = empty(dict, "Anything else that is to be kept.")

    @model_validator(mode="after")
    def _has_what_its_kind_names(self) -> "PlanOutput":
        for kind, payload in _PAYLOADS.items():
            if (getattr(self, payload) is not None) != (kind is self.kind):
                message = f"kind {self.kind} needs {_PAYLOADS[self.kind]} and no other payload"
                raise ValueError(message)
        return self
