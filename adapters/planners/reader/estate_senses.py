"""Senses that an estate brings: its classes, values, items, attributes, metrics and people."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from adapters.planners.reader.meaning import CLASS_FIELDS, ITEM, Field, Noun, equals
from adapters.planners.reader.naming import (
    TYPE_FIELDS,
    cost_of_name,
    field_of,
    filter_of,
    hissed_singular,
    is_class,
    is_short,
    most_usual,
    noun_of,
    one_class,
    place_of,
)
from adapters.planners.reader.other_senses import (
    OF_METRICS,
    of_metric,
    places_named,
    rules_named,
)
from adapters.planners.reader.senses import EXACT, FILLER, GUESSED, Sense
from adapters.planners.reader.spans import Span, spans_of
from adapters.planners.reader.tokens import Token
from adapters.planners.reader.words import OWN, Words, form_of
from domain.estate.fields import FIELDS, FieldType, RecordKind
from domain.estate.named import Key, Named, unit_of
from domain.plan.look_ups import LookUps
from domain.query.sets import SetKind

_NOUN_FIELDS: Final = (*TYPE_FIELDS, "document_type")
_TOLD: Final = 0.3
"""What it costs to take what was done for the event that tells of it."""
_NEXT: Final = 0.2
"""What it costs to take a unit for that of the next attribute measured in it."""
_NAMED: Final = 2.0
"""What it costs to take the code of an item for a value that others have."""
_AGE: Final = -0.2
"""What it costs to take an age for that since a day of an attribute, not of the record."""
_OF_CLASS: Final = 0.06
"""What it costs to take the name of a class for that of an attribute, where both would do."""
_LESS: Final = 0.5
"""What it costs to take a value for one of a field that is not the first to have it."""
_MEANT: Final[Mapping[str, tuple[str, bool | str | None]]] = {
    "measured_in": ("UNITFIELD", None),
    "sizes": ("SIZED", True),
    "least_sizes": ("SIZED", False),
    "exceeding": ("PASSING", ">"),
    "undercutting": ("PASSING", "<"),
}
"""Tables of attributes that are meant by what they measure: category, and what else it says."""
_NEXT_TOO: Final = ("measured_in", "attributes")
_SEVERAL: Final = (*_MEANT, "loads", "attributes")
"""Tables of what may mean several things, of which each is a sense."""


@dataclass(frozen=True, slots=True)
class EstateSenses:
    """Finds what the spans of a question mean in an estate."""

    tokens: Sequence[Token]
    look_ups: LookUps
    words: Words

    def senses(self) -> Iterator[Sense]:
        """Yield the senses, of which some may be the same."""
        spans = spans_of(self.tokens, self.words)
        wanted = {span: self._candidates(phrase) for span, phrase in spans.items()}
        phrases = [*spans.values()]
        phrases += [
            name for found in wanted.values() for names in found.values() for name in names
        ]
        named = self.look_ups.named([*dict.fromkeys(phrases)])
        for span, phrase in spans.items():
            yield from self._of_span(span, phrase, wanted[span], named)
        yield from self._of_owners(spans, named)
        yield from rules_named(spans, self.look_ups, self.words)
        yield from places_named(spans, named, self.look_ups, self.words)

    def _candidates(self, phrase: str) -> dict[str, Sequence[str]]:
        """Return, by table, the words that the estate may have for the phrase."""
        form, tables = form_of(phrase), self.words.candidates
        found = {table: names[form] for table, names in tables.items() if form in names}
        if "classes" not in found and (singular := hissed_singular(phrase)):
            found["classes"] = (singular,)
        deeds = [] if "done" in found or "values" in found else self.words.deeds(phrase)
        return {**found, "done": deeds} if deeds else found

    def _of_span(
        self,
        span: Span,
        phrase: str,
        candidates: Mapping[str, Sequence[str]],
        named: Mapping[str, Sequence[Named]],
    ) -> Iterator[Sense]:
        # What a tenant says goes before what the estate calls so.
        (meaning,) = candidates.get(OWN, (phrase,))
        own = self._own(meaning, named.get(meaning, ()))
        has_class = any(is_class(each) for each in own)
        codes = {each.value.lower() for each in own if each.kind == "item"}
        has_other = False
        has_capacity = any(
            each.kind == "attribute" and unit_of(each.value)
            for name in candidates.get("attributes", ())
            for each in named.get(name, ())
        )
        for table, names in candidates.items():
            for at, name in enumerate(names if table != OWN else ()):
                whole = [each for each in named.get(name, ()) if not is_short(each, name)]
                senses = [*self._synonym(span, table, whole)]
                is_other = has_capacity or has_class
                is_less = (table == "classes" and codes) or (table == "metrics" and is_other)
                less = (_LESS if is_less else EXACT) + at * _NEXT * (table in _NEXT_TOO)
                yield from (replace(each, cost=each.cost + less) for each in senses)
                if senses and table not in _SEVERAL:
                    has_other = has_other or table == "classes"
                    break
        for each in one_class(own):
            if not (has_other and is_class(each) and not is_short(each, meaning)):
                is_usual = each.kind == "person" or each.source == most_usual(each, own)
                cost = EXACT if is_usual else _LESS
                is_named = phrase in codes or ((has_class or has_other) and not is_class(each))
                if each.kind == "value" and is_named:
                    cost += _NAMED
                # What is called as an item is, is a value only where its field is named.
                for sense in self._of_named(span, each, cost, own):
                    is_code = phrase in codes and sense.category == "COND"
                    yield replace(sense, category="VALUE") if is_code else sense

    def _own(self, phrase: str, named: Sequence[Named]) -> Sequence[Named]:
        """Return what is named, without classes cut short to a word for records: device."""
        kinds = {category for category, _ in self.words.phrases.get(form_of(phrase), ())}
        is_record = bool(kinds & {"RECORD", "DOCWORD"})
        return [each for each in named if not (is_record and is_short(each, phrase))]

    def _synonym(self, span: Span, table: str, named: Sequence[Named]) -> Iterator[Sense]:
        for each in one_class(named):
            field = each.source.rpartition(".")[2]
            fits = {
                "classes": field in CLASS_FIELDS,
                "values": each.kind in ("value", "person"),
                "done": field in TYPE_FIELDS,
                **dict.fromkeys(("attributes", *_MEANT), each.kind == "attribute"),
            }
            if table in OF_METRICS:
                if each.kind == "metric":
                    yield of_metric(span, table, each.value)
                continue
            if not fits[table]:
                continue
            if table in _MEANT:
                yield from self._meant(span, each, _MEANT[table])
                continue
            if table == "done":
                done = noun_of(each)
                said = " ".join(token.word for token in self.tokens[slice(*span)])
                # What is installed is so now, whether it is on record when it came or not.
                is_state = ("installed", None) in self.words.phrases.get(form_of(said), ())
                is_event = done.kind is SetKind.EVENT
                is_told = any(other.source.endswith("event_type") for other in named)
                about = f"events tell of '{said}', too" if is_told and not is_event else None
                yield Sense("DONE" if is_state else "DID", *span, done, _TOLD * is_event, about)
                if self.words.is_verb(said):
                    continue
            yield from self._of_named(span, each, EXACT, named)

    def _meant(
        self, span: Span, named: Named, meant: tuple[str, bool | str | None]
    ) -> Iterator[Sense]:
        category, more = meant
        for sense in self._attribute(span, named):
            value = sense.value if more is None else (sense.value, more)
            is_age = more is not None and sense.value.type is FieldType.INSTANT
            yield Sense(category, *span, value, _AGE if is_age else GUESSED)

    def _of_named(
        self, span: Span, named: Named, cost: float = EXACT, others: Sequence[Named] = ()
    ) -> Iterator[Sense]:
        match named.kind:
            case "item":
                where = (equals(named.source.removeprefix("ci."), named.value),)
                one = Noun(ITEM, where, is_one=True, classes=tuple(named.of))
                is_value = any(each.kind == "value" for each in others)
                said = " ".join(token.word for token in self.tokens[slice(*span)])
                yield Sense("NAME", *span, one, cost_of_name(named, said, is_value=is_value))
            case "metric":
                yield Sense("METRIC", *span, named.value)
            case "attribute":
                yield from self._attribute(span, named, others)
            case "value" | "person":
                yield from self._value(span, named, cost)
            case "relation":
                pass

    def _attribute(
        self, span: Span, named: Named, others: Sequence[Named] = ()
    ) -> Iterator[Sense]:
        kind, name = place_of(named)
        if kind is not ITEM:
            return
        if name in FIELDS[RecordKind.CI]:
            yield Sense("FIELD", *span, Field(ITEM, name, FIELDS[RecordKind.CI][name]))
            return
        said = " ".join(token.word for token in self.tokens[slice(*span)])
        entries = self.words.phrases.get(form_of(said), ())
        has_own = any(each[0] == "FIELDNAME" and each[1][0] == "item" for each in entries)
        has_metric = form_of(said) in self.words.candidates["metrics"]
        is_less = has_own or (has_metric and not unit_of(name))
        cost = _LESS if is_less else _OF_CLASS * any(is_class(each) for each in others)
        field = field_of(named, self._key(named), self.words.time_phrases["ahead"])
        yield Sense("FIELD", *span, replace(field, unit=self._unit(field.unit)), cost)

    def _unit(self, said: str) -> str:
        """Return the unit that the name of a key says, as questions have it."""
        entries = self.words.phrases.get(form_of(said), ())
        return next((unit for category, unit in entries if category == "UNIT"), said)

    def _key(self, named: Named) -> Key | None:
        keys = self.look_ups.keys(named.of)
        return next((key for key in keys if key.source == named.source), None)

    def _value(self, span: Span, named: Named, cost: float) -> Iterator[Sense]:
        kind, field = place_of(named)
        if kind is None:
            return
        yield Sense("COND", *span, filter_of(kind, field, named), cost)
        if field in _NOUN_FIELDS or (kind is ITEM and field in CLASS_FIELDS):
            yield Sense("N0", *span, noun_of(named))

    def _of_owners(
        self, spans: Mapping[Span, str], named: Mapping[str, Sequence[Named]]
    ) -> Iterator[Sense]:
        """Yield the items that stand for a value: the system ERP of those with system erp."""
        wanted: dict[Span, str] = {}
        for span, phrase in spans.items():
            for each in named.get(phrase, ()):
                key = each.source.rpartition(".")[2]
                if each.source.startswith(("ci.tags.", "ci.attributes.")) and key.isalpha():
                    wanted[span] = f"{phrase} {key}"
        found = self.look_ups.named([*dict.fromkeys(wanted.values())]) if wanted else {}
        for span, phrase in wanted.items():
            for each in found.get(phrase, ()):
                if each.kind == "item":
                    for sense in self._of_named(span, each):
                        yield Sense("NAME", *span, sense.value, FILLER)
