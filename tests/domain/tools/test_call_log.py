"""What a call logs is its own, bounded, and over with its end."""

import asyncio
import logging
import threading
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from domain.json import JsonMap
from domain.tools.call_log import BYTES, LINES, CallLog, note
from domain.tools.contracts import ToolContext, ToolErrorCode, ToolFailure, ToolResult
from domain.tools.invoker import ToolInvoker
from tests.domain.tools.fake_tools import CONTEXT, FakeTool, operation, registry_of

LOGGER = logging.getLogger("fetching")
Run = Callable[[ToolContext, Any], Any]


def log_of(run: Run) -> JsonMap | None:
    """What a call logs that does this."""
    invoker = ToolInvoker(registry_of(FakeTool("net", operation("fetch", run))))
    return asyncio.run(invoker.invoke("net", CONTEXT, {"operation": "fetch"})).log


def done(do: Callable[[], object]) -> Run:
    def run(_: ToolContext, __: object) -> ToolResult:
        do()
        return ToolResult(success=True)

    return run


def many(lines: Iterable[str]) -> None:
    for line in lines:
        note(line)


def texts(log: JsonMap | None) -> list[Any]:
    assert log is not None
    lines: Any = log["lines"]
    return [line["text"] for line in lines]


def test_a_call_that_logs_nothing_has_no_log() -> None:
    assert log_of(done(lambda: None)) is None


def test_log_records_are_kept_with_level_and_logger() -> None:
    assert log_of(done(lambda: LOGGER.warning("page %s of %s", 2, 3))) == {
        "lines": [{"level": "WARNING", "logger": "fetching", "text": "page 2 of 3"}],
        "exceptions": [],
    }


def test_a_logger_that_passes_nothing_on_is_heard() -> None:
    alone = logging.getLogger("alone")
    alone.propagate = False
    assert texts(log_of(done(lambda: alone.warning("said")))) == ["said"]


def test_a_tool_logs_by_its_context() -> None:
    def run(context: ToolContext, _: object) -> ToolResult:
        context.log("fetched\0 3 pages")
        return ToolResult(success=True)

    log = log_of(run)
    assert log is not None
    assert log["lines"] == [{"level": "INFO", "logger": "tool", "text": "fetched\ufffd 3 pages"}]


def test_a_warning_of_python_is_kept_and_still_shown() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        shown = list[str]()
        warnings.showwarning = lambda message, *_: shown.append(str(message))
        log = log_of(done(lambda: warnings.warn("old", FutureWarning, stacklevel=1)))
    assert texts(log) == ["FutureWarning: old"]
    assert shown == ["old"]


def test_a_record_that_cannot_be_written_is_kept_as_it_was_given() -> None:
    previous, logging.raiseExceptions = logging.raiseExceptions, False
    try:
        assert texts(log_of(done(lambda: LOGGER.warning("%d pages", "no")))) == ["%d pages"]
    finally:
        logging.raiseExceptions = previous


def test_the_exception_that_a_record_is_about_is_told() -> None:
    def fail() -> None:
        try:
            open("/nowhere/at/all")  # noqa: PTH123, SIM115 - it fails
        except OSError:
            LOGGER.exception("given up")

    assert texts(log_of(done(fail))) == [
        "given up (FileNotFoundError: [Errno 2] No such file or directory: '/nowhere/at/all')"
    ]


def breaks(_: ToolContext, __: object) -> ToolResult:
    raise ValueError(*["not fetched"]) from OSError("no route")


def test_the_exceptions_that_a_call_ends_with_are_kept_the_last_one_first() -> None:
    log = log_of(breaks)
    assert log is not None
    errors: Any = log["exceptions"]
    assert [(each["type"], each["message"]) for each in errors] == [
        ("ValueError", "not fetched"),
        ("OSError", "no route"),
    ]
    assert errors[0]["frames"][-1].startswith("tests.domain.tools.test_call_log:")
    assert errors[0]["frames"][-1].endswith(" in breaks")


def test_no_path_of_the_machine_is_kept() -> None:
    assert __file__ not in str(log_of(breaks))


def test_a_failure_that_says_all_itself_has_no_log() -> None:
    def refuse(_: ToolContext, __: object) -> ToolResult:
        raise ToolFailure(ToolErrorCode.DATA_NOT_FOUND, "no such page")

    assert log_of(refuse) is None


def test_what_a_failure_of_the_tool_came_of_is_kept() -> None:
    def unavailable(_: ToolContext, __: object) -> ToolResult:
        code = ToolErrorCode.UPSTREAM_UNAVAILABLE
        raise ToolFailure(code, "no answer") from ConnectionError("refused")

    log = log_of(unavailable)
    assert log is not None
    errors: Any = log["exceptions"]
    assert [each["message"] for each in errors] == ["no answer", "refused"]


def test_exceptions_in_a_ring_are_told_a_few_times() -> None:
    def ring(_: ToolContext, __: object) -> ToolResult:
        first, second = ValueError("first"), ValueError("second")
        first.__cause__, second.__cause__ = second, first
        raise first

    log = log_of(ring)
    assert log is not None
    errors: Any = log["exceptions"]
    assert len(errors) == 10


def test_the_first_and_the_last_lines_are_kept_and_the_others_counted() -> None:
    log = log_of(done(lambda: many(map(str, range(1000)))))
    kept = texts(log)
    assert (kept[0], kept[99], kept[100], kept[-1]) == ("0", "99", "900", "999")
    assert log is not None
    assert (len(kept), log["dropped_count"], log["dropped_after"]) == (LINES, 800, 100)


def test_a_log_has_at_most_16_kib_of_text() -> None:
    log = log_of(done(lambda: many(["ü" * 999] * 50)))
    kept = texts(log)
    assert log is not None
    assert BYTES - 4000 < sum(len(text.encode()) for text in kept) <= BYTES
    assert len(kept) + int(str(log["dropped_count"])) == 50


def test_a_long_line_is_cut() -> None:
    assert texts(log_of(done(lambda: LOGGER.warning("x" * 5000)))) == ["x" * 2000 + "..."]


def test_calls_at_the_same_time_hear_their_own_lines_only() -> None:
    async def call(_: ToolContext, params: Any) -> ToolResult:  # noqa: ANN401 - a fake's
        for _turn in range(3):
            await asyncio.sleep(0)
            LOGGER.warning(params.who)
        return ToolResult(success=True)

    async def calls() -> list[ToolResult]:
        invoker = ToolInvoker(registry_of(FakeTool("net", operation("fetch", call))))
        named = ({"operation": "fetch", "who": who} for who in ("a", "b"))
        return await asyncio.gather(*(invoker.invoke("net", CONTEXT, each) for each in named))

    assert [texts(each.log) for each in asyncio.run(calls())] == [["a"] * 3, ["b"] * 3]


def test_a_thread_that_does_the_work_of_a_call_is_heard() -> None:
    async def run(_: ToolContext, __: object) -> ToolResult:
        await asyncio.to_thread(LOGGER.warning, "from a thread")
        return ToolResult(success=True)

    assert texts(log_of(run)) == ["from a thread"]


def test_nothing_is_kept_after_the_end_of_a_call() -> None:
    goes_on, ended = threading.Event(), threading.Event()

    def run(context: ToolContext, _: object) -> ToolResult:
        context.log("before")
        goes_on.wait(10)
        context.log("after")
        ended.set()
        return ToolResult(success=True)

    async def call() -> ToolResult:
        invoker = ToolInvoker(registry_of(FakeTool("net", operation("fetch", run))))
        return await invoker.invoke("net", CONTEXT, {"operation": "fetch"}, timeout_ms=50)

    result = asyncio.run(call())
    goes_on.set()
    assert ended.wait(10)
    assert (result.error_code, texts(result.log)) == (ToolErrorCode.TOOL_TIMEOUT, ["before"])


def test_outside_of_calls_nothing_is_kept() -> None:
    with CallLog() as log:
        pass
    note("nobody hears")
    LOGGER.warning("nobody hears")
    assert log.end() is None


def test_what_a_tool_says_that_it_logged_does_not_count() -> None:
    assert log_of(lambda *_: ToolResult(success=True, log={"lines": []})) is None


def test_a_tool_that_returns_no_result_is_told_of_later() -> None:
    invoker = ToolInvoker(registry_of(FakeTool("net", operation("fetch", lambda *_: note("x")))))
    result: Any = asyncio.run(invoker.invoke("net", CONTEXT, {"operation": "fetch"}))
    assert result is None


@pytest.mark.parametrize("text", ["\ud800", "a\0b"])
def test_text_that_cannot_be_stored_is_replaced(text: str) -> None:
    (kept,) = texts(log_of(done(lambda: note(text))))
    assert kept.encode().decode() == kept
    assert "\0" not in kept
