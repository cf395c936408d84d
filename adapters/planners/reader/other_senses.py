"""Senses of a few words that an estate brings: rules to simulate, and classes of places."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from adapters.planners.reader.meaning import ITEM, Field
from adapters.planners.reader.naming import is_class
from adapters.planners.reader.senses import Sense
from adapters.planners.reader.spans import Span
from adapters.planners.reader.words import Words, form_of
from domain.estate.fields import FieldType
from domain.estate.named import Named
from domain.plan.look_ups import LookUps, is_beginning

_LOCATION: Final = "ci.location"
_SIMULATED: Final = ("simulate", None)
_PLACE: Final = 0.3
"""What it costs to take a class of places for the location: less than for items of their own."""

OF_METRICS: Final = ("metrics", "highest", "lowest", "adjectives", "loads", "higher", "lower")
"""Tables of phrases that stand for metrics."""
_VAGUE: Final = 1.0


def rules_named(spans: Mapping[Span, str], look_ups: LookUps, words: Words) -> Iterator[Sense]:
    """Yield the rules that are named by their name or id, where one is to be simulated."""
    said = (words.phrases.get(form_of(phrase), ()) for phrase in spans.values())
    if not any(entry == _SIMULATED for entries in said for entry in entries):
        return
    for name, id_ in look_ups.rules().items():
        yield from (
            Sense("RULE", *span, id_)
            for span, phrase in spans.items()
            if phrase in (name, id_.lower())
        )


def places_named(
    spans: Mapping[Span, str],
    named: Mapping[str, Sequence[Named]],
    look_ups: LookUps,
    words: Words,
) -> Iterator[Sense]:
    """Yield classes that begin the names of locations, as Ward of Ward 3: that field, too."""
    for span, phrase in spans.items():
        is_own = any(is_class(each) for each in named.get(phrase, ()))
        if not is_own or " " in phrase or form_of(phrase) in words.candidates["classes"]:
            continue
        begun = [each for each in look_ups.near(phrase) if is_beginning(phrase, each)]
        found = look_ups.named(begun).values() if begun else ()
        if any(each.source == _LOCATION for several in found for each in several):
            field = Field(ITEM, "location", FieldType.TEXT)
            note = f"{phrase!r} is taken for the location"
            yield Sense("FIELD", *span, field, _PLACE, note)


def of_metric(span: Span, table: str, metric: str) -> Sense:
    """Return what a phrase of such a table means that stands for this metric."""
    match table:
        case "adjectives":
            return Sense("METRICHOW", *span, metric)
        case "highest" | "lowest":
            order = "most" if table == "highest" else "least"
            return Sense("METRICAL", *span, (order, metric))
        case "higher" | "lower":
            return Sense("METRICTHAN", *span, (">" if table == "higher" else "<", metric))
        case "loads":
            return Sense("METRIC", *span, metric, _VAGUE)
        case _:
            return Sense("METRIC", *span, metric)
