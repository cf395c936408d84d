"""The names of workers."""

import os
import subprocess
import sys

from infrastructure.workers import worker_id

NAME = "from infrastructure.workers import worker_id; print(worker_id())"


def test_a_worker_is_named_by_its_host_its_process_and_when_that_began() -> None:
    host, pid, started_at, random = worker_id().split("/")
    assert (pid, random.isalnum()) == (str(os.getpid()), True)
    assert (host != "", float(started_at) > 0) == (True, True)


def test_a_process_has_one_name() -> None:
    assert worker_id() == worker_id()


def test_another_process_has_another_name() -> None:
    done = subprocess.run([sys.executable, "-c", NAME], capture_output=True, text=True, check=True)
    ours, theirs = worker_id().split("/"), done.stdout.strip().split("/")
    assert ours[0] == theirs[0]
    assert ours[3] != theirs[3], "the random part tells them apart, whatever the rest is"


def test_a_forked_process_has_another_name() -> None:
    ours = worker_id()
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.write(write, worker_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(read, 200).decode()
    assert theirs.rpartition("/")[2] != ours.rpartition("/")[2]
