"""The query that a run answers, and how words that somebody begins may go on."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import ValidationError

from domain.json import JsonMap, as_map
from domain.run.events import HistoryEntry, PlanProduced, PlanValidated
from domain.views.history import History
from domain.views.json_form import View


@dataclass(frozen=True, slots=True)
class QueryOfRun:
    """How the question of a run was read, in plain words and as it is carried out.

    None where no query says it: a plan that was given, an answer without a plan, or no plan yet.
    """

    question: str
    reading: str | None
    query: JsonMap | None


@dataclass(frozen=True, slots=True)
class Completion:
    """What the last `replaces` characters of a text may become, and what that is."""

    text: str
    kind: Literal["item", "name", "word"]
    replaces: int


QUERY_OF_RUN: Final[View[QueryOfRun]] = View("query", QueryOfRun)
COMPLETIONS: Final[View[list[Completion]]] = View("completions", list[Completion])


def query_of_run(entries: Sequence[HistoryEntry]) -> QueryOfRun:
    """Return the query of the plan that counts: the last one."""
    from domain.query.in_words import in_words  # noqa: PLC0415 - the model takes time to load
    from domain.query.model import Query  # noqa: PLC0415 - as above

    question, query = History(entries).summary.question, JsonMap()
    for entry in entries:
        match entry.event:
            case PlanProduced(plan_output=output):
                query = as_map(as_map(output.get("plan")).get("query"))
            case PlanValidated(plan=plan):
                query = as_map(plan.get("query"))
            case _:
                pass
    reading = None
    with suppress(ValidationError):  # an older version may have asked what cannot be asked now
        reading = in_words(Query.model_validate(query)) if query else None
    return QueryOfRun(question, reading, query or None)
