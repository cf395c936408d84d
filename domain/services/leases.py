"""Holding leases: a worker keeps others from what it carries out, for as long as it is at it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from domain.ports import Leases, LeaseTerm
from domain.services.watch import Watch, Watched
from domain.threads import in_thread

LEASE_SECONDS: Final = 30.0
"""How long a worker may say nothing before it counts as lost, unless a setting says otherwise."""

NOBODY: Final = "nobody"
"""The owner of the lease of a run that waits for a person."""

_RENEWALS: Final = 3
"""So often a lease is renewed in its term: two may fail."""


@dataclass(frozen=True, slots=True)
class LeaseHolder:
    """A worker as the owner of leases; without `leases` it holds none."""

    leases: Leases | None
    owner: str
    seconds: float = LEASE_SECONDS

    @property
    def term(self) -> LeaseTerm | None:
        """What an append says that begins, or goes on with, what this worker carries out."""
        return None if self.leases is None else LeaseTerm(self.owner, self.seconds)

    @property
    def taking(self) -> LeaseTerm | None:
        """What the append says that takes something over from a worker that is lost."""
        return None if self.leases is None else LeaseTerm(self.owner, self.seconds, is_taken=True)

    @asynccontextmanager
    async def keeping(self, tenant_id: str, stream_id: str) -> AsyncIterator[None]:
        """Renew the lease regularly for as long as the block takes, and give it back then."""
        beating = asyncio.create_task(self._renew_on_and_on(tenant_id, stream_id))
        try:
            yield
        finally:
            beating.cancel()
            if self.leases is not None:
                self.leases.give_back(tenant_id, stream_id, self.owner)

    def set_down(self, tenant_id: str, stream_id: str, *, seconds: float) -> None:
        """Let no worker have the stream, and let it be found again in so many seconds.

        A stream without any lease would count as one that was imported.
        """
        if self.leases is not None:
            self.leases.pass_on(tenant_id, stream_id, self.owner, to=LeaseTerm(NOBODY, seconds))

    def watching(self, watch: Watch) -> Watch:
        """Return a watch that renews the lease of the run at each beat."""
        every_seconds = min(watch.seconds, self.seconds / _RENEWALS)
        return replace(watch, beat=self._beat, seconds=every_seconds)

    async def _renew_on_and_on(self, tenant_id: str, stream_id: str) -> None:
        while True:
            await asyncio.sleep(self.seconds / _RENEWALS)
            await in_thread(self.renew, tenant_id, stream_id)

    def _beat(self, writer: Watched) -> None:
        self.renew(writer.tenant_id, writer.stream_id)

    def renew(self, tenant_id: str, stream_id: str) -> None:
        """Renew the lease, unless somebody else has it by now.

        Where that fails the next append tells why, or that the stream was taken over.
        """
        term = self.term
        if self.leases is not None and term is not None:
            with suppress(Exception):
                self.leases.renew(tenant_id, stream_id, term)


NO_LEASES: Final = LeaseHolder(None, "runner")
"""For who is alone with a store."""
