"""The operation that says how a question is read, and makes no run of it."""

from typing import Final

from domain.json import as_list, as_text
from domain.operations.operation import Caller, Scope, read
from domain.operations.question_params import QuestionParams
from domain.operations.requests import CANNOT_PLAN, planned_question
from domain.operations.services import Services
from domain.plan.calls import planned_calls
from domain.plan.plan import Plan, PlanOutput
from domain.views.explanation import EXPLANATION, Explanation, PlannedCallInShort, UsedWords


async def explain_question(have: Services, caller: Caller, params: QuestionParams) -> Explanation:
    """Return how a question is read; nothing is run or recorded."""
    output = PlanOutput.model_validate(await planned_question(have, caller, params, explains=True))
    plan = output.plan or Plan()
    used = (as_list(each) for each in as_list(output.metadata.get("words")))
    return Explanation(
        question=params.question,
        kind=output.kind.value,
        reading=plan.normalized_to or output.reasoning or "",
        confidence=output.confidence,
        reasons=tuple(plan.choices),
        words=tuple(UsedWords(as_text(words), as_text(used_as)) for words, used_as in used),
        query=plan.query,
        calls=tuple(
            PlannedCallInShort(each.call_id, each.tool, each.operation, {**each.params})
            for each in planned_calls(plan)
        ),
    )


EXPLAIN_QUESTION: Final = read(
    "run.explain", Scope.RUNS_READ, QuestionParams, EXPLANATION, explain_question, *CANNOT_PLAN
)
