"""Numbers are compared by their values, in one way everywhere, and with a tolerance if wanted."""

import math

import pytest

from domain.figures import Exactness, is_same_figure
from domain.json import JsonMap
from domain.replay.compare.compare import compare
from domain.replay.compare.event_difference import event_difference
from domain.replay.compare.ignore_rules import NO_RULES
from domain.replay.compare.json_difference import (
    compared_cells,
    differing_pointers,
    is_same_text,
    sorted_text,
)
from domain.replay.compare.neutral import canonical
from domain.run.call_events import ToolCallSucceeded
from domain.run.events import PlanValidated, RunEvent
from domain.views.comparison import Comparison, Mark
from tests.domain.replay.compare.comparing import call, compared, composed, run_of
from tests.domain.replay.compare.diverging import divergences
from tests.domain.run.envelopes import entries
from tests.domain.run.samples import VALIDATED

LOOSE = Exactness(0.01, 0.01)


def answering(value: float, text: str = "So much.") -> list[RunEvent]:
    asked = call(params={"limit": value}, data={"rows": [{"n": value}], "value": value})
    table = composed(text, blocks=[{"type": "table", "rows": [["srv-1", value]]}])
    return run_of(asked, answer=table)


def test_2_is_2_0_wherever_runs_are_compared() -> None:
    found = compared(answering(2), answering(2.0))
    assert (found.verdict, found.divergences) == ("same", ())
    assert [each.mark for each in found.calls] == [Mark.SAME]
    assert [each.mark for each in found.answers.blocks] == [Mark.SAME]
    assert found.answers.blocks[0].cells.changed_count == 0
    assert divergences(answering(2), answering(2.0)) == []


def test_2_is_2_0_in_every_part_of_a_comparison() -> None:
    one, other = {"n": [2]}, {"n": [2.0]}
    assert differing_pointers(one, other) == []
    assert sorted_text({"n": [2]}) == sorted_text({"n": [2.0]})
    assert canonical(2.0, is_ordered=True) == 2
    assert isinstance(canonical(2.0, is_ordered=True), int)
    assert compared_cells({"rows": [[2]]}, {"rows": [[2.0]]}).changed_count == 0
    ended = [ToolCallSucceeded(call_id="a", attempt=1, data=n, duration_ms=1) for n in (2, 2.0)]
    assert event_difference(ended[0], ended[1]) == {}


def test_a_patch_does_not_turn_2_into_2_0() -> None:
    a = run_of(call(data={"n": 2, "m": 1}))
    b = run_of(call(data={"n": 2.0, "m": 3}))
    assert [each["path"] for each in compared(a, b).calls[0].result_patch] == ["/m"]


@pytest.mark.parametrize("one", [math.nan, math.inf, -math.inf, 10**400, 0.0, -0.0])
def test_what_is_hardly_a_number_is_the_same_as_itself_and_nothing_else(one: float) -> None:
    assert is_same_figure(one, one)
    for other in (math.nan, math.inf, 10**400, 5.0):
        is_same = one == other or (one != one and other != other)  # noqa: PLR0124 - NaN
        assert is_same_figure(one, other) is is_same
        assert is_same_figure(other, one, LOOSE) is is_same


def test_not_a_number_is_no_divergence_from_itself() -> None:
    assert divergences(answering(math.nan), answering(math.nan)) == []
    assert compared(answering(math.nan), answering(math.nan)).verdict == "same"


def within(a: list[RunEvent], b: list[RunEvent], tolerance: float) -> Comparison:
    sides = (entries(each, step_ms=10) for each in (a, b))
    return compare(*sides, ignore=NO_RULES, tolerance=tolerance)


def test_a_tolerance_lets_numbers_differ_in_results_blocks_and_text() -> None:
    a, b = answering(100, "It is 100 %."), answering(100.5, "It is 100.5 %.")
    found = within(a, b, 0.01)
    assert (found.verdict, found.is_same) == ("same", True)
    assert [each.mark for each in found.calls] == [Mark.COSMETIC]
    assert [each.mark for each in found.answers.blocks] == [Mark.SAME]
    assert found.answers.is_same_text
    assert not within(a, b, 0.001).is_same


def test_a_tolerance_holds_for_whole_numbers_too_and_only_if_it_is_asked_for() -> None:
    assert within(answering(1000), answering(1001), 0.01).is_same
    assert not compared(answering(1000), answering(1001)).is_same
    assert not is_same_figure(10**12, 10**12 + 1)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("40.1 of 200", "40.2 of 201", True),
        ("1,000 rows.", "1,001 rows.", True),
        ("It is 40.", "It is 50.", False),
        ("srv-100 is up", "srv-101 is up", False),
        ("at 2026-03-01", "at 2027-03-01", False),
        ("10.0.0.100", "10.0.0.101", False),
        ("at 10:00", "at 10:01", False),
        ("v100", "v101", False),
        ("-100", "100", False),
        ("40 %", "40 MB", False),
    ],
)
def test_figures_of_a_text_are_numbers_and_names_are_not(
    one: str,
    other: str,
    is_same: bool,  # noqa: FBT001 - a case
) -> None:
    assert is_same_text(one, other, LOOSE) is is_same


def test_only_differences_leaves_out_what_is_the_same_and_still_counts_it() -> None:
    a = run_of(call("a", data=1), call("b", data=2))
    found = compared(a, run_of(call("a", data=1), call("b", data=3))).only_differences
    assert [each.mark for each in found.calls] == [Mark.DIFFERENT]
    assert found.stages == []
    assert found.call_counts == {Mark.SAME: 1, Mark.DIFFERENT: 1}


def test_what_is_within_the_tolerance_is_in_no_part_of_what_changed() -> None:
    def run(near: float, far: int, text: str) -> list[RunEvent]:
        values = JsonMap({"near": near, "far": far, "text": f"{near} %", "rows": [{"n": near}]})
        table = JsonMap({"type": "table", **values})
        found = run_of(call(params=values, data=values), answer=composed(text, blocks=[table]))
        return [PlanValidated(plan=values) if each == VALIDATED else each for each in found]

    found = within(run(100, 1, "It is 100 % of 1."), run(100.5, 2, "It is 100.5 % of 2."), 0.01)
    (asked,), (block,) = found.calls, found.answers.blocks
    patches = (asked.params_patch, asked.result_patch, block.patch, found.plan_patch)
    assert [[each["path"] for each in patch] for patch in patches] == [["/far"]] * 4
    assert [(each.kind, each.text) for each in found.answers.text] == [
        *(("same", "It is 100 % of "), ("removed", "1."), ("added", "2."))
    ]
