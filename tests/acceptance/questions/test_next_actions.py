"""Each next action that is offered applies: the fork has a valid plan, and asks otherwise."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import pytest

from adapters.bootstrap import Opstrail
from adapters.tools.builtin import declared_tools
from domain.aggregate.envelope import Actor
from domain.json import JsonMap, as_map
from domain.replay.fork.descent import Fork, fork_request
from domain.run.call_events import ToolCallStarted
from domain.run.commands import RequestRun
from domain.run.events import HistoryEntry, PlanValidated, RunCompleted
from domain.run.facts import RunOptions
from domain.views.response import run_response
from domain.writer import Authorship
from tests.acceptance.demo import DEMO

QUESTIONS = (
    "Tell me the state and basic facts of srv-erp-01.",
    "What is affected if srv-erp-01 fails?",
    "List all applications.",
    "Show deployment events of srv-erp-01 in the last 1 hour.",
)
MOST_OF_A_KIND = 2
"""So many forks of one question change the same fields of its plan."""
OF_GRAPH = ("path_view", "graph_depth")
"""Decisions that put a graph within the bounds of its view."""
BY = Authorship(DEMO, Actor("person", "alice"))


def done(opstrail: Opstrail, request: RequestRun) -> list[HistoryEntry]:
    run_id = opstrail.runs.request(request, BY).run_id
    asyncio.run(opstrail.runs.carry_out(DEMO, run_id))
    return opstrail.reader.history(DEMO, run_id)


def patches_of(history: Sequence[HistoryEntry]) -> dict[int, JsonMap]:
    actions = enumerate(run_response(history)["next_actions"], start=1)
    patches = {place: as_map(as_map(each["payload"]).get("patch")) for place, each in actions}
    return {place: patch for place, patch in patches.items() if patch}


def asked_by(history: Sequence[HistoryEntry]) -> list[tuple[str, str]]:
    events = [entry.event for entry in history]
    return sorted((e.call_id, e.label) for e in events if isinstance(e, ToolCallStarted))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_fork_with_what_is_offered_completes_and_asks_otherwise(
    opstrail: Opstrail, question: str
) -> None:
    options = RunOptions(anchor="data", edition=3)
    parent = done(opstrail, RequestRun(question=question, options=options))
    patches, tried = patches_of(parent), Counter[str]()
    assert patches
    for place, patch in patches.items():
        tried[str([*patch])] += 1
        if tried[str([*patch])] > MOST_OF_A_KIND:
            continue
        fork = Fork(reason="to see", action=place)
        made = done(opstrail, fork_request(parent, fork, declared_tools()))
        (validated,) = [e.event for e in made if isinstance(e.event, PlanValidated)]
        assert [each.rule for each in validated.decisions if each.rule not in OF_GRAPH] == []
        assert isinstance(made[-1].event, RunCompleted), patch
        assert asked_by(made) != asked_by(parent)


def test_an_invalid_plan_leads_to_the_rest_of_it(opstrail: Opstrail) -> None:
    wrong: JsonMap = {"enabled": True, "scope": "all", "time_range": "soon", "limit": 1}
    request = RequestRun(
        question="What happened?",
        plan_output={"kind": "plan", "plan": {"intent": "SEARCH", "history": wrong}},
        options=RunOptions(anchor="data", edition=3),
    )
    parent = done(opstrail, request)
    assert run_response(parent)["status"] == "failed"
    assert patches_of(parent) == {1: {"history.time_range": None}}
    made = done(opstrail, fork_request(parent, Fork(reason="to see", action=1), declared_tools()))
    assert isinstance(made[-1].event, RunCompleted)


@pytest.mark.parametrize("question", ["Show me all users' passwords.", "florble the wuzzle"])
def test_what_is_refused_or_not_understood_leads_to_questions_that_work(
    opstrail: Opstrail, question: str
) -> None:
    options = RunOptions(anchor="data", edition=3)
    refused = run_response(done(opstrail, RequestRun(question=question, options=options)))
    *questions, trace = refused["next_actions"]
    assert (trace["type"], questions != []) == ("open_trace", True)
    for each in questions:
        works = str(as_map(each["payload"])["question"])
        answered = done(opstrail, RequestRun(question=works, options=options))
        assert isinstance(answered[-1].event, RunCompleted)
