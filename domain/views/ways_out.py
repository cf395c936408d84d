"""What can be done next with a run that has no answer: the nearest that works."""

from collections.abc import Iterator

from msgspec import UNSET
from pydantic import ValidationError

from domain.json import JsonMap, as_maps, as_text, as_texts
from domain.plan.plan import Plan
from domain.response.blocks import Block
from domain.response.compose.actions import TRACE_DETAILS, once
from domain.response.compose.any_call_sections import failure
from domain.response.compose.call_result import CallResult
from domain.response.compose.choices import choices
from domain.response.compose.evidence import references_of
from domain.response.compose.section import Surroundings
from domain.response.edition import NEWEST
from domain.response.next_actions import NextAction
from domain.run.events import PlanProduced, PlanValidated, RunFailed, RunRejected, RunRequested
from domain.run.facts import Fault
from domain.views.calls import CallView
from domain.views.history import History
from domain.views.nearest_plans import nearest_plans

_WORKS_ANYWHERE = "How many configuration items are there?"


def ways_out(history: History, end: RunFailed | RunRejected) -> list[NextAction]:
    """Return what can be done next with a run that came to this end.

    A run of the first edition has fewer ways out; see `RunOptions`.
    """
    is_whole = _is_whole(history)
    if isinstance(end, RunRejected):
        return [_question(_WORKS_ANYWHERE), TRACE_DETAILS] if is_whole else []
    nearest = _nearest(history, end.error) if is_whole else ()
    edition = NEWEST if is_whole else 1
    return [*once([*_choices(history, edition), *nearest]), TRACE_DETAILS]


def candidates(history: History) -> tuple[list[Block], list[JsonMap]]:
    """Return tables of what ambiguous names may mean, and the references to their calls.

    A run of the first edition has none.
    """
    blocks, references = list[Block](), list[JsonMap]()
    failed = [each for each in history.last_calls if each.status == "failed"]
    for call in map(_result, failed if _is_whole(history) else ()):
        made = references_of(call)
        update = {
            "id": f"ci-candidates-{call.call_id}",
            "reference_ids": [as_text(each["id"]) for each in made],
        }
        tables = [each.model_copy(update=update) for each in failure(call, Surroundings()).blocks]
        blocks += tables
        references += made if tables else []
    return blocks, references


def _is_whole(history: History) -> bool:
    request = history.entries[0].event
    return isinstance(request, RunRequested) and request.options.edition is not UNSET


def _question(question: str) -> NextAction:
    return NextAction(type="copy_payload", label=question, payload={"question": question})


def _understood(nearest: JsonMap) -> NextAction:
    """Return the action of asking a question that is understood, as it is read."""
    payload = {name: value for name, value in nearest.items() if name != "reading"}
    return NextAction(type="copy_payload", label=as_text(nearest["reading"]), payload=payload)


def _nearest(history: History, error: Fault) -> Iterator[NextAction]:
    """Yield the questions that would be understood, or the plan without what is wrong with it."""
    yield from map(_understood, as_maps(error.details.get("nearest")))
    yield from map(_question, as_texts(error.details.get("examples")))
    problems = as_maps(error.details.get("problems"))
    produced = [e.event for e in history.entries if isinstance(e.event, PlanProduced)]
    if problems and produced:
        yield from nearest_plans(produced[-1].plan_output, problems)


def _choices(history: History, edition: int) -> Iterator[NextAction]:
    """Yield an action per item that a name of a failed call may mean, and per close code."""
    validated = [
        entry.event for entry in history.entries if isinstance(entry.event, PlanValidated)
    ]
    if not validated:
        return
    try:
        plan = Plan.model_validate(validated[-1].plan)
    except ValidationError:  # a plan of another opstrail: it can be read, but not changed here
        return
    for call in history.last_calls:
        if call.status == "failed":
            yield from choices(plan, _result(call), edition=edition)


def _result(call: CallView) -> CallResult:
    return CallResult(
        call_id=call.call_id,
        tool=call.tool,
        operation=call.operation,
        params=call.params,
        status="failed",
        error=call.error,
        error_code=call.error_code,
        details=call.error_details,
    )
