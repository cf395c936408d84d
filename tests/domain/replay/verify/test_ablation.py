"""Ablation: on which result does the answer hang?"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
from msgspec import to_builtins

from domain.replay.verify.ablation import ablate
from domain.response.compose.call_result import CallResult
from domain.response.compose.section import Section
from domain.services.counterparts import history_before
from domain.services.reader import RunReader
from domain.stages.call_facts import call_window
from domain.tools.contracts import ToolContext, ToolResult
from domain.views.ablation import Ablated, Ablation, ChangedBlock, blocks_text, change_text
from domain.views.comparison import Mark
from tests.domain.replay.fork.forking import Parent
from tests.domain.replay.resume.moody import partial
from tests.domain.replay.verify import verifying
from tests.domain.services.test_reader import QuestionSearch
from tests.domain.stages.running import FOUND, ITEM, TENANT, TWO_STEPS, finish
from tests.fakes import AnyParams, FrozenClock, answering

if TYPE_CHECKING:
    from domain.json import JsonMap


def ablation(parent: Parent) -> Ablation:
    memory = parent.running.memory
    reader = RunReader(memory, memory, QuestionSearch(memory), FrozenClock())
    run = reader.history(TENANT, parent.run_id)
    before = history_before(reader, run)
    return finish(ablate(run, parent.running.registry, before=before))


def ablated(parent: Parent) -> dict[tuple[str, str], Ablated]:
    return {(each.call_id, each.replacement): each for each in ablation(parent).results}


def test_of_two_calls_alike_each_has_its_own_result_of_the_run_before() -> None:
    running, history = verifying.of_the_same_calls()
    found = finish(ablate(history, running.registry, before=history)).results
    assert {each.effect for each in found if each.replacement == "stale"} == {"same"}


def test_every_result_is_emptied_and_replaced_by_an_error() -> None:
    calls = [("metric", "empty"), ("metric", "error"), ("primary", "empty"), ("primary", "error")]
    assert sorted(ablated(Parent())) == calls


def test_a_result_that_the_answer_tells_flips_it() -> None:
    emptied = ablated(Parent())["metric", "empty"]
    assert (emptied.effect, "no points" in (emptied.answer or "")) == ("flips", True)


def test_a_run_that_fails_without_a_result_says_why() -> None:
    failed = ablated(Parent(intent="AGGREGATE"))["metric", "error"]
    assert (failed.effect, failed.answer) == ("fails", None)
    assert failed.error == "the recorded result was replaced by the error UPSTREAM_UNAVAILABLE"


def test_the_same_result_of_the_run_before_changes_nothing() -> None:
    parent = Parent()
    parent.run_id = parent.rerun().run_id
    assert ablated(parent)["metric", "stale"].effect == "same"


@pytest.mark.parametrize(("value", "effect"), [(40.0, "same"), (90.0, "flips")])
def test_a_window_that_only_moved_since_the_run_before_is_no_difference(
    value: float, effect: str
) -> None:
    parent, bounds = Parent(), []

    async def measure(context: ToolContext, params: AnyParams) -> ToolResult:
        window = to_builtins(call_window(params.model_dump(), now=context.now))
        bounds.append(window["start"])
        measured = 40.0 if len(bounds) > 1 else value
        data = {"metric_name": "cpu", "agg": "avg", "value": measured, "window": window}
        return ToolResult(success=True, data={**data, "sample_count": 3})

    parent.value._script = measure
    for _ in range(2):
        parent.run_id = parent.rerun().run_id
    stale = ablated(parent)["metric", "stale"]
    assert bounds[0] != bounds[1]
    assert (stale.effect, stale.is_finding) == (effect, effect == "flips")


def test_another_result_of_the_run_before_flips_the_answer() -> None:
    parent = Parent()
    parent.value._script = answering(
        {"metric_name": "cpu", "agg": "avg", "value": 90.0, "sample_count": 3}
    )
    parent.run_id = parent.rerun().run_id
    stale = ablated(parent)["metric", "stale"]
    assert (stale.effect, "40" in (stale.answer or "")) == ("flips", True)


def test_a_call_that_would_then_be_made_is_named() -> None:
    parent = Parent()
    other = answering({"rows": [{"ci_id": "c2", "ci_code": "srv-2"}], "total": 1})
    parent.found._script = other
    parent.run_id = parent.rerun().run_id
    parent.found._script = FOUND
    parent.run_id = parent.rerun().run_id
    stale = ablated(parent)["primary", "stale"]
    expected = "call metric: metric.aggregate is not on the record with these params"
    assert (stale.effect, stale.missing) == ("unknown", expected)


def test_ablation_calls_and_records_nothing() -> None:
    parent = Parent(**TWO_STEPS)
    recorded = parent.running.memory.read_log()
    ablated(parent)
    assert (parent.called(), parent.running.memory.read_log()) == ((0, 0), recorded)


def test_it_says_how_the_answer_reads_then_and_what_differs_below_it() -> None:
    emptied = ablated(Parent())["metric", "empty"]
    assert emptied.sentence.startswith('with an empty result of metric (metric.aggregate): "')
    before, _, after = emptied.sentence.partition(": ")[2].partition(" -> ")
    assert ("40" in before, "no points" in after) == (True, True)
    assert emptied.blocks
    assert emptied.sentence.endswith(blocks_text(emptied.blocks))


def test_what_fails_whichever_call_does_is_no_finding_but_said_once() -> None:
    found = ablation(Parent(intent="AGGREGATE"))
    errors = [each for each in found.results if each.replacement == "error"]
    assert {each.effect for each in errors} == {"fails"}
    assert found.any_error_fails
    assert not any(each.is_finding for each in errors)


def test_an_error_that_only_leaves_out_what_its_call_told_is_no_finding() -> None:
    found = ablation(Parent())
    errors = {each.call_id: each for each in found.results if each.replacement == "error"}
    assert (errors["primary"].effect, errors["metric"].effect) == ("fails", "flips")
    assert "could not be read" in (errors["metric"].answer or "")
    assert not found.any_error_fails
    assert not any(each.is_finding for each in errors.values())


def test_an_error_that_changes_another_sentence_of_the_answer_is_a_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def with_count(sections: Iterable[tuple[CallResult, Section]], *_: object) -> str:
        told = [*sections]
        count = sum(call.status == "succeeded" for call, _ in told)
        return " ".join([*(section.sentence for _, section in told), f"{count} of 2 answered."])

    parent = Parent()
    with monkeypatch.context() as patched:
        patched.setattr("domain.response.compose.composition._answer", with_count)
        parent.run_id = parent.rerun().run_id
        assert ablated(parent)["metric", "error"].is_finding


def test_the_most_telling_is_first() -> None:
    parent = Parent()
    parent.value._script = answering(
        {"metric_name": "cpu", "agg": "avg", "value": 90.0, "sample_count": 3}
    )
    parent.run_id = parent.rerun().run_id
    found = ablation(parent)
    assert found.hangs_on == ("metric",)
    assert [(each.call_id, each.replacement, each.effect) for each in found.results] == [
        ("metric", "empty", "flips"),
        ("metric", "stale", "flips"),
        ("metric", "error", "flips"),
        ("primary", "error", "fails"),
        ("primary", "empty", "unknown"),
        ("primary", "stale", "same"),
    ]


def test_an_answer_that_reads_the_same_may_show_other_details() -> None:
    parent = Parent()
    tagged: JsonMap = {"rows": [{**ITEM, "tags": {"zone": "dmz"}}], "total": 1}
    parent.found._script = answering(tagged)
    parent.run_id = parent.rerun().run_id
    parent.found._script = FOUND
    parent.run_id = parent.rerun().run_id
    stale = ablated(parent)["primary", "stale"]
    assert (stale.effect, stale.is_finding) == ("details", True)
    assert stale.sentence == (
        "with the result of the run before of primary (ci.resolve): the answer reads the same;"
        ' below it table "CI tags" is new'
    )


def test_the_results_that_a_resumed_run_used_again_count_too() -> None:
    desk = partial()
    desk.resume()
    run = desk.running.history(desk.run_id)
    found = finish(ablate(run, desk.running.registry, before=[]))
    assert found.hangs_on == ("two:metric", "one:primary")
    emptied = next(each for each in found.results if each.call_id == "one:primary")
    assert (emptied.effect, "srv-1" in (found.answer or "")) == ("flips", True)
    assert "srv-1 (" not in (emptied.answer or "")


def test_the_place_where_two_texts_differ_is_in_view() -> None:
    long = "x" * 200
    assert change_text("a 1", "a 2") == '"a 1" -> "a 2"'
    assert change_text(f"{long} 1 end", f"{long} 2 end").count(" 1 end") == 1
    assert change_text("", "now") == '"" -> "now"'
    before, _, after = change_text(f"{long}1{long}", f"{long}2{long}").partition(" -> ")
    assert ("1" in before, "2" in after) == (True, True)
    assert (before[:4], before[-4:], len(before)) == ('"...', '..."', 98)


def test_blocks_are_told_by_their_titles() -> None:
    def block(mark: Mark, title: str | None) -> ChangedBlock:
        return ChangedBlock(mark=mark, kind="table", title=title, cell_count=9, changed_count=2)

    found = [block(Mark.DIFFERENT, "CPU"), block(Mark.ADDED, None), block(Mark.REMOVED, "Old")]
    assert blocks_text(found) == (
        'table "CPU": 2 of 9 values differ; table is new; table "Old" is gone'
    )
