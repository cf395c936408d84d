"""What is wrong with a call, in the words of the plan that stands for it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from domain.plan.flow import places_of
from domain.plan.plan import Plan, PlanStep
from domain.plan.planned_call import PlannedCall
from domain.plan.time_range import WrongTimeRange, parse_time_range
from domain.stages.faults import Problem
from domain.tools.catalogue import KnownTools

_MISSING, _UNKNOWN = "field required", "extra inputs are not permitted"


def parts_of(plan: Plan) -> Iterable[tuple[str, Plan | PlanStep]]:
    """Return what stands for calls, with its path: the steps, or the plan itself."""
    steps = [(f"{place.path}.", place.step) for place in places_of(plan)]
    return steps or [("", plan)]


def date_problems(call: PlannedCall, plan: Plan, now: datetime) -> Iterator[Problem]:
    """Yield what is wrong with the dates by which the plan writes the time of a call."""
    for path, parts in parts_of(plan):
        prefix, spec = f"{parts.step_id}:" if isinstance(parts, PlanStep) else "", parts.document
        if spec is None or call.call_id != f"{prefix}document":
            continue
        dates = {"date_from": spec.date_from, "date_to": spec.date_to}
        wrong = {name: why for name in dates if (why := _why_no_date(dates[name], now))}
        if not wrong and spec.date_from and spec.date_to:
            wrong = {"date_to": f"{spec.date_to!r} is not after date_from {spec.date_from!r}"}
        for name, why in wrong.items():
            yield Problem(f"{path}document.{name}", why)


def _why_no_date(date: str | None, now: datetime) -> str | None:
    try:
        parse_time_range(f"{date or 'now'}..9999-12-30", now=now)
    except WrongTimeRange as error:
        return f"{date!r} {error.reason}; allowed: days, months or instants such as 2025-12-01"
    return None


def in_plan_words(
    plan: Plan,
    calls: Sequence[PlannedCall],
    problems: Sequence[Problem],
    tools: KnownTools | None,
) -> Iterator[Problem]:
    """Yield the problems; those of a param name the part of the plan, or the params there are."""
    if not problems:
        return
    paths = {
        f"{parts.step_id}:" if isinstance(parts, PlanStep) else "": path
        for path, parts in parts_of(plan)
    }
    made = {call.call_id: call for call in calls}
    for problem in problems:
        call_id, _, name = problem.field.rpartition(".")
        step, colon, part = call_id.rpartition(":")
        call = made.get(call_id)
        if call and not call.is_own and name == "ci_id" and problem.message == _MISSING:
            message = f"the part {part} needs an item to look at, none is given"
            yield Problem(f"{paths.get(step + colon, '')}primary.keywords", message)
        elif call and not call.is_own and (part, name) == ("cep", "value"):
            yield Problem(f"{paths.get(step + colon, '')}cep.rule_id", problem.message)
        elif call and call.is_own and tools and problem.message.startswith(_UNKNOWN):
            known = tools.get_tool(call.tool).operations[call.operation].params.model_fields
            said = f"{call.tool}.{call.operation} takes no {name!r}"
            message = f"{said}; parameters: {', '.join(sorted(known))}"
            yield Problem(problem.field, message, sorted(known))
        else:
            yield problem
