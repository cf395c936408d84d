"""Rules about tool calls that failed, were skipped, tried again, or held back."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Final

from domain.replay.compare.run_calls import RunCall
from domain.replay.diagnosis.case import Case, Finding, named, versions
from domain.run.call_events import ToolCallFailed, ToolCallSkipped
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
_CHOICES: Final = frozenset({_C.DATA_NOT_FOUND, _C.AMBIGUOUS_CI})
_HELD_BACK: Final = frozenset({_C.RATE_LIMITED, _C.CIRCUIT_OPEN})


def call_failed(case: Case) -> Iterator[Finding]:
    """A call failed in its last attempt."""
    for call in case.calls:
        if isinstance(call.end, ToolCallFailed):
            error = call.end.error
            words = _WORDS.get(error.code, "failed")
            sentence = f"{named(call)} {words} ({error.code}: {error.message})."
            yield Finding(sentence, versions(call), _next_step(case, call.end))


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
        evidence = versions(*calls, *([cause] if cause else []))
        yield Finding(f"{were} because {why}.", evidence, case.command("timeline"))


def tried_again(case: Case) -> Iterator[Finding]:
    """A call answered only after other attempts."""
    return _answered_late(case, by_same_tool=True)


def fallback_answered(case: Case) -> Iterator[Finding]:
    """Another tool answered for one that failed."""
    return _answered_late(case, by_same_tool=False)


def held_back(case: Case) -> Iterator[Finding]:
    """Calls were limited, or not let through at all."""
    attempts = itertools.chain.from_iterable(case.attempts.values())
    calls = [attempt for attempt in attempts if attempt.error_code in _HELD_BACK]
    if calls:
        tools = ", ".join(sorted({call.tool for call in calls}))
        yield Finding(
            f"{len(calls)} attempts were held back by limits of {tools}; the same "
            "question later may be answered.",
            versions(*calls),
            case.command("rerun", "--reason '...'"),
        )


def _answered_late(case: Case, *, by_same_tool: bool) -> Iterator[Finding]:
    """Yield the calls of which only the last attempt answered."""
    for attempts in case.attempts.values():
        last, failed = attempts[-1], [each for each in attempts[:-1] if each.status == "failed"]
        is_same_tool = last.tool == attempts[0].tool
        if last.status == "succeeded" and failed and is_same_tool == by_same_tool:
            errors = ", ".join(f"{each.tool}: {each.error_code}" for each in failed)
            sentence = f"{named(last)} answered at attempt {last.attempt} (before: {errors})."
            yield Finding(sentence, versions(*attempts), case.command("timeline"))


def _next_step(case: Case, end: ToolCallFailed) -> str:
    if end.error.code in _CHOICES:
        return case.command("response")
    if end.error.can_retry and case.summary.state == "failed":
        return case.command("resume", "--reason '...'")
    return case.command("trace")


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
