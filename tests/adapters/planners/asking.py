"""Asking the planner in one line."""

import asyncio
from datetime import datetime

from adapters.planners.rules.planner import RulesPlanner
from domain.estate.queries import Vocabulary
from domain.plan.look_ups import EstateLookUps
from domain.plan.plan import Plan, PlanOutput
from domain.plan.planner import PlanningContext
from tests.adapters.planners.vocabularies import NOW, demo


def ask(question: str, vocabulary: Vocabulary | None = None, *, now: datetime = NOW) -> PlanOutput:
    """Return what the planner makes of a question, of the demo estate unless said otherwise."""
    words = demo() if vocabulary is None else vocabulary
    context = PlanningContext("acme", EstateLookUps(words, question), now)
    return asyncio.run(RulesPlanner().plan(question, context))


def plan_of(question: str, vocabulary: Vocabulary | None = None) -> Plan:
    """Return the plan for a question."""
    plan = ask(question, vocabulary).plan
    assert plan is not None, f"no plan for {question!r}"
    return plan
