"""Failures in groups, as text."""

from typing import Final

from adapters.cli.text.tables import ListText
from domain.run.failures import Course, FailureGroup
from domain.times import to_the_second


def _where(group: FailureGroup) -> str | None:
    return None if group.tool is None else f"{group.tool}.{group.operation}"


def _course(group: FailureGroup) -> str:
    """Return whether it goes on, and whether it had gone before."""
    course = group.course
    back = f"came back {to_the_second(course.came_back_at)}" if course.came_back_at else ""
    return "; ".join(part for part in (back, _now(course, has_gone=bool(back))) if part)


def _now(course: Course, *, has_gone: bool) -> str:
    succeeded = f"{course.succeeded_since} succeeded since"
    if course.gone_since:
        return f"gone since {to_the_second(course.gone_since)}, {succeeded}"
    if course.succeeded_since:
        return succeeded
    return "" if has_gone else "goes on"


FAILURES_TEXT: Final[ListText[FailureGroup]] = ListText(
    {
        "kind": lambda group: group.fingerprint,
        "runs": lambda group: group.run_count,
        "calls": lambda group: group.call_count,
        "first": lambda group: to_the_second(group.first_at),
        "last": lambda group: to_the_second(group.last_at),
        "course": _course,
        "newest run": lambda group: group.example_run_id,
        "where": _where,
        "error": lambda group: f"{group.code}: {group.message}",
    },
    id_of=lambda group: group.fingerprint,
    when_empty="No failures.",
    leave_out=("first", "newest run", "calls", "where", "last", "course"),
    ids=("newest run",),
)
