"""Why a question was not understood, and what works instead."""

from collections.abc import Iterator
from difflib import get_close_matches

from adapters.planners.rules.mentions import Mention, Slot
from adapters.planners.rules.question import Reading
from domain.estate.fields import RecordKind
from domain.estate.queries import Vocabulary
from domain.plan.planner import QuestionNotUnderstood

_NAMING = {
    *("ci_subtype", "status", "owner", "location", "environment"),
    *("event_type", "work_type", "maint_type"),
}
_MOST_CLOSE, _CLOSE = 3, 0.8
_MOST = 5


def misunderstood(question: str, reading: Reading) -> QuestionNotUnderstood:
    """Return the refusal of a question that no kind fits."""
    examples = _fitting_examples(reading.vocabulary)
    return QuestionNotUnderstood(question, why=_why(reading), examples=examples)


def _why(reading: Reading) -> str:
    if not reading.text:
        return "The question is empty"
    if reading.unknown:
        words = ", ".join(f"{word!r}" for word in dict.fromkeys(reading.unknown))
        return f"I do not understand {words}{_known_values(reading)}"
    if unclear := next((m for m in reading.mentions if m.symbol == "UNCLEAR"), None):
        return f"{unclear.text!r} can be {_choices(unclear)}; say which"
    names = [m.text for m in reading.mentions if m.slot not in (Slot.FILL, Slot.CUE)]
    known = f" (I recognise {', '.join(repr(name) for name in names)})" if names else ""
    return f"I know these words but not what is asked{known}"


def _choices(mention: Mention) -> str:
    nouns = {"event_log": "events", "work_history": "work", "maintenance_history": "maintenance"}
    return " or ".join(f"'{m.filter.value} {nouns.get(m.kind, m.kind)}'" for m in mention.meanings)


def _known_values(reading: Reading) -> str:
    """Return what could have been meant, when it is spelt much like an unknown word."""
    values = list(_values(reading.vocabulary))
    for word in reading.unknown:
        names = [*reading.vocabulary.items.near_codes(word), *values]
        close = get_close_matches(word, names, n=_MOST_CLOSE, cutoff=_CLOSE)
        if close:
            return f" (did you mean {' or '.join(dict.fromkeys(close))}?)"
    return ""


def _values(vocabulary: Vocabulary) -> Iterator[str]:
    for fields in vocabulary.values.values():
        for field in (name for name in fields if name in _NAMING):
            yield from (value.lower() for value in fields[field])


def _fitting_examples(vocabulary: Vocabulary) -> list[str]:
    """Return three to five questions that this estate can answer, made of its own words."""
    code = vocabulary.items.first_code()
    events = vocabulary.values.get(RecordKind.EVENT_LOG, {}).get("event_type", ())
    metric = next(iter(vocabulary.metrics), None)
    found = ["How many configuration items are there?", "Show the distribution of CI types"]
    if code:
        found += [f"What is affected if {code} fails?", f"What is the state of {code}?"]
    if events:
        found.append("Which event type occurs most often?")
    elif metric:
        found.append(f"Top 5 configuration items by {metric.replace('_', ' ')}")
    else:
        found.append("How many events happened in the last 24 hours?")
    return found[:_MOST]
