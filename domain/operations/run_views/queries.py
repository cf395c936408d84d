"""The query of a run, and the completion of words of a question."""

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from domain.operations.one_run import seen_as
from domain.operations.operation import Caller, Params, Scope, read
from domain.operations.services import Services
from domain.values.fields import Question
from domain.views.query import COMPLETIONS, QUERY_OF_RUN, Completion, query_of_run


class BegunQuestion(Params):
    """A question as far as it is typed."""

    text: Question = Field(description="What is typed so far; its last words are completed.")
    limit: int = Field(default=20, ge=1, le=100, description="At most this many.")


async def complete(have: Services, caller: Caller, params: BegunQuestion) -> list[Completion]:
    """Return how the last word, or the last two, may go on: items, names, words of questions."""
    words = params.text.lower().split()
    found = [
        each
        for count in (2, 1)
        if len(words) >= count
        for each in _going_on(have, caller.tenant_id, " ".join(words[-count:]))
    ]
    return [*dict.fromkeys(found)][: params.limit]


def _going_on(have: Services, tenant_id: str, begun: str) -> Iterator[Completion]:
    known = have.estate.vocabulary(tenant_id)
    codes, names = known.items.near_codes(begun), known.items.near_names(begun)
    items = {*codes.values(), *names}
    for text in sorted(items, key=str.lower):
        if text.lower().startswith(begun):
            yield Completion(text, "item", len(begun))
    for text in sorted({*known.names.neighbours(begun)}):
        if text.startswith(begun) and text not in codes:
            yield Completion(text, "name", len(begun))
    for text in have.planner.words_begun(begun):
        yield Completion(text, "word", len(begun))


SHOW_QUERY: Final = seen_as("run.query", QUERY_OF_RUN, query_of_run)
COMPLETE: Final = read("query.complete", Scope.RUNS_READ, BegunQuestion, COMPLETIONS, complete)
