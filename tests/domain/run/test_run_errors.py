import pytest

from domain.errors import (
    AmbiguousRun,
    Conflict,
    CorruptLog,
    ForkedHistory,
    IllegalTransition,
    InvalidReport,
    KeyReused,
    NoSuchVersion,
    NotAMoment,
    NotFound,
    NotYetRequested,
    OpstrailError,
    Refused,
    WrongExpectedVersion,
)

EVERY = [
    (
        IllegalTransition("run-1", state="failed", trigger="fail", allowed=["cancel", "resume"]),
        "run run-1 is failed: cannot fail; possible: cancel, resume",
    ),
    (
        IllegalTransition("run-1", state="cancelled", trigger="fail", allowed=[]),
        "run run-1 is cancelled: cannot fail; possible: nothing, it is final",
    ),
    (
        InvalidReport("run-1", event="run-completed", why="no response was composed"),
        "run run-1: run-completed refused: no response was composed",
    ),
    (NotFound("run-1"), "no run run-1 in this tenant"),
    (
        NotFound("run-1", works="the latest is run-2"),
        "no run run-1 in this tenant; the latest is run-2",
    ),
    (NoSuchVersion("run-1", asked=9, last=3), "run run-1 has versions 1 to 3, not 9"),
    (
        NotYetRequested("run-1", asked="2026-03-01T11:00:00+00:00", first="2026-03-01T12:00:00Z"),
        "run run-1 had no event at 2026-03-01T11:00:00+00:00;"
        " its first one is of 2026-03-01T12:00:00Z",
    ),
    (
        NotAMoment("noon"),
        "'noon' is neither a version nor a time; possible: a version such as 12, or a time"
        " such as -5m, now, today, 2026-03-01, 2026-03 or 2026-03-01T12:00:00Z (in your time"
        " zone when it names none; of a day or a month its end)",
    ),
    (
        AmbiguousRun("run-", candidates={"run-1": "'Who?'", "run-2": "'What?'"}),
        "'run-' fits several runs; take one of them:\n  run-1  'Who?'\n  run-2  'What?'",
    ),
    (WrongExpectedVersion("run-1", expected=2, actual=3), "run-1 is at version 3, not 2"),
    (
        ForkedHistory("run-1", version=2),
        "run-1 at version 2 has another history than the writer saw",
    ),
    (
        KeyReused("k", stream_id="run-1"),
        "idempotency key 'k' was used for run-1 with other content",
    ),
    (CorruptLog("run-1 version 2", why="a gap"), "run-1 version 2 is corrupt: a gap"),
]


@pytest.mark.parametrize(("error", "message"), EVERY)
def test_an_error_says_what_why_and_what_is_possible(error: OpstrailError, message: str) -> None:
    assert str(error) == message


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (Refused, {IllegalTransition, InvalidReport, AmbiguousRun, NotAMoment}),
        (NotFound, {NotFound, NoSuchVersion, NotYetRequested}),
        (Conflict, {WrongExpectedVersion, ForkedHistory, KeyReused}),
        (CorruptLog, {CorruptLog}),
    ],
)
def test_errors_are_grouped_by_whose_fault_they_are(
    fault: type[OpstrailError], kinds: set[type[OpstrailError]]
) -> None:
    assert {type(error) for error, _ in EVERY if isinstance(error, fault)} == kinds
