"""The leases of an event store in memory."""

import time
from collections.abc import Callable, Sequence

from domain.ports import Append, Lease, LeaseTerm

_MOST = 1000
_Stream = tuple[str, str]


class MemoryLeases:
    """Forgets with its process; see `domain.ports.Leases`. `now` is its clock, in seconds."""

    def __init__(self) -> None:
        self.now: Callable[[], float] = time.monotonic
        self._held: dict[_Stream, tuple[str, int, float]] = {}

    def lease_of(self, request: Append) -> Lease | None:
        """Return the lease of the request's stream, if there is one."""
        return self._lease((request.tenant_id, request.stream_id))

    def move(self, request: Append) -> None:
        """Let the lease be as it is after the append."""
        stream = (request.tenant_id, request.stream_id)
        if request.ends_lease:
            self._held.pop(stream, None)
        elif request.lease is not None:
            owner, epoch, _ = self._held.get(stream, ("", 0, 0.0))
            term = request.lease
            epoch += owner != term.owner
            self._held[stream] = (term.owner, epoch, self.now() + term.seconds)

    def run_out(self, tenant_id: str) -> list[str]:
        """See `Leases`."""
        lost = sorted(
            (expires_at, stream_id)
            for (tenant, stream_id), (_, _, expires_at) in self._held.items()
            if tenant == tenant_id and stream_id.startswith("run-") and expires_at <= self.now()
        )
        return [stream_id for _, stream_id in lost[:_MOST]]

    def tenants_run_out(self) -> list[str]:
        """See `Leases`."""
        tenants = sorted({tenant for tenant, _ in self._held})
        return [each for each in tenants if self.run_out(each)]

    def leases(self, tenant_id: str, stream_ids: Sequence[str]) -> dict[str, Lease]:
        """See `Leases`."""
        found = {stream_id: self._lease((tenant_id, stream_id)) for stream_id in stream_ids}
        return {stream_id: lease for stream_id, lease in found.items() if lease is not None}

    def renew(self, tenant_id: str, stream_id: str, term: LeaseTerm) -> None:
        """See `Leases`."""
        owner, epoch, _ = self._held.get((tenant_id, stream_id), ("", 0, 0.0))
        if owner == term.owner:
            self._held[tenant_id, stream_id] = (owner, epoch, self.now() + term.seconds)

    def pass_on(self, tenant_id: str, stream_id: str, owner: str, *, to: LeaseTerm) -> None:
        """See `Leases`."""
        held_by, epoch, _ = self._held.get((tenant_id, stream_id), ("", 0, 0.0))
        if held_by == owner:
            self._held[tenant_id, stream_id] = (to.owner, epoch + 1, self.now() + to.seconds)

    def give_back(self, tenant_id: str, stream_id: str, owner: str) -> None:
        """See `Leases`."""
        if self._held.get((tenant_id, stream_id), ("",))[0] == owner:
            del self._held[tenant_id, stream_id]

    def _lease(self, stream: _Stream) -> Lease | None:
        if stream not in self._held:
            return None
        owner, epoch, expires_at = self._held[stream]
        return Lease(owner, epoch, expires_at - self.now())
