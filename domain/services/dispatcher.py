"""The dispatcher: carries requested runs to their ends, in this process."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from domain.aggregate.event import removals_of, tell_removed
from domain.errors import NotFound
from domain.ports import Leases
from domain.run.commands import RequestRun
from domain.services.reader import RunReader
from domain.services.requested_run import Begun, NobodyWaits, RequestedRun, unheard
from domain.services.runs import RunService
from domain.views.response import RunResponse, run_response
from domain.writer import Authorship

Tell = Callable[[str], None]
"""Takes a remark for the person who waits."""

_NAMED: Final = 3


class Dispatcher:
    """Carries runs to their ends while the caller waits; runs that are lost it only names."""

    def __init__(self, runs: RunService, reader: RunReader, leases: Leases) -> None:
        self._runs, self._reader, self._leases = runs, reader, leases

    async def answer(
        self,
        tenant_id: str,
        begin: Callable[[], RequestedRun],
        tell: Tell,
        begun: Begun = unheard,
    ) -> RunResponse:
        """Begin a run, carry it out unless that was done before, and return its response.

        Raises what `begin` and `carry_out` raise.
        """
        self.name_lost(tenant_id, tell)
        await asyncio.sleep(0)  # who was interrupted by now leaves no run
        run = begin()
        if not run.is_repeat:
            begun(run.run_id)
            await self.carry_out(tenant_id, run.run_id, tell)
        return self._response(tenant_id, run.run_id, tell)

    async def go_on(
        self, tenant_id: str, run_id: str, tell: Tell, *, goes_on: bool
    ) -> RunResponse:
        """Carry a run on that goes on, and return how it then is. Raises like `carry_out`."""
        if goes_on:
            await self.carry_out(tenant_id, run_id, tell)
        return self._response(tenant_id, run_id, tell)

    async def ask(
        self,
        request: RequestRun,
        by: Authorship,
        tell: Tell,
        begun: Begun = unheard,
        *,
        is_awaited: bool = True,
    ) -> RunResponse:
        """Make a request a run, carry it out unless that was done before; return its response.

        Raises like `RunService.ask`, and `NobodyWaits` at the end of a run that is not awaited:
        its response is made of the whole record, which is then read for nobody, and nobody is
        told of other runs that are lost.
        """
        if is_awaited:
            self.name_lost(by.tenant_id, tell)
        await asyncio.sleep(0)  # who was interrupted by now leaves no run
        run_id = self._runs.new_run_id()
        with self._telling(by.tenant_id, run_id, tell):
            asked = await self._runs.ask(request, by, run_id=run_id, begun=begun)
        if not (is_awaited or asked.is_repeat):
            raise NobodyWaits
        return self._response(by.tenant_id, asked.run_id, tell)

    def name_lost(self, tenant_id: str, tell: Tell) -> None:
        """Tell which runs of the tenant nobody carries out, if there are any."""
        lost = self._leases.run_out(tenant_id)
        if not lost:
            return
        named = ", ".join(lost[:_NAMED]) + (", ..." if len(lost) > _NAMED else "")
        many = f"{len(lost)} runs of this tenant wait or have lost their worker"
        one = "1 run of this tenant waits or has lost its worker"
        tell(
            f"opstrail: {one if len(lost) == 1 else many}: {named};"
            " `run.recover` carries on what can go on"
        )

    async def carry_out(self, tenant_id: str, run_id: str, tell: Tell) -> None:
        """Carry a run to its end; when cancelled, tell in which state that leaves it.

        Raises like `RunService.carry_out`.
        """
        with self._telling(tenant_id, run_id, tell):
            await self._runs.carry_out(tenant_id, run_id)

    def _response(self, tenant_id: str, run_id: str, tell: Tell) -> RunResponse:
        """Return the response of a run, and tell what was removed from its events."""
        history = self._reader.history(tenant_id, run_id)
        tell_removed(removals_of(entry.event for entry in history), tell)
        return run_response(history)

    @contextmanager
    def _telling(self, tenant_id: str, run_id: str, tell: Tell) -> Iterator[None]:
        try:
            yield
        except asyncio.CancelledError:
            with suppress(NotFound):  # it was interrupted before it was on record
                state = self._reader.summary(tenant_id, run_id).state
                tell(f"opstrail: interrupted; {run_id} is {state}")
            raise
