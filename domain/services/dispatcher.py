"""The dispatcher: carries requested runs to their ends, in this process."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from domain.errors import NotFound
from domain.run.commands import RequestRun
from domain.services.reader import RunReader
from domain.services.recovery import Recovery
from domain.services.runs import RequestedRun, RunService
from domain.views.response import RunResponse, run_response
from domain.views.run import LostRun
from domain.writer import Authorship

Tell = Callable[[str], None]
"""Takes a remark for the person who waits."""


class Dispatcher:
    """Carries runs to their ends while the caller waits; runs whose worker is lost come first."""

    def __init__(self, runs: RunService, reader: RunReader, recovery: Recovery) -> None:
        self._runs, self._reader, self._recovery = runs, reader, recovery

    async def answer(
        self, tenant_id: str, begin: Callable[[], RequestedRun], tell: Tell
    ) -> RunResponse:
        """Begin a run, carry it out unless that was done before, and return its response.

        Raises what `begin` and `carry_out` raise.
        """
        await self.recover(tenant_id, tell)
        begun = begin()
        if not begun.is_repeat:
            await self.carry_out(tenant_id, begun.run_id, tell)
        return run_response(self._reader.history(tenant_id, begun.run_id))

    async def ask(self, request: RequestRun, by: Authorship, tell: Tell) -> RunResponse:
        """Make a request a run, carry it out unless that was done before; return its response.

        Raises like `RunService.ask`.
        """
        await self.recover(by.tenant_id, tell)
        run_id = self._runs.new_run_id()
        with self._telling(by.tenant_id, run_id, tell):
            asked = await self._runs.ask(request, by, run_id=run_id)
        return run_response(self._reader.history(by.tenant_id, asked.run_id))

    async def recover(self, tenant_id: str, tell: Tell) -> list[LostRun]:
        """Take over the tenant's lost runs, carry them to their ends, and return them."""
        recovered = self._recovery.take_over(tenant_id, self._recovery.lost(tenant_id), tell)
        for lost in recovered:
            tell(f"recovered {lost.run}: {lost.why}")
            await self.carry_out(tenant_id, lost.run, tell)
        return recovered

    async def carry_out(self, tenant_id: str, run_id: str, tell: Tell) -> None:
        """Carry a run to its end; when cancelled, tell in which state that leaves it.

        Raises like `RunService.carry_out`.
        """
        with self._telling(tenant_id, run_id, tell):
            await self._runs.carry_out(tenant_id, run_id)

    @contextmanager
    def _telling(self, tenant_id: str, run_id: str, tell: Tell) -> Iterator[None]:
        try:
            yield
        except asyncio.CancelledError:
            with suppress(NotFound):  # it was interrupted before it was on record
                state = self._reader.summary(tenant_id, run_id).state
                tell(f"opstrail: interrupted; {run_id} is {state}")
            raise
