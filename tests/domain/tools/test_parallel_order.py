import pytest

from domain.tools.parallel import DependencyAwareExecutor, DependencyCycle, UnknownDependency
from domain.values.arguments import WrongArgument
from tests.domain.tools.calls import answers, finish, task


def executor_of(tool_ids: str, needs: dict[str, str | list[str]]) -> DependencyAwareExecutor:
    """An executor of successful tasks, named by one letter each, with what each of them needs."""
    executor = DependencyAwareExecutor()
    executor.add_tasks(task(tool_id, answers) for tool_id in tool_ids)
    for tool_id, needed in needs.items():
        executor.add_dependency(tool_id, needed)
    return executor


def test_the_execution_order_groups_tasks_by_depth() -> None:
    executor = executor_of("dabc", {"c": "a", "b": "a", "d": ["b", "c"]})
    assert executor.compute_execution_order() == [["a"], ["b", "c"], ["d"]]


def test_a_group_is_in_the_order_of_adding() -> None:
    executor = executor_of("xabc", {"x": "c"})
    assert executor.compute_execution_order() == [["a", "b", "c"], ["x"]]


def test_the_execution_order_is_kept() -> None:
    executor = executor_of("ba", {"b": "a"})
    finish(executor.execute_with_dependencies())
    assert executor.execution_order == [["a"], ["b"]]


def test_a_cycle_is_refused_with_its_tasks() -> None:
    executor = executor_of("ab", {"a": "b", "b": "a"})
    with pytest.raises(DependencyCycle, match=r"form a cycle: (a -> b -> a|b -> a -> b);"):
        executor.compute_execution_order()


def test_in_a_cycle_each_task_is_needed_by_the_next() -> None:
    executor = executor_of("abc", {"b": "a", "c": "b", "a": "c"})
    with pytest.raises(DependencyCycle) as refusal:
        executor.compute_execution_order()
    pairs = set(zip(refusal.value.cycle, refusal.value.cycle[1:], strict=False))
    assert pairs == {("a", "b"), ("b", "c"), ("c", "a")}


def test_a_cycle_is_refused_when_execute_is_called() -> None:
    executor = executor_of("ab", {"a": "b", "b": "a"})
    with pytest.raises(DependencyCycle, match="form a cycle"):
        finish(executor.execute())


def test_a_task_that_needs_itself_is_a_cycle() -> None:
    executor = executor_of("a", {"a": "a"})
    with pytest.raises(DependencyCycle, match="a -> a"):
        executor.compute_execution_order()


def test_an_unknown_dependency_is_refused_with_the_known_tasks() -> None:
    executor = executor_of("ab", {"a": "ghost"})
    with pytest.raises(UnknownDependency, match="there is no task 'ghost'; the tasks are: a, b"):
        executor.compute_execution_order()


def test_a_dependency_of_an_unknown_task_is_refused() -> None:
    executor = executor_of("a", {"ghost": "a"})
    with pytest.raises(UnknownDependency, match="there is no task 'ghost'"):
        executor.compute_execution_order()


@pytest.mark.parametrize("depends_on", ["a", "ghost"])
def test_nothing_runs_when_the_dependencies_are_refused(depends_on: str) -> None:
    executor = executor_of("ab", {"a": depends_on})
    with pytest.raises(ValueError, match=r"[Dd]ependenc"):
        finish(executor.execute_with_dependencies())
    assert [summary["is_completed"] for summary in executor.get_task_summaries()] == [False, False]


def test_the_execution_order_is_forgotten_by_a_reset() -> None:
    executor = executor_of("ba", {"b": "a"})
    executor.compute_execution_order()
    executor.reset()
    assert executor.execution_order == []


def test_dependencies_are_known_by_the_task_that_waits() -> None:
    executor = executor_of("abc", {"b": "a", "c": ["a", "b", "a"]})
    executor.add_dependency("c", "b")
    assert executor.dependencies == {"b": ["a"], "c": ["a", "b"]}
    executor.reset()
    assert executor.dependencies == {}


@pytest.mark.parametrize(
    ("tool_id", "depends_on", "told"),
    [
        ("a", None, "depends_on must be a tool_id or a list of them, not None"),
        ("a", [None], "tool_id must be a text, not None"),
        (5, "a", "tool_id must be a text, not 5"),
    ],
)
def test_what_is_no_id_is_refused(tool_id: str, depends_on: str, told: str) -> None:
    with pytest.raises(WrongArgument, match=told):
        DependencyAwareExecutor().add_dependency(tool_id, depends_on)
