"""One tool call that an executor can make, and what became of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Final, TypedDict, TypeVar

from domain.threads import still_works
from domain.values.arguments import WrongArgument, mapped, require, require_count, require_function

_CALLABLE: Final = "an async callable"
R = TypeVar("R")


class ToolTimeout(TimeoutError):
    """A tool call did not answer within its own limit."""

    def __init__(self, timeout_ms: int, *, still_works: bool = False) -> None:
        """Keep the facts; a call in a thread that did not stop `still_works`."""
        given_up = "; its thread was given up and may still work" if still_works else ""
        super().__init__(f"Timeout after {timeout_ms} ms{given_up}")
        self.timeout_ms, self.still_works = timeout_ms, still_works


class ToolInterrupted(RuntimeError):
    """A tool call was cancelled, though neither its executor nor its caller had asked for that."""

    def __init__(self) -> None:
        super().__init__("Cancelled from inside the tool call")


class TaskSummary(TypedDict):
    """What a task says about itself; `error` is None when there is none."""

    tool_id: str
    tool_name: str
    is_completed: bool
    elapsed_ms: float
    error: str | None
    has_result: bool


@dataclass
class ToolExecutionTask:
    """A tool call with its arguments, its limit and, once made, its outcome.

    `start_time` and `end_time` are readings of `monotonic`, in seconds, for durations only.
    `is_completed` means that the call succeeded; one that failed, timed out or was cancelled has
    an `end_time` but is not completed. `timeout_ms` None means no limit. One that calls nothing
    itself, but adds others and waits for them, `is_group`. Raises `WrongArgument`.
    """

    tool_id: str
    tool_name: str
    executor: Callable[..., Awaitable[object]]
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict)
    timeout_ms: int | None = None
    monotonic: Callable[[], float] = field(default=time.monotonic, kw_only=True, repr=False)
    is_group: bool = field(default=False, kw_only=True)
    start_time: float | None = field(default=None, init=False)
    end_time: float | None = field(default=None, init=False)
    result: object = field(default=None, init=False)
    error: Exception | None = field(default=None, init=False)
    is_completed: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be called, and a limit that no call can keep."""
        require("tool_id", self.tool_id, str, "a text")
        require("tool_name", self.tool_name, str, "a text")
        require_function("executor", self.executor, _CALLABLE)
        if type(self.args) is not tuple:
            require("args", self.args, (tuple, list), "a tuple")
        if self.kwargs or type(self.kwargs) is not dict:
            require("kwargs", self.kwargs, Mapping, "a mapping by parameter name")
            mapped("kwargs", self.kwargs)
        if self.timeout_ms is not None:
            require_count("timeout_ms", self.timeout_ms, none="no limit")

    @property
    def is_settled(self) -> bool:
        """Whether the call ended by itself, with a result or with an error."""
        return self.is_completed or self.error is not None

    @property
    def has_result(self) -> bool:
        """Whether the call succeeded; its result may well be None."""
        return self.is_completed

    @property
    def error_text(self) -> str | None:
        """The error in words, never empty: an error without words goes by its type's name."""
        if self.error is None:
            return None
        return str(self.error) or type(self.error).__name__

    async def execute(self) -> object:
        """Make the call and return its result; an earlier outcome of this task is forgotten.

        Raises `ToolTimeout` past the limit and whatever the tool raises, and keeps it in `error`.
        """
        self._begin()
        try:
            self.result = await within(self.timeout_ms, self._call())
        except Exception as error:
            self.fail(error)
            raise
        finally:
            self.end_time = self.monotonic()
        self.is_completed = True
        return self.result

    def fail(self, error: Exception) -> None:
        """Record that the call ended with this error."""
        self.error = error

    def get_elapsed_ms(self) -> float:
        """How long the call took; 0 before its end."""
        if self.start_time is None or self.end_time is None:
            return 0.0
        return (self.end_time - self.start_time) * 1000

    def get_summary(self) -> TaskSummary:
        """The task's state as plain values, without the result itself."""
        return {
            "tool_id": self.tool_id,
            "tool_name": self.tool_name,
            "is_completed": self.is_completed,
            "elapsed_ms": self.get_elapsed_ms(),
            "error": self.error_text,
            "has_result": self.has_result,
        }

    def _call(self) -> Awaitable[object]:
        call = self.executor(*self.args, **self.kwargs)
        if isawaitable(call):
            return call
        raise WrongArgument(self.executor, name="executor", allowed=_CALLABLE)

    def _begin(self) -> None:
        self.start_time = self.monotonic()
        self.end_time = None
        self.result = None
        self.error = None
        self.is_completed = False


async def within(timeout_ms: int | None, call: Awaitable[R]) -> R:
    """Return what the call answers; None means that it may take for ever.

    Raises `ToolTimeout` past the limit, and what the call raises.
    """
    if timeout_ms is None:
        return await call
    deadline = asyncio.timeout(timeout_ms / 1000)
    try:
        async with deadline:
            return await call
    except TimeoutError as error:
        # A TimeoutError of the tool itself (a socket, a lock) keeps its own words.
        if not deadline.expired():
            raise
        # Before Python 3.11.3 the cancellation was only the context of the TimeoutError.
        cancelled = error.__cause__ or error.__context__
        raise ToolTimeout(timeout_ms, still_works=still_works(cancelled)) from error
