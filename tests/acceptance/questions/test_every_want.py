"""A question of each kind of want, through all that can be done with its run."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from adapters.bootstrap import open_service
from domain.query import model
from domain.run.call_events import ToolCallStarted
from domain.run.events import PlanProduced
from domain.views.ablation import Ablation
from domain.views.golden import Grade, Judgement
from tests.acceptance.demo import DEMO
from tests.acceptance.desk import Desk

QUESTIONS: Final = {
    "count": "How many servers are there?",
    "list": "List active servers in zone-a.",
    "field": "Who owns srv-erp-01?",
    "exists": "Is there a database in zone-c?",
    "all": "Are all systems active?",
    "none": "Is no server inactive?",
    "nth": "When was the second to last event?",
    "top": "Which five servers have the highest CPU usage?",
    "measure": "What is the average memory usage of all servers?",
    "share": "What percentage of servers is in monitoring?",
    "distribution": "Show how CI types are distributed.",
    "per": "How many events per day in the last 7 days?",
    "path": "How are app-erp-order-01-1 and storage-erp connected?",
    "needs": "What does srv-erp-01 need?",
    "impact": "What is affected if srv-erp-01 fails?",
    "changes": "What changed on srv-erp-01 in the last 24 hours?",
    "why": "Why is srv-erp-01 slow?",
    "simulate": "Simulate rule rule-high-cpu for srv-erp-01.",
}
SEVERAL: Final = "How many servers are there, and how many databases?"
COMPARED: Final = "Compare the servers of production and staging."
EVERY: Final = (*QUESTIONS.items(), ("several", SEVERAL), ("compare", COMPARED))
SERVERS: Final = {"kind": "item", "where": [{"field": "ci_subtype", "value": "server"}]}
INACTIVE: Final = {"field": "status", "value": "inactive"}
ANY: Final = {"asks": [{"want": {"do": "any", "condition": INACTIVE}, "of": [SERVERS]}]}
"""What no words are read as: whether there is one is another question."""
NOTHING_TO_GO_ON: Final = "has no value in the result and no default"
"""What the graph is asked about is looked up first."""


@dataclass
class Asked:
    """The desk and its runs, one of each question."""

    desk: Desk
    runs: dict[str, str]
    ablations: dict[str, Ablation] = field(default_factory=dict)

    def asks(self, want: str) -> Any:  # noqa: ANN401 - JSON
        (produced,) = self.desk.events(self.runs[want], PlanProduced)
        return produced.plan_output["plan"]["query"]["asks"]

    def ablation(self, want: str) -> Ablation:
        if want not in self.ablations:
            self.ablations[want] = self.do("run.ablate", want)
        return self.ablations[want]

    def do(self, operation: str, want: str) -> Any:  # noqa: ANN401 - whatever comes back
        return self.desk.do(operation, run=self.runs[want])


@pytest.fixture(scope="module")
def asked(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    database = tmp_path_factory.mktemp("wants") / "demo.db"
    shutil.copy(demo_database, database)
    with open_service(f"sqlite:///{database}") as opstrail:
        desk = Desk(opstrail, DEMO)
        runs = {want: desk.ask(question=text, anchor="data") for want, text in EVERY}
        yield Asked(desk, {**runs, "any": desk.ask(query=ANY)})


every_want = pytest.mark.parametrize("want", ["any", *dict(EVERY)])


def test_each_kind_of_want_has_its_question() -> None:
    kinds = get_args(get_args(model.Want)[0])
    wants = {do for kind in kinds for do in get_args(kind.model_fields["do"].annotation)}
    assert wants == {"any", *QUESTIONS}


@pytest.mark.parametrize("want", QUESTIONS)
def test_a_question_of_each_want_is_read_as_that_want(asked: Asked, want: str) -> None:
    assert [ask["want"]["do"] for ask in asked.asks(want)] == [want]


def test_two_questions_in_one_are_two(asked: Asked) -> None:
    assert [ask["want"]["do"] for ask in asked.asks("several")] == ["count", "count"]


def test_a_comparison_is_of_two_sets(asked: Asked) -> None:
    (ask,) = asked.asks("compare")
    assert len(ask["of"]) == 2


@every_want
def test_the_run_of_each_want_answers(asked: Asked, want: str) -> None:
    assert asked.do("run.response", want)["status"] == "success"


@every_want
def test_the_run_of_each_want_verifies_as_the_same(asked: Asked, want: str) -> None:
    assert asked.desk.verdict(asked.runs[want]) == "same"


@every_want
def test_a_rerun_of_each_want_passes_against_its_pinned_run(asked: Asked, want: str) -> None:
    asked.desk.do("golden.pin", run=asked.runs[want], name=want)
    (checked,) = asked.desk.do("golden.check_live", names=[want])
    assert checked.judgement == Judgement(Grade.PASS)


@every_want
def test_what_each_answer_hangs_on_is_said(asked: Asked, want: str) -> None:
    found = asked.ablation(want)
    calls = {call.call_id for call in asked.desk.events(asked.runs[want], ToolCallStarted)}
    assert {each.call_id for each in found.results} == calls


@every_want
def test_without_any_content_no_composer_breaks(asked: Asked, want: str) -> None:
    empty = [each for each in asked.ablation(want).results if each.replacement == "empty"]
    errors = [each.error for each in empty if each.error and NOTHING_TO_GO_ON not in each.error]
    assert errors == []


@every_want
def test_nothing_is_found_wrong_with_a_run_of_each_want(asked: Asked, want: str) -> None:
    found = [each.rule for each in asked.do("run.diagnose", want).hypotheses]
    assert [rule for rule in found if "slow" not in rule] == []  # the machine may be busy
