"""The service under load over HTTP: who asks for runs, and who follows them, on both databases."""

import asyncio
import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Final

from bench.checkouts import HERE, environment
from bench.harness import NotMeasured, Options, Table
from bench.postgres import new_databases
from bench.processes import ours
from bench.service_load import page

_CLIENTS: Final = (1, 8, 32)
_READERS: Final = 50
_PAGES: Final = 500
_NOTES: Final = (
    "A run has five calls that do nothing. Clients ask for one after the other (POST /v1/runs,"
    " answered once it is on record). Readers are 50; each follows a run from its first event to"
    " its last. Runs are counted until the last one has ended.",
    "Errors are refusals, broken streams, and a number of completed runs that is not that of the"
    " acknowledged ones. Gaps are streams with an event too few, too many, or out of order.",
    "Asked for is half of the rate of one process without HTTP, at 8 at once, and 30 ms (p99) for"
    " the page, with no error and no gap.",
    "All on one machine, over loopback: what the generator takes of a processor, servers lack.",
)
_HEAD: Final = (
    "what",
    "runs/s",
    "of in process",
    "p50 ms",
    "p99 ms",
    "errors",
    "gaps",
    "followed",
    "generator CPU",
)
_IN_PROCESS: Final = "in one process without HTTP, 8 at once"


def table(options: Options) -> Table:
    """Measure servers with the tool alone that does nothing, each on a new database."""
    with TemporaryDirectory(dir=options.folder) as folder:
        names = (f"sqlite:///{folder}/bench{number}.db" for number in range(9))
        rows = [*_rows("SQLite", names, 1, options)]
    with new_databases(options.folder) as new_database:
        if new_database is None:
            rows.append(["PostgreSQL, two servers", "not measured: no PostgreSQL here", *[""] * 7])
        else:
            urls = iter(new_database, "")
            rows += _rows("PostgreSQL, two servers", urls, 2, options)
    return Table("The service", _NOTES, _HEAD, rows)


def _rows(
    where: str, urls: Iterator[str], servers: int, options: Options
) -> Iterator[Sequence[str]]:
    alone = ["-m", "bench.contenders.opstrail_runs", "--database", next(urls), "--at-once", "8"]
    rate = _result([*alone, "--seconds", str(options.seconds)], options)["runs_per_second"]
    yield [f"{where.partition(',')[0]}, {_IN_PROCESS}", f"{rate:,.0f}", *[""] * 7]
    for clients in _CLIENTS:
        with _serving(next(urls), servers) as ports:
            found = _load(ports, clients, options)
            yield [f"{where}, {clients} clients", *_figures(found, in_process=rate)]
    with _serving(next(urls), 1) as (port,):
        found = asyncio.run(page(port, times=_PAGES))
        what = f"{where.partition(',')[0]}, page of a run of {found['events']} events, idle"
        yield [what, "", "", f"{found['p50_ms']:,.1f}", f"{found['p99_ms']:,.1f}", *[""] * 4]


def _load(ports: Sequence[int], clients: int, options: Options) -> Mapping[str, Any]:
    words = ["--clients", str(clients), "--readers", str(_READERS), "--ports", *map(str, ports)]
    asked = ["-m", "bench.service_load", *words, "--seconds", str(options.seconds)]
    return _result(asked, options)


def _figures(found: Mapping[str, Any], *, in_process: float) -> Sequence[str]:
    rate = found["runs_per_second"]
    times = (f"{found[name]:,.1f}" for name in ("p50_ms", "p99_ms"))
    counts = (f"{found[name]:,}" for name in ("errors", "gaps", "followed"))
    share = f"{found['generator_cpu']:.0%}"
    return [f"{rate:,.1f}", f"{rate / in_process:.2f}", *times, *counts, share]


def _result(arguments: Sequence[str], options: Options) -> Mapping[str, Any]:
    return ours().result(arguments, seconds=options.seconds)


@contextmanager
def _serving(url: str, count: int) -> Iterator[list[int]]:
    """Give the ports of so many servers on a database. Raises `NotMeasured`."""
    with ExitStack() as stack:
        yield [stack.enter_context(_server(url)) for _ in range(count)]


@contextmanager
def _server(url: str) -> Iterator[int]:
    command = [
        sys.executable,
        "-m",
        "bench.served_noop",
        "--database",
        url,
        "serve",
        "--port",
        "0",
    ]
    server = subprocess.Popen(  # noqa: S603 - ours
        command, cwd=HERE, env=environment(HERE), stderr=subprocess.PIPE, text=True
    )
    try:
        port = _port_of(server)
        Thread(
            target=deque, args=(server.stderr, 0), daemon=True
        ).start()  # else its log blocks it
        yield port
    finally:
        server.terminate()
        server.wait()


def _port_of(server: "subprocess.Popen[str]") -> int:
    for line in server.stderr or ():
        if found := re.search(r"answers on http://[^:]+:(\d+)/", line):
            return int(found[1])
    why = "the server did not start"
    raise NotMeasured(why)
