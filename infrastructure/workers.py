"""The processes of this host that carry out runs."""

import os
import socket
from functools import cached_property

import psutil

_CLOCK_MAY_STEP = 2.0
"""Seconds. A process's start time moves a little when the system's clock is set."""


class ProcessWorkers:
    """Workers are processes, named host/pid/start time; see `domain.ports.Workers`.

    The start time, in seconds since 1970, tells a process from a later one with its number.
    """

    @cached_property
    def own(self) -> str:
        """See `Workers`."""
        return f"{socket.gethostname()}/{os.getpid()}/{psutil.Process().create_time():.2f}"

    def is_alive(self, worker: str) -> bool | None:
        """See `Workers`; of another host's processes nothing is known here."""
        match worker.split("/"):
            case [host, pid, started_at] if host == socket.gethostname() and pid.isdecimal():
                return _is_running(int(pid), float(started_at))
            case _:
                return None


def _is_running(pid: int, started_at: float) -> bool:
    try:
        found = psutil.Process(pid)
        is_same = abs(found.create_time() - started_at) <= _CLOCK_MAY_STEP
        return is_same and found.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
