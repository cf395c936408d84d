"""Payloads in memory."""

import threading
from collections.abc import Collection, Sequence

from domain.payloads import Payload


class MemoryPayloads:
    """Forgets with its process; see `domain.payloads.Payloads`."""

    def __init__(self) -> None:
        """Nothing is stored yet."""
        self._lock = threading.Lock()
        self._contents: dict[tuple[str, bytes], bytes] = {}

    def put(self, tenant_id: str, payloads: Sequence[Payload]) -> None:
        """See `Payloads`."""
        with self._lock:
            for payload in payloads:
                self._contents.setdefault((tenant_id, payload.digest), payload.content)

    def get(self, tenant_id: str, digests: Collection[bytes]) -> dict[bytes, bytes]:
        """See `Payloads`."""
        with self._lock:
            return {
                digest: self._contents[tenant_id, digest]
                for digest in digests
                if (tenant_id, digest) in self._contents
            }
