"""Tool calls of which some need others to have succeeded first."""

import time
from collections.abc import Callable, Mapping, Sequence
from graphlib import CycleError

from domain.tools.execution_report import ExecutionReport
from domain.tools.parallel import ParallelExecutor
from domain.tools.schedule import OnSkipped, sorter


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


class DependencyAwareExecutor(ParallelExecutor):
    """Runs each task as soon as all tasks that it depends on have succeeded.

    A task that depends on a failed or skipped one is skipped. `execution_order` holds what
    `compute_execution_order` last found.
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
        super().__init__(
            max_concurrent,
            fail_fast,
            continue_on_error,
            on_skipped=on_skipped,
            monotonic=monotonic,
        )
        self.execution_order: list[list[str]] = []
        self._dependencies: dict[str, list[str]] = {}

    def add_dependency(self, tool_id: str, depends_on: str | Sequence[str]) -> None:
        """Let a task wait for one or more others; the tasks may be added later."""
        self._refuse_while_executing("add_dependency")
        needed = [depends_on] if isinstance(depends_on, str) else depends_on
        self._dependencies.setdefault(tool_id, []).extend(needed)

    def compute_execution_order(self) -> list[list[str]]:
        """The groups of tasks by depth: each depends only on tasks of earlier groups.

        The groups are for people and traces: no task waits for a group. Raises
        `UnknownDependency` and `DependencyCycle`.
        """
        self._refuse_unknown()
        order = sorter(self._tasks, needs=self._dependencies)
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
        self._dependencies.clear()
        self.execution_order = []

    def _needs(self) -> Mapping[str, Sequence[str]]:
        return self._dependencies

    def _refuse_unknown(self) -> None:
        for tool_id, needed in self._dependencies.items():
            for depends_on in needed:
                if tool_id not in self._tasks or depends_on not in self._tasks:
                    raise UnknownDependency(tool_id, depends_on, list(self._tasks))
