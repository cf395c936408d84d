"""Telling the readers of this process that events were appended."""

import threading


class LogSignal:
    """Counts the appends of this process, and wakes the readers that wait for one."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._count = 0

    def announce(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self._count += 1
            self._condition.notify_all()

    def count(self) -> int:
        """Return how often something was announced."""
        with self._condition:
            return self._count

    def wait(self, seen: int, *, seconds: float) -> int:
        """Return the count as soon as it is not `seen`, or after the time."""
        with self._condition:
            self._condition.wait_for(lambda: self._count != seen, timeout=seconds)
            return self._count
