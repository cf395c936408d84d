"""The names of workers."""

import os
import subprocess
import sys

from infrastructure.workers import new_worker_id

NAME = "from infrastructure.workers import new_worker_id; print(new_worker_id())"


def test_a_worker_is_named_by_its_host_its_process_and_when_that_began() -> None:
    host, pid, started_at, random = new_worker_id().split("/")
    assert (pid, random.isalnum()) == (str(os.getpid()), True)
    assert (host != "", float(started_at) > 0) == (True, True)


def test_no_two_have_one_name_be_host_number_and_instant_the_same() -> None:
    first, second = (new_worker_id().rpartition("/") for _ in range(2))
    assert (first[0], first != second) == (second[0], True)


def test_another_process_has_another_name() -> None:
    done = subprocess.run([sys.executable, "-c", NAME], capture_output=True, text=True, check=True)
    assert done.stdout.strip() != new_worker_id()
