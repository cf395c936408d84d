"""Who verifies the log hears how far it came, as text and as marks to go on from."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from domain.aggregate.envelope import Actor
from domain.errors import Refused
from domain.operations.log import VERIFY_LOG, VerifyLog
from domain.operations.operation import Caller
from domain.views.log import LOG_START, LogMark, LogProgress, LogReport
from domain.writer import Authorship

if TYPE_CHECKING:
    from domain.operations.services import Services

END = LogMark(9, "9" * 64)


class ShortLog:
    """A log of nine events, of which three are verified at a time."""

    def __init__(self) -> None:
        self.with_projections = list[bool]()

    def verify(
        self,
        since: LogMark | int,
        *,
        on_progress: Callable[[LogProgress], None],
        with_projections: bool,
    ) -> LogReport:
        self.with_projections.append(with_projections)
        for position in (3, 6, 9):
            on_progress(LogProgress(LogMark(position, str(position) * 64), END.position))
        after = since if isinstance(since, LogMark) else LOG_START
        return LogReport(
            after=after, verified_to=END, payloads=None, problems=(), is_sound=after != END
        )


def verified(params: VerifyLog, caller: Caller, log: ShortLog | None = None) -> LogReport:
    have = cast("Services", SimpleNamespace(log=log or ShortLog()))
    return asyncio.run(VERIFY_LOG.do(have, caller, params))


def test_progress_is_told_as_text_and_as_marks() -> None:
    told, marks = list[str](), list[LogMark]()
    by = Authorship("acme", Actor("person", "ada"))
    report = verified(VerifyLog(), Caller(by, progress=told.append, reached=marks.append))
    assert told == ["position 3 of 9", "position 6 of 9", "position 9 of 9"]
    assert [mark.position for mark in marks] == [3, 6, 9]
    assert marks[-1] == report.verified_to


def test_a_verification_goes_on_from_a_mark() -> None:
    by = Authorship("acme", Actor("person", "ada"))
    assert verified(VerifyLog(since=LogMark(3, "3" * 64)), Caller(by)).after.position == 3


@pytest.mark.parametrize(
    ("asked", "is_compared"),
    [
        (VerifyLog(), True),
        (VerifyLog(projections=False), False),
        (VerifyLog(since=3), False),
        (VerifyLog(since=3, projections=True), True),
    ],
)
def test_projections_are_compared_with_the_whole_log_unless_said_otherwise(
    asked: VerifyLog, *, is_compared: bool
) -> None:
    log = ShortLog()
    verified(asked, Caller(Authorship("acme", Actor("person", "ada"))), log)
    assert log.with_projections == [is_compared]


@pytest.mark.parametrize("since", [-1, {"position": 1}, {"position": 1, "log_hash": "no hash"}])
def test_what_is_neither_position_nor_mark_is_refused(since: object) -> None:
    with pytest.raises((ValueError, Refused)):
        VerifyLog.model_validate({"since": since})
