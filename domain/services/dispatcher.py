"""The dispatcher: carries requested runs to their ends, in this process."""

import asyncio
from collections.abc import Callable

from domain.services.reader import RunReader
from domain.services.recovery import LostRun, Recovery
from domain.services.runs import RunService

Tell = Callable[[str], None]
"""Takes a remark for the person who waits."""


class Dispatcher:
    """Carries runs to their ends while the caller waits; runs whose worker is lost come first."""

    def __init__(self, runs: RunService, reader: RunReader, recovery: Recovery) -> None:
        """Keep what is needed."""
        self._runs, self._reader, self._recovery = runs, reader, recovery

    async def recover(self, tenant_id: str, tell: Tell) -> list[LostRun]:
        """Take over the tenant's lost runs, carry them to their ends, and return them."""
        recovered = self._recovery.take_over(self._recovery.lost(tenant_id))
        for lost in recovered:
            tell(f"recovered {lost.summary.run_id}: {lost.why}")
            await self.carry_out(tenant_id, lost.summary.run_id, tell)
        return recovered

    async def carry_out(self, tenant_id: str, run_id: str, tell: Tell) -> None:
        """Carry a run to its end; when cancelled, tell in which state that leaves it.

        Raises like `RunService.carry_out`.
        """
        try:
            await self._runs.carry_out(tenant_id, run_id)
        except asyncio.CancelledError:
            state = self._reader.summary(tenant_id, run_id).state
            tell(f"opstrail: interrupted; {run_id} is {state}")
            raise
