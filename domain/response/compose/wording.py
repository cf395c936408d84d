"""The words of answers: numbers, counted nouns, filters."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from domain.estate.measures import WrongMeasure, parse_measure
from domain.estate.queries import MeasureFunction
from domain.json import JsonMap, as_list, as_text

_CLASS_WORD = re.compile(r"[a-z]{4,}")
_MANY, _THOUSAND = 10, 1000
_MEASURES = {
    MeasureFunction.COUNT: "count",
    MeasureFunction.COUNT_DISTINCT: "different",
    MeasureFunction.SUM: "total",
    MeasureFunction.AVG: "average",
    MeasureFunction.MIN: "lowest",
    MeasureFunction.MAX: "highest",
    MeasureFunction.SHARE: "share with",
}


class Noun(Struct, frozen=True):
    """A kind of thing; `restriction` follows the word: "with status = active"."""

    singular: str
    plural: str
    restriction: str = ""

    def of_all(self) -> str:
        """Return the plural with its restriction."""
        return f"{self.plural}{self.restriction}"

    def counted(self, count: int) -> str:
        """Return "No servers", "1 server" or "2 servers", with the restriction."""
        word = self.singular if count == 1 else self.plural
        return f"{count or 'No'} {word}{self.restriction}"


CONFIGURATION_ITEM = Noun("configuration item", "configuration items")


def ci_noun(filters: Sequence[JsonMap]) -> Noun:
    """Return what filters choose of the items, named by its subtype where that is a word."""
    rest = list(filters)
    for each in filters:
        word = as_text(each.get("value"))
        is_class = each.get("field") == "ci_subtype" and each.get("op", "=") == "="
        if is_class and _CLASS_WORD.fullmatch(word):
            rest.remove(each)
            plural = f"{word}es" if word.endswith(("s", "x", "ch")) else f"{word}s"
            return Noun(word, plural, _restriction(rest))
    return record_noun(CONFIGURATION_ITEM, rest)


def record_noun(noun: Noun, filters: Sequence[JsonMap]) -> Noun:
    """Return the noun restricted by the filters."""
    return Noun(noun.singular, noun.plural, _restriction(filters))


def listed(words: Sequence[str], *, at_most: int = 5) -> str:
    """Return the words with commas, and how many more there are."""
    shown = ", ".join(words[:at_most])
    more = len(words) - at_most
    return f"{shown} and {more} more" if more > 0 else shown


def in_words(value: float | None, unit: str | None = None) -> str:
    """Return a number for a sentence, rounded, with its unit; None is "no value"."""
    if value is None:
        return "no value"
    rounded = f"{value:.3g}" if abs(value) < _MANY else f"{value:.1f}"
    is_whole = value == int(value) or abs(value) >= _THOUSAND
    text = f"{value:.0f}" if is_whole else rounded
    return f"{text} {unit}" if unit else text


def percent(share: float | None) -> str:
    """Return a fraction as a percentage."""
    return "no value" if share is None else in_words(share * 100, "%")


def measure_in_words(column: str) -> str:
    """Return the words for a measured column: "average duration_min" for avg(duration_min)."""
    try:
        measure = parse_measure(column)
    except WrongMeasure:
        return column
    if measure.value is not None:
        return f"{_MEASURES[measure.function]} {measure.field} = {measure.value}"
    return f"{_MEASURES[measure.function]} {measure.field or ''}".strip()


def is_share(column: str) -> bool:
    """Return whether a measured column holds fractions of 1."""
    return column.startswith(f"{MeasureFunction.SHARE}(")


def duration(seconds: int) -> str:
    """Return the seconds in the largest unit that divides them."""
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def instant(text: str) -> str:
    """Return an instant in ISO 8601 as people read it, in UTC and to the minute."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def sentence_of(text: str) -> str:
    """Return the text as a sentence: it ends with a full stop."""
    stripped = text.strip()
    return stripped if not stripped or stripped[-1] in ".!?" else f"{stripped}."


def _restriction(filters: Sequence[JsonMap]) -> str:
    conditions = [_condition(each) for each in filters]
    return f" with {' and '.join(conditions)}" if conditions else ""


def _condition(condition: JsonMap) -> str:
    value = condition.get("value")
    shown = ", ".join(as_text(each) for each in as_list(value)) or as_text(value)
    op = {"IN": "in", "ILIKE": "like"}.get(as_text(condition.get("op", "=")))
    return f"{as_text(condition.get('field'))} {op or as_text(condition.get('op', '='))} {shown}"
