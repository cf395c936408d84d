"""Previews: who would answer each call, before anything is called or recorded."""

from domain.replay.fork.descent import Fork, Rerun
from domain.replay.resume.resumption import Resumption
from domain.run.call_events import ToolCallSucceeded
from domain.run.facts import Patches, ResultPatch
from domain.tools.contracts import ToolErrorCode
from domain.views.preview import Preview
from tests.domain.replay.fork.forking import REASON, Parent
from tests.domain.stages.running import METRIC, TENANT, Running, ci, finish, metric, plan_output
from tests.fakes import failing


def previewed(parent: Parent, **fork: object) -> Preview:
    """The preview of a fork."""
    order = Fork(reason=REASON, **fork)  # type: ignore[arg-type]  # the fields of a fork
    return finish(parent.running.replays.preview_fork(TENANT, parent.run_id, order))


def answers(preview: Preview) -> dict[str, str]:
    return {call.call_id: call.answer for call in preview.calls}


def test_a_whole_record_needs_no_outside_call() -> None:
    preview = previewed(Parent())
    assert answers(preview) == {"primary": "recorded", "metric": "recorded"}
    assert preview.outside_calls == 0


def test_what_is_not_on_the_record_would_be_live() -> None:
    parent = Parent()
    preview = previewed(parent, at=parent.version_of(ToolCallSucceeded))
    assert (answers(preview), preview.outside_calls) == (
        {"primary": "recorded", "metric": "live"},
        1,
    )


def test_a_preview_calls_and_records_nothing() -> None:
    parent = Parent()
    recorded = parent.running.memory.read_log()
    previewed(parent, at=1)
    finish(parent.running.replays.preview_rerun(TENANT, parent.run_id, Rerun(reason=REASON)))
    assert (parent.called(), parent.running.memory.read_log()) == ((0, 0), recorded)


def test_a_blocked_call_is_shown_as_such() -> None:
    preview = previewed(Parent(), patches=Patches(plan={"metric.agg": "max"}), is_blocked=True)
    assert (answers(preview)["metric"], preview.outside_calls) == ("blocked", 0)


def test_a_patched_result_is_shown_as_such() -> None:
    results = {"metric": ResultPatch(kind="empty")}
    preview = previewed(Parent(), patches=Patches(results=results))
    assert answers(preview)["metric"] == "patched"


def test_a_call_behind_an_unknown_answer_is_said_to_depend_on_it() -> None:
    preview = previewed(Parent(), patches=Patches(plan={"primary.keywords": ["srv-2"]}))
    shown = [(call.call_id, call.answer, call.waits_for) for call in preview.calls]
    assert shown == [("primary", "live", None), ("metric", "live", "primary")]


def test_a_fork_before_the_plan_says_that_the_planner_is_asked() -> None:
    parent = Parent()
    anew, kept = previewed(parent, at=1), previewed(parent)
    assert (anew.planner, anew.outside_calls, kept.planner) == ("fixed 7", None, None)
    assert len(parent.running.planner.contexts) == 1


def test_a_rerun_calls_everything() -> None:
    parent = Parent()
    preview = finish(
        parent.running.replays.preview_rerun(TENANT, parent.run_id, Rerun(reason=REASON))
    )
    assert (answers(preview), preview.outside_calls) == ({"primary": "live", "metric": "live"}, 2)


def test_resuming_reuses_what_has_succeeded() -> None:
    broken = metric(failing(ToolErrorCode.DATA_NOT_FOUND))
    plan = plan_output(**METRIC, intent="AGGREGATE")
    running = Running(ci(), broken, planned=plan)
    run_id = running.request()
    running.carry_out(run_id)
    preview = finish(running.replays.preview_resume(TENANT, run_id, Resumption(reason=REASON)))
    assert answers(preview) == {"primary": "recorded", "metric": "live"}
