"""The sweep: what nobody carries out is found again and again, of all tenants, and carried on."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final

from domain.services.recovery import Recovery
from domain.threads import in_thread

SWEEP_SECONDS: Final = 5.0
_MOST_OF_ONE: Final = 4
"""So many recoveries of a tenant go on at once: a run that hangs keeps no other waiting."""

Say = Callable[[str], None]


async def sweep(
    recovery: Recovery, *, tell: Say, doubt: Say, seconds: float = SWEEP_SECONDS
) -> None:
    """Look for lost runs every so many seconds, and recover them; for ever."""
    under_way = Counter[str]()

    async def recover(tenant_id: str) -> None:
        under_way[tenant_id] += 1
        try:
            await recovery.recover(tenant_id, tell=tell, doubt=doubt)
        except Exception as error:  # noqa: BLE001 - the next sweep finds what is there then
            doubt(f"tenant {tenant_id} is not recovered: {error}")
        finally:
            under_way[tenant_id] -= 1

    async with asyncio.TaskGroup() as recoveries:
        while True:
            for tenant_id in await _tenants(recovery, doubt):
                if under_way[tenant_id] < _MOST_OF_ONE:
                    recoveries.create_task(recover(tenant_id))
            await asyncio.sleep(seconds)


async def _tenants(recovery: Recovery, doubt: Say) -> list[str]:
    try:
        return await in_thread(recovery.leases.tenants_run_out)
    except Exception as error:  # noqa: BLE001 - the next sweep asks again
        doubt(f"lost runs were not looked for: {error}")
        return []
