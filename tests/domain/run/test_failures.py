"""Failures are grouped by kind, and their course is told from what was tried since."""

import pytest

from domain.run.failures import Attempt, Course, Failure, Kind, course_of, grouped


def failure(run: str, at: str, *, kind: str = "a", **fields: str) -> Failure:
    told = {"code": "TOOL_TIMEOUT", "message": f"late {at}", "question": "?", **fields}
    return Failure(fingerprint=kind, run_id=run, at=at, **told)


def nothing(_kind: Kind) -> list[Attempt]:
    return []


def course(history: str) -> Course:
    """The course of kind "a": x is such a failure, o another one, and . a success."""
    kinds = {"x": "a", "o": "b", ".": None}
    attempts = [Attempt(f"{number:03}", kinds[each]) for number, each in enumerate(history)]
    return course_of(reversed(attempts), "a")


def test_a_call_counts_once_however_often_it_was_tried() -> None:
    call = {"call_id": "c", "tool": "ci", "operation": "get"}
    tried = [failure("run-1", "1", **call), failure("run-1", "2", **call), failure("run-2", "3")]
    (group,) = grouped(tried, nothing, limit=9)
    assert (group.run_count, group.call_count, group.tool, group.operation) == (2, 1, "ci", "get")
    assert (group.first_at, group.last_at, group.message) == ("1", "3", "late 3")
    assert group.example_run_id == "run-2"


def test_the_kind_with_the_most_runs_is_first_and_then_the_newest() -> None:
    found = [failure("run-1", "1"), failure("run-2", "2"), failure("run-2", "3", kind="b")]
    found += [failure("run-1", "4", kind="c")]
    assert [each.fingerprint for each in grouped(found, nothing, limit=9)] == ["a", "c", "b"]
    assert [each.fingerprint for each in grouped(found, nothing, limit=9, since="3")] == ["c", "b"]
    assert [each.fingerprint for each in grouped(found, nothing, limit=1)] == ["a"]


def test_the_attempts_are_those_of_such_calls_or_of_such_questions() -> None:
    asked: list[Kind] = []

    def note(kind: Kind) -> list[Attempt]:
        asked.append(kind)
        return []

    grouped([failure("run-1", "1", question="What?")], note, limit=9)
    grouped([failure("run-1", "1", call_id="c", tool="ci", operation="get")], note, limit=9)
    assert [(each.made, list(each.questions)) for each in asked] == [
        (None, ["What?"]),
        (("ci", "get"), ["?"]),
    ]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ("", Course()),
        ("...", Course()),
        ("xxx", Course()),
        ("x..", Course(succeeded_since=2)),
        ("x...", Course(succeeded_since=3, gone_since="001")),
        ("xxoo...", Course(succeeded_since=3, gone_since="004")),
        ("xxooo", Course()),
        ("x...x", Course(came_back_at="004", came_back_after=3)),
        ("x...x.", Course(succeeded_since=1, came_back_at="004", came_back_after=3)),
        ("x.x.x.x.x.", Course(succeeded_since=1)),
        ("x" + (".........x" * 5), Course()),
        ("x" + (".........x" * 5) + "." * 12, Course(succeeded_since=12)),
        ("x.x.x.x......", Course(succeeded_since=6, gone_since="007")),
    ],
)
def test_failures_are_gone_when_chance_does_not_explain_it(history: str, expected: Course) -> None:
    assert course(history) == expected


def test_failures_that_came_back_may_be_gone_again() -> None:
    found = course("xx....x......")
    assert (found.came_back_at, found.gone_since) == ("006", "007")
