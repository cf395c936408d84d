"""Workers are processes."""

import os
import signal
import subprocess
import sys

import pytest

from infrastructure.workers import ProcessWorkers

WORKERS = ProcessWorkers()
NAME = "from infrastructure.workers import ProcessWorkers; print(ProcessWorkers().own, flush=True)"


def test_this_process_is_alive() -> None:
    assert WORKERS.is_alive(WORKERS.own) is True


def test_a_killed_process_is_not_alive() -> None:
    command = [sys.executable, "-c", f"{NAME}; input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        worker = process.stdout.readline().decode().strip()
        assert WORKERS.is_alive(worker) is True
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert WORKERS.is_alive(worker) is False


def test_a_process_that_nobody_waited_for_is_not_alive() -> None:
    process = os.fork()
    if process == 0:
        os._exit(0)
    os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
    host, _, started_at = WORKERS.own.split("/")
    assert WORKERS.is_alive(f"{host}/{process}/{started_at}") is False
    os.waitpid(process, 0)


def test_another_process_with_the_same_number_is_another_worker() -> None:
    host, pid, started_at = WORKERS.own.split("/")
    assert WORKERS.is_alive(f"{host}/{pid}/{float(started_at) - 60}") is False


@pytest.mark.parametrize("worker", ["elsewhere/1/1.0", "runner", "a/b/c", ""])
def test_of_what_is_not_a_process_of_this_host_nothing_is_known(worker: str) -> None:
    assert WORKERS.is_alive(worker) is None
