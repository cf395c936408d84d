"""The execute stage: the order in which the tool calls of a plan are made.

Loops, and calls for the values of a list, add calls while it runs; one limit holds for all.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import UNSET

from domain.json import as_count, as_map, as_maps, as_text
from domain.plan.instances import condition_with, members_of, names_in, repetition_of
from domain.plan.intent import ExecutionStrategy
from domain.plan.mapping import DataReference, MappingError, parse_mapping
from domain.plan.plan import Plan, PlanLoop
from domain.plan.planned_call import PlannedCall
from domain.plan.wiring import graph_of, in_plan_order
from domain.response.compose.call_result import CallResult
from domain.run.facts import RunOptions
from domain.stages.call_making import CallMaking, NotAnswered
from domain.stages.course import Course, Unmade
from domain.stages.recorder import Recorder
from domain.stages.rounds import Rounds
from domain.stages.sources import Sources
from domain.tools.catalogue import list_params
from domain.tools.execution_report import Skip
from domain.tools.parallel import DependencyAwareExecutor
from domain.tools.task import ToolExecutionTask

_FIRST: Final = "only {} was looked at further, the first of {} configuration items of {}"

Graph = Mapping[str, Sequence[str]]
"""Names, and what each waits for."""


class PlanExecution:
    """Makes the tool calls of one plan, each as soon as what it waits for has ended."""

    def __init__(
        self,
        recorder: Recorder,
        sources: Sources,
        plan: Plan,
        calls: Sequence[PlannedCall],
        *,
        options: RunOptions,
    ) -> None:
        """Answer the calls from `sources`; report every step to the recorder."""
        self._calls, self._plan, self._sources = calls, plan, sources
        self._course = Course(plan)
        self._making = CallMaking(recorder, sources, self._course, options=options)
        self._is_serial = plan.execution_strategy is ExecutionStrategy.SERIAL
        self._most_at_once = 1 if self._is_serial else options.max_concurrent_calls
        self._has_rounds = options.edition is not UNSET  # a run from before stays as it was
        self._executor = self._new_executor()
        self.rounds = Rounds(self._course, calls, sources.past.skips)
        self._added, self._cut = dict[str, list[str]](), dict[str, str]()
        self._needs, self._held = dict[str, Sequence[str]](), set[str]()
        """What each call waits for, whatever its turn, and what cannot go on without a person."""

    async def run(self, *, timeout_seconds: float | None) -> list[CallResult]:
        """Return the result of every call: in plan order, those of a loop in their turns.

        Raises TimeoutError when all of it takes longer, and what the recorder raises. Calls that a
        person must allow stop the run, once all else is done.
        """
        outside = {call.call_id: call for call in self._calls if call.loop_id is None}
        graph = self._in_turn(graph_of(self._calls))
        self._add(graph, outside)
        self._sources.calls.expect(self._calls)
        try:
            async with self._sources.calls.within(timeout_seconds):
                await self._execute()
                while not self._making.waiting and (again := self.rounds.next_round()):
                    await self._try_again({call.call_id: call for call in again})
        finally:
            del self._executor  # it knows this: both would be left to the garbage collector
        await self._making.stop_if_waiting()  # in no time-out: once it is said, it is so
        for call, why in self.rounds.left():
            self._making.skip(call, why)
        answered_for = self._course.answered_for()
        results = (each for name in graph for each in self._results_below(name))
        return [self._told(each, answered_for) for each in results]

    def _new_executor(self) -> DependencyAwareExecutor:
        return DependencyAwareExecutor(
            self._most_at_once, before_start=self._begin, may_start=self._why_not
        )

    def _add(self, graph: Graph, calls: Mapping[str, PlannedCall]) -> None:
        for name, needed in graph.items():
            task = self._task(calls[name]) if name in calls else self._turns(name)
            self._executor.add_task(task)
            if needed:
                self._executor.add_dependency(name, needed)

    async def _try_again(self, calls: Mapping[str, PlannedCall]) -> None:
        """Make the calls of a further round; they come after all of those before."""
        self._group()
        self._making.groups |= dict.fromkeys(calls, 1 + max(self._making.groups.values()))
        self._executor = self._new_executor()
        needs = {name: [e for e in call.depends_on if e in calls] for name, call in calls.items()}
        self._add(self._in_turn(needs), calls)
        await self._execute()

    async def _execute(self) -> None:
        """Make the calls that were added. Raises what broke while one was made."""
        await self._executor.execute_with_dependencies()
        for task in self._executor.failed_tasks:
            if task.error is not None and not isinstance(task.error, NotAnswered):
                raise task.error

    def _task(self, call: PlannedCall) -> ToolExecutionTask:
        self._course.planned[call.call_id] = call
        make = self._fan_out if call.fans_out else self._making.make
        return ToolExecutionTask(call.call_id, call.tool, make, (call,), is_group=call.fans_out)

    def _turns(self, loop_id: str) -> ToolExecutionTask:
        loop = next(loop for loop in self._plan.loops if loop.loop_id == loop_id)
        return ToolExecutionTask(loop_id, "loop", self._repeat, (loop,), is_group=True)

    def _in_turn(self, graph: Graph) -> Graph:
        """Return the graph; where one call is made at a time, each waits for the one before."""
        self._needs |= graph
        if not self._is_serial:
            return graph
        order = in_plan_order(graph)
        before = dict(zip(order[1:], order, strict=False))
        return {
            name: [*needed, *([before[name]] if name in before else [])]
            for name, needed in graph.items()
        }

    def _why_not(self, task: ToolExecutionTask) -> Skip | None:
        if held := next(filter(self._is_held, self._needs.get(task.tool_id, ())), None):
            self._held.add(task.tool_id)
            return Skip("it waits for approval", held)
        call = self._course.planned.get(task.tool_id)
        why = self._course.why_unmade(call) if call else None
        if call is None or why is None:
            return None
        if self._has_rounds and self.rounds.holds(call, why):
            self._making.leave(call, why)
        else:
            self._making.skip(call, why)
        return Skip(why.reason, why.cause or "")

    def _is_held(self, name: str) -> bool:
        return name in self._held or name in self._making.waiting

    async def _begin(self, tasks: Sequence[ToolExecutionTask]) -> None:
        """Record that these calls start, in one append."""
        self._group()
        await self._making.begin([self._course.planned[task.tool_id] for task in tasks])

    def _group(self) -> None:
        if not self._making.groups:
            groups = enumerate(self._executor.execution_order)
            self._making.groups |= {name: group for group, names in groups for name in names}

    async def _extend(self, parent: str, calls: Sequence[PlannedCall], graph: Graph) -> None:
        """Make further calls, and wait for their ends; they are of the group of the parent."""
        self._group()
        ids = [call.call_id for call in calls]
        self._added.setdefault(parent, []).extend(ids)
        self._making.groups |= dict.fromkeys(ids, self._making.groups[parent])
        await self._executor.extend([self._task(call) for call in calls], self._in_turn(graph))
        if any(map(self._is_held, ids)):
            self._held.add(parent)
            raise NotAnswered

    async def _fan_out(self, call: PlannedCall) -> None:
        """Make the call for each value of a list."""
        course, call_id = self._course, call.call_id
        try:
            lists = list_params(self._sources.tools, call.tool, call.operation)
            members, count = members_of(call, course.data, lists=lists)
        except MappingError as error:
            cause = next(iter(course.ids_of(*call.depends_on)), None)
            self._making.skip(call, Unmade(str(error), cause))
            raise NotAnswered from error
        if not members:
            reason = "there is no value to make it for"
            self._making.skip(call, Unmade(reason, is_on_purpose=True))
            raise NotAnswered
        course.made[call_id] = [member.call_id for member in members]
        if count > len(members):
            told = f"{call_id} was made for {len(members)} of {count} values: its max_fan_out"
            self._cut[members[-1].call_id] = told
        await self._extend(call_id, members, {member.call_id: () for member in members})
        course.data[call_id] = [course.data.get(member.call_id) for member in members]

    async def _repeat(self, loop: PlanLoop) -> None:
        """Make the calls of a loop until its condition holds, or often enough."""
        course, loop_id = self._course, loop.loop_id
        body = [call for call in self._calls if call.loop_id == loop_id]
        graph, names = graph_of(body, loop_id), [*(call.call_id for call in body), loop_id]
        course.data |= {f"{name}@0": None for name in names}  # so it is known to be missing
        for number in range(1, loop.max_iterations + 1):
            here = names_in(number, names)
            course.data[loop_id] = course.data[here[loop_id]] = {"iteration": number}
            turn = [repetition_of(call, number, here) for call in body]
            needs = {here[name]: [here[each] for each in graph[name]] for name in graph}
            await self._extend(loop_id, turn, needs)
            course.made |= {call.call_id: [here[call.call_id]] for call in body}
            if self._is_over(loop, here):
                break
        course.made[loop_id] = []  # it is no call
        course.data |= {call.call_id: course.data[here[call.call_id]] for call in body}

    def _is_over(self, loop: PlanLoop, here: Mapping[str, str]) -> bool:
        """Return whether the loop has what it waits for, or whether another turn is in vain."""
        course, end = self._course, loop.break_condition
        if end is not None and course.unmet(condition_with(end, here)) is None:
            return True
        ended = [course.results[id_] for id_ in course.ids_of(*here) if id_ in course.results]
        is_unmade = all(each.status == "skipped" for each in ended)
        return is_unmade and not all(each.is_on_purpose for each in ended)

    def _results_below(self, name: str) -> Iterator[CallResult]:
        if name not in self._added:
            yield self._course.results[name]
        for each in self._added.get(name, ()):
            yield from self._results_below(each)

    def _told(self, result: CallResult, answered_for: set[str]) -> CallResult:
        if result.call_id in answered_for:
            result = dataclasses.replace(result, is_answered_for=True)
        cut = self._cut.get(result.call_id)
        told = [*([cut] if cut else []), *self._of_the_first(result)]
        return dataclasses.replace(result, warnings=[*result.warnings, *told]) if told else result

    def _of_the_first(self, result: CallResult) -> Iterator[str]:
        """Say that a call is about the first of several items, unless its plan says which."""
        call = self._course.planned[result.call_id]
        if call.is_own or not self._has_rounds or result.status != "succeeded":
            return
        said = {e.tool_id: e.output_mapping for e in self._plan.tool_dependencies}
        for name, text in call.output_mapping.items():
            if name in said.get(result.call_id.partition("@")[0], {}):
                continue
            read = parse_mapping(text, known=self._course.data)
            if isinstance(read, DataReference) and read.steps[:2] == ("rows", 0):
                found = as_map(self._course.data.get(read.call_id))
                rows, total = as_maps(found.get("rows")), as_count(found.get("total"))
                if len(rows) > 1:
                    code = as_text(rows[0].get("ci_code")) or as_text(rows[0].get("ci_id"))
                    yield _FIRST.format(code, total or len(rows), read.call_id)
