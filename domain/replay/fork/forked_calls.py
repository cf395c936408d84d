"""Answers for a fork: from the record where it has them, else from the tools if allowed."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager

from domain.plan.plan import Plan
from domain.replay.record.patched_results import patched_result
from domain.replay.record.recorded_calls import Recordings
from domain.run.facts import ResultPatch
from domain.stages.sources import Answer, CallRequest, Calls, Ranking
from domain.tools.contracts import ToolErrorCode, ToolResult


class ForkedCalls:
    """Answers with a patch, else from the recordings, else live; see `Calls`."""

    def __init__(
        self, recordings: Recordings, live: Calls, *, patches: Mapping[str, ResultPatch]
    ) -> None:
        """Nothing was asked for yet; `patches` are by call id."""
        self._recordings, self._live, self._patches = recordings, live, patches

    async def call(self, request: CallRequest) -> Answer:
        """See `Calls`."""
        recorded = self._recordings.take(request)
        patch = self._patches.get(request.call_id)
        if patch is not None:
            return Answer(patched_result(patch), 0.0, "patch")
        if recorded is not None and recorded.result is not None:
            return Answer(recorded.result, 0.0, "record")
        return await self._live.call(request)

    async def rank(self, plan: Plan) -> Ranking:
        """See `Calls`."""
        return await self._live.rank(plan)

    def within(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """See `Calls`."""
        return self._live.within(seconds)


class BlockedCalls:
    """Refuses every call; see `Calls`."""

    def __init__(self, live: Calls) -> None:
        """Rank by the tools that may not be called."""
        self._live = live

    async def call(self, request: CallRequest) -> Answer:
        """See `Calls`."""
        name = f"{request.tool}.{request.operation}"
        message = f"{name} is not on the record with these params, and live calls are blocked"
        result = ToolResult(success=False, error=message, error_code=ToolErrorCode.POLICY_DENY)
        return Answer(result, 0.0, "blocked")

    async def rank(self, plan: Plan) -> Ranking:
        """See `Calls`."""
        return await self._live.rank(plan)

    def within(self, seconds: float | None) -> AbstractAsyncContextManager[object]:
        """See `Calls`."""
        return self._live.within(seconds)
