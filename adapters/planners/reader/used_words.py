"""What the words of a question were used as in its reading."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from adapters.planners.reader.choosing import query_of, timed_of
from adapters.planners.reader.ground import Ground
from adapters.planners.reader.meaning import Field, Filter, Noun, Period
from adapters.planners.reader.nearest import text_of
from adapters.planners.reader.reading import Reading, combined
from adapters.planners.reader.recalled import NoSuchTime, is_recalled, recalled
from adapters.planners.reader.resolved import NotTold, resolved
from adapters.planners.reader.senses import Sense
from domain.query.model import Query
from domain.query.set_words import condition_in_words, field_in_words, set_in_words

_MARK: Final = "\x00"
_SAID: Final = {
    "NUMBER": "a number",
    "METRIC": "a metric",
    "OP": "a comparison",
    "UNIT": "a unit",
    "AGG": "a measure",
    "TEXT": "a text to find",
    "LITERAL": "a value",
    "REL": "a relation",
    "BYWHOM": "who did it",
}


def used_words(reading: Reading, query: Query, ground: Ground) -> list[tuple[str, str]]:
    """Return phrases of the question and what each is used as; nothing where another is meant."""
    marked = [replace(sense, note=f"{_MARK}{at}") for at, sense in enumerate(reading.bare)]
    for edge in combined(reading.tokens, marked, reading.fillers).meanings():
        found, _ = timed_of(query_of([each.ask() for each in edge.value]))
        if found == query or _recalled(found, ground) == query:
            marks = [note for note in edge.notes if note.startswith(_MARK)]
            used = sorted((reading.bare[int(mark[1:])] for mark in marks), key=lambda s: s.start)
            return [*_told(reading, used)]
    return []


def _recalled(query: Query, ground: Ground) -> Query | None:
    try:
        timed, _ = recalled(query, ground.look_ups, ground.now)
        return resolved(timed, ground.look_ups, ground.now)[0]
    except (NoSuchTime, NotTold):
        return None


def _told(reading: Reading, used: list[Sense]) -> Iterator[tuple[str, str]]:
    told = {at for sense in used for at in range(sense.start, sense.end)}
    said = [(each.start, each.end, _meaning(each)) for each in used]
    said += [(at, at + 1, "left out") for at in range(len(reading.tokens)) if at not in told]
    for start, end, meaning in sorted(said):
        yield text_of(reading.tokens[start:end]), meaning


def _meaning(sense: Sense) -> str:
    match sense.value:
        case Noun() as noun:
            return set_in_words(noun.members())
        case Filter(where=where, time=time):
            return " ".join(map(condition_in_words, where)) or str(time)
        case Field(name=name):
            return f"the field {field_in_words(name)}"
        case Period(label=label) if is_recalled(label):
            return "the time of a record"
        case Period(label=label):
            return f"the time {label}"
        case value:
            return _said(sense.category, value)


def _said(category: str, value: Any) -> str:  # noqa: ANN401 - the value of any category
    if category == "FIELDNAME":
        return f"the field {field_in_words(value[1])}"
    if category.islower():
        return f"a word of the grammar ({category})"
    about = _SAID.get(category, category.lower())
    return f"{about}: {value}" if isinstance(value, str | float | int) else about
