"""Independent tool calls made at the same time, within a limit."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from domain.tools.execution_report import ExecutionReport, Skip, build_report
from domain.tools.schedule import OnSkipped, Schedule
from domain.tools.task import TaskSummary, ToolExecutionTask

DEFAULT_MAX_CONCURRENT = 10


class ExecutorBusy(RuntimeError):
    """An executor was asked to change, or to start again, while it executes."""

    def __init__(self, operation: str) -> None:
        super().__init__(f"{operation}() is not possible while execute() is running")
        self.operation = operation


class DuplicateTask(ValueError):
    """Two tasks have one id, so their results could not be told apart."""

    def __init__(self, tool_id: str) -> None:
        super().__init__(f"tool_id {tool_id!r} is already that of another task; ids must differ")
        self.tool_id = tool_id


class ParallelExecutor:
    """Runs tasks at the same time, never more than `max_concurrent` (None: 10) of them.

    `fail_fast`, or `continue_on_error=False`, means that the first failure cancels the calls under
    way and skips the rest. `on_skipped(task, reason, cause)` is called the moment a task is
    skipped; `cause` is the id of the task that led to it.
    """

    def __init__(
        self,
        max_concurrent: int | None = None,
        fail_fast: bool = False,  # noqa: FBT001, FBT002 - callers pass it by position
        continue_on_error: bool = True,  # noqa: FBT001, FBT002 - callers pass it by position
        *,
        on_skipped: OnSkipped | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_concurrent = _checked_limit(max_concurrent)
        self.fail_fast = fail_fast
        self.continue_on_error = continue_on_error
        self._on_skipped = on_skipped
        self._monotonic = monotonic
        self._tasks: dict[str, ToolExecutionTask] = {}
        self._skips: dict[str, Skip] = {}
        self._is_executing = False

    def add_task(self, task: ToolExecutionTask) -> None:
        """Add one task; `DuplicateTask` when its id is taken."""
        self._refuse_while_executing("add_task")
        if task.tool_id in self._tasks:
            raise DuplicateTask(task.tool_id)
        self._tasks[task.tool_id] = task

    def add_tasks(self, tasks: Iterable[ToolExecutionTask]) -> None:
        """Add tasks in their order; see `add_task`."""
        for task in tasks:
            self.add_task(task)

    async def execute(self) -> ExecutionReport:
        """Run every task that is not settled yet and report on all of them.

        A task's failure is in the report, not raised; `total_elapsed_ms` is of this call alone.
        When the caller is cancelled, all calls are cancelled and awaited first; those tasks are
        not settled, and the next `execute()` begins them anew.
        """
        self._refuse_while_executing("execute")
        self._is_executing = True
        start = self._monotonic()
        try:
            await self._schedule().run()
        finally:
            self._is_executing = False
        return build_report(
            list(self._tasks.values()),
            skips=self._skips,
            total_elapsed_ms=(self._monotonic() - start) * 1000,
        )

    def get_task_summaries(self) -> list[TaskSummary]:
        """What each task says about itself, in the order of adding."""
        return [task.get_summary() for task in self._tasks.values()]

    def reset(self) -> None:
        """Forget all tasks and what came of them."""
        self._refuse_while_executing("reset")
        self._tasks.clear()
        self._skips.clear()

    def _needs(self) -> Mapping[str, Sequence[str]]:
        return {}

    def _schedule(self) -> Schedule:
        return Schedule(
            self._tasks,
            needs=self._needs(),
            skips=self._skips,
            max_concurrent=self.max_concurrent,
            stops_at_first_failure=self.fail_fast or not self.continue_on_error,
            on_skipped=self._on_skipped,
        )

    def _refuse_while_executing(self, operation: str) -> None:
        if self._is_executing:
            raise ExecutorBusy(operation)


def _checked_limit(max_concurrent: int | None) -> int:
    if max_concurrent is None:
        return DEFAULT_MAX_CONCURRENT
    if max_concurrent < 1:
        message = f"max_concurrent must be at least 1 or None for 10, not {max_concurrent}"
        raise ValueError(message)
    return max_concurrent
