"""Example questions that fit an estate."""

from domain.estate.fields import RecordKind
from domain.estate.queries import Vocabulary

_MOST = 5


def fitting_examples(vocabulary: Vocabulary) -> list[str]:
    """Return three to five questions that this estate can answer, made of its own words."""
    code = next(iter(vocabulary.ci_codes.values()), None)
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
