"""What a record says of tools that are not known where it is gone over again."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import convert

from domain.json import JsonMap, as_maps, as_text, as_texts
from domain.run.call_events import ToolCallSkipped, ToolCallStarted
from domain.run.events import HistoryEntry, PlanProduced, PlanValidated, StageFailed
from domain.run.lifecycle import Stage
from domain.tools.as_recorded import Told, ToolsAsRecorded
from domain.tools.catalogue import KnownTools, ToolCatalogue
from domain.tools.selector import (
    FITS_NONE,
    CandidateScore,
    SmartToolSelector,
    ToolSelectionContext,
)


def tools_as_recorded(
    tools: KnownTools, entries: Sequence[HistoryEntry], *, since: int
) -> ToolsAsRecorded:
    """Return the tools for going over the events after this version again."""
    called, problems, named = list[ToolCallStarted](), list[Told](), set[str]()
    for at, entry in enumerate(entries):
        match entry.event:
            case ToolCallStarted() as call:
                called.append(call)
            case StageFailed(stage=Stage.VALIDATE, error=error) if at >= since:
                told = as_maps(error.details.get("problems"))
                problems += map(_told, told)
            case PlanProduced(plan_output=plan) | PlanValidated(plan=plan):
                named |= {*_named_in(plan)}
            case _:
                pass
    return ToolsAsRecorded(tools, called, problems, named)


def _named_in(plan: object) -> Iterator[str]:
    """Yield the tools of the calls in a plan, at any depth."""
    if isinstance(plan, list):
        for each in plan:
            yield from _named_in(each)
    elif isinstance(plan, dict):
        if isinstance(plan.get("operation"), str):
            yield as_text(plan.get("tool"))
        yield from _named_in([*plan.values()])


def _told(problem: JsonMap) -> Told:
    field, message = as_text(problem.get("field")), as_text(problem.get("message"))
    return field, message, as_texts(problem.get("allowed"))


def others_on_record(tools: KnownTools, entries: Iterable[HistoryEntry]) -> tuple[str, ...]:
    """Return the tools of the calls that are not among these, sorted."""
    calls = (entry.event for entry in entries)
    named = {each.tool for each in calls if isinstance(each, ToolCallStarted | ToolCallSkipped)}
    return tuple(sorted(name for name in named if not tools.is_registered(name)))


def ranked_as_recorded(
    tools: KnownTools, context: ToolSelectionContext, recorded: Sequence[JsonMap]
) -> list[CandidateScore]:
    """Return how the tools that there were then rank by the rules of today.

    Those that are not known keep their recorded scores.
    """
    then, known = context.current_load, tools.get_available_tools()
    there = ToolCatalogue(tool for name, tool in known.items() if name in then or not then)
    candidates = SmartToolSelector(there).explain(context)
    others = [convert(each, CandidateScore) for each in recorded if each.get("tool") not in known]
    if not all(each.reason.startswith(FITS_NONE) for each in others):
        candidates = [each for each in candidates if not each.reason.startswith(FITS_NONE)]
    return sorted([*candidates, *others], key=lambda each: (-each.score, each.tool))
