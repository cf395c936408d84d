"""Why a question was not understood, and what works instead."""

from adapters.planners.rules.mentions import Mention, Slot
from adapters.planners.rules.question import Reading
from domain.estate.errors import FILLED_BY
from domain.estate.fields import RecordKind
from domain.estate.looked_up import SpeltWords
from domain.plan.look_ups import ITEM, METRIC, LookUps, source_of
from domain.plan.planner import QuestionNotUnderstood

_MOST = 5
_EVENT_TYPE = source_of(RecordKind.EVENT_LOG, "event_type")


def misunderstood(question: str, reading: Reading) -> QuestionNotUnderstood:
    """Return the refusal of a question that no kind fits."""
    examples = _fitting_examples(reading.look_ups)
    if reading.text and _is_empty(reading.look_ups):
        why = f"The estate of tenant {reading.context.tenant_id!r} is empty: {FILLED_BY}"
        return QuestionNotUnderstood(question, why=why, examples=[])
    return QuestionNotUnderstood(question, why=_why(reading), examples=examples)


def _is_empty(look_ups: LookUps) -> bool:
    """Return whether the estate has nothing to name, as far as that was looked up."""
    has_any = any(map(look_ups.first, (ITEM, _EVENT_TYPE, METRIC)))
    return look_ups.words() == SpeltWords() and not has_any


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
    for word in reading.unknown:
        if close := reading.look_ups.near(word):
            return f" (did you mean {' or '.join(dict.fromkeys(close))}?)"
    return ""


def _fitting_examples(look_ups: LookUps) -> list[str]:
    """Return three to five questions that this estate can answer, made of its own words."""
    code = look_ups.first(ITEM)
    found = ["How many configuration items are there?", "Show the distribution of CI types"]
    if code:
        found += [f"What is affected if {code} fails?", f"What is the state of {code}?"]
    if look_ups.first(_EVENT_TYPE):
        found.append("Which event type occurs most often?")
    elif metric := look_ups.first(METRIC):
        found.append(f"Top 5 configuration items by {metric.replace('_', ' ')}")
    else:
        found.append("How many events happened in the last 24 hours?")
    return found[:_MOST]
