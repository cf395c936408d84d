"""What must hold of the runs of a storm, looked for in their record."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from domain.replay.verify.verify import verify
from domain.run.approval_events import CallApproved
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.events import HistoryEntry, RunRecovered, RunResumed, StageStarted
from domain.run.lifecycle import ENDED_STATES, RunState
from domain.tools.catalogue import effect_of
from domain.tools.policies.policy import Policies, ToolPolicy
from domain.values.effect import Effect
from domain.values.json_text import is_deeper
from domain.views.response import run_response
from tests.acceptance.chaos.storm import Storm
from tests.acceptance.chaos.wild_tools import TENANTS, marker_of

_SLACK_MS: Final = 2500.0
"""So much later than its time-out says may a machine with other work end a call."""
_LATE_MS: Final = 250.0
"""So much later may it keep on record that a call ended: its end tells when it began."""
_TOUCH_MS: Final = 0.01


@dataclass(frozen=True)
class Work:
    """A tool that worked on a call, in milliseconds since 1970, under a policy."""

    tool: str
    operation: str
    begun: float
    ended: float
    policy: ToolPolicy


def faults(storm: Storm) -> Iterator[str]:
    """Yield what does not hold, each with the run."""
    yield from storm.broken
    for tenant_id in TENANTS:
        own = [run_id for of, run_id in storm.runs if of == tenant_id]
        histories = {run_id: storm.history(tenant_id, run_id) for run_id in own}
        works = [work for each in histories.values() for work in works_of(storm, tenant_id, each)]
        for told in (*_at_once(works), *_per_window(works)):
            yield f"seed {storm.seed}, {tenant_id}: {told}"
        for run_id, history in histories.items():
            for told in _faults_of_run(storm, tenant_id, history):
                yield f"seed {storm.seed}, {tenant_id}, {run_id}: {told}"


def _faults_of_run(storm: Storm, tenant_id: str, history: Sequence[HistoryEntry]) -> Iterator[str]:
    run_id = history[0].envelope.stream_id
    state = storm.opstrail.reader.summary(tenant_id, run_id).state
    if state not in {*ENDED_STATES, RunState.WAITING}:
        yield f"it is {state}"
    yield from _strangers(storm, tenant_id, history)
    yield from _attempts(storm, tenant_id, history)
    yield from _effects(storm, tenant_id, history)
    for _, entry, policy in _ends(storm, tenant_id, history):
        yield from _sizes(entry.event, policy)
    verdict = asyncio.run(verify(history, storm.opstrail.tools, storm.opstrail.verifier))
    if not verdict.is_same:
        events = ", ".join(f"{e.envelope.version} {e.event.stored_as}" for e in history)
        yield f"it does not verify: {verdict.divergence or verdict.missing}, of {events}"


def _strangers(storm: Storm, tenant_id: str, history: Sequence[HistoryEntry]) -> Iterator[str]:
    stored = storm.opstrail.store.read(tenant_id, history[0].envelope.stream_id)
    texts = {
        "events": msgspec.json.encode([*stored]).decode(),
        "what is read": repr([entry.event for entry in history]),
        "the response": repr(run_response(history)),
    }
    for other in {*TENANTS} - {tenant_id}:
        for where, text in texts.items():
            if marker_of(other) in text:
                at = text.index(marker_of(other))
                yield f"{where} hold data of {other}: {text[max(0, at - 200) : at + 50]}"


def _policy(storm: Storm, tenant_id: str, tool: str, operation: str) -> ToolPolicy:
    known, policies = storm.opstrail.tools, Policies(storm.documents[tenant_id])
    effect = effect_of(known, tool, operation)
    return policies.of(tool, known.get_tool(tool).tool_type, operation, effect)


def _ends(
    storm: Storm, tenant_id: str, history: Sequence[HistoryEntry]
) -> Iterator[tuple[ToolCallStarted, HistoryEntry, ToolPolicy]]:
    """Yield the ends of calls that went out, with how each began and its policy."""
    begun = dict[tuple[str, int], ToolCallStarted]()
    for entry in history:
        match entry.event:
            case ToolCallStarted() as started:
                begun[started.call_id, started.attempt] = started
            case ToolCallSucceeded() | ToolCallFailed() as ended if ended.answered_by == "live":
                started = begun[ended.call_id, ended.attempt]
                yield started, entry, _policy(storm, tenant_id, started.tool, started.operation)
            case _:
                pass


def works_of(storm: Storm, tenant_id: str, history: Sequence[HistoryEntry]) -> Iterator[Work]:
    """Yield when the tools worked, as the ends of the calls tell."""
    for started, entry, policy in _ends(storm, tenant_id, history):
        ended = datetime.fromisoformat(entry.envelope.recorded_at).timestamp() * 1000
        took: float = getattr(entry.event, "duration_ms", 0.0)
        if took:  # else it had no turn
            yield Work(started.tool, started.operation, ended - took, ended, policy)


def _at_once(works: Sequence[Work]) -> Iterator[str]:
    by_tool = defaultdict[str, list[Work]](list)
    for work in works:
        by_tool[work.tool].append(work)
    for tool, own in by_tool.items():
        limit = own[0].policy.max_concurrent_calls
        steps = [(each.begun + _TOUCH_MS, 1) for each in own] + [(each.ended, -1) for each in own]
        running = most = 0
        for _, step in sorted(steps):
            running += step
            most = max(most, running)
        if limit is not None and most > limit:
            yield f"{most} calls of {tool} at once, of at most {limit}"


def _per_window(works: Sequence[Work]) -> Iterator[str]:
    by_gate = defaultdict[tuple[str, str], list[Work]](list)
    for work in works:
        by_gate[work.tool, work.operation].append(work)
    for gate, own in by_gate.items():
        policy, begun = own[0].policy, sorted(each.begun for each in own)
        for limit, window in (
            (policy.rate_limit_per_second, 1000.0),
            (policy.rate_limit_per_minute, 60_000.0),
        ):
            for first, last in zip(begun, begun[limit or len(begun) :], strict=False):
                if last - first < window - _LATE_MS:
                    yield f"more than {limit} calls of {gate} within {last - first:.0f} ms"


def _attempts(storm: Storm, tenant_id: str, history: Sequence[HistoryEntry]) -> Iterator[str]:
    """Look for calls that were repeated too often, since the run was last taken up."""
    made = Counter[tuple[str, str]]()
    for entry in history:
        match entry.event:
            case RunResumed() | RunRecovered() | CallApproved() | StageStarted():
                made.clear()
            case ToolCallStarted(call_id=call_id, tool=tool, operation=operation):
                made[call_id, tool] += 1
                most = 1 + _policy(storm, tenant_id, tool, operation).max_retries
                if made[call_id, tool] > most:
                    yield f"{call_id} was made {made[call_id, tool]} times by {tool}"
            case _:
                pass
    for started, entry, policy in _ends(storm, tenant_id, history):
        took: float = getattr(entry.event, "duration_ms", 0.0)
        most_ms = min(policy.timeout_ms or started.timeout_ms, started.timeout_ms) + _SLACK_MS
        if took > most_ms:
            yield f"{started.call_id} took {took} ms, of at most {most_ms} with slack"


def _sizes(ended: Any, policy: ToolPolicy) -> Iterator[str]:  # noqa: ANN401 - the end of a call
    if not isinstance(ended, ToolCallSucceeded):
        return
    size, rows = len(msgspec.json.encode(ended.data)), None
    if isinstance(ended.data, dict) and isinstance(ended.data.get("rows"), list):
        rows = len(ended.data["rows"])
    if policy.max_rows is not None and (rows or 0) > policy.max_rows:
        yield f"{ended.call_id} has {rows} rows of at most {policy.max_rows}"
    if policy.max_bytes is not None and size > policy.max_bytes:
        yield f"{ended.call_id} has {size} bytes of at most {policy.max_bytes}"
    if policy.max_depth is not None and is_deeper(ended.data, policy.max_depth):
        yield f"{ended.call_id} is deeper than {policy.max_depth}"


def _effects(storm: Storm, tenant_id: str, history: Sequence[HistoryEntry]) -> Iterator[str]:
    """Look for effects that happened more often than once, and than people allowed."""
    begun, allowed = Counter[str](), Counter[str]()
    for entry in history:
        match entry.event:
            case ToolCallStarted(effect=Effect.EFFECT, call_id=call_id):
                begun[call_id] += 1
            case CallApproved(call_id=call_id):
                allowed[call_id] += 1
            case _:
                pass
    run_id = history[0].envelope.stream_id
    approval = _policy(storm, tenant_id, "wild", "change").approval
    calls = {getattr(entry.event, "call_id", "") for entry in history}
    for call_id in calls:
        happened = storm.outside.happened[f"{run_id}/{call_id}"]
        if effect_of_call(history, call_id) is not Effect.EFFECT or not happened:
            continue
        first = 0 if approval == "required" else 1
        if happened > begun[call_id]:
            yield f"{call_id} happened {happened} times, and began {begun[call_id]} times"
        if approval != "never" and happened > first + allowed[call_id]:
            yield f"{call_id} happened {happened} times, and was allowed {allowed[call_id]} times"


def effect_of_call(history: Sequence[HistoryEntry], call_id: str) -> Effect | None:
    """Return what a call does outside; None where it never began."""
    for entry in history:
        if isinstance(entry.event, ToolCallStarted) and entry.event.call_id == call_id:
            effect = entry.event.effect
            return effect if isinstance(effect, Effect) else Effect.READ
    return None
