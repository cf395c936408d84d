"""Tool calls made at the same time, within a limit, also where some need others' success."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from graphlib import CycleError

from domain.tools.execution_report import ExecutionReport, Skip, build_report
from domain.tools.schedule import BeforeStart, MayStart, OnSkipped, Schedule, sorter
from domain.tools.task import TaskSummary, ToolExecutionTask
from domain.values.arguments import require, require_count

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


class DependencyCycle(ValueError):
    """Tasks need each other in a circle; in `cycle` each is needed by the next one."""

    def __init__(self, cycle: Sequence[str]) -> None:
        super().__init__(f"Dependencies form a cycle: {' -> '.join(cycle)}; remove one of them")
        self.cycle = list(cycle)


class UnknownDependency(ValueError):
    """A dependency names a task that was not added, on either side."""

    def __init__(self, tool_id: str, depends_on: str, known: Sequence[str]) -> None:
        missing = depends_on if tool_id in known else tool_id
        super().__init__(
            f"Dependency of {tool_id!r} on {depends_on!r}: there is no task {missing!r}; "
            f"the tasks are: {', '.join(known) or 'none'}"
        )
        self.tool_id = tool_id
        self.depends_on = depends_on
        self.known = list(known)


class ParallelExecutor:
    """Runs tasks at the same time, never more than `max_concurrent` (None: 10) of them.

    `fail_fast`, or `continue_on_error=False`, means that the first failure cancels the calls under
    way and skips the rest. `on_skipped(task, reason, cause)` is called the moment a task is
    skipped; `cause` is the id of the task that led to it. `before_start(tasks)` is awaited before
    tasks that start together do. With `may_start(task)`, that says what is skipped for what came
    of the tasks before it, be it that they failed.
    """

    def __init__(
        self,
        max_concurrent: int | None = None,
        fail_fast: bool = False,  # noqa: FBT001, FBT002 - callers pass it by position
        continue_on_error: bool = True,  # noqa: FBT001, FBT002 - callers pass it by position
        *,
        on_skipped: OnSkipped | None = None,
        before_start: BeforeStart | None = None,
        may_start: MayStart | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_concurrent = DEFAULT_MAX_CONCURRENT if max_concurrent is None else max_concurrent
        self._require_limit()
        self.fail_fast, self.continue_on_error = fail_fast, continue_on_error
        self._on_skipped, self._before_start, self._may_start = on_skipped, before_start, may_start
        self._monotonic = monotonic
        self._is_executing = False
        self.reset()

    @property
    def tasks(self) -> list[ToolExecutionTask]:
        """The tasks, in the order of adding."""
        return list(self._tasks.values())

    @property
    def completed_tasks(self) -> list[ToolExecutionTask]:
        """The tasks that succeeded so far."""
        return [task for task in self._tasks.values() if task.is_completed]

    @property
    def failed_tasks(self) -> list[ToolExecutionTask]:
        """The tasks that failed or timed out so far; skipped ones did not."""
        return [task for task in self._tasks.values() if task.error is not None]

    def add_task(self, task: ToolExecutionTask) -> None:
        """Add one task; `DuplicateTask` when its id is taken."""
        self._refuse_while_executing("add_task")
        require("task", task, ToolExecutionTask, "a ToolExecutionTask")
        if task.tool_id in self._tasks:
            raise DuplicateTask(task.tool_id)
        self._tasks[task.tool_id] = task

    def add_tasks(self, tasks: Iterable[ToolExecutionTask]) -> None:
        """Add tasks in their order; see `add_task`."""
        require("tasks", tasks, Iterable, "a list of ToolExecutionTasks")
        for task in tasks:
            self.add_task(task)

    async def execute(self) -> ExecutionReport:
        """Run every task that is not settled yet and report on all of them.

        A task's failure is in the report, not raised; `total_elapsed_ms` is of this call alone.
        When the caller is cancelled, all calls are cancelled and awaited first; those tasks are
        not settled, and the next `execute()` begins them anew.
        """
        self._refuse_while_executing("execute")
        self._require_limit()
        self._is_executing = True
        start = self._monotonic()
        try:
            self._schedule = self._new_schedule()
            await self._schedule.run()
        finally:
            self._is_executing = False
        return build_report(
            self.tasks,
            skips=self._skips,
            total_elapsed_ms=(self._monotonic() - start) * 1000,
        )

    async def extend(
        self, tasks: Sequence[ToolExecutionTask], needs: Mapping[str, Sequence[str]]
    ) -> None:
        """Add tasks to those that execute, and return when they have ended; for a group of them.

        `needs` are their dependencies on each other.
        """
        self._tasks |= {task.tool_id: task for task in tasks}
        await self._schedule.extend([task.tool_id for task in tasks], needs)

    def get_task_summaries(self) -> list[TaskSummary]:
        """What each task says about itself, in the order of adding."""
        return [task.get_summary() for task in self._tasks.values()]

    def reset(self) -> None:
        """Forget all tasks and what came of them."""
        self._refuse_while_executing("reset")
        self._tasks: dict[str, ToolExecutionTask] = {}
        self._skips: dict[str, Skip] = {}

    def _needs(self) -> Mapping[str, Sequence[str]]:
        return {}

    def _new_schedule(self) -> Schedule:
        return Schedule(
            self._tasks,
            needs=self._needs(),
            skips=self._skips,
            max_concurrent=self.max_concurrent,
            stops_at_first_failure=self.fail_fast or not self.continue_on_error,
            on_skipped=self._on_skipped,
            before_start=self._before_start,
            may_start=self._may_start,
        )

    def _require_limit(self) -> None:
        require_count("max_concurrent", self.max_concurrent, none="10")

    def _refuse_while_executing(self, operation: str) -> None:
        if self._is_executing:
            raise ExecutorBusy(operation)


class DependencyAwareExecutor(ParallelExecutor):
    """Runs each task as soon as all tasks that it depends on have succeeded.

    A task that depends on a failed or skipped one is skipped. `dependencies` has by task what it
    waits for; `execution_order` holds what `compute_execution_order` last found.
    """

    execution_order: list[list[str]]
    dependencies: dict[str, list[str]]

    def add_dependency(self, tool_id: str, depends_on: str | Sequence[str]) -> None:
        """Let a task wait for one or more others; the tasks may be added later."""
        self._refuse_while_executing("add_dependency")
        needed = [depends_on] if isinstance(depends_on, str) else depends_on
        require("depends_on", needed, (list, tuple), "a tool_id or a list of them")
        for name in (tool_id, *needed):
            require("tool_id", name, str, "a text")
        known = self.dependencies.setdefault(tool_id, [])
        known += [name for name in dict.fromkeys(needed) if name not in known]

    def compute_execution_order(self) -> list[list[str]]:
        """The groups of tasks by depth: each depends only on tasks of earlier groups.

        The groups are for people and traces: no task waits for a group. Raises
        `UnknownDependency` and `DependencyCycle`.
        """
        self._refuse_unknown()
        if not self.dependencies:
            self.execution_order = [list(self._tasks)] if self._tasks else []
            return self.execution_order
        order = sorter(self._tasks, needs=self.dependencies)
        try:
            order.prepare()
        except CycleError as error:
            raise DependencyCycle(error.args[1]) from error
        self.execution_order = []
        while group := order.get_ready():
            self.execution_order.append(list(group))
            order.done(*group)
        return self.execution_order

    async def execute(self) -> ExecutionReport:
        """See `execute_with_dependencies`: dependencies hold whichever name is called."""
        return await self.execute_with_dependencies()

    async def execute_with_dependencies(self) -> ExecutionReport:
        """Run the tasks in the order of their dependencies and report as `ParallelExecutor` does.

        Raises `UnknownDependency` and `DependencyCycle` before anything runs.
        """
        self.compute_execution_order()
        return await super().execute()

    def reset(self) -> None:
        """Forget all tasks, their dependencies and what came of them."""
        super().reset()
        self.dependencies, self.execution_order = {}, []

    def _needs(self) -> Mapping[str, Sequence[str]]:
        return self.dependencies

    def _refuse_unknown(self) -> None:
        for tool_id, needed in self.dependencies.items():
            for depends_on in needed:
                if tool_id not in self._tasks or depends_on not in self._tasks:
                    raise UnknownDependency(tool_id, depends_on, list(self._tasks))
