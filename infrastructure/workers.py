"""The names of the processes that carry out runs."""

import os
import secrets
import socket
from functools import cache

import psutil

from domain.ports import Leases
from domain.services.leases import LEASE_SECONDS, LeaseHolder
from infrastructure.chosen import setting


def worker_id() -> str:
    """Return the name of this process, which no other has, nor had: host/pid/start time/random.

    The start time is in seconds since 1970. Two containers may have one name of their host, and
    the same process number in both.
    """
    return _id_of(os.getpid())


@cache
def _id_of(pid: int) -> str:
    # By number: a process that was forked from this one is another worker.
    started_at = f"{psutil.Process(pid).create_time():.2f}"
    return f"{socket.gethostname()}/{pid}/{started_at}/{secrets.token_hex(4)}"


def this_worker(leases: Leases) -> LeaseHolder:
    """Return this process as a worker; raises `InvalidSetting`."""
    return LeaseHolder(leases, worker_id(), setting("lease_seconds", LEASE_SECONDS))
