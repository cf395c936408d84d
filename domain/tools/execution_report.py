"""The report on a set of tool calls: which succeeded, failed or were skipped, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from domain.tools.task import ToolExecutionTask


@dataclass(frozen=True, slots=True)
class Skip:
    """Why a task was not run to its end; `cause` is the id of the task that led to it."""

    reason: str
    cause: str


class TaskResult(TypedDict):
    """The result of a successful task."""

    result: object
    elapsed_ms: float


class TaskError(TypedDict):
    """A failed task with its error in words."""

    tool_id: str
    tool_name: str
    error: str
    elapsed_ms: float


class SkippedTask(TypedDict):
    """A skipped task with the reason and the id of the task that caused it."""

    tool_id: str
    tool_name: str
    reason: str
    cause: str


class ExecutionReport(TypedDict):
    """The counts and outcomes of all tasks; every list is in the order of adding.

    `successful + failed + skipped == total`. `results` is by tool id.
    """

    successful: int
    failed: int
    skipped: int
    total: int
    total_elapsed_ms: float
    results: dict[str, TaskResult]
    errors: list[TaskError]
    skipped_tasks: list[SkippedTask]


def build_report(
    tasks: Sequence[ToolExecutionTask], *, skips: Mapping[str, Skip], total_elapsed_ms: float
) -> ExecutionReport:
    """Return the report on these tasks; each must be settled or among the skips."""
    results: dict[str, TaskResult] = {
        task.tool_id: {"result": task.result, "elapsed_ms": task.get_elapsed_ms()}
        for task in tasks
        if task.has_result
    }
    errors = [_error(task, task.error_text) for task in tasks if task.error_text is not None]
    skipped = [_skipped(task, skips[task.tool_id]) for task in tasks if task.tool_id in skips]
    return {
        "successful": len(results),
        "failed": len(errors),
        "skipped": len(skipped),
        "total": len(tasks),
        "total_elapsed_ms": total_elapsed_ms,
        "results": results,
        "errors": errors,
        "skipped_tasks": skipped,
    }


def _error(task: ToolExecutionTask, text: str) -> TaskError:
    return {
        "tool_id": task.tool_id,
        "tool_name": task.tool_name,
        "error": text,
        "elapsed_ms": task.get_elapsed_ms(),
    }


def _skipped(task: ToolExecutionTask, skip: Skip) -> SkippedTask:
    return {
        "tool_id": task.tool_id,
        "tool_name": task.tool_name,
        "reason": skip.reason,
        "cause": skip.cause,
    }
