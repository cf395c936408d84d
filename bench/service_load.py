"""Clients that ask for runs and do not wait for them, while readers each follow one under way.

As a program it puts this load on servers for a while, and prints what came of it, which is JSON.
"""

import argparse
import asyncio
import json
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final

from bench.contenders.work import CALL_COUNT
from bench.http_client import Answer, Connection, NoAnswer, connected
from bench.noop import request
from domain.run.lifecycle import ENDED_STATES

ACKNOWLEDGED: Final = (200, 202)
_PATIENCE_SECONDS: Final = 60.0
_NO_MORE: Final = ""
_NUMBERS: Final = count(random.getrandbits(48))


@dataclass(slots=True)
class Load:
    """What was asked for, and what was seen of it; each run has one reader, as far as they go."""

    ports: Sequence[int]
    acknowledged: list[str] = field(default_factory=list)
    begun: "asyncio.Queue[str]" = field(default_factory=asyncio.Queue)
    free: int = 0
    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    followed: int = 0
    gaps: int = 0

    async def asks(self, number: int, *, until: float) -> None:
        """Ask for one run after the other."""
        async with connected(self.ports[number % len(self.ports)]) as connection:
            while time.perf_counter() < until:
                began = time.perf_counter()
                answer = await connection.ask("POST", "/runs", body())
                self.milliseconds.append(1000 * (time.perf_counter() - began))
                if answer.status not in ACKNOWLEDGED:
                    self.errors.append(answer.body.decode())
                    continue
                self.acknowledged.append(run_of(answer))
                if self.free > self.begun.qsize():
                    self.begun.put_nowait(self.acknowledged[-1])

    async def reads(self, number: int) -> None:
        """Follow one run after the other, each from its first event to its end."""
        port = self.ports[-1 - number % len(self.ports)]
        while True:
            self.free += 1
            run = await self.begun.get()
            self.free -= 1
            if run == _NO_MORE:
                return
            try:
                async with connected(port) as connection:
                    ids = await followed(connection, run)
            except NoAnswer as error:
                self.errors.append(repr(error))
                continue
            self.followed += 1
            self.gaps += ids != [*range(1, len(ids) + 1)]


def body(*, calls: int = CALL_COUNT) -> dict[str, Any]:
    """Return a request for a run of calls that do nothing, and that nothing is known of yet."""
    asked = request(calls)
    output: dict[str, Any] = asked.plan_output  # type: ignore[assignment]  # it has one
    steps = output["plan"]["steps"]
    number = next(_NUMBERS)
    new = [{**each, "primary": {**each["primary"], "keywords": [f"{number}"]}} for each in steps]
    return {"question": asked.question, "plan": {**output["plan"], "steps": new}}


def run_of(answer: Answer) -> str:
    """Return the id of the run that was begun; it may have ended by now."""
    value = answer.json
    return str(value.get("id") or value["run_id"])


async def followed(connection: Connection, run: str) -> list[int]:
    """Return the ids of the events of a run, of which the stream has told the end."""
    ids, last = list[int](), ""
    async for number, last in connection.follow(f"/runs/{run}/stream", after=0):  # noqa: B007
        if number is not None:
            ids.append(number)
    if last != "end":
        raise NoAnswer(last)
    return ids


async def ended(port: int) -> tuple[int, bool]:
    """Return how many runs have ended well, and whether all have ended, at last."""
    until = time.perf_counter() + _PATIENCE_SECONDS
    async with connected(port) as connection:
        while True:
            answer = await connection.ask("POST", "/runs/aggregates", {"by": ["state"]})
            counts = {each["by"]["state"]: each["count"] for each in answer.json}
            is_over = counts.keys() <= {*ENDED_STATES}
            if is_over or time.perf_counter() > until:
                return counts.get("completed", 0), is_over
            await asyncio.sleep(0.05)


async def put_on(ports: Sequence[int], *, clients: int, readers: int, seconds: float) -> Load:
    """Return the load that was put on for so long."""
    load, until = Load(ports), time.perf_counter() + seconds
    reading = [asyncio.create_task(load.reads(each)) for each in range(readers)]
    await asyncio.gather(*(load.asks(number, until=until) for number in range(clients)))
    for _ in reading:
        load.begun.put_nowait(_NO_MORE)
    await asyncio.gather(*reading)
    return load


async def measured(ports: Sequence[int], *, clients: int, readers: int, seconds: float) -> Any:  # noqa: ANN401 - JSON
    """Return the figures of a load, until the last run has ended."""
    before, _ = await ended(ports[0])
    began, cpu = time.perf_counter(), time.process_time()
    load = await put_on(ports, clients=clients, readers=readers, seconds=seconds)
    cpu = time.process_time() - cpu
    completed, is_over = await ended(ports[0])
    took = time.perf_counter() - began
    lost = 0 if is_over and completed - before == len(load.acknowledged) else 1
    cuts = statistics.quantiles(load.milliseconds, n=100, method="inclusive")
    return {
        "runs_per_second": len(load.acknowledged) / took,
        "p50_ms": cuts[49],
        "p99_ms": cuts[98],
        "errors": len(load.errors) + lost,
        "gaps": load.gaps,
        "followed": load.followed,
        "generator_cpu": cpu / seconds,
        "first_error": next(iter(load.errors), ""),
    }


async def page(port: int, *, times: int) -> Any:  # noqa: ANN401 - JSON
    """Return the figures of the page of a run, on a server that does nothing else."""
    async with connected(port) as connection:
        asked = await connection.ask("POST", "/runs", body(), {"Prefer": "wait=20"})
        run, took = asked.json["run_id"], list[float]()
        events = len((await connection.ask("GET", f"/runs/{run}/events")).json)
        for _ in range(times):
            began = time.perf_counter()
            answer = await connection.ask("GET", f"/runs/{run}/timeline")
            took.append(1000 * (time.perf_counter() - began))
            assert answer.status == 200  # noqa: S101 - else it measures nothing
    cuts = statistics.quantiles(took, n=100)
    return {"events": events, "p50_ms": cuts[49], "p99_ms": cuts[98]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ports", nargs="+", type=int, required=True)
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--seconds", type=float, required=True)
    asked = parser.parse_args()
    load = measured(
        asked.ports, clients=asked.clients, readers=asked.readers, seconds=asked.seconds
    )
    print(json.dumps(asyncio.run(load)))


if __name__ == "__main__":
    main()
