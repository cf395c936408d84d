"""Making tool calls, with every step of each on record.

That a call starts is on disk before the tool is asked, its result before anything uses it.
"""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from msgspec import UNSET, Struct, structs

from domain.json import JsonMap
from domain.plan.mapping import MappingError
from domain.plan.planned_call import PlannedCall
from domain.plan.time_range import WrongTimeRange
from domain.redaction.marks import RemovedValue, require_complete
from domain.run.approval_events import RunWaiting, WaitingCall
from domain.run.call_events import (
    ToolCallFailed,
    ToolCallSkipped,
    ToolCallStarted,
    ToolCallSucceeded,
    ToolCallThrottled,
)
from domain.run.facts import CallWindow, RunOptions
from domain.run.lifecycle import Stage
from domain.stages.call_facts import (
    call_ended,
    call_label,
    call_logged,
    call_params,
    call_result,
    call_window,
    recorded_result,
    skipped_result,
)
from domain.stages.course import Course, Unmade
from domain.stages.recorder import CallsWait, Recorder, RunStopped
from domain.stages.sources import Answer, CallRequest, Sources
from domain.tools.contracts import ToolResult
from domain.tools.policies.waits import Throttled
from domain.values.effect import Effect

_SHORTEST_WAIT_MS = 1.0


class NotAnswered(Exception):
    """Tells the executor that a call has no answer, so that what waits for it is skipped."""


class _Begun(Struct):
    """A call whose parameters are known: with the recorded result that counts, or an attempt.

    One with neither waits for a person.
    """

    call: PlannedCall
    request: CallRequest
    window: CallWindow | None
    known: ToolResult | None
    attempt: int = 0


class CallMaking:
    """Makes the tool calls of one plan, and keeps what came of them in its course."""

    def __init__(
        self, recorder: Recorder, sources: Sources, course: Course, *, options: RunOptions
    ) -> None:
        """Answer the calls from `sources`; report every step to the recorder."""
        self._recorder, self._sources, self._options = recorder, sources, options
        self._course, self.groups = course, dict[str, int]()
        """The depth of each call; for people: no call waits for all of an earlier group."""
        self._attempts = Counter(sources.past.call_attempts)
        self._begun = dict[str, _Begun]()
        self._retries = dict[str, tuple[int, int]]()
        self.waiting = dict[str, WaitingCall]()
        """The calls that did not begin, as a person must allow them, by id."""

    async def begin(self, calls: Sequence[PlannedCall]) -> None:
        """Record that these calls start, in one append."""
        begun = [self._prepared(call) for call in calls]
        if any(each is not None and each.attempt for each in begun):
            await self._recorder.flush()  # what may have an effect is on disk before it happens

    def _prepared(self, call: PlannedCall) -> _Begun | None:
        """Return the call as it begins; None when it is skipped for its parameters."""
        past = self._sources.past
        try:
            params = call_params(call, self._course.data)
            if past.is_behind(Stage.EXECUTE):  # it is no longer decided what the calls ask
                params = past.asked.get(call.call_id, params)
            window = call_window(params, now=self._sources.now)
            require_complete(call.call_id, params)
        except (MappingError, WrongTimeRange, RemovedValue) as error:
            self.skip(call, Unmade(str(error), self._first(call.depends_on)))
            return None
        begun = self._begun[call.call_id] = self._begin(call, params, window)
        return begun

    async def make(self, call: PlannedCall) -> None:
        """Make a call that began. Raises `NotAnswered`."""
        begun = self._begun.pop(call.call_id, None)
        if begun is None:
            raise NotAnswered
        answer = await self._answer(begun)
        while (again := self._again(begun, answer, call.tool)) is not None:
            if again.attempt:
                await self._recorder.flush()
            begun, answer = again, await self._answer(again)
        is_fallback, params = begun.call.tool != call.tool, begun.request.params
        made = call_result(begun.call, params, answer.result, is_fallback=is_fallback)
        self._course.add(made)
        if not answer.result.success:
            raise NotAnswered

    def _again(self, begun: _Begun, answer: Answer, tool: str) -> _Begun | None:
        """Begin what is repeated, or what another tool is asked in place of the plan's."""
        call, request = begun.call, begun.request
        if answer.retry_after_ms is not None:
            self._retries[call.call_id] = (request.retry_count + 1, answer.retry_after_ms)
        elif answer.fallback is not None and call.tool == tool:
            call = structs.replace(call, tool=answer.fallback)
        else:
            return None
        return self._begin(call, request.params, begun.window)

    def _begin(self, call: PlannedCall, params: JsonMap, window: CallWindow | None) -> _Begun:
        """Return the call with the recorded result that counts; else a new attempt starts."""
        attempt = self._attempts[call.call_id] + 1
        retry_count, back_off_ms = self._retries.pop(call.call_id, (0, 0))
        request = CallRequest(
            call_id=call.call_id,
            tool=call.tool,
            operation=call.operation,
            params=params,
            label=call_label(call, params),
            timeout_ms=self._options.call_timeout_ms,
            retry_count=retry_count,
            back_off_ms=back_off_ms,
            tell=partial(self._throttled, call.call_id, attempt),
        )
        known = self._sources.past.outcomes.get((call.call_id, request.label))
        begun = _Begun(call, request, window, known)
        if known is None:
            self._begin_or_wait(call, begun)
        return begun

    def _begin_or_wait(self, call: PlannedCall, begun: _Begun) -> None:
        cleared, request = self._sources.calls.clearance(begun.request), begun.request
        if cleared.why_wait is not None:
            self.waiting[call.call_id] = WaitingCall(
                call_id=call.call_id,
                tool=request.tool,
                operation=request.operation,
                params=request.params,
                label=request.label,
                why=cleared.why_wait,
            )
            return
        begun.attempt = self._attempts[call.call_id] = self._attempts[call.call_id] + 1
        self._recorder.report(self._started(call, begun, cleared.effect))

    def _started(self, call: PlannedCall, begun: _Begun, effect: Effect) -> ToolCallStarted:
        request = begun.request
        return ToolCallStarted(
            call_id=call.call_id,
            tool=request.tool,
            operation=request.operation,
            params=request.params,
            label=request.label,
            depends_on=self._course.ids_of(*call.depends_on, *call.waits_for),
            group=self.groups[call.call_id],
            attempt=begun.attempt,
            timeout_ms=request.timeout_ms,
            window=begun.window,
            effect=UNSET if effect is Effect.READ else effect,
        )

    def _throttled(self, call_id: str, attempt: int, wait: Throttled) -> None:
        if wait.waited_ms >= _SHORTEST_WAIT_MS:
            self._recorder.report(
                ToolCallThrottled(
                    call_id=call_id,
                    attempt=attempt,
                    cause=wait.cause,
                    waited_ms=round(wait.waited_ms, 3),
                )
            )

    async def _answer(self, begun: _Begun) -> Answer:
        call_id = begun.request.call_id
        if begun.known is not None:
            fallback = self._sources.past.fallbacks.get(call_id)
            return Answer(begun.known, 0.0, fallback=None if begun.known.success else fallback)
        if not begun.attempt:
            raise NotAnswered
        answer = await self._sources.calls.call(begun.request)
        if logged := call_logged(call_id, begun.attempt, answer):
            self._recorder.report(logged)
        ended = call_ended(call_id, begun.attempt, answer)
        recorded = self._recorder.report(ended)
        # What goes on from an answer uses it as it is recorded: without what was removed.
        if recorded is not ended and isinstance(recorded, ToolCallSucceeded | ToolCallFailed):
            return structs.replace(answer, result=recorded_result(recorded))
        return answer

    async def stop_if_waiting(self) -> None:
        """Record that the run waits for a person, and stop it, if calls do."""
        if not self.waiting:
            return
        calls = [self.waiting[call_id] for call_id in sorted(self.waiting)]
        expires_at = self._sources.calls.expires_at()
        self._recorder.report(RunWaiting(calls=calls, expires_at=expires_at))
        await self._recorder.flush()
        raise RunStopped(CallsWait())

    def leave(self, call: PlannedCall, why: Unmade) -> None:
        """Keep that a call is not made, off the record: it may be yet."""
        self._course.add(skipped_result(call, why.reason, is_on_purpose=why.is_on_purpose))

    def skip(self, call: PlannedCall, why: Unmade) -> None:
        """Record that a call is not made."""
        self.leave(call, why)
        # A continued run skipped it for this reason before, and said so.
        if self._sources.past.skips.get(call.call_id) == why.reason:
            return
        self._recorder.report(
            ToolCallSkipped(
                call_id=call.call_id,
                tool=call.tool,
                operation=call.operation,
                reason=why.reason,
                cause=why.cause,
                on_purpose=why.is_on_purpose or UNSET,
            )
        )

    def _first(self, names: Sequence[str]) -> str | None:
        return next(iter(self._course.ids_of(*names)), None)
