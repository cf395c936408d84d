"""What holds for the diagnosis of any run, whatever happened to it."""

from collections.abc import Sequence

from hypothesis import given, settings

from domain.replay.diagnosis.case import Case
from domain.replay.diagnosis.diagnose import RULES, diagnose
from domain.run.events import HistoryEntry, RunResumed
from domain.run.lifecycle import RunState, is_final
from domain.views.diagnosis import NOTHING_WRONG, Hypothesis, Remark
from tests.domain.run.random_histories import HISTORIES

_ORDER = {rule.name: rule.evidence for rule in RULES}
LAWS = settings(max_examples=60)


@LAWS
@given(HISTORIES)
def test_evidence_is_of_the_run_and_nearer_evidence_comes_first(
    history: Sequence[HistoryEntry],
) -> None:
    found = diagnose(Case(history))
    told: list[Hypothesis | Remark] = [*found.hypotheses, *found.notes]
    for each in told:
        assert set(each.evidence) <= set(range(1, len(history) + 1)), each
    places = [_ORDER[hypothesis.rule] for hypothesis in found.hypotheses]
    assert places == sorted(places)


@LAWS
@given(HISTORIES)
def test_what_is_final_is_not_advised_to_be_resumed(history: Sequence[HistoryEntry]) -> None:
    found = diagnose(Case(history))
    state, status = RunState(found.run.state), found.run.status
    told: list[Hypothesis | Remark] = [*found.hypotheses, *found.notes]
    steps = [str(each.next_step) for each in told]
    if is_final(state, status):  # type: ignore[arg-type]  # a status as summaries have it
        assert not any("run resume" in step for step in steps)


@LAWS
@given(HISTORIES)
def test_a_run_without_an_answer_has_a_reason(history: Sequence[HistoryEntry]) -> None:
    found = diagnose(Case(history))
    if found.run.state != RunState.COMPLETED:
        assert found.hypotheses
    assert (found.verdict == NOTHING_WRONG) is (not found.hypotheses)


@LAWS
@given(HISTORIES)
def test_an_older_failure_is_no_reason_once_the_run_was_resumed(
    history: Sequence[HistoryEntry],
) -> None:
    resumed = [e.envelope.version for e in history if isinstance(e.event, RunResumed)]
    for hypothesis in diagnose(Case(history)).hypotheses:
        if hypothesis.rule in {"out-of-time", "stage-failed", "cancelled"}:
            assert max(hypothesis.evidence) > max(resumed, default=0)
