"""Rules about tool calls that failed, were skipped, tried again, or held back."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Final

from domain.json import as_maps, as_text, as_texts
from domain.replay.compare.run_calls import RunCall
from domain.replay.diagnosis.case import Case, Finding, named, versions
from domain.replay.diagnosis.ends import since_before
from domain.replay.diagnosis.next_steps import (
    again,
    change,
    fork_of_parent,
    from_the_start,
    look,
    unblocked,
    with_longer_calls,
)
from domain.run.call_events import ToolCallFailed, ToolCallSkipped
from domain.run.facts import Fault, counted
from domain.tools.contracts import ToolErrorCode

_C = ToolErrorCode
_WORDS: Final[Mapping[str, str]] = {
    _C.TOOL_TIMEOUT: "did not answer in time",
    _C.UPSTREAM_UNAVAILABLE: "could not reach its source",
    _C.RATE_LIMITED: "was called too often",
    _C.CIRCUIT_OPEN: "was held back, because it failed too often before",
    _C.AUTH_FAILED: "was not let in by its source: the credentials are wrong",
    _C.PERMISSION_DENIED: "was not let in by its source: a permission is missing",
    _C.POLICY_DENY: "was forbidden by a policy",
    _C.SQL_BLOCKED: "was forbidden by a policy",
    _C.TENANT_MISMATCH: "was asked for data of another tenant",
    _C.DATA_NOT_FOUND: "found nothing by that name",
    _C.AMBIGUOUS_CI: "found several items by that name",
    _C.INVALID_PARAMS: "does not take these parameters",
    _C.TOOL_BAD_REQUEST: "does not take these parameters",
    _C.MAX_ROWS_EXCEEDED: "found more rows than allowed",
}
_HELD_BACK: Final = frozenset({_C.RATE_LIMITED, _C.CIRCUIT_OPEN})
_MENDED_OUTSIDE: Final = _HELD_BACK | {
    *(_C.TOOL_TIMEOUT, _C.UPSTREAM_UNAVAILABLE, _C.INTERNAL_ERROR),
    *(_C.AUTH_FAILED, _C.PERMISSION_DENIED),
}
"""Failures that the same call may not meet again."""
_MOST_NAMED: Final = 5


def call_failed(case: Case) -> Iterator[Finding]:
    """A call failed in its last attempt, those first that made the run fail."""
    failed = [call for call in case.calls if isinstance(call.end, ToolCallFailed)]
    for number, call in enumerate(failed):
        end = call.end
        if isinstance(end, ToolCallFailed):
            error, before = end.error, since_before(case) if number == 0 else ""
            said = f"{_WORDS.get(error.code, 'failed')} ({error.code}: {error.message})"
            sentence = f"{named(call)} {said}{_candidates(error)}{_not_live(end)}{before}."
            yield Finding(sentence, versions(call), _next_step(case, call, end))


def _candidates(error: Fault) -> str:
    """Name what else may be meant by a name that fits nothing, or too much."""
    codes = [as_text(each.get("ci_code")) for each in as_maps(error.details.get("candidates"))]
    found = codes or as_texts(error.details.get("suggestions"))
    if not found or all(code in error.message for code in found):
        return ""
    more = len(found) - _MOST_NAMED
    rest = f" and {more} more" if more > 0 else ""
    return f"; it may mean {', '.join(found[:_MOST_NAMED])}{rest}"


def _not_live(end: ToolCallFailed) -> str:
    """Say of a failure that did not happen outside where it comes from."""
    return {
        "live": "",
        "cache": "",
        "record": "; it is the failure on record of the run that this one comes from",
        "patch": "; a patch of this run put it there",
        "blocked": "; live calls are blocked in this run",
    }[end.answered_by]


def _next_step(case: Case, call: RunCall, end: ToolCallFailed) -> str:
    if end.answered_by == "blocked":
        return unblocked(case)
    if end.answered_by == "patch":
        return fork_of_parent(case)
    if end.answered_by == "record":
        return from_the_start(case)
    if end.error.code == _C.TOOL_TIMEOUT:
        return with_longer_calls(case, call)
    if end.error.code in _MENDED_OUTSIDE:
        return again(case)
    part = call.call_id.rpartition(":")[2]
    return change(case, f"{part}.keywords") or look(case, "trace")


def calls_skipped(case: Case) -> Iterator[Finding]:
    """Calls were not made, for what they waited for did not answer: the first cause is named."""
    by_id = {call.call_id: call for call in case.calls}
    skipped_by: dict[str, list[RunCall]] = {}
    for call in case.calls:
        if isinstance(call.end, ToolCallSkipped) and call.end.cause is not None:
            skipped_by.setdefault(_root(call.call_id, by_id), []).append(call)
    for root, calls in skipped_by.items():
        cause = by_id.get(root)
        were = f"{', '.join(map(named, calls))} {'was' if len(calls) == 1 else 'were'} skipped"
        why = f"{named(cause)} {cause.status}" if cause else f"{root} is missing"
        if cause is not None and cause.status == "succeeded":  # and did not give what is neededed
            reasons = [call.end.reason for call in calls if isinstance(call.end, ToolCallSkipped)]
            why = f"{named(cause)} did not give what is needed: {reasons[0]}"
        evidence = versions(*calls, *([cause] if cause else []))
        yield Finding(f"{were} because {why}.", evidence, look(case, "timeline"))


def tried_again(case: Case) -> Iterator[Finding]:
    """A call answered only after other attempts."""
    return _answered_late(case, by_same_tool=True)


def fallback_answered(case: Case) -> Iterator[Finding]:
    """Another tool answered for one that failed."""
    return _answered_late(case, by_same_tool=False)


def held_back(case: Case) -> Iterator[Finding]:
    """Calls were limited, or not let through at all; those that answered later are history."""
    attempts = itertools.chain.from_iterable(case.attempts.values())
    calls = [each for each in attempts if each.error_code in _HELD_BACK and each.went_out]
    if calls:
        tools = ", ".join(sorted({call.tool for call in calls}))
        yield Finding(
            f"{counted(len(calls), 'attempt')} {'was' if len(calls) == 1 else 'were'} held back "
            f"by limits of {tools}; later the same may be answered.",
            versions(*calls),
            again(case),
            is_note=all(case.attempts[call.call_id][-1].status == "succeeded" for call in calls),
        )


def _answered_late(case: Case, *, by_same_tool: bool) -> Iterator[Finding]:
    """Yield the calls of which only the last attempt answered; that of the same tool is a note."""
    for attempts in case.attempts.values():
        last, failed = attempts[-1], [each for each in attempts[:-1] if each.status == "failed"]
        is_same_tool = last.tool == attempts[0].tool
        if last.status == "succeeded" and failed and is_same_tool == by_same_tool:
            errors = ", ".join(f"{each.tool}: {each.error_code}: {each.error}" for each in failed)
            sentence = f"{named(last)} answered at attempt {last.attempt} (before: {errors})."
            next_step = look(case, "timeline") if by_same_tool else again(case)
            evidence = versions(*attempts)
            yield Finding(sentence, evidence, next_step, is_note=by_same_tool)


def _root(call_id: str, calls: Mapping[str, RunCall]) -> str:
    """Return the call that a chain of skipped calls waited for in the end."""
    seen = {call_id}
    while call_id in calls:
        end = calls[call_id].end
        if not isinstance(end, ToolCallSkipped) or end.cause is None or end.cause in seen:
            break
        call_id = end.cause
        seen.add(call_id)
    return call_id
