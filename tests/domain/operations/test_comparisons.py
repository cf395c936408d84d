"""The operations that set a run beside others."""

from typing import TYPE_CHECKING

import pytest

from domain.errors import NotFound
from domain.operations.comparisons import COMPARE_RUNS, DIAGNOSE_RUN, TwoRuns
from domain.operations.goldens import PIN_GOLDEN, Pin
from domain.operations.one_run import RunAt
from domain.replay.compare.ignore_rules import InvalidPattern
from domain.services.counterparts import StandsBesideARun
from domain.tools.contracts import ToolErrorCode
from domain.views.comparison import Comparison, Mark
from tests.domain.operations.having import Having, Heard
from tests.domain.services.golden_office import Changing
from tests.domain.stages.running import FOUND, ITEM, Running, ci, finish, metric, ran
from tests.fakes import answering, failing

if TYPE_CHECKING:
    from domain.json import JsonMap


@pytest.fixture
def having() -> Having:
    return Having(Running(ci(), metric()))


def compared(having: Having, *sides: str, ignore: tuple[str, ...] = ()) -> Comparison:
    a, b = sides
    return finish(
        COMPARE_RUNS.do(having.services, Heard().caller, TwoRuns(a=a, b=b, ignore=ignore))
    )


def sides(comparison: Comparison) -> tuple[str, str]:
    return comparison.a.run_id, comparison.b.run_id


def test_two_runs_are_compared_in_the_order_in_which_they_are_named(having: Having) -> None:
    one, other = ran(having.running).run_id, ran(having.running).run_id
    assert sides(compared(having, other, one)) == (other, one)
    assert sides(compared(having, "latest", one)) == (other, one)


def test_the_run_before_and_the_golden_one_stand_where_they_are_named(
    having: Having,
) -> None:
    golden, before, run = (ran(having.running).run_id for _ in range(3))
    finish(PIN_GOLDEN.do(having.services, Heard().caller, Pin(run=golden, name="daily")))
    assert sides(compared(having, "previous", "latest")) == (before, run)
    assert sides(compared(having, "latest", "previous")) == (run, before)
    assert sides(compared(having, "golden", run)) == (golden, run)
    assert sides(compared(having, run, "golden")) == (run, golden)


@pytest.mark.parametrize("word", ["previous", "golden"])
def test_a_word_for_another_run_does_not_name_one(having: Having, word: str) -> None:
    ran(having.running)
    with pytest.raises(StandsBesideARun, match=f"'{word}' stands beside a run"):
        compared(having, word, "previous")


def test_a_run_of_no_other_question_has_no_previous_one(having: Having) -> None:
    ran(having.running, question="Another?")
    ran(having.running)
    with pytest.raises(NotFound, match="has no previous run of the same question"):
        compared(having, "latest", "previous")


def test_what_is_ignored_makes_no_difference() -> None:
    found = Changing(FOUND)
    having = Having(Running(ci(found.answer), metric()))
    ran(having.running)
    row: JsonMap = {**ITEM, "owner": "team-b"}
    found.script = answering({"rows": [row], "total": 1}, references=[{"kind": "ci", "id": "c1"}])
    ran(having.running)
    marks = [
        compared(having, "latest", "previous", ignore=ignore).calls[0].mark
        for ignore in ((), ("/rows/*/owner",))
    ]
    assert marks == [Mark.DIFFERENT, Mark.COSMETIC]


def test_what_is_no_pattern_is_refused_before_a_run_is_looked_for(having: Having) -> None:
    with pytest.raises(InvalidPattern):
        compared(having, "none", "none", ignore=("rows",))


def test_a_diagnosis_looks_at_the_last_good_run() -> None:
    found = Changing(FOUND)
    having = Having(Running(ci(found.answer), metric()))
    good = ran(having.running).run_id
    found.script = failing(ToolErrorCode.UPSTREAM_UNAVAILABLE)
    run = ran(having.running).run_id
    diagnosis = finish(DIAGNOSE_RUN.do(having.services, Heard().caller, RunAt(run=run)))
    (other,) = [each for each in diagnosis.hypotheses if each.rule == "differs-from-last-good"]
    assert good in other.sentence
