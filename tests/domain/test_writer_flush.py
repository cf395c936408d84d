"""Tasks of one run that flush at the same time."""

import asyncio

from domain.ports import Append, Appended
from domain.run.lifecycle import Stage
from infrastructure.event_store.memory import MemoryEventStore
from tests.domain.desk import Desk
from tests.domain.run.samples import PLANNED, REQUESTED, ROUTED, started

PLANNING = started(Stage.ROUTE_PLAN)


def together(desk: Desk) -> None:
    """Two tasks report and flush at the same time."""

    async def first() -> None:
        desk.writer.report(PLANNING)
        await desk.writer.flush()

    async def second() -> None:
        desk.writer.report(PLANNED)
        await desk.writer.flush()

    async def both() -> None:
        await asyncio.gather(first(), second())

    asyncio.run(both())


def test_what_tasks_report_together_is_durable_when_both_have_flushed() -> None:
    desk = Desk().ask()
    together(desk)
    assert desk.durable() == [REQUESTED, PLANNING, PLANNED]


def test_what_is_reported_after_a_flush_waits_for_the_next() -> None:
    desk = Desk().ask()
    together(desk)
    desk.writer.report(ROUTED)
    before = desk.durable()
    asyncio.run(desk.writer.flush())
    assert (before[-1], desk.durable()[-1]) == (PLANNED, ROUTED)


class SlowStore(MemoryEventStore):
    """Takes an append, and answers when the others have had their turn."""

    async def append_async(self, request: Append) -> Appended:
        appended = self.append(request)
        await asyncio.sleep(0)
        return appended


def test_what_is_reported_during_an_append_is_not_lost() -> None:
    desk = Desk(SlowStore()).ask()

    async def report_meanwhile() -> None:
        desk.writer.report(PLANNING)
        flushing = asyncio.create_task(desk.writer.flush())
        await asyncio.sleep(0)
        desk.writer.report(PLANNED)
        await flushing
        await desk.writer.flush()

    asyncio.run(report_meanwhile())
    assert desk.durable() == [REQUESTED, PLANNING, PLANNED]
