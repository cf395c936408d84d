"""The names of the processes that carry out runs."""

import os
import secrets
import socket

import psutil


def new_worker_id() -> str:
    """Return a name that no other process has, nor had: host/pid/start time/random.

    The start time is in seconds since 1970. Two containers may have one name of their host, and
    the same process number in both.
    """
    started_at = f"{psutil.Process().create_time():.2f}"
    return f"{socket.gethostname()}/{os.getpid()}/{started_at}/{secrets.token_hex(4)}"
