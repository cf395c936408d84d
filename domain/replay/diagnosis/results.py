"""Rules about results that explain an answer: none, old, cut, erased, or not what was found.

What a tool left out is in its warnings and its data; here it is only told apart.
"""

from collections.abc import Iterator
from typing import Final

from domain.estate.view_policy import View
from domain.json import JsonMap, as_count, as_list, as_map
from domain.replay.compare.run_calls import RunCall
from domain.replay.diagnosis.case import Case, Finding, named, versions
from domain.replay.diagnosis.next_steps import change, fork_of_parent, look
from domain.replay.record.terms import terms_of
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import PlanProduced, RunResumed
from domain.run.facts import Patches
from domain.views.diagnosis import Confidence

_FINDS_ONLY: Final = "resolve"
_CALLER: Final = "caller"
_SEARCHES: Final = frozenset({"ci.search", "document.search"})
"""Operations whose rows other calls go on with: what is missing there is missing everywhere."""

_UNASKED_ROWS: Final = 50
"""The planner asks for so many rows where the question names no number."""

_FLAGS: Final = ("truncated", "ci_ids_truncated")
_Answered = tuple[RunCall, ToolCallSucceeded]


def replaced_result(case: Case) -> Iterator[Finding]:
    """A result is not what a tool found: a patch put it there."""
    for call, end in _answered(case):
        if end.answered_by == "patch":
            sentence = f"The result of {named(call)} is not what was found: a patch put it there."
            yield Finding(sentence, versions(call), fork_of_parent(case))


def patched(case: Case) -> Iterator[Finding]:
    """The run was asked for otherwise than the one that it comes from, or than it began."""
    origin = terms_of(case.entries).origin
    changes = [
        *(f"{path} = {value}" for path, value in origin.patches.plan.items()),
        *(f"{place} = {asset}" for place, asset in origin.patches.assets.items()),
        *(
            f"{call_id}.{name} = {value}"
            for call_id, params in origin.patches.params.items()
            for name, value in params.items()
        ),
    ]
    if changes:
        resumed = [n for n, event in case.all(RunResumed) if isinstance(event.patches, Patches)]
        asked = [1] if case.request.origin.patches != Patches() else []
        than = f" than {origin.parent_run_id}, which it comes from" if asked else ""
        sentence = f"The run was asked for otherwise{than}: {'; '.join(changes)}."
        yield Finding(sentence, (*asked, *resumed), fork_of_parent(case))


def erased_result(case: Case) -> Iterator[Finding]:
    """A result that the answer rests on is not there any more."""
    for call, end in _answered(case):
        if end.erased:
            sentence = f"What {named(call)} found cannot be looked at any more: {end.erased}."
            yield Finding(sentence, versions(call), look(case, "response"))


def empty_result(case: Case) -> Iterator[Finding]:
    """A call found nothing; when none found anything, that is why the answer is empty."""
    found = [each for each in _answered(case) if each[1].answered_by != "patch"]
    others = [call for call, end in found if call.operation != _FINDS_ONLY and not _is_empty(end)]
    for call, end in found:
        if _is_empty(end):
            rest = "" if others else ", and nothing else answered"
            said = f": {'; '.join(end.warnings)}" if end.warnings else ""
            yield Finding(
                f"{named(call)} found nothing{rest}{said}.",
                versions(call),
                look(case, "trace"),
                Confidence.POSSIBLE if others else Confidence.LIKELY,
                is_note=bool(others) and call.tool != "metric",
            )


def stale_data(case: Case) -> Iterator[Finding]:
    """The newest data of a result are from long before the time that was asked for."""
    for call, end in _answered(case):
        if _is_stale(end):
            sentence = f"{named(call)} said: {'; '.join(end.warnings)}."
            yield Finding(sentence, versions(call), look(case, "trace"))


def incomplete_result(case: Case) -> Iterator[Finding]:
    """A result is cut by a limit, of rows, of nodes or of depth, that nobody asked for."""
    for call, end in _answered(case):
        part = call.call_id.rpartition(":")[2]
        said, beyond = _remarks(case, call, end), _beyond(end)
        if _is_cut(end) and (said or beyond):
            paths = (f"{part}.limit", f"{part}.top_n", f"{part}.depth", "limits.max_nodes")
            yield Finding(
                f"{named(call)} said: {'; '.join([*said, *beyond])}.",
                versions(call),
                change(case, *paths) or look(case, "trace"),
                # The depth of a view that nobody named is how far the question is meant.
                is_note=not said and not _is_of_caller(case),
            )


def tool_said(case: Case) -> Iterator[Finding]:
    """A tool has another remark about its result."""
    for call, end in _answered(case):
        is_told = _is_empty(end) or _is_stale(end) or _is_cut(end)
        if not is_told and end.warnings:
            sentence = f"{named(call)} said: {'; '.join(end.warnings)}."
            is_note = _is_turned(end) and len(end.warnings) == 1
            yield Finding(sentence, versions(call), look(case, "trace"), is_note=is_note)


def _answered(case: Case) -> list[_Answered]:
    ends = ((call, call.end) for call in case.calls)
    return [(call, end) for call, end in ends if isinstance(end, ToolCallSucceeded)]


def _data(end: ToolCallSucceeded) -> JsonMap:
    return as_map(end.data)


def _is_empty(end: ToolCallSucceeded) -> bool:
    """Return whether nothing was found.

    That no value of many is within bounds is an answer, and so is yes or no.
    """
    is_answered = isinstance(_data(end).get("verdict"), bool)
    is_within = as_count(_data(end).get("ci_count_with_data"))
    return end.row_count == 0 and not is_within and not is_answered


def _is_turned(end: ToolCallSucceeded) -> bool:
    """Return whether an item without parts is shown in what it is a part of: that is no lack."""
    data = _data(end)
    return (
        data.get("view") == View.COMPOSITION and as_map(data.get("meta")).get("direction") == "in"
    )


def _is_stale(end: ToolCallSucceeded) -> bool:
    return _data(end).get("is_stale") is True


def _is_cut(end: ToolCallSucceeded) -> bool:
    data = _data(end)
    shown = len(as_list(data.get("rows")))
    totals = (as_count(data.get(name)) for name in ("total", "total_groups"))
    parts = (data, as_map(data.get("test_payload_meta")))
    is_cut = any(part.get(flag) is True for part in parts for flag in _FLAGS) or bool(_beyond(end))
    return is_cut or any(0 < shown < total for total in totals)


def _beyond(end: ToolCallSucceeded) -> list[str]:
    """Say how much of a graph lies behind the depth that was looked at."""
    data = _data(end)
    depth = as_count(as_map(data.get("meta")).get("depth"))
    count = as_count(data.get("beyond_depth"))
    return [f"{count} more items lie beyond depth {depth}"] if count else []


def _is_of_caller(case: Case) -> bool:
    """Return whether the caller brought the plan along, with its limits."""
    return [event.planner for _, event in case.all(PlanProduced)][-1:] == [_CALLER]


def _remarks(case: Case, call: RunCall, end: ToolCallSucceeded) -> list[str]:
    """Return what the tool said, without what the question itself asked for: the five highest."""
    shown = len(as_list(_data(end).get("rows")))
    is_search = f"{call.tool}.{call.operation}" in _SEARCHES
    if is_search or shown >= _UNASKED_ROWS or _is_of_caller(case):
        return list(end.warnings)
    cut = f"{shown} of "
    return [said for said in end.warnings if not (said.startswith(cut) and said.endswith("shown"))]
