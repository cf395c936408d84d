import os
import socket
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from adapters.estates.machine.live_processes import (
    SeenProcess,
    SeenSocket,
    _matters,
    see_processes,
    see_running,
)


class FakeProcess:
    """A process that answers with facts or with an error, as psutil's does."""

    def __init__(self, error: Exception | None = None, **facts: object) -> None:
        self._error = error
        self._facts = {
            "pid": 10,
            "ppid": 1,
            "name": "app",
            "exe": "/usr/bin/app",
            "username": "ops",
            "status": "sleeping",
            "create_time": 0.0,
        } | facts

    def as_dict(self, attributes: list[str]) -> dict[str, Any]:
        if self._error is not None:
            raise self._error
        return {name: self._facts[name] for name in attributes}


def see(*processes: FakeProcess, proc: Path = Path("/nowhere")) -> tuple[list[SeenProcess], int]:
    return see_processes(cast("list[psutil.Process]", processes), own_pid=99, proc=proc)


@pytest.mark.parametrize(
    "error", [psutil.AccessDenied(7), psutil.ZombieProcess(7), OSError("gone"), ValueError("odd")]
)
def test_a_process_that_cannot_be_read_is_counted_and_the_others_are_seen(
    error: Exception,
) -> None:
    seen, failed = see(FakeProcess(error), FakeProcess(pid=11))
    assert [process.pid for process in seen] == [11]
    assert failed == (0 if isinstance(error, psutil.NoSuchProcess) else 1)


def test_a_process_that_has_ended_meanwhile_is_no_failure() -> None:
    assert see(FakeProcess(psutil.NoSuchProcess(7))) == ([], 0)


def test_facts_that_may_not_be_read_are_missing() -> None:
    ((process,), _) = see(FakeProcess(exe=None, username=None, create_time=None))
    assert (process.exe, process.user, process.started_at) == (None, "", None)


def test_the_discovery_itself_and_the_kernel_are_not_seen() -> None:
    seen, _ = see(FakeProcess(pid=99), FakeProcess(pid=2), FakeProcess(pid=5, ppid=2))
    assert seen == []


def test_names_that_are_not_unicode_stay_readable() -> None:
    ((process,), _) = see(FakeProcess(name="b\udcffd"))
    assert process.name == "b\N{REPLACEMENT CHARACTER}d"


def test_mapped_libraries_are_read(tmp_path: Path) -> None:
    (tmp_path / "10").mkdir()
    (tmp_path / "10" / "maps").write_text(
        "7f0-7f1 r-xp 0 08:01 1 /usr/lib/libc.so.6\n"
        "7f1-7f2 r--p 0 08:01 1 /usr/lib/libc.so.6\n"
        "7f2-7f3 rw-p 0 00:00 0 [heap]\n"
        "7f3-7f4 r--p 0 08:01 2 /usr/share/locale.dat\n"
    )
    ((process,), _) = see(FakeProcess(), proc=tmp_path)
    assert process.libraries == {"/usr/lib/libc.so.6"}


def test_a_port_that_listens_here_is_seen_with_its_process() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        sockets = see_running(own_pid=0).sockets
    (found,) = [s for s in sockets if s.local == ("127.0.0.1", port) and s.remote is None]
    assert (found.protocol, found.pid) == ("tcp", os.getpid())


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="the machine has no IPv6")
def test_both_ends_of_a_local_connection_are_seen_as_ipv4() -> None:
    with (
        socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server,
        socket.create_connection(("127.0.0.1", server.getsockname()[1])) as client,
        server.accept()[0],
    ):
        near, far = client.getsockname(), client.getpeername()
        ends = {(s.local, s.remote) for s in see_running(own_pid=0).sockets}
    assert {(near, far), (far, near)} <= ends


@pytest.mark.parametrize(
    ("protocol", "port", "matters"),
    [("udp", 53, True), ("udp", 40000, False), ("tcp", 40000, True)],
)
def test_a_udp_socket_on_an_ephemeral_port_is_a_client(
    protocol: str, port: int, *, matters: bool
) -> None:
    assert _matters(SeenSocket(protocol, ("0.0.0.0", port), None, 1)) is matters  # noqa: S104
