"""Failures in groups: what fails in the same way, since when, and whether it still does."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.figures import whole_sum

RULE_OF_THREE: Final = 3
"""What fails in one of n cases succeeds 3n times on end by chance, one time in twenty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failure: of a run, or of a call, which then has an id and a tool."""

    fingerprint: str
    run_id: str
    at: str
    code: str
    message: str
    question: str
    call_id: str | None = None
    tool: str | None = None
    operation: str | None = None

    @property
    def age(self) -> tuple[str, str, str]:
        """Where it is among all: a newer one has more."""
        return self.at, self.run_id, self.call_id or ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call or a run that ended at a time; with the kind of its failure, or None."""

    at: str
    fingerprint: str | None


@dataclass(frozen=True, slots=True)
class Course:
    """Whether failures go on, told from what was tried since.

    They are gone when more attempts on end succeeded since than chance explains: `gone_since` is
    the first of the `succeeded_since`. They came back when they were gone, and `came_back_after`
    successes occurred again.
    """

    succeeded_since: int = 0
    gone_since: str | None = None
    came_back_at: str | None = None
    came_back_after: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureGroup:
    """All failures of one kind, each with another id, number or name in its message perhaps.

    `code` and `message` are those of the newest, in run `example_run_id`. Of a tool call, tool and
    operation are there. A run counts once, and so does a call of it, however often it was tried.
    """

    fingerprint: str
    code: str
    message: str
    tool: str | None
    operation: str | None
    run_count: int
    call_count: int
    first_at: str
    last_at: str
    example_run_id: str
    course: Course


@dataclass(slots=True)
class Kind:
    """The failures of one kind while they are gathered; such calls, or questions, tell more."""

    newest: Failure
    first_at: str
    runs: set[str] = field(default_factory=set)
    calls: set[tuple[str, str]] = field(default_factory=set)
    questions: set[str] = field(default_factory=set)
    made: tuple[str, str] | None = None

    def add(self, failure: Failure) -> None:
        """Count one more failure."""
        self.runs.add(failure.run_id)
        self.questions.add(failure.question)
        self.first_at = min(self.first_at, failure.at)
        if failure.age > self.newest.age:
            self.newest = failure
        if failure.call_id is not None:
            self.calls.add((failure.run_id, failure.call_id))
        if failure.tool is not None and failure.operation is not None:
            self.made = failure.tool, failure.operation


AttemptsOf = Callable[[Kind], Iterable[Attempt]]
"""Returns what was tried of such calls, or of such questions, when none was called."""


def grouped(
    failures: Iterable[Failure], attempts_of: AttemptsOf, *, limit: int, since: str | None = None
) -> list[FailureGroup]:
    """Return the groups, that with the most runs first, and of these the newest.

    With `since` only those that were seen then or later.
    """
    kinds: dict[str, Kind] = {}
    for failure in failures:
        new = Kind(failure, failure.at)
        kinds.setdefault(failure.fingerprint, new).add(failure)
    wanted = [kind for kind in kinds.values() if since is None or kind.newest.at >= since]
    wanted.sort(key=lambda kind: kind.newest.fingerprint)
    wanted.sort(key=lambda kind: (len(kind.runs), kind.newest.at), reverse=True)
    return [_group(kind, attempts_of(kind)) for kind in wanted[:limit]]


def course_of(attempts: Iterable[Attempt], fingerprint: str) -> Course:
    """Return how failures of a kind went on among the attempts."""
    gaps, gap, hits = list[tuple[int, str]](), list[str](), 0
    # Of the same instant, successes are no successes since.
    for attempt in sorted(attempts, key=lambda each: (each.at, each.fingerprint or "")):
        if attempt.fingerprint == fingerprint:
            gaps += [(len(gap), attempt.at)] if hits else []
            hits, gap = hits + 1, []
        elif attempt.fingerprint is None:
            gap.append(attempt.at)
    return _course(gaps, gap, hits) if hits else Course()


def _course(gaps: Sequence[tuple[int, str]], since: Sequence[str], hits: int) -> Course:
    between = whole_sum(count for count, _ in gaps)
    back = [each for each in gaps if _is_telling(each[0], hits, others=between - each[0])]
    usual = between - whole_sum(count for count, _ in back)
    is_gone = _is_telling(len(since), hits, others=usual)
    after, at = back[-1] if back else (None, None)
    return Course(len(since), since[0] if is_gone else None, at, after)


def _is_telling(streak: int, hits: int, *, others: int) -> bool:
    """Return whether so many successes on end are no chance, where `others` had `hits` between."""
    return streak * hits >= RULE_OF_THREE * (hits + others)


def _group(kind: Kind, attempts: Iterable[Attempt]) -> FailureGroup:
    newest = kind.newest
    tool, operation = kind.made or (None, None)
    return FailureGroup(
        fingerprint=newest.fingerprint,
        code=newest.code,
        message=newest.message,
        tool=tool,
        operation=operation,
        run_count=len(kind.runs),
        call_count=len(kind.calls),
        first_at=kind.first_at,
        last_at=newest.at,
        example_run_id=newest.run_id,
        course=course_of(attempts, newest.fingerprint),
    )
