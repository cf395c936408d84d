"""Ablation: on which result does the answer hang?"""

from domain.replay.verify.ablation import ablate
from domain.services.counterparts import history_before
from domain.services.reader import RunReader
from domain.views.verdict import Ablated
from tests.domain.replay.fork.forking import Parent
from tests.domain.services.test_reader import QuestionSearch
from tests.domain.stages.running import FOUND, TENANT, TWO_STEPS, finish
from tests.fakes import FrozenClock, answering


def ablated(parent: Parent) -> dict[tuple[str, str], Ablated]:
    memory = parent.running.memory
    reader = RunReader(memory, memory, QuestionSearch(memory), FrozenClock())
    run = reader.history(TENANT, parent.run_id)
    before = history_before(reader, run)
    found = finish(ablate(run, parent.running.registry, before=before))
    return {(each.call_id, each.replacement): each for each in found}


def test_every_result_is_emptied_and_replaced_by_an_error() -> None:
    calls = [("metric", "empty"), ("metric", "error"), ("primary", "empty"), ("primary", "error")]
    assert sorted(ablated(Parent())) == calls


def test_a_result_that_the_answer_tells_flips_it() -> None:
    emptied = ablated(Parent())["metric", "empty"]
    assert (emptied.effect, "no points" in (emptied.answer or "")) == ("flips", True)


def test_a_run_that_fails_without_a_result_says_why() -> None:
    failed = ablated(Parent(intent="AGGREGATE"))["metric", "error"]
    assert (failed.effect, failed.answer) == ("flips", None)
    assert failed.error == "the recorded result was replaced by the error UPSTREAM_UNAVAILABLE"


def test_the_same_result_of_the_run_before_changes_nothing() -> None:
    parent = Parent()
    parent.run_id = parent.rerun().run_id
    assert ablated(parent)["metric", "stale"].effect == "same"


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
