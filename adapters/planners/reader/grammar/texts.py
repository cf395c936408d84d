"""What texts say: events that mention something, documents about it."""

from collections.abc import Iterator, Sequence

from adapters.planners.reader.chart import Costly, Rule, rules_in
from adapters.planners.reader.grammar.asked import LISTED, Asked, asked
from adapters.planners.reader.meaning import ITEM, Field, Filter, Noun, having
from domain.estate.named import phrase_of
from domain.query.model import FieldWant
from domain.query.sets import AnyOf, FieldCondition, NoneOf, SetKind

_UNSAID = 1.0


def _text(kind: SetKind, text: str) -> Filter:
    return Filter(kind, (FieldCondition(field="text", op="contains", value=text),))


def _says(text: str) -> Filter:
    return _text(SetKind.EVENT, text)


def _is_about(text: str) -> Filter:
    """Return what is about a thing, be it said of one or of several: chiller of chillers.

    Of several words each is in it, wherever: cleaning infusion pumps is infusion pump cleaning.
    """
    words = [text] if not text.replace(" ", "").isalpha() else text.split()
    return Filter(SetKind.DOCUMENT, tuple(each for word in words for each in _about(word)))


def _about(word: str) -> Iterator[FieldCondition | AnyOf]:
    said, one = _text(SetKind.DOCUMENT, word).where, phrase_of(word)
    if word.isalpha() and one != word.casefold():
        yield AnyOf(any=(*said, *_text(SetKind.DOCUMENT, one).where))
    else:
        yield FieldCondition(field="text", op="contains", value=word)


def _for_team(text: str, field: Field) -> Costly | None:
    """Return "documents for the network team": those about what the team is named by."""
    note = f"what is about {text!r} is taken to be for them"
    return Costly(_is_about(text), 0.0, (note,)) if field.name == "owner" else None


def _with_title(text: str, field: Field) -> Filter | None:
    """Return "with linux in the title"."""
    return _titled_as(text) if field.name == "title" else None


def _titled_as(text: str) -> Filter:
    """Return "called recovery plan"."""
    return Filter(SetKind.DOCUMENT, _with_words("title", text))


def _titled(text: str, word: str) -> Noun:
    """Return "recovery plan": a document with such a title."""
    return Noun(SetKind.DOCUMENT, _with_words("title", f"{text} {word}"))


def _with_words(field: str, text: str) -> tuple[FieldCondition, ...]:
    said = dict.fromkeys(text.split())
    return tuple(FieldCondition(field=field, op="contains", value=each) for each in said)


def _of_value(by: Filter, documents: Noun) -> Noun | None:
    """Return "linux documents": those that say what items are told apart by."""
    only = by.where[0] if by.kind is ITEM and len(by.where) == 1 else None
    if documents.kind is not SetKind.DOCUMENT or not isinstance(only, FieldCondition):
        return None
    is_text = only.op == "=" and isinstance(only.value, str)
    return having(documents, *_is_about(str(only.value)).where) if is_text else None


def _plain(word: str) -> Noun | Costly:
    title = FieldCondition(field="title", op="contains", value=word)
    return Costly(Noun(SetKind.DOCUMENT, (title,)), _UNSAID)


def _content(noun: Noun) -> Asked | None:
    """Return "what does the storage runbook say"."""
    is_text = noun.kind is SetKind.DOCUMENT
    return asked(FieldWant(fields=("content",)), noun) if is_text else None


def _filed(by: Filter) -> Noun | None:
    """Return "runbooks" where that is a category of documents."""
    names = [getattr(each, "field", "") for each in by.where]
    is_filed = by.kind is SetKind.DOCUMENT and names == ["category"]
    return Noun(SetKind.DOCUMENT, by.where) if is_filed else None


def _for(noun: Noun, text: str) -> Noun | None:
    is_titled = any(isinstance(c, FieldCondition) and c.field == "title" for c in noun.where)
    if noun.kind is not SetKind.DOCUMENT or not is_titled:
        return None
    return having(noun, FieldCondition(field="text", op="contains", value=text))


def _about_both(one: str, other: str) -> Filter:
    return Filter(SetKind.DOCUMENT, (*_is_about(one).where, *_is_about(other).where))


def _about_either(one: str, other: str) -> Filter:
    choices = (*_is_about(one).where, *_is_about(other).where)
    return Filter(SetKind.DOCUMENT, (AnyOf(any=choices),))


def _about_not(text: str, other: str) -> Filter:
    """Return "about linux but not oracle"."""
    return Filter(SetKind.DOCUMENT, (*_is_about(text).where, NoneOf(none=_is_about(other).where)))


def _titled_so(word: str, documents: Noun) -> Noun | None:
    """Return "policy documents": a word of titles before the noun."""
    is_bare = documents.kind is SetKind.DOCUMENT and not documents.where
    return Noun(SetKind.DOCUMENT, _with_words("title", word)) if is_bare else None


def _found(documents: Noun) -> Asked | None:
    """Return "where is the manual for the network": which it is."""
    return asked(LISTED, documents) if documents.kind is SetKind.DOCUMENT else None


RULES: Sequence[Rule] = rules_in(__file__, globals())
