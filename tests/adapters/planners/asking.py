"""Asking the planner in one line."""

import asyncio
from datetime import datetime

from adapters.planners.reader.planner import ReaderPlanner
from domain.estate.queries import Vocabulary
from domain.plan.look_ups import EstateLookUps
from domain.plan.plan import Plan, PlanOutput
from domain.plan.planner import PlanningContext
from domain.query.model import Query
from tests.adapters.planners.vocabularies import NOW, demo


def ask(question: str, vocabulary: Vocabulary | None = None, *, now: datetime = NOW) -> PlanOutput:
    """Return what the planner makes of a question, of the demo estate unless said otherwise."""
    words = demo() if vocabulary is None else vocabulary
    context = PlanningContext("acme", EstateLookUps(words, question), now)
    return asyncio.run(ReaderPlanner().plan(question, context))


def plan_of(question: str, vocabulary: Vocabulary | None = None) -> Plan:
    """Return the plan for a question."""
    plan = ask(question, vocabulary).plan
    assert plan is not None, f"no plan for {question!r}"
    return plan


def reading_of(question: str, vocabulary: Vocabulary | None = None) -> str:
    """Return how a question is read, in words."""
    return plan_of(question, vocabulary).normalized_to or ""


def query_of(question: str, vocabulary: Vocabulary | None = None) -> Query:
    """Return the query that a question is read into."""
    return Query.model_validate(plan_of(question, vocabulary).query)
