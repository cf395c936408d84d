"""Questions that an estate can answer, made of what it has, the most alike first."""

from collections.abc import Iterator
from typing import Final

from domain.estate.fields import RecordKind
from domain.plan.look_ups import ITEM, METRIC, LookUps, source_of

_MOST: Final = 3
_CLASS: Final = source_of(RecordKind.CI, "ci_subtype")
_EVENT: Final = source_of(RecordKind.EVENT_LOG, "event_type")


def examples(question: str, look_ups: LookUps) -> list[str]:
    """Return the three whose letters are most like those of the question."""
    from rapidfuzz.fuzz import token_set_ratio  # noqa: PLC0415 - only for what is refused

    said = question.lower()
    pool = [*_pool(look_ups)]
    return sorted(pool, key=lambda each: -token_set_ratio(said, each.lower()))[:_MOST]


def _pool(look_ups: LookUps) -> Iterator[str]:
    code, of_class = look_ups.first(ITEM), look_ups.first(_CLASS)
    event, metric = look_ups.first(_EVENT), look_ups.first(METRIC)
    if of_class:
        yield f'How many "{of_class}" items are there?'
    yield "How many configuration items are there per type?"
    if code:
        yield f"What is affected if {code} fails?"
        yield f"What is the state of {code}?"
        yield f"Who owns {code}?"
    if event:
        yield f'When was the last "{event}" event?'
        yield "Which event type occurs most often?"
    if metric:
        yield f'Top 5 configuration items by "{metric}"'
    yield "How many events happened in the last 24 hours?"
    yield "Which work failed in the last 7 days?"
