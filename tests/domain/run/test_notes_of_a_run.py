"""Remarks and golden names: facts beside a run, which do not move it."""

import dataclasses

import pytest
from msgspec import UNSET

from domain.errors import (
    CannotBeGolden,
    IllegalTransition,
    InvalidReport,
    NotEnded,
    NotFlaggedWrong,
    NotGolden,
    NothingToErase,
)
from domain.run.commands import (
    AnnotateRun,
    BreakGolden,
    Command,
    EraseResult,
    FlagRun,
    PinGolden,
    UnpinGolden,
)
from domain.run.events import RunEvent
from domain.run.facts import Flag
from domain.run.fold import fold
from domain.run.note_events import (
    GoldenBroke,
    GoldenPinned,
    GoldenUnpinned,
    ResultErased,
    RunAnnotated,
    RunFlagged,
)
from tests.domain.run.samples import (
    ANNOTATED,
    ANSWERED,
    CANCELLED,
    EXECUTING,
    FAILED,
    PINNED,
    REJECTED,
    REQUESTED,
    ROUTING,
    UNPINNED,
)
from tests.domain.run.spec import given

ERASE = EraseResult(call_id="a", digest="0" * 64, size=9000, reason="names")


@pytest.mark.parametrize("history", [ANSWERED, [*EXECUTING, FAILED]], ids=["completed", "failed"])
def test_a_run_that_has_ended_can_be_annotated(history: list[RunEvent]) -> None:
    given(*history).when(AnnotateRun("Known.")).then(RunAnnotated(text="Known."))


@pytest.mark.parametrize("history", [[REQUESTED], EXECUTING], ids=["requested", "execute"])
def test_a_remark_does_not_disturb_a_run_under_way(history: list[RunEvent]) -> None:
    given(*history).when(AnnotateRun("Known.")).then_refused(
        NotEnded, match="flagged, get a remark"
    )


@pytest.mark.parametrize("history", [[REQUESTED], EXECUTING], ids=["requested", "execute"])
def test_no_result_of_a_run_under_way_is_erased(history: list[RunEvent]) -> None:
    given(*history).when(ERASE).then_refused(NotEnded, match="or have a result erased")


@pytest.mark.parametrize(
    "history",
    [ANSWERED, [*EXECUTING, FAILED], [*EXECUTING, CANCELLED], [*ROUTING, REJECTED]],
    ids=["completed", "failed", "cancelled", "rejected"],
)
def test_a_run_that_has_ended_can_be_flagged(history: list[RunEvent]) -> None:
    flagged = RunFlagged(verdict="wrong", note="one is missing")
    given(*history).when(FlagRun("wrong", "one is missing")).then(flagged)


@pytest.mark.parametrize("history", [[REQUESTED], EXECUTING], ids=["requested", "execute"])
def test_a_run_under_way_cannot_be_flagged(history: list[RunEvent]) -> None:
    reason = "only a run that has ended can be flagged"
    given(*history).when(FlagRun("right")).then_refused(NotEnded, match=reason)


def test_the_last_flag_counts() -> None:
    flags = [RunFlagged(verdict="wrong"), RunFlagged(verdict="right")]
    assert fold("run-1", [*ANSWERED, *flags]).flag == "right"


def test_a_run_that_is_flagged_as_wrong_can_be_kept_as_a_question_to_get_right() -> None:
    pinned = GoldenPinned(name="erp", is_wrong=True)
    wrong = RunFlagged(verdict="wrong")
    given(*ANSWERED, wrong).when(PinGolden("erp", is_wrong=True)).then(pinned)


@pytest.mark.parametrize("flag", [None, "right", "unclear"])
def test_no_other_run_can_be_kept_as_a_wrong_one(flag: Flag | None) -> None:
    flags = [RunFlagged(verdict=flag)] if flag else []
    said = f"flagged as {flag}" if flag else "not flagged"
    given(*ANSWERED, *flags).when(PinGolden("erp", is_wrong=True)).then_refused(
        NotFlaggedWrong, match=f"run run-1 is {said}, not as wrong"
    )


def test_a_finished_run_can_be_pinned() -> None:
    pinned = GoldenPinned(name="daily", thresholds={"rows": 1})
    given(*ANSWERED).when(PinGolden("daily", thresholds={"rows": 1})).then(pinned)


def test_a_rejected_run_can_be_pinned() -> None:
    given(*ROUTING, REJECTED).when(PinGolden("forbidden")).then(GoldenPinned(name="forbidden"))


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([REQUESTED], "requested"),
        ([*EXECUTING, FAILED], "failed"),
        ([*EXECUTING, CANCELLED], "cancelled"),
    ],
)
def test_a_run_without_an_answer_cannot_be_pinned(history: list[RunEvent], state: str) -> None:
    reason = f"is {state}: only a completed or a rejected run can be golden"
    given(*history).when(PinGolden("daily")).then_refused(CannotBeGolden, match=reason)


def test_a_golden_run_can_be_unpinned() -> None:
    unpinned = GoldenUnpinned(name="daily", reason="they moved")
    given(*ANSWERED, PINNED).when(UnpinGolden("daily", reason="they moved")).then(unpinned)


def test_a_golden_run_can_break() -> None:
    broken = GoldenBroke(name="daily", candidate_run_id="run-2", rules=["answer", "values"])
    command = BreakGolden("daily", "run-2", ("answer", "values"))
    given(*ANSWERED, PINNED).when(command).then(broken)


def test_only_the_name_that_a_run_has_can_break() -> None:
    command = BreakGolden("weekly", "run-2", ("answer",))
    given(*ANSWERED, PINNED).when(command).then_refused(NotGolden, match="its name is 'daily'")


@pytest.mark.parametrize(
    ("notes", "reason"),
    [
        ([], "'weekly': it is not pinned"),
        ([PINNED], "'weekly': its name is 'daily'"),
        ([PINNED, UNPINNED], "'weekly': it is not pinned"),
    ],
)
def test_only_the_name_that_a_run_has_can_be_taken_away(
    notes: list[RunEvent], reason: str
) -> None:
    given(*ANSWERED, *notes).when(UnpinGolden("weekly")).then_refused(NotGolden, match=reason)


def test_a_run_has_the_name_that_it_got_last() -> None:
    again = GoldenPinned(name="weekly")
    assert fold("run-1", [REQUESTED, PINNED, again, UNPINNED]).golden == "weekly"


@pytest.mark.parametrize("was_missing", [True, False])
def test_a_result_of_a_run_that_has_ended_can_be_erased(was_missing: bool) -> None:  # noqa: FBT001
    erased = ResultErased(
        call_id="a",
        digest="0" * 64,
        size=9000,
        reason="names",
        was_missing=was_missing or UNSET,
    )
    command = dataclasses.replace(ERASE, was_missing=was_missing)
    given(*ANSWERED).when(command).then(erased)


def test_no_result_of_an_unknown_call_is_erased() -> None:
    command = dataclasses.replace(ERASE, call_id="z")
    reason = "run run-1 has no large result of call z to erase: it has no such call"
    given(*ANSWERED).when(command).then_refused(NothingToErase, match=reason)


@pytest.mark.parametrize("command", [AnnotateRun("x"), PinGolden("x"), UnpinGolden("x"), ERASE])
def test_there_are_no_notes_without_a_run(command: Command) -> None:
    given().when(command).then_refused(IllegalTransition, match="is new: cannot annotate")


def test_a_note_leaves_the_state_as_it_is() -> None:
    after = fold("run-1", [*ANSWERED, ANNOTATED, PINNED])
    assert after.state == fold("run-1", ANSWERED).state


@pytest.mark.parametrize("note", [ANNOTATED, PINNED, UNPINNED], ids=lambda note: note.stored_as)
def test_a_runner_does_not_report_notes(note: RunEvent) -> None:
    given(REQUESTED).when_reported(note).then_refused(InvalidReport, match="by its own command")
