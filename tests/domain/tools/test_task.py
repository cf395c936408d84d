import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from domain.tools.task import ToolExecutionTask, ToolTimeout
from domain.values.arguments import WrongArgument


async def never() -> None:
    await asyncio.Event().wait()


async def echo(*args: object, **kwargs: object) -> object:
    return {"args": args, "kwargs": kwargs}


async def nothing() -> None:
    return None


def run_and_ignore_failure(task: ToolExecutionTask) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - the test looks at the task afterwards
        asyncio.run(task.execute())


def readings(*seconds: float) -> Iterator[float]:
    return iter(seconds)


def test_a_task_calls_its_executor_with_its_arguments() -> None:
    task = ToolExecutionTask("a", "ci", echo, ("x",), {"limit": 3})
    assert asyncio.run(task.execute()) == {"args": ("x",), "kwargs": {"limit": 3}}


def test_a_successful_task_keeps_its_result() -> None:
    task = ToolExecutionTask("a", "ci", echo)
    result = asyncio.run(task.execute())
    assert task.result == result


def test_a_task_past_its_limit_says_which_limit() -> None:
    with pytest.raises(ToolTimeout, match=r"^Timeout after 1 ms$"):
        asyncio.run(ToolExecutionTask("a", "ci", never, timeout_ms=1).execute())


def test_the_error_of_a_timeout_has_a_text_in_the_summary() -> None:
    task = ToolExecutionTask("a", "ci", never, timeout_ms=1)
    run_and_ignore_failure(task)
    assert task.get_summary()["error"] == "Timeout after 1 ms"


def test_a_timeout_of_the_tool_itself_keeps_its_own_words() -> None:
    async def socket_times_out() -> None:
        message = "socket: no answer"
        raise TimeoutError(message)

    task = ToolExecutionTask("a", "ci", socket_times_out, timeout_ms=60_000)
    run_and_ignore_failure(task)
    assert task.error_text == "socket: no answer"


def test_the_tools_error_is_raised_again() -> None:
    async def fails() -> None:
        message = "no such CI"
        raise LookupError(message)

    with pytest.raises(LookupError, match="no such CI"):
        asyncio.run(ToolExecutionTask("a", "ci", fails).execute())


def test_an_error_without_words_goes_by_its_name() -> None:
    async def fails() -> None:
        raise LookupError

    task = ToolExecutionTask("a", "ci", fails)
    run_and_ignore_failure(task)
    assert task.error_text == "LookupError"


def test_none_is_a_result() -> None:
    task = ToolExecutionTask("a", "ci", nothing)
    asyncio.run(task.execute())
    assert task.get_summary()["has_result"] is True


def test_a_task_has_no_result_before_it_ran() -> None:
    assert ToolExecutionTask("a", "ci", nothing).get_summary() == {
        "tool_id": "a",
        "tool_name": "ci",
        "is_completed": False,
        "elapsed_ms": 0.0,
        "error": None,
        "has_result": False,
    }


async def breaks() -> None:
    raise LookupError


@pytest.mark.parametrize("call", [never, breaks])
def test_a_task_that_failed_or_timed_out_is_settled_but_not_completed(
    call: Callable[[], Awaitable[None]],
) -> None:
    task = ToolExecutionTask("a", "ci", call, timeout_ms=1)
    run_and_ignore_failure(task)
    assert (task.is_settled, task.is_completed, task.has_result) == (True, False, False)


def test_the_duration_is_measured_by_the_given_clock() -> None:
    clock = readings(10.0, 10.25)
    task = ToolExecutionTask("a", "ci", nothing, monotonic=lambda: next(clock))
    asyncio.run(task.execute())
    assert task.get_elapsed_ms() == 250.0


def test_a_failed_task_has_a_duration() -> None:
    clock = readings(10.0, 10.5)
    task = ToolExecutionTask("a", "ci", never, timeout_ms=1, monotonic=lambda: next(clock))
    run_and_ignore_failure(task)
    assert task.get_elapsed_ms() == 500.0


def test_a_duration_is_zero_while_the_call_is_under_way() -> None:
    seen: list[float] = []

    async def looks_at_itself() -> None:
        seen.append(task.get_elapsed_ms())

    task = ToolExecutionTask("a", "ci", looks_at_itself)
    asyncio.run(task.execute())
    assert seen == [0.0]


def test_a_duration_is_zero_while_the_call_is_under_way_again() -> None:
    seen: list[float] = []
    clock = readings(10.0, 10.5, 20.0, 20.5)

    async def looks_at_itself() -> None:
        seen.append(task.get_elapsed_ms())

    task = ToolExecutionTask("a", "ci", looks_at_itself, monotonic=lambda: next(clock))
    asyncio.run(task.execute())
    asyncio.run(task.execute())
    assert seen == [0.0, 0.0]


def test_a_task_run_again_forgets_its_earlier_error() -> None:
    answers = iter([LookupError("gone"), None])

    async def fails_once() -> None:
        if error := next(answers):
            raise error

    task = ToolExecutionTask("a", "ci", fails_once)
    run_and_ignore_failure(task)
    asyncio.run(task.execute())
    assert task.error is None


def test_a_cancelled_task_is_not_completed() -> None:
    async def cancel_while_running() -> None:
        running = asyncio.create_task(task.execute())
        await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    task = ToolExecutionTask("a", "ci", never)
    asyncio.run(cancel_while_running())
    assert (task.is_completed, task.end_time is not None) == (False, True)


def test_a_plain_function_is_no_executor() -> None:
    task = ToolExecutionTask("a", "ci", lambda: 5)  # type: ignore[arg-type, return-value]  # the claim of the test
    with pytest.raises(WrongArgument, match="executor must be an async callable"):
        asyncio.run(task.execute())
    assert task.error is not None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"tool_id": None}, "tool_id must be a text, not None"),
        ({"tool_name": 5}, "tool_name must be a text, not 5"),
        ({"executor": "search"}, "executor must be an async callable, not 'search'"),
        ({"args": "x"}, "args must be a tuple"),
        ({"kwargs": None}, "kwargs must be a mapping"),
        ({"timeout_ms": "5"}, "timeout_ms must be a whole number from 1 .* not '5'"),
        ({"timeout_ms": True}, "timeout_ms must be a whole number from 1 .* not True"),
        ({"timeout_ms": 10**400}, "timeout_ms must be a whole number from 1 .* not 10000"),
    ],
)
def test_a_task_of_what_cannot_be_called_is_refused(wrong: dict[str, Any], told: str) -> None:
    given = {"tool_id": "a", "tool_name": "ci", "executor": nothing}
    with pytest.raises(WrongArgument, match=told):
        ToolExecutionTask(**{**given, **wrong})


@pytest.mark.parametrize("limit", [0, -5])
def test_a_limit_below_one_millisecond_is_refused(limit: int) -> None:
    with pytest.raises(
        ValueError, match=f"timeout_ms must be a whole number from 1 .* not {limit}"
    ):
        ToolExecutionTask("a", "ci", nothing, timeout_ms=limit)
