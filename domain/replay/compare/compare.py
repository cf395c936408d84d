"""Two runs side by side: what is the same, what is not, and where they first part."""

from collections.abc import Iterator, Sequence

from msgspec import structs

from domain.figures import Exactness, whole_sum
from domain.replay.compare.answers import answer_of, compared_answers
from domain.replay.compare.call_alignment import Pair, aligned, names_in_a
from domain.replay.compare.calls import compared_calls
from domain.replay.compare.causes import causes_of, told
from domain.replay.compare.divergence import Strictness, differences
from domain.replay.compare.ignore_rules import NO_RULES, IgnoreRules
from domain.replay.compare.json_difference import patch_beyond, plain_numbers
from domain.replay.compare.neutral import NeutralRun, erased_results
from domain.replay.compare.own_patch import is_own_patch
from domain.replay.compare.run_calls import run_calls
from domain.replay.record.recording import plan_of, request_of
from domain.replay.record.terms import events_on_last_terms
from domain.run.call_events import ToolCallFailed, ToolCallStarted, ToolCallSucceeded
from domain.run.clockwork import run_time
from domain.run.events import HistoryEntry, PlanValidated, RunEvent
from domain.run.facts import PlanDecision
from domain.run.lifecycle import Stage
from domain.run.summary import summary_of
from domain.views.comparison import ComparedAnswers, ComparedStage, Comparison, delta, mark_counts
from domain.views.stages import StageView, stage_views
from domain.views.verdict import Divergence, DivergenceClass, is_of_assets

_STILL_SAME = (DivergenceClass.VERSION, DivergenceClass.TIMING)


def compare(
    a: Sequence[HistoryEntry],
    b: Sequence[HistoryEntry],
    *,
    ignore: IgnoreRules = NO_RULES,
    tolerance: float = 0.0,
) -> Comparison:
    """Return how the history of run B compares with that of run A; neither may be empty.

    Numbers, also those in texts, are the same that differ by no more than the tolerance, relative
    to the larger one.
    """
    summary_a, summary_b = summary_of(a), summary_of(b)
    exactness = Exactness(tolerance, tolerance)
    in_a, in_b, pairs = _made_comparable(a, b, ignore)
    divergences = _divergences(a, b, in_a, in_b, Strictness(exactness, ignore, of_two_runs=True))
    divergence = divergences[0] if divergences else None
    answers = compared_answers(
        answer_of(a), answer_of(b), in_a=in_a, in_b=in_b, exactness=exactness
    )
    calls = compared_calls(pairs, in_a=in_a, in_b=in_b, exactness=exactness)
    decisions_a, decisions_b = _decisions(a), _decisions(b)
    return Comparison(
        a=summary_a,
        b=summary_b,
        is_same=_is_same(divergence, answers),
        verdict=_verdict(divergences, answers),
        divergence=divergence,
        divergences=divergences,
        calls=calls,
        call_counts=mark_counts(calls),
        stages=_compared_stages(a, b),
        plan_patch=patch_beyond(plain_numbers(plan_of(a)), plain_numbers(plan_of(b)), exactness),
        decisions_added=[each for each in decisions_b if each not in decisions_a],
        decisions_removed=[each for each in decisions_a if each not in decisions_b],
        answers=answers,
        duration=delta(summary_a.duration_ms, summary_b.duration_ms),
        a_engine_version=request_of(a).engine_version,
        b_engine_version=request_of(b).engine_version,
    )


def _made_comparable(
    a: Sequence[HistoryEntry], b: Sequence[HistoryEntry], ignore: IgnoreRules
) -> tuple[NeutralRun, NeutralRun, list[Pair]]:
    """Return both runs, the calls of B by the names that they have in A, and which is which."""
    events_a, events_b = [*_as_shown(a)], [*_as_shown(b)]
    erased = erased_results([*events_a, *events_b])
    in_a, in_b = (NeutralRun(each, ignore, erased=erased) for each in (events_a, events_b))
    pairs = aligned(run_calls(a), run_calls(b), in_a=in_a, in_b=in_b)
    names = names_in_a(pairs)
    return in_a, NeutralRun(events_b, ignore, erased=erased, names=names), pairs


def _as_shown(entries: Sequence[HistoryEntry]) -> Iterator[RunEvent]:
    """Yield the events on the terms of the run's end.

    A call took as long as every view says, whatever its tool measured.
    """
    time, begun = run_time(entries), dict[str, int]()
    for version, event in enumerate(events_on_last_terms(entries), start=1):
        match event:
            case ToolCallStarted(call_id=call_id):
                begun[call_id] = version
                yield event
            case ToolCallSucceeded(call_id=call_id) | ToolCallFailed(call_id=call_id):
                took = time.between_ms(begun.get(call_id, version), version)
                yield structs.replace(event, duration_ms=took)
            case _:
                yield event


def _divergences(
    a: Sequence[HistoryEntry],
    b: Sequence[HistoryEntry],
    in_a: NeutralRun,
    in_b: NeutralRun,
    strictness: Strictness,
) -> tuple[Divergence, ...]:
    causes = causes_of(differences(in_a.events(), in_b.events(), strictness))
    return tuple(told(cause, is_own_patch=is_own_patch(cause.found, a, b)) for cause in causes)


def _is_same(divergence: Divergence | None, answers: ComparedAnswers) -> bool:
    if divergence is None:
        return True
    is_harmless = answers.is_same_text or not is_of_assets(divergence.pointers)
    return divergence.kind in _STILL_SAME and is_harmless


def _verdict(divergences: Sequence[Divergence], answers: ComparedAnswers) -> str:
    if not divergences:
        return "same"
    first, count = divergences[0], whole_sum(not _is_same(e, answers) for e in divergences)
    if _is_same(first, answers):
        return f"same but for {first.kind}"
    answer = "same answer" if answers.is_same_text else "answer changed"
    where = f"first of {count} divergences" if count > 1 else "first divergence"
    return f"{answer}; {where} ({first.kind}): {first.told}"


def _decisions(entries: Sequence[HistoryEntry]) -> list[PlanDecision]:
    validated = [entry.event for entry in entries if isinstance(entry.event, PlanValidated)]
    return list(validated[-1].decisions) if validated else []


def _compared_stages(a: Sequence[HistoryEntry], b: Sequence[HistoryEntry]) -> list[ComparedStage]:
    """Return the stages that one of the runs has come to, in their order."""
    in_a, in_b = ({view.name: view for view in stage_views(each)} for each in (a, b))
    return [
        _compared_stage(stage.value, in_a.get(stage.value), in_b.get(stage.value))
        for stage in Stage
        if stage.value in in_a or stage.value in in_b
    ]


def _compared_stage(name: str, a: StageView | None, b: StageView | None) -> ComparedStage:
    return ComparedStage(
        name=name,
        a_status=a.status if a else None,
        b_status=b.status if b else None,
        a_attempt=a.attempt if a else None,
        b_attempt=b.attempt if b else None,
        duration=delta(a.duration_ms if a else None, b.duration_ms if b else None),
    )
