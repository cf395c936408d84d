"""How far calls are, as those who wait are told."""

import asyncio

from domain.threads import in_thread
from domain.tools.context import Progress, ToolContext, progress_to
from tests.estate_fixture import NOW, TENANT


def test_progress_reaches_who_waits_from_any_thread_or_task() -> None:
    told: list[str] = []
    context = ToolContext(TENANT, NOW, call_id="ports")

    async def call() -> None:
        await in_thread(context.progress, "3 of 10")

    with progress_to(told.append):
        asyncio.run(call())
    context.progress("nobody waits any more")
    assert told == ["ports: 3 of 10"]


def test_progress_is_told_no_more_often_than_it_can_be_read() -> None:
    told, seconds = list[str](), iter([0.0, 0.05, 0.11])
    progress = Progress(told.append, monotonic=lambda: next(seconds))
    for text in ("one", "two", "three"):
        progress(text)
    assert told == ["one", "three"]


def test_progress_is_cut_and_moves_no_cursor() -> None:
    told: list[str] = []
    Progress(told.append)("\x1b[2J" + "x" * 1000)
    assert (len(told[0]), "\x1b" in told[0]) == (200, False)


def test_outside_a_thread_nothing_is_cancelled() -> None:
    assert not ToolContext(TENANT, NOW).is_cancelled
