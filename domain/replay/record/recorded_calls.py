"""Answers from the record of a run: nothing outside is called."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, Never

from pydantic import JsonValue

from domain.errors import ErasedResult
from domain.plan.plan import Plan
from domain.replay.record.recorded_tools import ranked_as_recorded
from domain.replay.record.recording import RecordedCall, Recording
from domain.run.call_events import ToolCallStarted
from domain.run.facts import ResultPatch
from domain.stages.recorder import RunStopped
from domain.stages.sources import Answer, CallRequest, Ranking
from domain.tools.catalogue import KnownTools
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.invoker import row_count
from domain.tools.selector import ToolSelectionContext, strategy_of

DEFAULT_ERROR: Final = ToolErrorCode.UPSTREAM_UNAVAILABLE
"""The error code of a result that is replaced by an error, unless another is given."""

_IDLE_TURNS = 100
"""After so many turns of the event loop without a call asked for or answered, none will be: the
engine waits for nothing but calls, and needs a few turns from one to the next."""

Similar = Callable[[ToolCallStarted, CallRequest], bool]
"""Says whether a recorded call asked so much the same that its answer is meant."""

_NOT_RECORDED: Final = ToolResult(
    success=False,
    error="the call is not on the record",
    error_code=ToolErrorCode.DATA_NOT_FOUND,
)


class MissingRecording(Exception):
    """A call is asked for that is not on the record."""

    def __init__(self, request: CallRequest) -> None:
        self.request = request
        name = f"{request.tool}.{request.operation}"
        super().__init__(f"call {request.call_id}: {name} is not on the record with these params")


class RecordEnded(Exception):
    """The record ends before the run does: it was cancelled, or its worker was lost."""


class Recordings:
    """The recorded calls that nobody has asked for yet.

    A call is found by its label (the digest of tool, operation and parameters), never by its
    place; of several with one label that of the same call id, and of those the first.
    """

    def __init__(self, calls: Iterable[RecordedCall]) -> None:
        self._by_label: dict[str, list[RecordedCall]] = {}
        for call in calls:
            self._by_label.setdefault(call.started.label, []).append(call)

    def take(self, request: CallRequest) -> RecordedCall | None:
        """Return the recorded call, which then is taken; None when there is none (left)."""
        left = self._by_label.get(request.label, [])
        own = [call for call in left if call.started.call_id == request.call_id]
        found = next(iter(own or left), None)
        if found is not None:
            left.remove(found)
        return found

    def take_similar(self, request: CallRequest, is_similar: Similar) -> RecordedCall | None:
        """Return the first recorded call of this id and operation whose question is similar."""
        asked = (request.call_id, request.tool, request.operation)
        for left in self._by_label.values():
            for call in left:
                begun = call.started
                is_same_call = (begun.call_id, begun.tool, begun.operation) == asked
                if is_same_call and is_similar(begun, request):
                    left.remove(call)
                    return call
        return None


class RecordedCalls:
    """Answers every call from the record, in the order in which it has their ends; see `Calls`.

    After the last in time, the plan's time is over at once.

    `replaced` are the results of these call ids in place of the recorded ones. A call that has no
    end on the record waits until all others have theirs; then either the plan's time is over, as
    it was, or the run is stopped with `RecordEnded`. One that is not there at all, nor any that
    `is_similar` to it, stops it with `MissingRecording`, or only fails if `goes_on`.
    """

    def __init__(
        self,
        recording: Recording,
        tools: KnownTools,
        *,
        replaced: Mapping[str, ToolResult],
        is_similar: Similar = lambda *_: False,
        goes_on: bool = False,
    ) -> None:
        self._is_similar, self._goes_on = is_similar, goes_on
        self._recording, self._replaced = recording, replaced
        self._recordings = Recordings(recording.calls)
        self._tools = tools
        ended = [call for call in recording.calls if call.ended is not None]
        ended.sort(key=lambda call: call.ended_version or 0)
        self._to_end = deque(call.key for call in ended)
        self._steps, self._is_over = 0, False
        self._budget: asyncio.Timeout | None = None
        self._at_once = {key: batch for batch in recording.last_in_time for key in batch}
        self._turns = dict[tuple[str, int], asyncio.Future[None]]()

    async def call(self, request: CallRequest) -> Answer:
        """See `Calls`."""
        self._steps += 1
        recorded = self._recordings.take(request) or self._recordings.take_similar(
            request, self._is_similar
        )
        if recorded is None and self._goes_on:
            return Answer(_NOT_RECORDED, 0.0, "record")
        if recorded is None:
            raise RunStopped(MissingRecording(request))
        await self._wait_for_turn(recorded)
        if recorded.key in {batch[-1] for batch in self._recording.last_in_time}:
            self._end_time()  # no other call begins, as none did
        other = self._replaced.get(request.call_id)
        if other is not None:
            return Answer(other, 0.0, "patch")
        ended, result = recorded.ended, recorded.result
        if ended is None:
            await self._stop()
        if result is None:
            raise RunStopped(ErasedResult(request.call_id))
        return Answer(result, ended.duration_ms, ended.answered_by)

    async def rank(self, plan: Plan) -> Ranking:
        """Rank by what was measured at the time, and by the rules of today."""
        ranking = self._recording.ranking
        if ranking is None:
            raise RunStopped(RecordEnded())
        seen = ranking.context
        context = ToolSelectionContext(
            intent=plan.intent,
            user_pref=strategy_of(plan.mode),
            current_load=_numbers(seen["current_load"]),
            estimated_time=_numbers(seen["estimated_time"]),
            mode_hint=plan.mode_hint,
            success_rate=_numbers(seen["success_rate"]),
        )
        return context, ranked_as_recorded(self._tools, context, ranking.candidates)

    @asynccontextmanager
    async def within(self, _: float | None) -> AsyncIterator[None]:
        """Give as much time as there was, however long it takes now."""
        self._is_over = False
        async with asyncio.timeout(None) as self._budget:
            yield

    async def _wait_for_turn(self, recorded: RecordedCall) -> None:
        idle_turns, steps = 0, self._steps
        batch = self._at_once.get(recorded.key, (recorded.key,))
        while idle_turns < _IDLE_TURNS and next(iter(self._to_end), None) not in batch:
            await asyncio.sleep(0)
            idle_turns = idle_turns + 1 if steps == self._steps else 0
            steps = self._steps
        if recorded.key in self._at_once:  # what follows from earlier ends came before this one
            for _ in range(_IDLE_TURNS):
                await asyncio.sleep(0)
        if len(batch) > 1:
            await self._turn_in(batch, recorded.key)
        self._steps += 1
        if recorded.key in self._to_end:
            self._to_end.remove(recorded.key)

    async def _turn_in(self, batch: Sequence[tuple[str, int]], key: tuple[str, int]) -> None:
        """Wait for the turn in a batch that ends within one turn of the event loop.

        From one end to the next nothing begins then, as nothing did.
        """
        loop = asyncio.get_running_loop()
        if self._turns.keys().isdisjoint(batch):
            loop.call_soon(self._let_go, batch)  # after all that wait have seen that it is time
        self._turns[key] = loop.create_future()
        await self._turns[key]

    def _let_go(self, batch: Sequence[tuple[str, int]]) -> None:
        for key in batch:
            self._at_once.pop(key)
            if key in self._turns and not self._turns[key].done():
                self._turns[key].set_result(None)

    async def _stop(self) -> Never:
        """Stop where the record does, as all calls wait that have no end there."""
        if not self._recording.is_out_of_time or self._budget is None:
            raise RunStopped(RecordEnded())
        self._end_time()
        await asyncio.Event().wait()
        message = "an event that nobody sets is not waited for in vain"
        raise AssertionError(message)

    def _end_time(self) -> None:
        if self._budget is not None and not self._is_over:
            self._is_over = True
            self._budget.reschedule(asyncio.get_running_loop().time())


def patched_result(patch: ResultPatch) -> ToolResult:
    """Return the result that the patch stands for."""
    if patch.kind == "error":
        code = ToolErrorCode(patch.error_code or DEFAULT_ERROR)
        message = f"the recorded result was replaced by the error {code}"
        return ToolResult(success=False, error=message, error_code=code)
    counted = row_count(patch.data)
    return ToolResult(success=True, data=patch.data, metadata={"row_count": counted})


def empty_patch(recorded: ToolResult) -> ResultPatch:
    """Return the patch for a result of the same shape without content."""
    return ResultPatch(kind="empty", data=emptied(recorded.data))


def emptied(data: JsonValue) -> JsonValue:
    """Return data of the same shape without content.

    Lists are empty, whole numbers 0, other numbers null, statements false; text stays.
    """
    match data:
        case dict():
            return {name: emptied(value) for name, value in data.items()}
        case list():
            return []
        case bool():
            return False
        case int():
            return 0
        case float():
            return None
        case _:
            return data


def _numbers(value: object) -> dict[str, float]:
    return {str(k): float(v) for k, v in value.items()} if isinstance(value, dict) else {}
