"""Among the runs of a question, the place is found where the answer turned, and what changed."""

from collections.abc import Sequence

import pytest

from domain.errors import NotFound
from domain.json import JsonMap
from domain.replay.fork.descent import Fork
from domain.run.commands import CancelRun
from domain.run.facts import Patches, RunOptions
from domain.services import bisection
from domain.services.bisection import CannotBisect, bisect
from domain.services.reader import RunReader
from domain.tools.contracts import ToolErrorCode
from domain.views.bisection import Bisection
from tests.domain.replay.fork.forking import Parent
from tests.domain.services.test_reader import QuestionSearch
from tests.domain.stages.running import BY, FOUND, ITEM, TENANT
from tests.fakes import FrozenClock, answering, failing

CPU: JsonMap = {"metric_name": "cpu", "agg": "avg", "sample_count": 3}


class Asked(Parent):
    """One question, asked again and again while what is measured changes."""

    def __init__(self, *values: float | None) -> None:
        super().__init__()
        self.run_ids = [self.ask(value) for value in values]

    def ask(self, value: float | None = 40.0, **request: object) -> str:
        """Ask once more; None lets the metric fail, and so the run."""
        script = answering({**CPU, "value": value})
        is_failing = value is None
        gone = failing(ToolErrorCode.DATA_NOT_FOUND)
        self.value._script = gone if is_failing else script
        self.found._script = gone if is_failing else FOUND
        run_id = self.running.request(**request)
        self.running.carry_out(run_id)
        return run_id

    def bisected(self, good: int = 0, bad: int = -1) -> Bisection:
        return self.between(self.run_ids[good], self.run_ids[bad])

    def between(self, good: str, bad: str) -> Bisection:
        memory = self.running.memory
        reader = RunReader(memory, memory, QuestionSearch(memory), FrozenClock())
        return bisect(reader, TENANT, good, bad)

    def places(self, found: Bisection) -> list[tuple[int, int]]:
        """Where it turned, as places in the order of asking."""
        return [
            (self.run_ids.index(turn.before.run_id), self.run_ids.index(turn.after.run_id))
            for turn in found.turns
        ]


@pytest.mark.parametrize(
    ("values", "turns", "verdict"),
    [
        ([1, 2], [(0, 1)], "the answer turned from"),
        ([1, 1, 1, 2, 2], [(2, 3)], "the answer turned from"),
        ([1, 1, 3, 4, 2], [(1, 2), (3, 4)], "the answer ceased to be GOOD's from"),
        ([1, 2, 1, 1, 2], [(0, 1), (1, 2), (3, 4)], "the answer turned 3 times; it became BAD's"),
        ([1, None, None], [(0, 1)], "the answer turned from"),
    ],
)
def test_every_turn_is_found(
    values: Sequence[float | None], turns: list[tuple[int, int]], verdict: str
) -> None:
    asked = Asked(*values)
    found = asked.bisected()
    assert asked.places(found) == turns
    assert found.verdict.startswith(verdict)
    assert found.turns[-1].is_to_bad
    assert (found.run_count, found.read_count) == (len(values), len(values))
    assert found.looked == (
        f"read all {len(values)} runs of the question from GOOD to BAD, one after another"
    )


def test_the_value_that_changed_is_in_view() -> None:
    (turn,) = Asked(40, 90).bisected().turns
    assert [(each.aspect, each.sentence) for each in turn.changes] == [
        ("call", "metric (metric.aggregate) answered /value 40 -> 90")
    ]
    before, _, after = turn.sentence.partition(" -> ")
    assert ("40" in before, "90" in after) == (True, True)


def test_a_call_that_fails_is_told_with_its_reason() -> None:
    (turn,) = Asked(40, None).bisected().turns
    told = [each.sentence for each in turn.changes]
    assert any("succeeded -> failed: DATA_NOT_FOUND" in each for each in told)
    assert turn.after.text.startswith("fails: DATA_NOT_FOUND")


def test_a_failure_of_the_same_kind_is_the_same() -> None:
    asked = Asked(40, None, None)
    assert asked.places(asked.bisected()) == [(0, 1)]


def test_what_led_to_it_is_told_beside_the_results() -> None:
    asked = Asked(40)
    asked.running.service._engine_version = "2.0"
    options = RunOptions(call_timeout_ms=7)
    plan = {"kind": "plan", "plan": {"primary": {"keywords": ["srv-2"], "limit": 9}}}
    asked.run_ids.append(
        asked.ask(90, plan_output=plan, options=options, asset_overrides={"compose:words": "w2"})
    )
    (turn,) = asked.bisected().turns
    told = {each.aspect: each.sentence for each in turn.changes}
    assert "/call_timeout_ms 30000 -> 7" in told["parameters"]
    assert "/compose:words null -> w2" in told["assets"]
    assert "/primary/keywords" in told["plan"]
    assert told["planner"] == "planner: fixed 7 -> caller 1"
    assert told["build"] == "opstrail: an unnamed build -> 2.0"


def test_answers_that_read_the_same_are_told_apart_by_their_blocks() -> None:
    asked = Asked()
    asked.run_ids = [asked.ask(), asked.ask()]
    asked.found._script = answering({"rows": [{**ITEM, "tags": {"zone": "dmz"}}], "total": 1})
    run_id = asked.running.request()
    asked.running.carry_out(run_id)
    (turn,) = asked.between(asked.run_ids[0], run_id).turns
    assert turn.sentence == 'table "CI tags" is new'
    assert [each.sentence for each in turn.changes] == [
        'primary (ci.resolve) answered /rows/*/tags null -> {"zone": "dmz"}'
    ]


def test_a_fork_is_no_step_on_the_way_but_may_be_an_end() -> None:
    asked = Asked(40)
    patches = Patches(params={"metric": {"metric_name": "disk"}})
    asked.value._script = answering({**CPU, "metric_name": "disk", "value": 3.0})
    fork = Fork(reason="what if", patches=patches)
    forked = asked.carried_out(asked.running.replays.fork(asked.run_ids[0], fork, BY).run_id)
    asked.run_ids += [asked.ask(40), asked.ask(90)]
    assert asked.bisected().run_count == 3
    found = asked.between(asked.run_ids[0], forked.run_id)
    told = {each.aspect: each.sentence for each in found.turns[-1].changes}
    assert told["what-if"] == 'changed by hand: /params/metric null -> {"metric_name": "disk"}'


def test_among_very_many_runs_it_is_looked_by_halving(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bisection, "READ_AT_MOST", 8)
    asked = Asked(*[1] * 11, *[2] * 4)
    found = asked.bisected()
    assert asked.places(found) == [(10, 11)]
    assert found.read_count < 8
    assert found.looked == (
        f"read {found.read_count} of 15 runs by halving:"
        " where it turned more than once, it shows once"
    )


def test_of_very_many_turns_the_newest_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bisection, "TOLD_AT_MOST", 2)
    found = Asked(1, 2, 1, 2, 1, 2).bisected()
    assert (found.turn_count, len(found.turns)) == (5, 2)
    assert found.verdict.startswith("the answer turned 5 times")


def test_another_question_and_another_tenants_runs_do_not_count() -> None:
    asked = Asked(40)
    asked.ask(7, question="Another?")
    asked.run_ids.append(asked.ask(90))
    assert asked.bisected().run_count == 2


@pytest.mark.parametrize(
    ("good", "bad", "why"),
    [
        (0, 0, "they are one run"),
        (0, 1, 'both come to the same: "'),
        (2, 0, "BAD was asked before GOOD, at 2026-03-01T12:00:00"),
        (0, 3, "one asks 'Which\\?', and the other 'Another\\?'"),
        (0, 4, "run run-0000[0-9]+ is cancelled, and has come to nothing yet"),
        (0, 5, "run run-0000[0-9]+ is requested, and has come to nothing yet"),
    ],
)
def test_where_there_is_nothing_to_look_for_it_is_refused(good: int, bad: int, why: str) -> None:
    asked = Asked(40, 40, 90)
    asked.run_ids.append(asked.ask(7, question="Another?"))
    asked.run_ids += [asked.running.request(), asked.running.request()]
    cancelled = asked.running.history(asked.run_ids[4])
    asked.running.service.record(cancelled, CancelRun(why="enough"), BY)
    with pytest.raises(CannotBisect, match=why):
        asked.bisected(good, bad)


def test_a_run_that_is_not_there_is_not_found() -> None:
    asked = Asked(40)
    with pytest.raises(NotFound):
        asked.between(asked.run_ids[0], "run-none")
