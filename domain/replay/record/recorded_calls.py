"""Answers from the record of a run: nothing outside is called."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final, Never

from msgspec import UNSET
from pydantic import JsonValue

from domain.errors import ErasedResult
from domain.plan.plan import Plan
from domain.replay.record.recorded_call import RecordedCall
from domain.replay.record.recorded_tools import ranked_as_recorded
from domain.replay.record.recording import Recording
from domain.replay.record.recordings import Recordings, Similar
from domain.run.facts import ResultPatch
from domain.stages.call_facts import ranked_by
from domain.stages.recorder import RunStopped
from domain.stages.sources import Answer, CallRequest, Clearance, Ranking
from domain.tools.catalogue import KnownTools, effect_of
from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.invoker import row_count
from domain.values.effect import Effect

DEFAULT_ERROR: Final = ToolErrorCode.UPSTREAM_UNAVAILABLE
"""The error code of a result that is replaced by an error, unless another is given."""

_IDLE_TURNS = 100
"""After so many turns of the event loop without a call asked for or answered, none will be: the
engine waits for nothing but calls, and needs a few turns from one to the next."""

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
        self.expect = self._recordings.expect
        self._tools = tools
        waiting = recording.waiting.calls if recording.waiting else ()
        self._waiting = {(call.call_id, call.label): call.why for call in waiting}
        self._not_begun: CallRequest | None = None
        ended = [call for call in recording.calls if call.ended is not None]
        ended.sort(key=lambda call: call.ended_version or 0)
        self._to_end = deque(call.key for call in ended)
        self._steps, self._is_over, self._is_cut_short = 0, False, False
        self._budget: asyncio.Timeout | None = None
        self._at_once = {key: batch for batch in recording.last_in_time for key in batch}
        self._turns = dict[tuple[str, int], asyncio.Future[None]]()

    def clearance(self, request: CallRequest) -> Clearance:
        """See `Calls`; where the record ends before an effect, nothing says that it may begin."""
        why = self._waiting.get((request.call_id, request.label))
        recorded = self._recordings.find(request, self._is_similar)
        if recorded is not None and (why is None or recorded.ended is not None):
            effect = recorded.started.effect
            return Clearance(Effect.READ if effect is UNSET else effect)
        effect = effect_of(self._tools, request.tool, request.operation)
        if self._is_cut_short:
            return Clearance(effect, "its time was over before it began")
        if why is None and effect is not Effect.READ and not self._goes_on:
            self._not_begun, why = request, "it is not on the record"
        return Clearance(effect, why)

    def expires_at(self) -> str:
        """See `Calls`."""
        if self._not_begun is not None or self._recording.waiting is None:
            raise RunStopped(
                MissingRecording(self._not_begun) if self._not_begun else RecordEnded()
            )
        return self._recording.waiting.expires_at

    async def call(self, request: CallRequest) -> Answer:
        """See `Calls`."""
        self._steps += 1
        recorded = self._recordings.take(request, self._is_similar)
        if recorded is None and self._goes_on:
            return Answer(_NOT_RECORDED, 0.0, "record")
        if recorded is None:
            raise RunStopped(MissingRecording(request))
        if recorded.ended is None:  # what stops the run may come before its turn
            _tell_waits(request, recorded)
        await self._wait_for_turn(recorded)
        if recorded.key in {batch[-1] for batch in self._recording.last_in_time}:
            self._end_time()  # no other call begins, as none did
        other = self._replaced.get(request.call_id)
        if other is not None:
            return Answer(other, 0.0, "patch")
        if recorded.ended is None:
            await self._stop()
        _tell_waits(request, recorded)
        if (answer := recorded.answer) is None:
            raise RunStopped(ErasedResult(request.call_id))
        return answer

    async def rank(self, plan: Plan) -> Ranking:
        """Rank by what was measured at the time, and by the rules of today."""
        ranking = self._recording.ranking
        if ranking is None:
            raise RunStopped(RecordEnded())
        context = ranked_by(ranking.context, plan)
        return context, ranked_as_recorded(self._tools, context, ranking.candidates)

    @asynccontextmanager
    async def within(self, seconds: float | None) -> AsyncIterator[None]:
        """Give as much time as there was, however long it takes now.

        None left means that it was over on the record: what did not begin there does not here.
        """
        self._is_over, self._is_cut_short = False, seconds == 0
        async with asyncio.timeout(None) as self._budget:
            yield
        if self._is_cut_short:
            raise TimeoutError

    async def _wait_for_turn(self, recorded: RecordedCall) -> None:
        batch = self._at_once.get(recorded.key, (recorded.key,))

        def is_turn() -> bool:
            return next(iter(self._to_end), None) in batch

        await self._until_idle_or(is_turn)
        while self._turns and not is_turn():  # the last in time are about to end
            await self._until_idle_or(is_turn)
        if recorded.key in self._at_once:
            await self._turn_in(batch, recorded.key)
        self._steps += 1
        if recorded.key in self._to_end:
            self._to_end.remove(recorded.key)

    async def _until_idle_or(self, is_time: Callable[[], bool]) -> None:
        idle_turns, steps = 0, self._steps
        while idle_turns < _IDLE_TURNS and not is_time():
            await asyncio.sleep(0)
            idle_turns = idle_turns + 1 if steps == self._steps else 0
            steps = self._steps

    async def _turn_in(self, batch: Sequence[tuple[str, int]], key: tuple[str, int]) -> None:
        """Wait for the turn in a batch that ends within one turn of the event loop.

        What follows from earlier ends comes before it. From one end to the next nothing begins.
        """
        loop, is_first = asyncio.get_running_loop(), self._turns.keys().isdisjoint(batch)
        turn = self._turns[key] = loop.create_future()
        try:
            if is_first:
                await self._until_idle_or(lambda: False)  # others of it may be asked for yet
                loop.call_soon(self._let_go, batch)
            await turn
        finally:
            self._turns.pop(key, None)

    def _let_go(self, batch: Sequence[tuple[str, int]]) -> None:
        for key in batch:
            self._at_once.pop(key, None)
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


def _tell_waits(request: CallRequest, recorded: RecordedCall) -> None:
    for wait in recorded.waits:
        request.tell(wait)


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
