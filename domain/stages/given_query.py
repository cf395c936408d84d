"""Queries that callers bring along: checked before any run exists."""

from pydantic import ValidationError

from domain.json import JsonMap
from domain.plan.compiled import NoPlan, plan_of
from domain.plan.intent import PlanOutputKind
from domain.plan.plan import PlanOutput
from domain.query.checks import checks
from domain.query.in_words import in_words
from domain.query.model import Query
from domain.stages.given_plan import WrongQuery
from domain.tools.invalid_params import describe_invalid


def query_of(content: JsonMap) -> Query:
    """Return the query that JSON is; one thing asked may stand alone. Raises `WrongQuery`."""
    try:
        query = Query.model_validate(content if "asks" in content else {"asks": [content]})
    except ValidationError as error:
        raise WrongQuery(describe_invalid(error, subject="the query")) from error
    if problems := checks(query):
        message = f"the query: {'; '.join(map(str, problems))}"
        raise WrongQuery(message)
    return query


def planned(content: JsonMap) -> JsonMap:
    """Return what a planner would put out for the query. Raises `WrongQuery`."""
    query = query_of(content)
    try:
        plan = plan_of(query)
    except NoPlan as error:
        message = f"the query: {error}"
        raise WrongQuery(message) from error
    output = PlanOutput(kind=PlanOutputKind.PLAN, plan=plan, reasoning=in_words(query))
    return output.model_dump(mode="json", exclude_defaults=True)
