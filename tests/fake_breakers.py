"""Circuit breakers of one process."""

import time
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from domain.tools.policies.breakers import Circuit, Standing

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class _Row:
    failure_count: int = 0
    opened_at: float | None = None
    probe_until: float | None = None


class MemoryBreakers:
    """Forgets with its process; see `Breakers`. `now` is its clock, in seconds."""

    def __init__(self) -> None:
        self.now: Callable[[], float] = time.monotonic
        self._rows, self._lock = dict[Circuit, _Row](), Lock()

    def standings(self, tenant_id: str) -> dict[Circuit, Standing]:
        """See `Breakers`."""
        with self._lock:
            rows = [each for each in self._rows.items() if each[0].tenant_id == tenant_id]
            return {of: Standing(row.failure_count, self._open_ms(row)) for of, row in rows}

    def failed(self, circuit: Circuit, *, threshold: int, is_probe: bool) -> None:
        """See `Breakers`."""
        with self._lock:
            row = self._rows.setdefault(circuit, _Row())
            row.failure_count += 1
            if is_probe or (row.failure_count >= threshold and row.opened_at is None):
                row.opened_at = self.now()
            if is_probe:
                row.probe_until = None

    def answered(self, circuit: Circuit) -> None:
        """See `Breakers`."""
        with self._lock:
            self._rows.pop(circuit, None)

    def take_probe(self, circuit: Circuit, *, reset_ms: int, term_ms: int) -> bool:
        """See `Breakers`."""
        with self._lock:
            row, now = self._rows.get(circuit), self.now()
            if row is None or row.opened_at is None:
                return False
            is_set_back, due = row.opened_at > now, now - reset_ms / 1000
            is_due = row.opened_at <= due or is_set_back
            is_free = row.probe_until is None or row.probe_until <= now or is_set_back
            if is_due and is_free:
                row.probe_until = now + term_ms / 1000
                row.opened_at = due if is_set_back else row.opened_at
            return is_due and is_free

    def give_back(self, circuit: Circuit) -> None:
        """See `Breakers`."""
        with self._lock:
            if circuit in self._rows:
                self._rows[circuit].probe_until = None

    def _open_ms(self, row: _Row) -> float | None:
        return None if row.opened_at is None else (self.now() - row.opened_at) * 1000
